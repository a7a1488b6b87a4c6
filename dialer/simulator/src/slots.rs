//! What a person remembers of what she was told, to say it back.

use std::collections::BTreeMap;

const DAYS: [&str; 10] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "tonight"];
const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// A name has at most so many words.
const NAME_WORDS_MAX: usize = 3;
/// Words that look like a name because they begin a sentence, or stand for a person.
const NO_NAMES: [&str; 6] = ["i", "i'm", "is", "the", "do", "can"];

/// The last thing heard of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slots(BTreeMap<&'static str, String>);

impl Slots {
    pub(crate) fn hear(&mut self, text: &str) {
        let tokens: Vec<&str> = text.split_whitespace().map(trimmed).collect();
        for at in 0..tokens.len() {
            let found = [("time", time(&tokens, at)), ("day", day(&tokens, at)), ("party", party(&tokens, at))];
            let found = found.into_iter().chain([("size", size(&tokens, at)), ("name", name(&tokens, at))]);
            for (slot, value) in found.filter_map(|(slot, value)| Some((slot, value?))) {
                self.0.insert(slot, value);
            }
        }
    }

    /// The sentence with what is known in place of the braces; None: something is not known.
    pub(crate) fn fill(&self, template: &str) -> Option<String> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, behind) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(self.0.get(slot)?);
            rest = behind;
        }
        filled.push_str(rest);
        Some(capitalized(&filled))
    }
}

fn trimmed(token: &str) -> &str {
    token.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// "7pm", "7:30 pm", "7 o'clock", "noon".
fn time(tokens: &[&str], at: usize) -> Option<String> {
    let token = tokens[at].to_lowercase();
    if matches!(token.as_str(), "noon" | "midnight") {
        return Some(token);
    }
    let half = |word: &str| match word.to_lowercase().replace('.', "").as_str() {
        "am" => Some("am"),
        "pm" => Some("pm"),
        _ => None,
    };
    let digits = token.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '.');
    if !is_clock(digits) {
        return None;
    }
    if let Some(half) = half(&token[digits.len()..]) {
        return Some(format!("{digits}{half}"));
    }
    let next = tokens.get(at + 1)?;
    if next.to_lowercase().replace('’', "'") == "o'clock" {
        return Some(format!("{digits} o'clock"));
    }
    half(next).map(|half| format!("{digits}{half}"))
}

fn is_clock(text: &str) -> bool {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    let number = |text: &str, max: u8| text.len() <= 2 && text.parse::<u8>().is_ok_and(|number| number <= max);
    number(hours, 23) && number(minutes, 59) && minutes.len() == 2
}

fn day(tokens: &[&str], at: usize) -> Option<String> {
    let token = tokens[at].to_lowercase();
    let day = DAYS.iter().find(|day| **day == token)?;
    let relative = matches!(*day, "today" | "tomorrow" | "tonight");
    Some(if relative { (*day).to_owned() } else { capitalized(day) })
}

/// "party of 2", "table for two", "for 2 people".
fn party(tokens: &[&str], at: usize) -> Option<String> {
    let number = tokens[at].to_lowercase();
    let known = number.parse::<u8>().is_ok_and(|number| number > 0) || NUMBERS.contains(&number.as_str());
    let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].to_lowercase()).unwrap_or_default();
    let after = tokens.get(at + 1).map(|token| token.to_lowercase()).unwrap_or_default();
    let counted = matches!(after.as_str(), "people" | "persons" | "guests" | "person");
    let led = matches!((before(2).as_str(), before(1).as_str()), ("party", "of") | ("table", "for"));
    (known && (counted || led)).then_some(number)
}

fn size(tokens: &[&str], at: usize) -> Option<String> {
    let is_size = at > 0 && tokens[at - 1].eq_ignore_ascii_case("size");
    let value = tokens[at];
    let usable = value.starts_with(|letter: char| letter.is_ascii_digit()) || value.len() <= 3;
    (is_size && usable && !value.is_empty()).then(|| value.to_owned())
}

/// "under Josh Miller", "on behalf of Josh Miller", "for Sarah Johnson", "Sarah Johnson's appointment".
fn name(tokens: &[&str], at: usize) -> Option<String> {
    let lower = |at: usize| tokens.get(at).map(|token| token.to_lowercase()).unwrap_or_default();
    let led = match lower(at).as_str() {
        "under" => at + 1 + if lower(at + 1) == "the" && lower(at + 2) == "name" { 2 } else { 0 },
        "behalf" if lower(at + 1) == "of" => at + 2,
        "for" => at + 1,
        _ => return possessor(tokens, at),
    };
    let led = led + usize::from(lower(led) == "of");
    let words: Vec<_> = tokens.iter().skip(led).take(NAME_WORDS_MAX).take_while(|token| is_name(token)).collect();
    let name = words.iter().map(|word| without_possessive(word)).collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// Two names in a row of which the second owns something.
fn possessor(tokens: &[&str], at: usize) -> Option<String> {
    let (first, second) = (tokens[at], tokens.get(at + 1)?);
    let owner = without_possessive(second);
    let titled = matches!(first.to_lowercase().as_str(), "dr" | "doctor");
    (owner.len() < second.len() && !titled && is_name(first) && is_name(second)).then(|| format!("{first} {owner}"))
}

fn is_name(token: &str) -> bool {
    let lower = token.to_lowercase();
    let known = DAYS.contains(&lower.as_str()) || NO_NAMES.contains(&lower.as_str());
    token.starts_with(char::is_uppercase) && !known && !matches!(lower.as_str(), "dr" | "doctor")
}

fn without_possessive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::Slots;

    fn after(text: &str) -> Slots {
        let mut slots = Slots::default();
        slots.hear(text);
        slots
    }

    #[test]
    fn what_is_told_can_be_said_back() {
        let table = [
            ("a table for 2 on Friday at 7pm", "{party} {day} {time}", "2 Friday 7pm"),
            ("Friday at 7:30 p.m., party of four", "{party} {day} {time}", "Four Friday 7:30pm"),
            ("a table at 8 o'clock tonight for six people", "{party}, {time}, {day}", "Six, 8 o'clock, tonight"),
            ("under the name Josh Miller.", "for {name}", "For Josh Miller"),
            ("calling on behalf of Josh Miller. I would", "for {name}", "For Josh Miller"),
            ("about Sarah Johnson's 3pm appointment tomorrow", "{name} {time} {day}", "Sarah Johnson 3pm tomorrow"),
            ("an appointment for Sarah Johnson at noon", "{name} {time}", "Sarah Johnson noon"),
            ("Nike Air Max in size 10.", "size {size}", "Size 10"),
        ];
        for (heard, template, expected) in table {
            assert_eq!(after(heard).fill(template).as_deref(), Some(expected), "{heard}");
        }
    }

    #[test]
    fn what_was_not_told_is_not_made_up() {
        let slots = after("Do you have anything for Friday? I am calling for the doctor.");
        assert_eq!(slots.fill("At {time}."), None);
        assert_eq!(slots.fill("Under {name}."), None);
        assert_eq!(slots.fill("On {day}.").as_deref(), Some("On Friday."));
        assert_eq!(slots.fill("broken {day"), None);
    }
}
