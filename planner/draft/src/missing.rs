//! What somebody who got this briefing would have to ask back, for each kind of task.

use crate::act::Verb;
use crate::brief::{Brief, Task};
use crate::plan::is_table;
use crate::{Missing, Vague};

/// Objects that name nothing.
const HOLLOW: [&str; 31] = [
    "",
    "something",
    "anything",
    "stuff",
    "thing",
    "things",
    "it",
    "that",
    "this",
    "one",
    "some",
    "them",
    "somewhere",
    "place",
    "someone",
    "food",
    "mine",
    "up",
    "now",
    "soon",
    "today",
    "me",
    "us",
    "everything",
    "whatever",
    "service",
    "something nice",
    "back",
    "in",
    "usual",
    "what i said",
];
/// Bookings that can be found again only by whose they are or when.
const BARE: [&str; 9] =
    ["something booked", "appointment", "reservation", "booking", "meeting", "order", "table", "visit", "appt"];

pub(crate) fn check(brief: &Brief) -> Result<&Task, Vague> {
    let Some(task) = &brief.task else {
        let mut missing = vec![one("goal", "What should the call achieve?")];
        if brief.callee.is_none() {
            missing.push(one("callee", "Who is called?"));
        }
        return Err(Vague { missing });
    };
    let missing = match task.verb {
        Verb::Book => booking(brief, task),
        Verb::Reschedule => rescheduling(brief, task),
        Verb::Cancel => existing(brief, task, "What should be canceled?"),
        Verb::Confirm => existing(brief, task, "What should be confirmed?"),
        Verb::Ask if brief.questions.is_empty() => vec![one("question", "What should be asked?")],
        Verb::Tell if brief.messages.iter().all(|message| is_hollow(message)) => {
            vec![one("message", "What should be said?")]
        }
        Verb::Order => object(task, "What should be ordered?"),
        Verb::Wish => wish(brief),
        Verb::FollowUp => governed(task, "What is the call following up on?"),
        Verb::Quote => governed(task, "What should the quote be for?"),
        Verb::Request => governed(task, "What exactly should be asked for?"),
        Verb::WaitList if brief.principal.is_none() => vec![one("name", "Whose name should go on the wait list?")],
        Verb::Ask | Verb::Tell | Verb::WaitList | Verb::Call => Vec::new(),
    };
    match (brief.sense.is_vague(), missing.is_empty()) {
        (true, true) => Err(Vague { missing: gaps(task) }),
        (true, false) => Err(Vague { missing }),
        (false, false) if brief.sense.may_be_vague() => Err(Vague { missing }),
        (false, _) => Ok(task),
    }
}

/// What a prompt lacks that says nothing beside its verb.
fn gaps(task: &Task) -> Vec<Missing> {
    match task.verb {
        Verb::Book => vec![
            one("what to book", "What should be booked?"),
            one("date and time", "For what day and time should it be booked?"),
            one("name", "Under whose name should it be booked?"),
        ],
        Verb::Reschedule => vec![one("what to move", "What should be moved, and to when?")],
        Verb::Cancel => vec![one("what it is about", "What should be canceled?")],
        Verb::Confirm => vec![one("what it is about", "What should be confirmed?")],
        Verb::Order => vec![one("what to order", "What should be ordered?")],
        Verb::Tell => vec![one("message", "What should be said?")],
        Verb::FollowUp => vec![one("what it is about", "What is the call following up on?")],
        Verb::Quote => vec![one("what it is about", "What should the quote be for?")],
        Verb::WaitList => vec![one("what it is about", "What is the wait list for, and whose name should go on it?")],
        Verb::Ask | Verb::Wish => vec![one("question", "What should be asked?")],
        Verb::Call | Verb::Request => vec![one("goal", "What should the call achieve?")],
    }
}

fn one(what: &str, suggested_question: &str) -> Missing {
    Missing { what: what.to_owned(), suggested_question: suggested_question.to_owned() }
}

fn is_hollow(words: &str) -> bool {
    let lower = words.to_lowercase();
    let plain = lower
        .split(' ')
        .skip_while(|word| ["a", "an", "the", "my", "our", "some", "of", "on", "about", "for", "that"].contains(word));
    HOLLOW.contains(&plain.collect::<Vec<_>>().join(" ").as_str())
}

fn booking(brief: &Brief, task: &Task) -> Vec<Missing> {
    let mut missing = Vec::new();
    let bare = BARE.contains(&task.thing.to_lowercase().as_str()) && brief.callee.is_none() && brief.when.is_none();
    if is_hollow(&task.thing) || bare {
        missing.push(one("what to book", "What should be booked?"));
    }
    // Somebody who knows what, for whom and where can ask what is free.
    let open = brief.principal.is_some()
        && brief.callee.is_some()
        && !is_hollow(&task.thing)
        && !is_table(task)
        && !BARE.contains(&task.thing.to_lowercase().as_str());
    if brief.when.is_none() && !open {
        missing.push(one("date and time", "For what day and time should it be booked?"));
    }
    if is_table(task) && brief.party_size.is_none() {
        missing.push(one("party size", "For how many people is the table?"));
    }
    if !missing.is_empty() && brief.principal.is_none() {
        missing.push(one("name", "Under whose name should it be booked?"));
    }
    missing
}

fn rescheduling(brief: &Brief, task: &Task) -> Vec<Missing> {
    let mut missing = Vec::new();
    let open = brief.principal.is_some() || brief.was.is_some();
    if brief.when.is_none() && !open {
        missing.push(one("new date and time", "To what day and time should it be moved?"));
    }
    if is_hollow(&task.thing) {
        missing.push(one("what to move", "What should be moved?"));
    }
    if !is_findable(brief, task) {
        missing.push(one("name", "Under whose name is it, or for when is it booked?"));
    }
    missing
}

fn existing(brief: &Brief, task: &Task, question: &str) -> Vec<Missing> {
    let mut missing = Vec::new();
    if is_hollow(&task.thing) {
        missing.push(one("what it is about", question));
    }
    if !is_findable(brief, task) {
        missing.push(one("name", "Under whose name is it, or for when is it booked?"));
    }
    missing
}

/// Whether the callee can tell which appointment or order is meant.
fn is_findable(brief: &Brief, task: &Task) -> bool {
    let described = !is_hollow(&task.thing) && !BARE.contains(&task.thing.to_lowercase().as_str());
    described || brief.principal.is_some() || brief.when.is_some() || brief.was.is_some() || !brief.details.is_empty()
}

fn object(task: &Task, question: &str) -> Vec<Missing> {
    if is_hollow(&task.thing) { vec![one("what to order", question)] } else { Vec::new() }
}

fn wish(brief: &Brief) -> Vec<Missing> {
    if brief.wishes.iter().all(|wish| is_hollow(wish)) {
        vec![one("question", "What should be asked for?")]
    } else {
        Vec::new()
    }
}

fn governed(task: &Task, question: &str) -> Vec<Missing> {
    let words = task.words.to_lowercase();
    let told = words
        .split(' ')
        .filter(|word| !["with", "them", "on", "about", "for", "please", "from", "of", "him", "her"].contains(word));
    if is_hollow(&told.collect::<Vec<_>>().join(" ")) { vec![one("what it is about", question)] } else { Vec::new() }
}
