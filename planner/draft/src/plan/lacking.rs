//! The one question that a plan may lack.

use proto::workflow::{Field, FieldKind};

use crate::Category;
use crate::act::Verb;
use crate::brief::Brief;
use crate::one_of::{OneOf, one_of};
use crate::script::{self, Beat};
use crate::text::Text;

/// The one question without which nobody knows whether the call came to what it is for.
pub(super) fn lacking(text: &Text, category: Category, brief: &Brief, fields: &[&Field]) -> Option<Beat> {
    let asks = |kind: &FieldKind| fields.iter().any(|field| field.kind == *kind);
    let act = matches!(
        category,
        Category::Book
            | Category::Reschedule
            | Category::Cancel
            | Category::Confirm
            | Category::Order
            | Category::WaitList
    ) || gives_up(brief);
    let decides = |field: &Field| field.kind == FieldKind::Boolean && !is_aside(field);
    let asked = brief.task.as_ref().is_some_and(|task| task.verb == Verb::Ask);
    let done = match category {
        // "Is he to fast" confirms no appointment.
        Category::Confirm if asked => fields.iter().any(|field| decides(field) && confirms(field)),
        Category::Order if asked && is_held(text) => fields.iter().any(|field| holds(field)),
        Category::Order
        | Category::Confirm
        | Category::Book
        | Category::Reschedule
        | Category::Cancel
        | Category::Ask
        | Category::Message
        | Category::FollowUp
        | Category::Quote
        | Category::WaitList => fields.iter().any(|field| decides(field)),
    };
    if act && !done {
        return Some(script::confirm("done", "Could you take care of that, please?", Vec::new(), Vec::new()));
    }
    let priced = category != Category::Quote || asks(&FieldKind::Money);
    (!priced).then(|| script::ask("price", "Roughly how much would that cost?", FieldKind::Money))
}

/// Whether the answer says that what was agreed on stands.
fn confirms(field: &Field) -> bool {
    const SAID: [&str; 27] = [
        "confirm",
        "still",
        "booked",
        "booking",
        "scheduled",
        "down for",
        "expected",
        "expecting",
        "got us",
        "got our",
        "have us",
        "have our",
        "have down",
        "has down",
        "right",
        "correct",
        "reservation",
        "appointment",
        "reserved",
        "all set",
        "going ahead",
        "coming",
        "order",
        "arrive",
        "happening",
        "on for",
        "ours",
    ];
    let question = field.question.expose().to_lowercase();
    field.name.contains("confirm") || SAID.iter().any(|said| question.contains(said))
}

fn holds(field: &Field) -> bool {
    if field.kind != FieldKind::Boolean {
        return false;
    }
    let question = field.question.expose().to_lowercase();
    ["hold", "aside", "put", "keep", "reserve", "set", "lay"]
        .iter()
        .any(|verb| question.split(' ').any(|word| word.trim_matches([',', '?']) == *verb))
}

/// "If they have it, have them hold one for Ivo".
fn is_held(text: &Text) -> bool {
    let near = |at: usize, words: &OneOf| (at + 1..at + 6).any(|near| text.is(near, words));
    (0..text.len()).any(|at| {
        (text.is(at, one_of!["hold", "reserve"])
            && near(at, one_of!["for", "it", "one", "two", "them", "until", "till"]))
            || (text.is(at, one_of!["put", "set", "keep", "lay"]) && near(at, one_of!["aside", "by", "behind", "back"]))
    })
}

/// A yes that does not say whether anything was done.
fn is_aside(field: &Field) -> bool {
    ["message_understood", "wish_granted"].iter().any(|name| field.name.starts_with(name))
}

/// "The Lims won't be coming on Sunday": whoever hears that has something to do.
fn gives_up(brief: &Brief) -> bool {
    const SAID: [&str; 16] = [
        "won't be coming",
        "wont be coming",
        "won't be there",
        "wont be there",
        "not coming",
        "can't come",
        "cant come",
        "can't make",
        "cant make",
        "won't make it",
        "wont make it",
        "free up",
        "different day",
        "different time",
        "another day",
        "another time",
    ];
    let task = brief.task.as_ref().is_some_and(|task| task.verb == Verb::Tell);
    task && brief.messages.iter().any(|message| {
        let lower = message.to_lowercase();
        SAID.iter().any(|said| lower.contains(said))
    })
}
