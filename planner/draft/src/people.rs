//! Who is called, and on whose behalf.

mod business;

use std::ops::Range;
use std::sync::LazyLock;

use crate::act::{Act, Verb};
use crate::detail;
use crate::noun::{self, is_possessive, without_possessive};
use crate::one_of::{OneOf, one_of};
use crate::table::Words;
use crate::text::{Pause, Text};
use crate::when;
pub(crate) use business::is_business;

/// A name with the words that say whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) words: Range<usize>,
}

/// Longer announcements stand before their beginnings. The flag: a name may be written small after it.
const ANNOUNCED: &[(&str, bool)] = &[
    ("under the name of", true),
    ("under the name", true),
    ("under name", true),
    ("in the name of", true),
    ("on behalf of", true),
    ("my name is on the list as", true),
    ("my name is on it as", true),
    ("my name is", true),
    ("my name's", true),
    ("the name is", true),
    ("name is", true),
    ("the name", false),
    ("name", false),
    ("calling for", false),
    ("i am", false),
    ("i'm", false),
    ("this is", false),
    ("last name is", true),
    ("last name", true),
    ("surname is", true),
    ("surname's", true),
    ("surname", true),
    ("family name is", true),
    ("account name is", true),
    ("account name", true),
    ("list as", false),
    ("booked as", false),
    ("listed as", false),
    ("name of", true),
    ("member", false),
    ("passenger", false),
    ("tenant", false),
    ("attention", false),
    ("attn.", false),
    ("attn", false),
    ("contact is", false),
    ("contact", false),
    ("account holder is", false),
    ("owner", false),
    ("the case is", false),
    ("patient", false),
    ("customer", false),
    ("client", false),
    ("guest", false),
    ("under", true),
];

/// The first words of the announcements: there are few in a prompt.
static ANNOUNCING: LazyLock<Words> =
    LazyLock::new(|| ANNOUNCED.iter().filter_map(|(words, _)| words.split(' ').next()).collect());

/// Whoever the call is made for, as far as the prompt says it in so many words.
pub(crate) fn announced(text: &Text) -> Option<Person> {
    let places: Vec<usize> = (0..text.len()).filter(|at| ANNOUNCING.contains(text.lower(*at))).collect();
    ANNOUNCED.iter().find_map(|(words, small)| {
        places.iter().find_map(|at| {
            let at = *at;
            let start = text.runs(at, words)?;
            if text.is(start, one_of!["my", "me", "the", "our", "us"]) && *words != "on behalf of" {
                return None;
            }
            if start > at && text.pause(start.wrapping_sub(1)) == Pause::Comma {
                return None;
            }
            let end = text.sentence_end(at);
            // "A member of staff" names nobody.
            let name = if *words == "on behalf of" {
                noun::party(text, start, end)
            } else {
                noun::name(text, start, end).or_else(|| small.then(|| small_name(text, start, end)).flatten())
            }?;
            let begin = if *words == "name" && at > 0 && text.is(at.wrapping_sub(1), one_of!["the", "my", "a"]) {
                at - 1
            } else {
                at
            };
            let whole = text.slice(name.clone());
            (!whole.split(' ').any(|word| ["who", "what", "whoever", "whom"].contains(&word)))
                .then(|| Person { name: without_possessive(whole).to_owned(), words: begin..name.end })
        })
    })
}

/// "under josh miller", in a prompt that was written without capitals.
fn small_name(text: &Text, start: usize, limit: usize) -> Option<Range<usize>> {
    const NOT_SMALL: &OneOf =
        one_of!["for", "at", "on", "and", "with", "to", "my", "the", "a", "no", "in", "age", "warranty", "control"];
    let ends = |at: usize| {
        text.is(at, NOT_SMALL)
            || (text.capital(at)
                && text.raw(at).len() < 4
                && text.raw(at).bytes().all(|byte| byte.is_ascii_uppercase()))
            || text.lower(at).starts_with(|first: char| !first.is_alphabetic())
            || text.is(at, one_of!["party", "please", "but", "if", "ask", "then", "from", "about"])
            || when::phrase(text, at, limit).is_some()
    };
    let mut end = start;
    while end < limit && end < start + 3 && !ends(end) {
        end += 1;
        if text.pause(end.wrapping_sub(1)) != Pause::None {
            break;
        }
    }
    (end > start).then_some(start..end)
}

/// "Sarah Johnson's 3pm appointment", "an appointment for Sarah Johnson".
pub(crate) fn implied(text: &Text, task: &Act) -> Option<Person> {
    let concerned = matches!(
        task.verb,
        Verb::Book
            | Verb::Reschedule
            | Verb::Cancel
            | Verb::Confirm
            | Verb::WaitList
            | Verb::FollowUp
            | Verb::Order
            | Verb::Quote
    ) || text.is(task.trigger.start, one_of!["refill", "renew"]);
    if !concerned {
        return None;
    }
    owner(text, task).or_else(|| beneficiary(text, task))
}

fn owner(text: &Text, task: &Act) -> Option<Person> {
    let start = task.words.start + usize::from(text.is(task.words.start, one_of!["on", "that", "the"]));
    let mut name = noun::name(text, start, task.words.end).filter(|name| is_possessive(text, name.end - 1))?;
    // The task may begin in the middle of a name.
    while name.start > 0
        && text.capital(name.start - 1)
        && text.get(name.start - 1).is_some_and(|word| !word.first)
        && text.pause(name.start - 1) == Pause::None
    {
        name.start -= 1;
    }
    if name.len() == 1 && text.get(name.start).is_some_and(|word| word.first) && task.trigger.is_empty() {
        return None;
    }
    let place = text.is(name.end, one_of!["office", "clinic", "restaurant", "store", "shop"]);
    (!place).then(|| Person { name: without_possessive(text.slice(name.clone())).to_owned(), words: name })
}

fn beneficiary(text: &Text, task: &Act) -> Option<Person> {
    // "Book TOM REED a cleaning", "squeeze in DANA FOX", "get EMMA STONE in with Dr. Lee".
    if task.verb == Verb::Book
        && let Some(name) = noun::name(text, task.words.start, task.words.end)
        && (text.is(name.end, one_of!["a", "an", "in"]) || text.is(task.trigger.end.wrapping_sub(1), one_of!["in"]))
        && !text.is(task.trigger.end.wrapping_sub(1), one_of!["see"])
    {
        return Some(Person { name: without_possessive(text.slice(name.clone())).to_owned(), words: name });
    }
    let name_after = |at: usize| {
        let announced = match task.verb {
            Verb::WaitList => {
                text.is(at, one_of!["put", "add", "get", "place", "register", "enroll", "sign", "enter", "for"])
            }
            Verb::Book
            | Verb::Reschedule
            | Verb::Cancel
            | Verb::Confirm
            | Verb::FollowUp
            | Verb::Order
            | Verb::Call
            | Verb::Ask
            | Verb::Wish
            | Verb::Tell
            | Verb::Quote
            | Verb::Request => {
                let whose = one_of![
                    "appointment",
                    "reservation",
                    "booking",
                    "order",
                    "table",
                    "visit",
                    "account",
                    "behalf",
                    "name"
                ];
                text.is(at, one_of!["for"])
                    || (text.is(at, one_of!["of"]) && at > 0 && text.is(at.wrapping_sub(1), whose))
            }
        };
        // "For my boss Kim Park".
        let start = at + 1 + 2 * usize::from(text.is(at + 1, one_of!["my", "our"]));
        announced.then(|| noun::name(text, start, task.words.end)).flatten()
    };
    (task.trigger.start..task.words.end).find_map(|at| {
        let name = name_after(at)?;
        let words = if text.is(at, one_of!["for", "of"]) { at..name.end } else { name.clone() };
        Some(Person { name: without_possessive(text.slice(name)).to_owned(), words })
    })
}

/// "Confirm that Sarah Johnson has an appointment" is asked for her.
pub(crate) fn asked_about(text: &Text, act: &Act) -> Option<Person> {
    let that = (act.trigger.start..act.words.end).take(8).find(|at| text.is(*at, one_of!["that", "sure"]))?;
    let that = that + usize::from(text.is(that + 1, one_of!["that"]));
    let name = noun::name(text, that + 1, act.words.end).filter(|_| act.verb == Verb::Ask)?;
    let place = text.is(name.end, one_of!["office", "clinic", "restaurant", "store", "shop"]);
    let concerned = (is_possessive(text, name.end - 1) && !place) || text.is(name.end, one_of!["has", "is"]);
    concerned.then(|| Person { name: without_possessive(text.slice(name)).to_owned(), words: that..that })
}

/// "Can they hold it for DEBORAH LANE": a deed is for somebody, whatever is asked.
pub(crate) fn kept_for(text: &Text, act: &Act) -> Option<Person> {
    let deed = |at: usize| text.is(at, one_of!["hold", "keep", "reserve", "aside", "save", "take", "book", "pick"]);
    let at = act
        .words
        .clone()
        .find(|at| text.is(*at, one_of!["for"]) && (act.trigger.start..*at).rev().take(8).any(deed))?;
    let name = noun::name(text, at + 1, act.words.end)?;
    Some(Person { name: without_possessive(text.slice(name.clone())).to_owned(), words: at..name.end })
}

/// Whoever picks up, when the prompt says "call Olive Garden".
pub(crate) fn called(text: &Text, act: &Act) -> Option<Range<usize>> {
    if act.verb != Verb::Call {
        return None;
    }
    let start = act.words.start + usize::from(text.is(act.words.start, one_of!["up", "to", "at", "the number"]));
    let party = tail(text, noun::party(text, start, act.words.end.max(start))?);
    // "My dentist, Dr. Lee, and …" is one party.
    let named = text.capital(party.end.wrapping_sub(1));
    let apposed = noun::name(text, party.end, act.words.end)
        .filter(|_| !named && text.pause(party.end.wrapping_sub(1)) == Pause::Comma);
    Some(apposed.unwrap_or(party))
}

/// "My sister CLARA": the name without what it is to the author.
pub(crate) fn tail(text: &Text, party: Range<usize>) -> Range<usize> {
    let mine = text.is(party.start, one_of!["my", "our", "his", "her", "their"]);
    let first = party.clone().skip(1).find(|at| text.capital(*at));
    match first {
        Some(first) if mine && noun::name(text, first, party.end) == Some(first..party.end) => first..party.end,
        Some(_) | None => party,
    }
}

/// "at Olive Garden", "with Dr. Lee", "from Domino's": where a task happens.
pub(crate) fn place(text: &Text, range: Range<usize>, preposition: &str) -> Option<Range<usize>> {
    let limit = range.end;
    range.into_iter().find_map(|at| {
        // "Appt w Dr. Lee".
        let short = preposition == "with" && text.is(at, one_of!["w"]);
        if !(text.lower(at) == preposition || short)
            || (at > 0 && text.is(at.wrapping_sub(1), one_of!["name", "is", "look", "looking"]))
        {
            return None;
        }
        if text.is(at + 1, one_of!["least", "most", "once", "home", "all", "any", "work"]) || is_own(text, at + 1) {
            return None;
        }
        let point = one_of![
            "same",
            "time",
            "moment",
            "latest",
            "earliest",
            "door",
            "end",
            "beginning",
            "top",
            "price",
            "cost",
            "usual",
        ];
        if text.is(at + 1, one_of!["the"]) && text.is(at + 2, point) {
            return None;
        }
        let digit = text.lower(at + 1).starts_with(|first: char| first.is_ascii_digit());
        if digit && !text.capital(at + 2) {
            return None;
        }
        if detail::address(text, at + 1, limit).is_some() {
            return None;
        }
        let found = noun::party(text, at + 1, limit)?;
        let named = (found.clone()).any(|word| text.capital(word) && !text.get(word).is_some_and(|word| word.first));
        let titled =
            text.is(found.start, one_of!["dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "doctor", "professor"]);
        let at_place =
            text.is(at, one_of!["at"]) || named || titled || text.is(found.start, one_of!["my", "the", "our"]);
        at_place.then_some(at..found.end)
    })
}

/// "Our place", "my apartment": the caller's, not the callee's.
fn is_own(text: &Text, at: usize) -> bool {
    let homes =
        one_of!["place", "house", "home", "apartment", "flat", "address", "expense", "convenience", "end", "number"];
    text.is(at, one_of!["my", "our", "his", "her", "their"]) && text.is(at + 1, homes)
}

#[cfg(test)]
mod tests {
    use super::{announced, called, implied, place};
    use crate::act::acts;
    use crate::text::Text;

    #[test]
    fn a_name_is_announced_in_many_ways() {
        let cases = [
            ("Book a table for 2, under Josh Miller", "Josh Miller"),
            ("book a table under josh miller for friday", "josh miller"),
            ("My name is Ann Perry and I need a haircut", "Ann Perry"),
            ("The reservation is under the name of J. van Dyk.", "J. van Dyk"),
            ("Call Nobu on behalf of Acme Corp to ask", "Acme Corp"),
            ("Party of 2\nName: Josh Miller", "Josh Miller"),
            ("Book it under my name", ""),
            ("I'm allergic to nuts", ""),
            ("nothing under 50 dollars", ""),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            assert_eq!(announced(&text).map_or(String::new(), |person| person.name), expected, "{prompt}");
        }
    }

    #[test]
    fn a_task_says_whose_it_is() {
        let cases = [
            ("Confirm Sarah Johnson's 3pm appointment tomorrow", "Sarah Johnson"),
            ("Book a haircut for Tim Cole on Friday", "Tim Cole"),
            ("Book a table for Friday", ""),
            ("Put Ann Perry on the waitlist", "Ann Perry"),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            let person = acts(&text).iter().find_map(|act| implied(&text, act));
            assert_eq!(person.map_or(String::new(), |person| person.name), expected, "{prompt}");
        }
    }

    #[test]
    fn whoever_is_called_is_found_by_the_verb_or_by_the_place() {
        let found = |prompt: &str| {
            let text = Text::read(prompt);
            let called = acts(&text).iter().find_map(|act| called(&text, act));
            let place = place(&text, 0..text.len(), "at").map(|place| place.start + 1..place.end);
            called.or(place).map_or(String::new(), |range| text.slice(range).to_owned())
        };
        assert_eq!(found("Call Luigi's at +1 415 555 0132 and book a table"), "Luigi's");
        assert_eq!(found("Book a table at olive garden for friday"), "olive garden");
        assert_eq!(found("Call them at 7pm"), "");
        assert_eq!(found("Confirm it at Dr. Smith's office"), "Dr. Smith's office");
    }
}
