//! Menus of machines: which key leads where.

use super::{Speech, Word, has_any};

/// What a menu offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) key: char,
    /// The words that say where it leads.
    pub(crate) label: Vec<String>,
}

const PRESS: &[&str] = &["press", "dial", "push", "select", "choose"];
/// May stand between "press" and the key.
const BETWEEN: &[&str] = &["or", "say", "the", "number", "key", "option", "button"];
const LEADS: &[&str] = &["for", "to", "if"];
/// Whoever asks for these wants to know who we are, or money. We have neither.
const SECRETS: &[&str] = &[
    "card",
    "pin",
    "pin number",
    "password",
    "passcode",
    "security code",
    "access code",
    "verification code",
    "account number",
    "social security",
    "date of birth",
    "member number",
    "member id",
    "policy number",
    "routing number",
    "expiration",
    "pay",
    "payment",
    "payments",
    "make a payment",
    "balance",
];
const ENTER: &[&str] = &["enter", "type in", "key in", "input", "followed by the pound", "followed by pound", "digit"];
const PERSON: &[&str] = &[
    "operator",
    "representative",
    "agent",
    "associate",
    "receptionist",
    "reception",
    "front desk",
    "somebody",
    "someone",
    "person",
    "team member",
    "host",
    "all other",
    "anything else",
    "other inquiries",
    "other questions",
    "general",
];
/// Words that ask for the same.
const KINDRED: &[&[&str]] = &[
    &["restaurant", "reservation", "reserve", "table", "book", "booking", "dinner", "lunch", "seat", "party"],
    &["appointment", "schedule", "scheduling", "reschedule", "doctor", "visit", "confirm"],
    &["hour", "open", "opening", "closing", "close", "location", "direction"],
    &["sale", "stock", "size", "product", "item", "price", "buy", "order", "availability"],
    &["prescription", "refill", "pharmacy", "medication"],
    &["delivery", "shipping", "package", "tracking"],
    &["repair", "service", "technician", "support"],
];
/// Say nothing about what somebody wants.
const EMPTY: &[&str] = &[
    "a", "an", "and", "are", "at", "be", "by", "call", "calling", "can", "do", "for", "from", "have", "how", "i", "if",
    "in", "is", "it", "like", "me", "my", "of", "on", "or", "our", "please", "speak", "talk", "that", "the", "this",
    "to", "under", "us", "we", "what", "with", "would", "you", "your",
];

/// The choices that were read out; empty: it was no menu.
pub(crate) fn choices(text: &str) -> Vec<Choice> {
    let speech = Speech::new(text);
    speech.sentences().into_iter().flat_map(|sentence| choices_in(&speech.words[sentence.range])).collect()
}

fn choices_in(words: &[Word]) -> Vec<Choice> {
    let presses: Vec<(usize, usize, char)> = (0..words.len()).filter_map(|at| press_at(words, at)).collect();
    let mut found = Vec::new();
    let mut open = 0;
    for (nth, (start, end, key)) in presses.iter().enumerate() {
        let before = &words[open..*start];
        let lead = before.iter().rposition(|word| LEADS.contains(&word.text.as_str()));
        let label = if let Some(lead) = lead {
            open = *end;
            &before[lead + 1..]
        } else {
            // "Press one for reservations."
            open = presses.get(nth + 1).map_or(words.len(), |(next, ..)| *next);
            &words[*end..open]
        };
        found.push(Choice { key: *key, label: label.iter().map(|word| word.text.clone()).collect() });
    }
    found
}

/// Where "press one" begins and ends, and its key.
fn press_at(words: &[Word], start: usize) -> Option<(usize, usize, char)> {
    if !PRESS.contains(&words[start].text.as_str()) {
        return None;
    }
    let at = (start + 1..words.len()).find(|at| !BETWEEN.contains(&words[*at].text.as_str()))?;
    Some((start, at + 1, key(&words[at].text)?))
}

fn key(word: &str) -> Option<char> {
    match word {
        "star" | "asterisk" => Some('*'),
        "pound" | "hash" => Some('#'),
        digit => match super::number::unit(digit).map_or_else(|| digit.to_owned(), |unit| unit.to_string()).as_str() {
            one if one.len() == 1 => one.chars().next().filter(char::is_ascii_digit),
            _ => None,
        },
    }
}

/// The key that serves what is wanted best, else the one that leads to a person. Never one that leads to a payment.
pub(crate) fn serving(choices: &[Choice], wanted: &[&str]) -> Option<char> {
    let wanted: Vec<String> = wanted.iter().flat_map(|text| telling(&Speech::new(text).words)).collect();
    let harmless = || choices.iter().filter(|choice| !says_any(&choice.label, SECRETS));
    let score = |choice: &Choice| {
        let label: Vec<String> = choice.label.iter().filter(|word| !is_empty(word)).map(|word| stem(word)).collect();
        let same = label.iter().filter(|word| wanted.contains(word)).count();
        let kindred = KINDRED.iter().filter(|group| meets(group, &label) && meets(group, &wanted)).count();
        2 * kindred + same
    };
    let best = harmless().map(score).max().filter(|best| *best > 0);
    let person = || harmless().find(|choice| says_any(&choice.label, PERSON));
    let chosen = best.map_or_else(person, |best| harmless().find(|choice| score(choice) == best));
    chosen.map(|choice| choice.key)
}

/// Whether the menu offers these keys, and asks for nothing that must stay ours.
pub(crate) fn offers(text: &str, keys: &str) -> bool {
    let mut keys = keys.chars().filter(|key| *key != 'w');
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return false;
    };
    !wants_secret(text) && choices(text).iter().any(|choice| choice.key == key && !says_any(&choice.label, SECRETS))
}

/// "Please enter your card number."
pub(crate) fn wants_secret(text: &str) -> bool {
    let words = Speech::new(text).words;
    has_any(&words, ENTER) && has_any(&words, SECRETS)
}

fn telling(words: &[Word]) -> Vec<String> {
    words.iter().filter(|word| !is_empty(&word.text)).map(|word| stem(&word.text)).collect()
}

fn is_empty(word: &str) -> bool {
    EMPTY.contains(&word)
}

fn stem(word: &str) -> String {
    let plain = word.strip_suffix('s').filter(|plain| plain.len() > 3 && !plain.ends_with('s'));
    plain.unwrap_or(word).to_owned()
}

fn meets(group: &[&str], words: &[String]) -> bool {
    words.iter().any(|word| group.contains(&word.as_str()))
}

fn says_any(label: &[String], phrases: &[&str]) -> bool {
    has_any(&Speech::new(&label.join(" ")).words, phrases)
}

#[cfg(test)]
mod tests {
    use super::{choices, offers, serving, wants_secret};

    fn read(text: &str) -> Vec<(char, String)> {
        choices(text).into_iter().map(|choice| (choice.key, choice.label.join(" "))).collect()
    }

    #[test]
    fn a_menu_is_read_in_either_order_and_without_marks() {
        let both = [('1', "reservations".to_owned()), ('2', "hours".to_owned())];
        for text in [
            "For reservations, press 1. For hours, press 2.",
            "for reservations press one for hours press two",
            "Press 1 for reservations. Press 2 for hours.",
            "Thank you for calling Olive Garden. For reservations, press or say one. For hours, press the number 2.",
        ] {
            let labels: Vec<_> =
                read(text).into_iter().map(|(key, label)| (key, label.trim_start_matches("for ").to_owned())).collect();
            assert_eq!(labels, both, "{text}");
        }
        assert_eq!(read("To repeat this menu, press star."), [('*', "repeat this menu".to_owned())]);
        for text in ["We press our own olives.", "Press Friday is on.", "Is the press there?", "One or two people?"] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn the_key_that_serves_the_goal_is_chosen() {
        let dinner = ["Book a table for 2 on Friday at 7pm.", "Do you have a table available?"];
        for (text, key) in [
            ("For hours and location, press 1. For reservations, press 2. To pay your bill, press 3.", Some('2')),
            ("Press 1 for catering. Press 2 to book a table.", Some('2')),
            ("For billing, press 1. To speak to a representative, press 0.", Some('0')),
            ("For billing, press 1. For careers, press 2.", None),
            ("To pay for a table by card, press 1. For all other inquiries, press 9.", Some('9')),
            ("To reserve with your credit card, press 1.", None),
        ] {
            assert_eq!(serving(&choices(text), &dinner), key, "{text}");
        }
        let doctor = ["Confirm the appointment with Dr. Smith on Tuesday at 3pm."];
        let menu = "For prescriptions press 1. To schedule or change an appointment press 2. For billing press 3.";
        assert_eq!(serving(&choices(menu), &doctor), Some('2'));
    }

    #[test]
    fn only_offered_keys_are_pressed_and_never_a_secret() {
        let menu = "For sales, press 1. To make a payment, press 2.";
        assert!(offers(menu, "1") && offers(menu, "ww1"));
        for keys in ["2", "3", "11", "", "w"] {
            assert!(!offers(menu, keys), "{keys}");
        }
        for text in [
            "Please enter your 16 digit card number.",
            "Enter your account number followed by the pound key.",
            "Please key in your four digit PIN, or press 1.",
        ] {
            assert!(wants_secret(text), "{text}");
            assert!(!offers(text, "1"), "{text}");
        }
        assert!(!wants_secret("For reservations, press 1."));
    }
}
