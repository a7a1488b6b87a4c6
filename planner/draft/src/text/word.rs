//! From a chunk between spaces to the word in it.

use std::ops::Range;

use super::{Pause, Word, lower, typo};
use crate::{one_of, when};

/// Words that end in a dot without ending a sentence.
const ABBREVIATIONS: [&str; 23] = [
    "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "jr.", "sr.", "ave.", "blvd.", "rd.", "no.", "approx.", "inc.",
    "ltd.", "co.", "a.m.", "p.m.", "vs.", "dept.", "apt.", "ext.", "rs.",
];

/// A chunk between spaces without its quotes and punctuation; or only the pause that it stands for.
pub(super) fn word(line: &str, span: Range<usize>) -> Result<Word, Pause> {
    let chunk = &line[span.clone()];
    let led = chunk.trim_start_matches(|sign: char| {
        matches!(sign, '"' | '\'' | ',' | '.' | ';' | ':' | '?' | '!' | '[' | '{' | '<' | '-' | '/')
    });
    let start = span.end - led.len();
    let core = if is_abbreviation(led) {
        led
    } else {
        let loose = led.trim_end_matches(|sign: char| {
            matches!(sign, '"' | ',' | '.' | ';' | ':' | '?' | '!' | ']' | '}' | '>' | '-' | '/')
        });
        let dotted = loose.len() + 1;
        if led.get(..dotted).is_some_and(is_abbreviation) { &led[..dotted] } else { loose }
    };
    let tail = &led[core.len()..];
    if !core.chars().any(char::is_alphanumeric) && !core.contains('&') {
        return Err(pause(chunk));
    }
    let capital = core.chars().next().is_some_and(char::is_uppercase);
    let lower = if core.is_ascii() { core.to_ascii_lowercase() } else { core.to_lowercase() };
    let lower = typo::mended(&lower).map_or(lower, str::to_owned);
    Ok(Word {
        number: when::numeral(&lower),
        mark: one_of::mark(&lower),
        plain: lower.bytes().all(|byte| byte.is_ascii_lowercase()),
        lower,
        span: start..start + core.len(),
        pause: pause(tail),
        capital,
        first: false,
        quoted: false,
        sentence: 0,
    })
}

fn is_abbreviation(word: &str) -> bool {
    if !word.ends_with('.') {
        return false;
    }
    let lower = lower(word);
    let initial = lower.len() == 2 && lower.starts_with(|first: char| first.is_ascii_lowercase());
    initial || ABBREVIATIONS.contains(&&*lower)
}

fn pause(punctuation: &str) -> Pause {
    if punctuation.is_empty() {
        Pause::None
    } else if punctuation.contains('?') {
        Pause::Question
    } else if punctuation.contains(['.', '!', ';']) {
        Pause::Stop
    } else if punctuation.contains(':') {
        Pause::Colon
    } else if punctuation.contains([',', '-']) {
        Pause::Comma
    } else {
        Pause::None
    }
}
