//! How much speaks for a name being the one who is called.

use std::ops::Range;
use std::sync::LazyLock;

use super::introduced::{CALLED, OTHERS, Phrases};
use super::is_trade;
use crate::one_of::{OneOf, one_of};
use crate::survey::is_ordered;
use crate::survey::pattern::{Forms, Piece, ends};
use crate::text::{Pause, Text};
use crate::{detail, noun, when};

/// An introduction of this weight leaves no doubt.
const SURE: i32 = 9;
/// What takes a name out of the running.
const OUT: i32 = 14;
/// In front of where something is, whatever is there.
const PLACED: i32 = 28;

/// What an author has done with somebody, in all its forms.
static ORDERS: LazyLock<Forms<()>> = LazyLock::new(|| {
    let verbs =
        ["call", "phone", "ring", "give", "drop", "tell", "remind", "notify", "inform", "ask", "let", "message"];
    let mut forms = Forms::new();
    for verb in verbs {
        forms.add(verb, ());
    }
    forms
});

pub(crate) fn score(text: &Text, words: &Range<usize>) -> i32 {
    let called = introduction(text, text.sentence_start(words.start), words.start, &CALLED, true);
    introduced(text, words, called) + shape(text, words, called) + position(text, words) + acting(text, words)
}

/// By what stands in front of the name, of which `called` is what introduces whoever is called.
fn introduced(text: &Text, words: &Range<usize>, called: i32) -> i32 {
    let lead = text.sentence_start(words.start);
    let score = called.max(apposed(text, lead, words.start));
    let others = introduction(text, lead, words.start, &OTHERS, false);
    let never = if is_business(text, words) && others < PLACED { others / 4 } else { others };
    // "Tell our tenant Ivan" is for Ivan.
    let ordered = (lead..words.start).rev().take(5).any(|at| !ORDERS.get(text.lower(at)).is_empty());
    let told = ordered && never == OUT;
    let full = score < SURE && !(told && score == 0);
    let bonus = if told && called < SURE { 6 } else { 0 };
    score - if full { never } else { never / 4 } + bonus
}

/// By what the name looks like.
fn shape(text: &Text, words: &Range<usize>, called: i32) -> i32 {
    let mut score = 0;
    // "Ann Perry's cleaning" is Ann's, and not who cleans.
    let next = words.end;
    let owner = noun::is_possessive(text, words.end - 1)
        && text.pause(words.end - 1) == Pause::None
        && !text.capital(next)
        && !text.is(next, one_of!["on", "in", "at", "and", "for", "if", "to"])
        && !is_trade(text, next);
    score -= if owner { OUT } else { 0 };
    score += if is_business(text, words) { 4 } else { 0 };
    score += if words.clone().any(|at| text.is(at, one_of!["&"])) { 2 } else { 0 };
    score -= if text.is(words.start, one_of!["mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss"]) { 2 } else { 0 };
    score += if text.is(words.start, one_of!["dr", "dr.", "doctor", "professor", "prof."]) { 4 } else { 0 };
    let address = (words.start.saturating_sub(2)..=words.start)
        .any(|at| detail::address(text, at, text.len()).is_some_and(|end| end >= words.end));
    let placed = (address || is_place(text, words)) && called + score < 12;
    score - if placed { OUT } else { 0 }
}

/// By where the name stands.
fn position(text: &Text, words: &Range<usize>) -> i32 {
    let mut score = 0;
    let before = words.start.wrapping_sub(1);
    // "From Oakland to Sacramento" is a way.
    let way = text.is(before, one_of!["from"])
        && text.is(words.end, one_of!["to"])
        && text.capital(words.end + 1)
        && !words.clone().any(|at| text.is(at, one_of!["&"]));
    score -= if way { OUT } else { 0 };
    score += if text.is(before, one_of!["to"]) && text.pause(before) == Pause::Colon { 10 } else { 0 };
    // "…, contact Dana White", "Contact Mei Ho on 020 …": nobody is told to call.
    let reached = (words.end..words.end + 2).any(|at| {
        text.lower(at).starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '('))
            || text.lower(at).contains('@')
    });
    let aside = text.pause(before) == Pause::Colon
        || text.pause(before.wrapping_sub(1)) == Pause::Comma
        || !is_ordered(text, before)
        || reached;
    score -= if text.is(before, one_of!["contact", "reach"]) && aside { OUT } else { 0 };
    // Whoever signs stands last, or in front of a number to call back.
    let signed = words.end == text.len() && words.start > 0 && text.pause(before) >= Pause::Comma;
    let numbered = text.lower(words.end).starts_with(|first: char| first.is_ascii_digit() || first == '+');
    let signed = signed || (numbered && when::phrase(text, words.end, text.len()).is_none());
    score -= if signed { 3 } else { 0 };
    score += if text.get(words.start).is_some_and(|word| word.first) { 2 } else { 0 };
    // "Waiting list please: Hanoi House, …".
    score += if words.start > 0 && text.pause(before) == Pause::Colon { 2 } else { 0 };
    // "…, start 19:00, at Holmen Barn" is where, not who.
    let aside = text.is(before, one_of!["at"]) && text.pause(words.start.wrapping_sub(2)) >= Pause::Comma;
    score - if aside { 4 } else { 0 }
}

/// By what whoever is named does: "make sure SKYLINE LIMO has us down", "LITTLE SPROUTS told us".
fn acting(text: &Text, words: &Range<usize>) -> i32 {
    const ACTS: &OneOf = one_of![
        "has", "have", "had", "can", "could", "will", "would", "does", "told", "said", "knows", "still", "charges",
        "offers", "takes", "never", "promised", "owes", "keeps", "got", "do", "sells", "stocks", "stock",
    ];
    let asked = one_of!["if", "whether", "that", "sure", "check", "could", "does", "what", "how"];
    if !text.is(words.end, ACTS) || text.pause(words.end - 1) != Pause::None {
        return 0;
    }
    let lead = text.sentence_start(words.start);
    if (lead..words.start).any(|at| text.is(at, asked)) { 4 } else { 3 }
}

fn is_business(text: &Text, words: &Range<usize>) -> bool {
    words.clone().any(|at| is_trade(text, at))
}

/// "With the storage place, BIG YELLOW DOOR": the description is introduced in its stead.
fn apposed(text: &Text, lead: usize, start: usize) -> i32 {
    let Some(comma) = start.checked_sub(1).filter(|at| text.pause(*at) == Pause::Comma) else { return 0 };
    let begin = (lead..=comma).rev().take(5).find(|at| text.is(*at, one_of!["the", "my", "our", "a", "their"]));
    let Some(begin) = begin.filter(|begin| (*begin..=comma).all(|at| !text.capital(at))) else { return 0 };
    introduction(text, lead, begin, &CALLED, false)
}

/// The heaviest phrase that stands here.
fn introduction(text: &Text, lead: usize, end: usize, phrases: &Phrases, loose: bool) -> i32 {
    let heaviest = |end: usize| {
        let mut near = phrases.ending_with(text.lower(end.checked_sub(1)?));
        near.find(|phrase| stands_before(text, lead, end, &phrase.words)).map(|phrase| phrase.weight)
    };
    let [whole, article, described] = before(text, lead, end, loose);
    let others = [article, described].into_iter().filter(|other| *other != whole);
    std::iter::once(whole).chain(others).filter_map(heaviest).max().unwrap_or(0)
}

/// Where a phrase that introduces may end.
fn before(text: &Text, lead: usize, end: usize, loose: bool) -> [usize; 3] {
    // "The", "our", "my local" may stand between.
    let article = end - usize::from(end > lead && text.is(end - 1, one_of!["the", "our", "my", "a", "is"]));
    // "Tell OUR TENANT Ivan", but not "on THE LIST AT Nobu".
    let described = (lead..end).rev().take(3).take_while(|at| {
        !text.capital(*at)
            && text.pause(*at) == Pause::None
            && !text.is(*at, one_of!["at", "for", "with", "from", "of", "in", "on", "to", "by"])
    });
    let described = described.filter(|_| loose).find(|at| text.is(*at, one_of!["the", "our", "my", "his", "her"]));
    [end, article, described.unwrap_or(end)]
}

fn stands_before(text: &Text, lead: usize, end: usize, words: &[Piece]) -> bool {
    let Some(start) = end.checked_sub(words.len()).filter(|start| *start >= lead) else { return false };
    (start..end - 1).all(|at| text.pause(at) == Pause::None)
        && matches!(text.pause(end - 1), Pause::None | Pause::Colon)
        && ends(text, start, start, words) == Some(end)
}

/// "Terminal 4", "Baker Street", "Gate 12": where something happens.
fn is_place(text: &Text, words: &Range<usize>) -> bool {
    const PLACES: &OneOf = one_of![
        "street",
        "road",
        "avenue",
        "lane",
        "close",
        "terrace",
        "crescent",
        "drive",
        "row",
        "terminal",
        "airport",
        "rd",
        "st",
        "square",
        "boulevard",
        "wharf",
        "quay",
        "way",
        "gate",
        "flat",
        "apartment",
        "unit",
        "blvd"
    ];
    let led = text.is(words.start.wrapping_sub(1), one_of!["on", "in", "near", "to", "from", "address"])
        || text.lower(words.start.wrapping_sub(1)).starts_with(|first: char| first.is_ascii_digit())
        || text.pause(words.start.wrapping_sub(1)) >= Pause::Comma;
    led && words.clone().skip(1).any(|at| text.is(at, PLACES)) && !words.clone().any(|at| is_trade(text, at))
}
