//! What is wanted, when no verb says it: a prompt may only tell how things stand.

use std::ops::Range;

use super::{Act, Verb, is_kept};
use crate::detail;
use crate::noun;
use crate::one_of::one_of;
use crate::text::{Pause, Text};
use crate::when;

/// Less is a greeting.
const WORDS_MIN: usize = 5;

pub(crate) fn inferred(text: &Text, calls: &[Act]) -> Option<Act> {
    let told = statement(text, calls)?;
    let times = when::find(text, told.clone());
    let act = |verb: Verb, words: Range<usize>| Some(Act { verb, trigger: words.start..words.start, words });
    let kept = told.clone().find(|at| is_kept(text, *at) && starts_thing(text, *at));
    let cannot = told.clone().any(|at| {
        text.is(at, one_of!["can't", "cannot", "cant", "won't", "unable", "couldn't"])
            && (at..at + 6).any(|at| text.is(at, one_of!["make", "keep", "come", "attend", "be", "go", "get"]))
    });
    let other = told.clone().any(|at| {
        text.is(at, one_of!["instead", "rather", "another", "else", "later", "earlier", "week", "different"])
    });
    if times.len() > 1 && other && (kept.is_some() || cannot) {
        return act(Verb::Reschedule, kept.unwrap_or(told.start)..told.end);
    }
    if let (true, Some(kept)) = (cannot, kept) {
        return act(if other { Verb::Reschedule } else { Verb::Cancel }, kept..told.end);
    }
    if let Some(kept) = kept.filter(|_| !times.is_empty()) {
        return act(Verb::Book, kept..told.end);
    }
    // "Dentist for Ella at Happy Teeth, Thursday after 3": what stands first is what is wanted.
    let placed = told.clone().any(|at| {
        text.is(at, one_of!["at", "with"]) && text.capital(at + 1) && when::phrase(text, at + 1, told.end).is_none()
    });
    if calls.is_empty() && !times.is_empty() && placed && told.start == 0 && !cannot {
        return act(Verb::Book, told);
    }
    let pieces = told.clone().filter(|at| text.lower(*at).len() > 3).count();
    let numbered = || detail::details(text, told.clone()).iter().any(|detail| detail.label.ends_with("number"));
    let called =
        calls.iter().any(|act| noun::party(text, act.words.start, act.words.end.max(act.words.start)).is_some());
    (called && (pieces >= WORDS_MIN || numbered())).then_some(Act {
        verb: Verb::Tell,
        trigger: told.start..told.start,
        words: told,
    })
}

/// The longest sentence that is no order to call; what stands behind "Call Ann: …" or "Call Ann, …" is one.
fn statement(text: &Text, calls: &[Act]) -> Option<Range<usize>> {
    let behind = |sentence: Range<usize>| {
        let call = calls.iter().rfind(|act| sentence.contains(&act.trigger.start));
        let Some(call) = call else { return sentence };
        let pause = (call.words.start..sentence.end).find(|at| text.pause(*at) >= Pause::Comma);
        let about =
            (call.words.start..sentence.end).find(|at| text.is(*at, one_of!["about", "because", "since", "regarding"]));
        let start = pause.map(|at| at + 1).into_iter().chain(about).min().unwrap_or(sentence.end);
        start.min(sentence.end)..sentence.end
    };
    let first = text.sentences().map(behind).find(|told| told.len() >= WORDS_MIN)?;
    Some(first.start..text.len())
}

/// "My SLOT at …", "an APPOINTMENT": a thing begins where its article ends.
fn starts_thing(text: &Text, at: usize) -> bool {
    at == 0
        || text.is(at.wrapping_sub(1), one_of!["a", "an", "my", "our", "the", "his", "her", "some", "for"])
        || noun::is_possessive(text, at.wrapping_sub(1))
        || text.pause(at.wrapping_sub(1)) >= Pause::Comma
}
