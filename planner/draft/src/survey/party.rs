//! Who is called, judged by how each name of the prompt is introduced and by what it looks like.

mod introduced;
mod role;
mod score;
mod weights;

use std::ops::Range;

use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::{detail, noun, when};
use introduced::is_role;
pub(crate) use introduced::is_trade_word;
pub(crate) use role::Named;
pub(crate) use score::score;
pub(crate) use weights::{Part, nobody, parts};

/// Every name of the prompt, in the order in which they stand.
pub(crate) fn candidates(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(words) = named(text, at).filter(|_| !(text.quoted(at) && at > 0)) else {
            at += 1;
            continue;
        };
        at = words.end;
        found.push(words);
    }
    found
}

/// "The council", "my gym", behind a word that calls somebody: described instead of named.
pub(crate) fn described(text: &Text) -> Vec<Range<usize>> {
    const LEADS: &OneOf = one_of![
        "call", "ring", "phone", "ask", "chase", "up", "of", "contact", "with", "from", "off", "at", "tell", "to",
        "let", "inform", "remind", "give", "drop", "out", "get", "by",
    ];
    let led = |at: &usize| {
        let before = at.wrapping_sub(1);
        text.is(*at, one_of!["the", "my", "our"])
            && text.is(before, LEADS)
            && text.pause(before) == Pause::None
            && !text.capital(at + 1)
    };
    let parties = (1..text.len()).filter(led).filter_map(|at| noun::party(text, at, text.len()));
    parties.filter(|party| party.len() > 1 && party.clone().all(|at| !text.capital(at))).collect()
}

/// The name with what kind of place or people it is: "Ashby TOWN HALL". "Ann Perry's dentist" is no Ann Perry.
pub(crate) fn whole(text: &Text, words: Range<usize>) -> Range<usize> {
    const KIND_WORDS_MAX: usize = 3;
    let plain = |at: &usize| {
        text.pause(at - 1) == Pause::None
            && !text.capital(*at)
            && !noun::is_stop(text, *at)
            && !text
                .is(*at, one_of!["the", "a", "an", "my", "our", "their", "can", "could", "would", "will", "do", "does"])
            && when::phrase(text, *at, text.len()).is_none()
    };
    let owner = noun::is_possessive(text, words.end - 1);
    let near = words.end..text.len().min(words.end + if owner { 0 } else { KIND_WORDS_MAX });
    let kind = near.take_while(plain).filter(|at| is_trade(text, *at)).last();
    let verb = kind.is_some_and(|at| text.is(at, one_of!["fish", "support", "post", "hire", "table", "service"]));
    words.start..kind.filter(|_| !verb).map_or(words.end, |at| at + 1)
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
        && !text.is(party.end, one_of!["service", "post", "table", "hire"])
    {
        party.end += 1;
    }
    while text.capital(party.end)
        && text.pause(party.end - 1) == Pause::None
        && is_trade(text, party.end - 1)
        && !text.is(party.end, one_of!["i", "i'm"])
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
    // "Could Aegean Tiles send …", "Try Doolin Ferry".
    let helps =
        one_of!["could", "would", "can", "should", "do", "does", "did", "is", "are", "has", "have", "try", "chase"];
    let verb = verb || (first.first && text.is(at, helps));
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
