//! The words that tell a caller what to do, and what tells them from the same words as nouns.

use super::Verb;
use crate::detail;
use crate::text::{Pause, Text};

/// Longer phrases stand before their beginnings.
const TRIGGERS: &[(&str, Verb)] = &[
    ("reschedule", Verb::Reschedule),
    ("postpone", Verb::Reschedule),
    ("cancel", Verb::Cancel),
    ("rearrange", Verb::Reschedule),
    ("push back", Verb::Reschedule),
    ("bring forward", Verb::Reschedule),
    ("call off", Verb::Cancel),
    ("follow up", Verb::FollowUp),
    ("follow-up", Verb::FollowUp),
    ("followup", Verb::FollowUp),
    ("following up", Verb::FollowUp),
    ("chase up", Verb::FollowUp),
    ("check on", Verb::FollowUp),
    ("check the status", Verb::FollowUp),
    ("get an update", Verb::FollowUp),
    ("get a status update", Verb::FollowUp),
    ("ask for an update", Verb::FollowUp),
    ("get a quote", Verb::Quote),
    ("get an estimate", Verb::Quote),
    ("get a price", Verb::Quote),
    ("get quotes", Verb::Quote),
    ("get pricing", Verb::Quote),
    ("request a quote", Verb::Quote),
    ("request an estimate", Verb::Quote),
    ("ask for a quote", Verb::Quote),
    ("ask for an estimate", Verb::Quote),
    ("obtain a quote", Verb::Quote),
    ("need a quote", Verb::Quote),
    ("want a quote", Verb::Quote),
    ("obtain an estimate", Verb::Quote),
    ("quote", Verb::Quote),
    ("place an order", Verb::Order),
    ("order", Verb::Order),
    ("purchase", Verb::Order),
    ("buy", Verb::Order),
    ("call", Verb::Call),
    ("phone", Verb::Call),
    ("dial", Verb::Call),
    ("ring", Verb::Call),
    ("contact", Verb::Call),
    ("reach out to", Verb::Call),
    ("speak to", Verb::Call),
    ("speak with", Verb::Call),
    ("talk to", Verb::Call),
    ("like to know", Verb::Ask),
    ("want to know", Verb::Ask),
    ("double check with", Verb::Ask),
    ("double-check with", Verb::Ask),
    ("confirm with", Verb::Ask),
    ("confirm that", Verb::Ask),
    ("confirm whether", Verb::Ask),
    ("confirm if", Verb::Ask),
    ("verify that", Verb::Ask),
    ("verify whether", Verb::Ask),
    ("verify if", Verb::Ask),
    ("confirm", Verb::Confirm),
    ("reconfirm", Verb::Confirm),
    ("re-confirm", Verb::Confirm),
    ("make sure that", Verb::Ask),
    ("make sure", Verb::Ask),
    ("double-check", Verb::Confirm),
    ("double check", Verb::Confirm),
    ("verify", Verb::Confirm),
    ("ask for directions", Verb::Ask),
    ("ask", Verb::Ask),
    ("find out", Verb::Ask),
    ("inquire", Verb::Ask),
    ("enquire", Verb::Ask),
    ("check", Verb::Ask),
    ("see if", Verb::Ask),
    ("see whether", Verb::Ask),
    ("get information", Verb::Ask),
    ("get info", Verb::Ask),
    ("learn", Verb::Ask),
    ("leave a message", Verb::Tell),
    ("leave a voicemail", Verb::Tell),
    ("leave them a message", Verb::Tell),
    ("deliver a message", Verb::Tell),
    ("deliver the message", Verb::Tell),
    ("deliver this message", Verb::Tell),
    ("give a message", Verb::Tell),
    ("say exactly this", Verb::Tell),
    ("say this", Verb::Tell),
    ("pass on", Verb::Tell),
    ("relay", Verb::Tell),
    ("tell", Verb::Tell),
    ("inform", Verb::Tell),
    ("notify", Verb::Tell),
    ("remind", Verb::Tell),
    ("mention", Verb::Tell),
    ("book", Verb::Book),
    ("reserve", Verb::Book),
    ("schedule", Verb::Book),
    ("request", Verb::Request),
    ("report", Verb::Request),
    ("complain", Verb::Request),
    ("invite", Verb::Request),
    ("thank", Verb::Request),
    ("wish", Verb::Request),
    ("congratulate", Verb::Request),
    ("apologize", Verb::Request),
    ("negotiate", Verb::Request),
    ("dispute", Verb::Request),
    ("return", Verb::Request),
    ("register", Verb::Request),
    ("enroll", Verb::Request),
    ("sign up", Verb::Request),
    ("renew", Verb::Request),
    ("extend", Verb::Request),
    ("upgrade", Verb::Request),
    ("activate", Verb::Request),
    ("refill", Verb::Request),
];

const WAIT_LISTS: [&str; 5] = ["waitlist", "wait-list", "wait list", "waiting list", "cancellation list"];
const BOOKABLE: [&str; 26] = [
    "reservation",
    "reservations",
    "appointment",
    "booking",
    "table",
    "consultation",
    "checkup",
    "haircut",
    "room",
    "cleaning",
    "session",
    "viewing",
    "visit",
    "court",
    "meeting",
    "interview",
    "demo",
    "tour",
    "lesson",
    "massage",
    "taxi",
    "oil",
    "inspection",
    "exam",
    "manicure",
    "fitting",
];
/// Before a noun; the word after it is no verb.
const DETERMINERS: [&str; 13] =
    ["the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "that", "of", "no"];
/// Before a verb that the callee or the author does, not the caller.
const SUBJECTS: [&str; 26] = [
    "i", "we", "they", "he", "she", "it", "you", "who", "can", "could", "will", "would", "may", "should", "must",
    "might", "do", "does", "did", "don't", "not", "never", "i'll", "we'll", "they'll", "didn't",
];

pub(super) fn trigger(text: &Text, at: usize) -> Option<(Verb, usize)> {
    if text.is(at, &["put", "add", "get", "join", "place", "be", "ask", "waitlist", "wait-list"])
        && let Some(end) = wait_list(text, at)
    {
        return Some((Verb::WaitList, end));
    }
    if text.is(at, &["move", "change", "push", "shift", "bring"]) && moved(text, at) {
        let adverb = usize::from(text.is(at + 1, &["back", "forward"]));
        return Some((Verb::Reschedule, at + 1 + adverb));
    }
    if let Some(end) = made_booking(text, at) {
        return Some((Verb::Book, end));
    }
    if let Some(end) = text.runs(at, "ask for").or_else(|| text.runs(at, "ask them for"))
        && !text.is(end, &["their", "the", "directions", "prices", "information"])
        && !text.lower(end).ends_with("'s")
        && TRIGGERS.iter().all(|(words, verb)| *verb == Verb::Ask || text.runs(at, words).is_none())
    {
        return Some((Verb::Wish, end));
    }
    if text.is(at, &["let"]) {
        let know = (at + 2..at + 6).find(|know| text.is(*know, &["know"]))?;
        return Some((Verb::Tell, if text.is(know + 1, &["that"]) { know + 2 } else { know + 1 }));
    }
    let (words, verb) = TRIGGERS.iter().find(|(words, _)| text.runs(at, words).is_some())?;
    text.runs(at, words).map(|end| (*verb, end))
}

fn wait_list(text: &Text, at: usize) -> Option<usize> {
    (at..at + 9)
        .take_while(|near| *near == at || text.pause(near - 1) < Pause::Stop)
        .find_map(|near| WAIT_LISTS.iter().find_map(|words| text.runs(near, words)))
}

/// "Move my appointment to Monday", but not "move in on Monday".
fn moved(text: &Text, at: usize) -> bool {
    let known = [
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
    (at + 1..text.sentence_end(at)).take(8).any(|near| text.is(near, &known))
}

/// "Make a dinner reservation", "I need a table", or a prompt that begins with "Table for two".
fn made_booking(text: &Text, at: usize) -> Option<usize> {
    let verb = ["make", "get", "set", "schedule", "arrange", "need", "needs", "want", "wants", "like", "place"];
    let bare = text.get(at)?.first;
    let start = if text.is(at, &verb) {
        if text.is(at + 1, &["up"]) { at + 2 } else { at + 1 }
    } else if bare {
        at
    } else {
        return None;
    };
    if text.is(start, &["to"]) {
        return None;
    }
    let near = if bare && start == at { 3 } else { 6 };
    let noun = (start..start + near)
        .take_while(|near| {
            *near == start || (text.pause(near - 1) == Pause::None && !text.is(*near, &["to", "if", "my", "about"]))
        })
        .find(|near| text.is(*near, &BOOKABLE))?;
    let plain = (start..noun).all(|near| trigger_word(text, near).is_none());
    (plain && !text.is(noun + 1, &["number", "is", "was"])).then_some(start)
}

fn trigger_word(text: &Text, at: usize) -> Option<Verb> {
    TRIGGERS.iter().find(|(words, _)| text.runs(at, words).is_some()).map(|(_, verb)| *verb)
}

pub(super) fn is_verb(text: &Text, at: usize, verb: Verb) -> bool {
    if at == 0 || text.pause(at - 1) >= Pause::Stop {
        return !is_noun_here(text, at, verb);
    }
    let asked = text.is(at - 1, &["you"]) && at >= 2 && text.is(at - 2, &["can", "could", "would", "will"]);
    let wanted = text.is(at, &["need", "needs", "want", "wants", "like"]) || text.runs(at, "following up").is_some();
    let governed = text.is(at - 1, &SUBJECTS) && !asked && !wanted;
    let possessed = text.lower(at - 1).ends_with("'s");
    !governed && !possessed && !text.is(at - 1, &DETERMINERS) && !is_noun_here(text, at, verb)
}

/// "Order number 12", "phone number", "call me", "ring size".
fn is_noun_here(text: &Text, at: usize, verb: Verb) -> bool {
    match verb {
        Verb::Order => {
            text.is(at, &["order"])
                && (text.is(at + 1, &["number", "is", "was", "id"])
                    || text.lower(at + 1).starts_with('#')
                    || detail::is_long_number(text, at + 1))
        }
        Verb::Call => {
            let numbered =
                text.is(at, &["phone"]) && text.lower(at + 1).starts_with(|first: char| !first.is_alphabetic());
            // "…, contact Dana White" says who is to be asked for, not who is called.
            let aside = text.is(at, &["contact"])
                && at > 0
                && (text.is(at + 1, &["is"]) || (text.pause(at - 1) == Pause::Comma && text.capital(at + 1)));
            numbered || aside || text.is(at + 1, &["number", "size", "back", "center", "me", "us"])
        }
        Verb::Ask => {
            let sure =
                text.runs(at, "make sure").is_some_and(|end| text.is(end, &["to", "you", "they", "not", "i", "we"]));
            sure || (text.is(at, &["check"]) && text.is(at + 1, &["in", "out"]))
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
