//! Who is called, judged by how each name of the prompt is introduced and by what it looks like.

mod introduced;
mod score;

use std::ops::Range;

use crate::text::{Pause, Text};
use crate::{detail, noun, when};
use introduced::is_role;
pub(crate) use introduced::is_trade_word;
pub(crate) use score::score;

/// A name, and how much speaks for it being the one who is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) words: Range<usize>,
    pub(crate) score: i32,
}

/// Every name of the prompt with its score, in the order in which they stand.
pub(crate) fn candidates(text: &Text) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(words) = named(text, at).filter(|_| !(text.quoted(at) && at > 0)) else {
            at += 1;
            continue;
        };
        at = words.end;
        found.push(Candidate { score: score(text, &words), words });
    }
    found
}

/// The candidate for which most speaks; of equals the first.
pub(crate) fn best(candidates: &[Candidate]) -> Option<&Candidate> {
    candidates.iter().rev().max_by_key(|candidate| candidate.score)
}

/// "Royal Infirmary's cardiology clinic", "Northern Rail", "Big Yellow Door".
fn named(text: &Text, at: usize) -> Option<Range<usize>> {
    let first = text.get(at)?;
    let led = first.first || (at > 0 && text.pause(at - 1) == Pause::Colon);
    if !first.capital || detail::is_long_number(text, at) || when::phrase(text, at, text.len()).is_some() {
        return None;
    }
    let mut party = noun::party(text, at, text.len())?;
    while is_trade(text, party.end)
        && text.pause(party.end - 1) == Pause::None
        && !text.is(party.end, &["service", "post", "table", "hire"])
    {
        party.end += 1;
    }
    while text.capital(party.end)
        && text.pause(party.end - 1) == Pause::None
        && is_trade(text, party.end - 1)
        && !text.is(party.end, &["i", "i'm"])
        && when::phrase(text, party.end, text.len()).is_none()
    {
        party.end += 1;
    }
    // "Nonna Pia's can", "the registry office in Leith".
    while party.len() > 1
        && !text.capital(party.end - 1)
        && !is_trade(text, party.end - 1)
        && !noun::is_particle(text.lower(party.end - 1))
    {
        party.end -= 1;
    }
    // A sentence begins with a capital, whatever its first word is.
    let verb = led && super::is_cue(text, at);
    let alone = first.first && party.len() == 1 && !is_trade(text, at);
    (!verb && !alone).then_some(party)
}

/// A name without what somebody is in the matter: "Organiser Ms Adaeze Nwosu". Codes and such words alone name nobody.
pub(crate) fn person(name: &str) -> Option<String> {
    let (first, rest) = name.split_once(' ').unwrap_or((name, ""));
    let named = if is_role(&first.to_lowercase()) { rest } else { name };
    (!named.is_empty()).then(|| named.to_owned())
}

fn is_trade(text: &Text, at: usize) -> bool {
    is_trade_word(text.lower(at))
}
