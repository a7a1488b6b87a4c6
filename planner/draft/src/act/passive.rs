//! "My table needs to be moved to nine": the task comes after what it is about.

use std::ops::Range;

use super::{Act, Verb};
use crate::one_of::{OneOf, one_of};
use crate::text::Text;
use crate::when;

const MOVED: &OneOf =
    one_of!["moved", "changed", "rescheduled", "postponed", "pushed", "shifted", "rearranged", "rebooked"];
const CANCELED: &OneOf = one_of!["canceled", "cancelled", "dropped"];
const CONFIRMED: &OneOf = one_of!["confirmed", "reconfirmed", "verified"];

/// The trigger is the passive, the words are the whole sentence.
pub(super) fn passive(text: &Text, sentence: &Range<usize>) -> Option<Act> {
    let be = sentence.clone().find(|at| {
        let needed = ["needs to", "need to", "has to", "have to", "ought to", "must", "should", "had to"];
        let may_need = text.is(*at, one_of!["needs", "need", "has", "have", "ought", "must", "should", "had"]);
        if !may_need {
            return false;
        }
        let wanted = needed.iter().find_map(|words| text.runs(*at, words)).filter(|end| text.is(*end, one_of!["be"]));
        wanted.is_some() && *at > sentence.start && !text.quoted(*at)
    })?;
    let done = (be..sentence.end.min(be + 4)).find(|at| text.is(*at, one_of!["be"]))? + 1;
    let verb = if text.is(done, MOVED) {
        Verb::Reschedule
    } else if text.is(done, CANCELED) {
        Verb::Cancel
    } else if text.is(done, CONFIRMED) {
        Verb::Confirm
    } else {
        return None;
    };
    let end = done + 1 + usize::from(text.is(done + 1, one_of!["back", "forward"]));
    // What somebody asks or tells about it is not to be done.
    let told =
        (sentence.start..be).any(|at| text.is(at, one_of!["if", "whether", "tell", "ask", "that", "know", "remind"]));
    (!told).then(|| Act { verb, trigger: be..end, words: sentence.clone() })
}

/// "They have me down for Tuesday. I need it to be THURSDAY": what is moved was said in the sentence before.
pub(super) fn wanted(text: &Text, sentence: &Range<usize>) -> Option<Act> {
    let be = sentence.clone().find(|at| {
        text.is(*at, one_of!["need", "want", "like", "prefer", "make"])
            && text.is(at + 1, one_of!["it"])
            && !text.quoted(*at)
    })?;
    let to = be + 2 + 2 * usize::from(text.runs(be + 2, "to be").is_some());
    let when = to + usize::from(text.is(to, one_of!["on", "at", "for", "the"]));
    let timed = when::phrase(text, when, sentence.end).is_some();
    let before = sentence.start.checked_sub(1)?;
    let start = text.sentence_start(before);
    (timed && !when::find(text, start..before + 1).is_empty()).then_some(Act {
        verb: Verb::Reschedule,
        trigger: be..to,
        words: start..sentence.end,
    })
}
