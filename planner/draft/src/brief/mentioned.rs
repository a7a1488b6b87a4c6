//! Whoever is called, when no verb says it: the place, the firm or the person that is mentioned.

use std::ops::Range;

use super::Reader;
use crate::act::Verb;
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::{noun, people};

/// "Company is Spotless", "Restaurant: Nobu".
const LABELS: &OneOf = one_of![
    "company",
    "business",
    "restaurant",
    "hotel",
    "shop",
    "store",
    "clinic",
    "salon",
    "vendor",
    "provider",
    "place",
    "venue",
    "supplier",
    "firm",
];

/// What is sent to somebody makes them the one to ask.
const SENT: &OneOf = one_of![
    "sent",
    "emailed",
    "mailed",
    "shipped",
    "gave",
    "submitted",
    "returned",
    "applied",
    "wrote",
    "took",
    "brought",
    "dropped",
    "paid",
    "faxed",
];

impl Reader<'_> {
    /// What stands behind "at", else behind "with", else behind "from", in what is not a message to somebody.
    pub(super) fn mentioned_place(&self) -> Option<Range<usize>> {
        let text = self.text;
        let behind = |prepositions: &[&str]| {
            prepositions
                .iter()
                .find_map(|preposition| text.sentences().find_map(|sentence| self.named_in(&sentence, preposition)))
        };
        led(text).or_else(|| behind(&["at", "with"])).or_else(|| labelled(text)).or_else(|| behind(&["from", "to"]))
    }

    fn named_in(&self, sentence: &Range<usize>, preposition: &str) -> Option<Range<usize>> {
        let text = self.text;
        let mut start = sentence.start;
        while let Some(place) = people::place(text, start..sentence.end, preposition) {
            let told = self.acts.iter().any(|act| {
                let carries =
                    act.verb == Verb::Tell || (act.verb == Verb::Ask && preposition != "at" && preposition != "with");
                carries && act.words.contains(&place.start)
            });
            let sent = preposition != "to" || (place.start.saturating_sub(7)..place.start).any(|at| text.is(at, SENT));
            let free = !place.clone().any(|at| self.claimed.get(at).copied().unwrap_or(true) || text.quoted(at));
            // "From Boston to Paris" is a way.
            let rides =
                one_of!["flight", "train", "bus", "taxi", "cab", "car", "ride", "transfer", "shuttle", "limo", "van"];
            let way = preposition == "from"
                && (text.is(place.end, one_of!["to"]) || (0..text.len()).any(|at| text.is(at, rides)));
            let free = free && !way;
            let named = (place.start + 1..place.end).any(|at| text.capital(at)) || text.is_small();
            if !told && free && named && sent {
                return Some(place.start + 1..place.end);
            }
            start = place.start + 1;
        }
        None
    }
}

/// "Two things for OAK DENTAL: book …".
fn led(text: &Text) -> Option<Range<usize>> {
    let colon = (0..text.len().min(12)).find(|at| text.pause(*at) == Pause::Colon)?;
    let lead = (0..colon).rev().find(|at| text.is(*at, one_of!["for", "from", "with", "to", "at"]))?;
    let party = noun::party(text, lead + 1, colon + 1)?;
    (party.end == colon + 1 && party.clone().any(|at| text.capital(at))).then_some(party)
}

fn labelled(text: &Text) -> Option<Range<usize>> {
    (0..text.len()).find_map(|at| {
        let said = text.is(at, LABELS) && (text.pause(at) == Pause::Colon || text.is(at + 1, one_of!["is"]));
        let start = at + 1 + usize::from(text.is(at + 1, one_of!["is"]));
        said.then(|| noun::name(text, start, text.sentence_end(start))).flatten()
    })
}
