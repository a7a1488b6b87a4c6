//! Everything with a time and a name that the callee keeps: to book, move, cancel, confirm or wait for.

use super::task::{for_party, has, owned, spoken, with_whom};
use super::{ANY, Plan, is_table};
use crate::brief::{Brief, Task};
use crate::script::{Beat, ask, ask_by_the_way, confirm};
use crate::speech::{join, sentence, to_callee, with_article};

const REMARK_BYTES_MAX: usize = 300;

pub(super) fn book(brief: &Brief, task: &Task) -> Plan {
    let table = is_table(task);
    let thing = with_article(&to_callee(&task.thing, brief.principal.as_deref()));
    let (party, when, with) = (for_party(brief), spoken(brief.when.as_ref()), with_whom(brief));
    let stay = brief
        .details
        .iter()
        .find(|(label, _)| label == "duration")
        .map(|(_, stay)| format!("for {stay}"))
        .unwrap_or_default();
    let whom = match &brief.principal {
        Some(name) if table || has(&task.thing, &["reservation", "room"]) => format!("under the name {name}"),
        Some(name) if thing.contains(name.as_str()) => String::new(),
        Some(name) => format!("for {name}"),
        None => String::new(),
    };
    let open = brief.when.as_ref().is_none_or(|when| when.open);
    let when_open = if brief.when.is_some() { "as early as possible" } else { "" };
    let purpose = if open {
        join(&["I'd like to book", &thing, &party, &with, &stay, &whom, when_open])
    } else {
        join(&["I'd like to book", &thing, &party, &with, &stay, when, &whom])
    };
    let purpose = sentence(&purpose, '.');
    let (field, question) = if table {
        ("table_available", join(&["do you have a table", &party, when]))
    } else if has(&task.thing, &["reservation", "booking"]) {
        ("reservation_available", join(&["could you take", &thing, &party, when]))
    } else if has(
        &task.thing,
        &[
            "room",
            "court",
            "car",
            "seat",
            "ticket",
            "space",
            "spot",
            "slot",
            "taxi",
            "cab",
            "van",
            "suite",
            "appointment",
        ],
    ) {
        let field = if has(&task.thing, &["appointment"]) { "appointment_available" } else { "available" };
        (field, join(&["do you have", &thing, "available", &with, &party, &stay, when]))
    } else {
        ("available", join(&["do you have an opening for", &thing, &with, when]))
    };
    let booking = booking(brief);
    let beats = if open {
        vec![ask("offered_time", "What is the earliest time that you have available?", ANY), booking]
    } else {
        let other = ask("alternative_time", "What other times do you have?", ANY);
        vec![confirm(field, sentence(&question, '?'), vec![booking], vec![other])]
    };
    Plan { name: if table { "Book a table" } else { "Make a booking" }, purpose, beats }
}

/// A free table is not a booked one: the callee says that it is booked.
fn booking(brief: &Brief) -> Beat {
    let whom = brief.principal.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    let remarks = brief.notes.iter().filter(|note| is_remark(note) && note.len() < REMARK_BYTES_MAX);
    let mut after: Vec<Beat> = remarks.map(|note| Beat::Say(sentence(&format!("please note: {note}"), '.'))).collect();
    after.extend(brief.wishes.iter().map(|wish| self::wish(wish)));
    after.push(ask_by_the_way("confirmation_number", "Is there a confirmation number?"));
    confirm("booked", format!("Could you book it{whom}, please?"), after, Vec::new())
}

/// What a host has to know without asking.
fn is_remark(note: &str) -> bool {
    let lower = note.to_lowercase();
    if note.split(' ').count() < 3 {
        return false;
    }
    let signs =
        ["need", "allerg", "wheelchair", "high chair", "birthday", "anniversary", "celebrat", "prefer", "stroller"];
    signs.iter().any(|sign| lower.contains(sign))
}

/// Something that is nice to have.
pub(crate) fn wish(wish: &str) -> Beat {
    confirm(
        "wish_granted",
        sentence(&format!("could we have {}, please", to_callee(wish, None)), '?'),
        Vec::new(),
        Vec::new(),
    )
}

pub(super) fn reschedule(brief: &Brief, task: &Task) -> Plan {
    let thing = owned(brief, task);
    let goal = brief.when.as_ref().map_or("another time", |when| when.written.as_str());
    let shifted =
        goal.starts_with("by ") || ["later", "earlier", "back", "forward"].iter().any(|end| goal.ends_with(end));
    let goal = if shifted { goal.to_owned() } else { format!("to {goal}") };
    let purpose = join(&["I'd like to move", &thing, &with_whom(brief), spoken(brief.was.as_ref()), &goal]);
    let other = ask("alternative_time", "What other times do you have?", ANY);
    let moved = confirm("moved", sentence(&format!("could you move it {goal}"), '?'), Vec::new(), vec![other]);
    Plan { name: "Reschedule", purpose: sentence(&purpose, '.'), beats: vec![moved] }
}

pub(super) fn cancel(brief: &Brief, task: &Task) -> Plan {
    let thing = join(&[&owned(brief, task), &with_whom(brief), spoken(brief.when.as_ref())]);
    let how = ask("how_to_cancel", "What would have to be done to cancel it?", ANY);
    let canceled =
        confirm("canceled", sentence(&format!("could you cancel {thing}, please"), '?'), Vec::new(), vec![how]);
    Plan { name: "Cancel", purpose: sentence(&format!("I'd like to cancel {thing}"), '.'), beats: vec![canceled] }
}

pub(super) fn confirm_booking(brief: &Brief, task: &Task) -> Plan {
    let own = join(&[&owned(brief, task), &with_whom(brief), &for_party(brief), spoken(brief.when.as_ref())]);
    let timed = [
        "appointment",
        "reservation",
        "booking",
        "meeting",
        "table",
        "visit",
        "dinner",
        "lunch",
        "session",
        "interview",
    ];
    let name = if has(&task.thing, &["appointment"]) {
        "appointment_confirmed"
    } else if has(&task.thing, &["reservation", "table", "booking", "dinner", "lunch"]) {
        "reservation_confirmed"
    } else {
        "confirmed"
    };
    let otherwise = if has(&task.thing, &timed) {
        ask("new_time", "What time would work instead?", ANY)
    } else {
        ask("status", "What is its status then?", ANY)
    };
    let plural = task.thing.ends_with('s') && !task.thing.ends_with("ss");
    let verb = if plural { "are" } else { "is" };
    let confirmed = confirm(name, sentence(&format!("{verb} {own} confirmed"), '?'), Vec::new(), vec![otherwise]);
    let kind = if name == "appointment_confirmed" { "Confirm an appointment" } else { "Confirm a booking" };
    Plan { name: kind, purpose: sentence(&format!("I'm calling to confirm {own}"), '.'), beats: vec![confirmed] }
}

pub(super) fn wait_list(brief: &Brief) -> Plan {
    let name = brief.principal.as_deref().unwrap_or("us");
    let place = join(&[&for_party(brief), spoken(brief.when.as_ref())]);
    let purpose = sentence(&join(&["I'd like to put", name, "on the wait list", &place]), '.');
    let wait = ask_by_the_way("wait_time", "How long is the wait, roughly?");
    let question = format!("Could you put {name} on the wait list, please?");
    Plan { name: "Join a wait list", purpose, beats: vec![confirm("on_wait_list", question, vec![wait], Vec::new())] }
}
