//! Tasks that are told by more than their verb.

use super::Verb;
use super::lexicon::is_kept;
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::when;

const MEALS: &OneOf = one_of!["dinner", "lunch", "brunch", "breakfast", "supper"];
const OWN: &OneOf = one_of!["my", "our", "the", "his", "her"];

/// The verb, and where its words begin.
pub(super) fn special(text: &Text, at: usize) -> Option<(Verb, usize)> {
    message(text, at)
        .or_else(|| estimate(text, at))
        .or_else(|| dropped(text, at))
        .or_else(|| wanted_goods(text, at))
        .or_else(|| visit(text, at))
}

/// "Give Mr. Petrov A MESSAGE", "leave this MESSAGE for Ann".
fn message(text: &Text, at: usize) -> Option<(Verb, usize)> {
    if text.is(at, one_of!["message"]) && text.get(at)?.first && text.is(at + 1, one_of!["for", "to"]) {
        return Some((Verb::Tell, at + 1));
    }
    if !text.is(at, one_of!["give", "leave", "pass", "deliver", "send", "relay", "get"]) {
        return None;
    }
    let near = (at + 1..at + 7).take_while(|near| text.pause(near.wrapping_sub(1)) == Pause::None);
    let message = near.into_iter().find(|near| text.is(*near, one_of!["message", "voicemail", "word", "note"]))?;
    // "Get a message from them" is not told.
    (text.is(message.wrapping_sub(1), one_of!["a", "this", "the", "my", "our", "following", "short", "quick"]))
        .then_some((Verb::Tell, message + 1))
}

/// "After A BALLPARK PRICE", "would like SOME QUOTES".
fn estimate(text: &Text, at: usize) -> Option<(Verb, usize)> {
    let lead = at.checked_sub(1).filter(|_| text.is(at, one_of!["a", "an", "some"]))?;
    let wanted = text.is(
        lead,
        one_of![
            "after", "for", "like", "need", "want", "get", "request", "obtain", "me", "us", "them", "needs", "wants"
        ],
    );
    let given = text.is(lead, one_of!["me", "us", "get", "give", "for"])
        && text.is(at + 1, one_of!["price"])
        && text.is(at + 2, one_of!["on", "for", "to"]);
    if given {
        return Some((Verb::Quote, at + 2));
    }
    let limit = (at + 1..at + 5).take_while(|near| text.pause(near.wrapping_sub(1)) == Pause::None);
    let noun = limit
        .into_iter()
        .find(|near| text.is(*near, one_of!["quote", "quotes", "estimate", "estimates", "bid", "ballpark"]))?;
    let end = noun + 1 + usize::from(text.is(noun + 1, one_of!["price", "figure", "estimate", "quote", "cost"]));
    (wanted && !text.is(lead.wrapping_sub(1), one_of!["ask", "asked"])).then_some((Verb::Quote, end))
}

/// "Drop our order", "end the contract".
fn dropped(text: &Text, at: usize) -> Option<(Verb, usize)> {
    if !text.is(at + 1, OWN) {
        return None;
    }
    let long = one_of!["contract", "subscription", "membership", "account", "policy", "plan", "lease", "service"];
    let object = at + 2;
    let ends =
        text.is(at, one_of!["end", "stop", "close", "quit"]) && (object..object + 3).any(|near| text.is(near, long));
    let drops = text.is(at, one_of!["drop", "scrap", "scratch"]) && is_kept(text, object);
    (ends || drops).then_some((Verb::Cancel, at + 1))
}

/// "I'd like 20 croissants from …", "send Vera a dozen tulips from Flora's".
fn wanted_goods(text: &Text, at: usize) -> Option<(Verb, usize)> {
    if !text.is(at, one_of!["like", "want", "need", "get", "send"]) {
        return None;
    }
    let end = text.sentence_end(at);
    let from = (at + 1..end).any(|at| {
        (text.is(at, one_of!["from"]) && text.capital(at + 1))
            || text.is(at, one_of!["pickup", "delivery", "takeout", "takeaway", "delivered"])
    });
    let counted = |at: usize| {
        when::number(text, at).is_some() || text.is(at, one_of!["dozen"]) || text.runs(at, "a dozen").is_some()
    };
    let wants = text.is(at, one_of!["like", "want", "need", "get"])
        && (counted(at + 1) || (text.is(at + 1, one_of!["me", "us"]) && counted(at + 2)));
    let sends = text.is(at, one_of!["send"]) && (at + 1..end.min(at + 6)).any(counted);
    let people = (at + 1..end.min(at + 4)).any(|at| {
        text.is(
            at,
            one_of!["people", "guests", "persons", "adults", "appointments", "tables", "rooms", "things", "seats"],
        )
    });
    (from && (wants || sends) && !people && !is_kept(text, at + 2)).then_some((Verb::Order, at + 1))
}

/// "Want to HAVE DINNER at …", "HAVE an electrician from Volta COME out".
fn visit(text: &Text, at: usize) -> Option<(Verb, usize)> {
    // "Arrange for Glenn's Garage to service our van".
    if text.is(at, one_of!["arrange"]) && text.is(at + 1, one_of!["for"]) && text.capital(at + 2) {
        return Some((Verb::Book, at + 2));
    }
    if !text.is(at, one_of!["have", "send", "get", "eat"]) {
        return None;
    }
    if text.is(at, one_of!["have", "eat"]) && text.is(at + 1, MEALS) {
        return Some((Verb::Book, at + 1));
    }
    let someone = text.is(at + 1, one_of!["a", "an", "someone", "somebody"]);
    let near = (at + 2..at + 9).take_while(|near| text.pause(near.wrapping_sub(1)) == Pause::None);
    let comes = near.into_iter().any(|near| text.is(near, one_of!["come", "out", "over", "stop", "visit"]));
    (someone && comes && !text.is(at + 1, one_of!["you"])).then_some((Verb::Book, at + 1))
}
