//! The words that tell a caller what to do, and what tells them from the same words as nouns.

use super::Verb;
use super::lexicon::{self, BOOKABLE, KNOWN};
use super::special::special;
use crate::detail;
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};

const WAIT_LISTS: [&str; 8] = [
    "standby list",
    "stand-by list",
    "standby",
    "waitlist",
    "wait-list",
    "wait list",
    "waiting list",
    "cancellation list",
];
/// Before a noun; the word after it is no verb.
const DETERMINERS: &OneOf =
    one_of!["the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "that", "of", "no"];
/// Before a verb that the callee or the author does, not the caller.
const SUBJECTS: &OneOf = one_of![
    "can't",
    "cannot",
    "won't",
    "couldn't",
    "wouldn't",
    "shouldn't",
    "doesn't",
    "cant",
    "i",
    "we",
    "they",
    "he",
    "she",
    "it",
    "you",
    "who",
    "can",
    "could",
    "will",
    "would",
    "may",
    "should",
    "must",
    "might",
    "do",
    "does",
    "did",
    "don't",
    "not",
    "never",
    "i'll",
    "we'll",
    "they'll",
    "didn't",
];

pub(super) fn trigger(text: &Text, at: usize) -> Option<(Verb, usize)> {
    if text.is(
        at,
        one_of![
            "put",
            "add",
            "get",
            "join",
            "place",
            "be",
            "ask",
            "register",
            "enroll",
            "sign",
            "enter",
            "waitlist",
            "wait-list",
        ],
    ) && let Some(end) = wait_list(text, at)
    {
        return Some((Verb::WaitList, end));
    }
    if text.is(at, one_of!["move", "change", "push", "shift", "bring"]) && moved(text, at) {
        let adverb = usize::from(text.is(at + 1, one_of!["back", "forward"]));
        return Some((Verb::Reschedule, at + 1 + adverb));
    }
    if let Some(end) = squeezed(text, at).or_else(|| made_booking(text, at)) {
        if is_another(text, at) {
            return Some((Verb::Reschedule, end));
        }
        return Some((Verb::Book, end));
    }
    if let Some(end) = noted(text, at).filter(|_| !matches!(trigger_word(text, at), Some(Verb::Quote | Verb::FollowUp)))
    {
        return Some((Verb::Ask, end));
    }
    if let Some(end) = text.runs(at, "ask for").or_else(|| text.runs(at, "ask them for"))
        && !text.is(end, one_of!["their", "her", "his", "the", "directions", "prices", "information"])
        && !text.lower(end).ends_with("'s")
        && trigger_word(text, at).is_none_or(|verb| verb == Verb::Ask)
    {
        return Some((Verb::Wish, end));
    }
    if let Some(found) = special(text, at) {
        return Some(found);
    }
    if text.is(at, one_of!["let"]) {
        let know = (at + 2..at + 14)
            .take_while(|near| text.pause(near.wrapping_sub(1)) < Pause::Stop)
            .find(|know| text.is(*know, one_of!["know"]))?;
        // "Let me know what they say": it is the author who wants to know.
        let verb = if text.is(at + 1, one_of!["me", "us"]) { Verb::Ask } else { Verb::Tell };
        return Some((verb, if text.is(know + 1, one_of!["that"]) { know + 2 } else { know + 1 }));
    }
    // "I'm on the list as Ann Lee. Please confirm that and …"
    if let Some(end) = text.runs(at, "confirm that")
        && (text.pause(end.wrapping_sub(1)) != Pause::None || text.is(end, one_of!["and", "please"]))
    {
        return Some((Verb::Confirm, end - 1));
    }
    lexicon::verb(text, at)
}

fn wait_list(text: &Text, at: usize) -> Option<usize> {
    (at..at + 9)
        .take_while(|near| *near == at || text.pause(near.wrapping_sub(1)) < Pause::Stop)
        .find_map(|near| WAIT_LISTS.iter().find_map(|words| text.runs(near, words)))
}

/// "Move my appointment to Monday", but not "move in on Monday".
fn moved(text: &Text, at: usize) -> bool {
    let known = one_of![
        "appointment",
        "reservation",
        "booking",
        "meeting",
        "table",
        "haircut",
        "visit",
        "delivery",
        "it",
        "session",
        "slot",
        "lesson",
        "interview",
        "massage",
    ];
    (at + 1..text.sentence_end(at)).take(8).any(|near| text.is(near, known) || super::is_kept(text, near))
}

/// "Get THE REFUND AMOUNT", "write down their email address": what is brought back is asked for.
fn noted(text: &Text, at: usize) -> Option<usize> {
    let verb = match text.lower(at) {
        "get" | "obtain" | "note" | "request" | "grab" | "need" => at + 1,
        "write" | "take" if text.is(at + 1, one_of!["down"]) => at + 2,
        _ => return None,
    };
    let owned = text.is(verb, one_of!["the", "their", "a", "an", "his", "her", "its", "your"]);
    let limit = text.sentence_end(at).min(verb + 5);
    let head = (verb..limit)
        .take_while(|near| *near == verb || text.pause(near.wrapping_sub(1)) == Pause::None)
        .find(|near| text.is(*near, KNOWN))?;
    let plain = (verb + 1..head).all(|near| {
        !text.is(near, one_of!["of", "for", "to", "in", "on", "at", "from", "and", "or"]) && !text.is(near, BOOKABLE)
    });
    ((owned
        || (head <= verb + 1
            && text.is(at, one_of!["get", "note", "obtain"])
            && !text.is(head, one_of!["info", "information", "details"])))
        && plain)
        .then_some(verb)
}

/// "Book me IN WITH Dr. Patel", "get Ann Perry IN AT the clinic": whoever stands between is booked in.
fn squeezed(text: &Text, at: usize) -> Option<usize> {
    if !text.is(at, one_of!["get", "book", "fit", "squeeze", "slot", "pencil"]) {
        return None;
    }
    let limit = text.sentence_end(at).min(at + 7);
    let into = (at + 2..limit).find(|into| {
        text.is(*into, one_of!["in"]) && text.is(into + 1, one_of!["with", "for", "at", "to", "on", "somewhere"])
    })?;
    let someone = (at + 1..into).all(|at| text.pause(at) == Pause::None)
        && (text.is(at + 1, one_of!["me", "us", "him", "her", "them", "my", "our"]) || text.capital(at + 1));
    someone.then_some(at + 1)
}

/// "She can't come on Monday, she would like a slot on Friday instead."
fn is_another(text: &Text, at: usize) -> bool {
    let cannot = one_of!["can't", "cannot", "won't", "unable", "cant", "couldn't"];
    let instead = (at..text.sentence_end(at)).any(|at| text.is(at, one_of!["instead"]));
    instead && (at.saturating_sub(25)..at).any(|at| text.is(at, cannot))
}

/// "Make a dinner reservation", "I need a table", or a prompt that begins with "Table for two".
fn made_booking(text: &Text, at: usize) -> Option<usize> {
    let verb = one_of!["make", "get", "set", "schedule", "arrange", "need", "needs", "want", "wants", "like", "place"];
    let bare = text.get(at)?.first && (at == 0 || text.pause(at.wrapping_sub(1)) >= Pause::Stop);
    let start = if text.is(at, verb) {
        if text.is(at + 1, one_of!["up"]) { at + 2 } else { at + 1 }
    } else if bare && !text.is(at, one_of!["my", "our", "his", "her", "the", "we", "i"]) {
        at
    } else {
        return None;
    };
    if text.is(start, one_of!["to", "sure"]) {
        return None;
    }
    let near = if bare && start == at { 3 } else { 8 };
    // "My mother, Rosa Diaz, an appointment".
    let aside = |at: usize| text.pause(at) == Pause::Comma && (text.capital(at + 1) || text.capital(at));
    let noun = (start..start + near)
        .take_while(|near| {
            let open = |near: usize| text.pause(near.wrapping_sub(1)) == Pause::None || (start > at && aside(near - 1));
            *near == start || (open(*near) && !text.is(*near, one_of!["to", "if", "my", "about"]))
        })
        .find(|near| text.is(*near, BOOKABLE))?;
    let plain = (start..noun).all(|near| trigger_word(text, near).is_none());
    (plain && !text.is(noun + 1, one_of!["number", "is", "was"])).then_some(start)
}

fn trigger_word(text: &Text, at: usize) -> Option<Verb> {
    lexicon::verb(text, at).map(|(verb, _)| verb)
}

pub(super) fn is_verb(text: &Text, at: usize, verb: Verb) -> bool {
    if at == 0 || text.pause(at.wrapping_sub(1)) >= Pause::Stop {
        return !is_noun_here(text, at, verb);
    }
    let modal = one_of!["can", "could", "would", "will"];
    let you = |at: usize, modal_at: usize| text.is(at, one_of!["you"]) && text.is(modal_at, modal);
    // "Could you call", "I was hoping you could call".
    let asked = at >= 2 && (you(at - 1, at - 2) || you(at - 2, at - 1));
    let wanted = text.is(
        at,
        one_of![
            "need",
            "needs",
            "want",
            "wants",
            "like",
            "no",
            "don't",
            "doesn't",
            "won't",
            "wondering",
            "looking",
            "after",
            "have",
        ],
    ) || text.runs(at, "following up").is_some();
    let governed = text.is(at.wrapping_sub(1), SUBJECTS) && !asked && !wanted;
    let possessed = text.lower(at.wrapping_sub(1)).ends_with("'s");
    !governed && !possessed && !text.is(at.wrapping_sub(1), DETERMINERS) && !is_noun_here(text, at, verb)
}

/// "Order number 12", "phone number", "call me", "ring size".
fn is_noun_here(text: &Text, at: usize, verb: Verb) -> bool {
    match verb {
        Verb::Order => {
            text.is(at, one_of!["order"])
                && (text.is(at + 1, one_of!["number", "is", "was", "id"])
                    || text.lower(at + 1).starts_with('#')
                    || (text.lower(at + 1).len() > 2
                        && text.lower(at + 1).bytes().all(|byte| byte.is_ascii_digit())
                        && text.pause(at + 1) != Pause::None)
                    || detail::is_long_number(text, at + 1))
        }
        Verb::Call => {
            let numbered =
                text.is(at, one_of!["phone"]) && text.lower(at + 1).starts_with(|first: char| !first.is_alphabetic());
            // "…, contact Dana White" says who is to be asked for, not who is called.
            let aside = text.is(at, one_of!["contact"])
                && at > 0
                && (text.is(at + 1, one_of!["is"])
                    || (text.pause(at.wrapping_sub(1)) == Pause::Comma && text.capital(at + 1)));
            // "Contact: Dana White".
            let label =
                at + 1 < text.len() && text.is(at, one_of!["contact", "phone"]) && text.pause(at) == Pause::Colon;
            numbered || aside || label || text.is(at + 1, one_of!["number", "size", "back", "center", "me", "us"])
        }
        Verb::Ask => {
            let sure = text
                .runs(at, "make sure")
                .is_some_and(|end| text.is(end, one_of!["to", "you", "they", "not", "i", "we"]));
            sure || (text.is(at, one_of!["check"]) && text.is(at + 1, one_of!["in", "out"]))
        }
        Verb::Book
        | Verb::Reschedule
        | Verb::Cancel
        | Verb::Confirm
        | Verb::Wish
        | Verb::Tell
        | Verb::FollowUp
        | Verb::Quote
        | Verb::WaitList
        | Verb::Request => false,
    }
}
