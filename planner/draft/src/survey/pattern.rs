//! Words in a row, whatever their ending, with gaps between them where people put other words.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::text::{Pause, Text};

/// What stands between "put" and "on the list" is a name and a title at most.
const GAP_MAX: usize = 7;
/// What a verb may end in.
const ENDINGS: [&str; 7] = ["s", "es", "ed", "d", "ing", "'s", "ings"];
/// Shorter words have one form.
const INFLECTED_BYTES_MIN: usize = 4;

/// `*` is a gap, `a|b` one of two words; a verb is met in all its forms. Taken to pieces once, because every word of a
/// prompt is compared with many.
pub(crate) type Pattern = Vec<Piece>;

#[derive(Debug)]
pub(crate) enum Piece {
    Gap,
    Word(Vec<Base>),
}

/// A word and what its forms begin with.
#[derive(Debug)]
pub(crate) struct Base {
    word: &'static str,
    stem: &'static str,
}

impl Base {
    fn of(word: &'static str) -> Self {
        Self { word, stem: stem(word) }
    }

    fn has(&self, form: &str) -> bool {
        // By their first letter most are ruled out.
        form.as_bytes().first() == self.stem.as_bytes().first() && is_form_of(form, self.word, self.stem)
    }
}

pub(crate) fn pattern(words: &'static str) -> Pattern {
    let piece = |word: &'static str| {
        if word == "*" { Piece::Gap } else { Piece::Word(word.split('|').map(Base::of).collect()) }
    };
    words.split(' ').map(piece).collect()
}

/// Where the pattern ends that begins at `start` and of which these pieces are left from `at` on.
pub(crate) fn ends(text: &Text, start: usize, mut at: usize, mut pieces: &[Piece]) -> Option<usize> {
    let open = |at: usize| at == start || (at < text.len() && text.pause(at.wrapping_sub(1)) < Pause::Stop);
    while let Some((first, rest)) = pieces.split_first() {
        match first {
            Piece::Gap => {
                let mut near = (at..=at + GAP_MAX).take_while(|next| open(*next));
                return near.find_map(|next| ends(text, start, next, rest));
            }
            Piece::Word(bases) if bases.iter().any(|base| base.has(text.lower(at))) && open(at) => {
                at += 1;
                pieces = rest;
            }
            Piece::Word(_) => return None,
        }
    }
    Some(at)
}

/// Something for each form of a word, so that a word of a prompt costs one look.
#[derive(Debug)]
pub(crate) struct Forms<Value>(HashMap<Box<str>, Vec<Value>, FixedState>);

impl<Value: Copy + PartialEq> Forms<Value> {
    pub(crate) fn new() -> Self {
        Self(HashMap::default())
    }

    /// Adds it to every form of the word, and to each but once in a row.
    pub(crate) fn add(&mut self, base: &str, value: Value) {
        each_form(base, |form| match self.0.get_mut(form) {
            Some(values) if values.last() == Some(&value) => {}
            Some(values) => values.push(value),
            None => {
                self.0.insert(form.into(), vec![value]);
            }
        });
    }

    /// In the order in which they were added.
    pub(crate) fn get(&self, form: &str) -> &[Value] {
        self.0.get(form).map(Vec::as_slice).unwrap_or_default()
    }
}

/// "Booked", "booking", "books": forms of "book"; "chasing" of "chase", "cancelled" of "cancel".
pub(crate) fn is_form(word: &str, base: &str) -> bool {
    is_form_of(word, base, stem(base))
}

fn is_form_of(form: &str, base: &str, stem: &str) -> bool {
    let Some(end) = form.strip_prefix(stem) else { return false };
    if end == &base[stem.len()..] {
        return true;
    }
    let doubled = || stem.chars().last().is_some_and(|last| end.strip_prefix(last).is_some_and(is_ending));
    base.len() >= INFLECTED_BYTES_MIN && (is_ending(end) || doubled())
}

fn each_form(base: &str, mut take: impl FnMut(&str)) {
    take(base);
    if base.len() < INFLECTED_BYTES_MIN {
        return;
    }
    let mut form = String::with_capacity(base.len() + 5);
    let stem = stem(base);
    let doubled = stem.chars().last();
    for last in [None, doubled] {
        for ending in ENDINGS {
            form.clear();
            form.push_str(stem);
            form.extend(last);
            form.push_str(ending);
            take(&form);
        }
    }
}

fn stem(base: &str) -> &str {
    base.strip_suffix('e').unwrap_or(base)
}

fn is_ending(end: &str) -> bool {
    ENDINGS.contains(&end)
}

#[cfg(test)]
mod tests {
    use super::{Forms, ends, is_form, pattern};
    use crate::text::Text;

    #[test]
    fn a_verb_is_met_in_all_its_forms() {
        let forms = [("chasing", "chase"), ("cancelled", "cancel"), ("booked", "book"), ("moves", "move")];
        assert!(forms.iter().all(|(word, base)| is_form(word, base)));
        assert!(!is_form("bookshop", "book") && !is_form("asking", "as"));
        for base in ["chase", "cancel", "as"] {
            super::each_form(base, |form| assert!(is_form(form, base), "{form}"));
        }
        let mut found = Forms::new();
        found.add("cancel", 1);
        assert_eq!([found.get("cancelled"), found.get("cancellation")], [&[1][..], &[]]);
    }

    #[test]
    fn a_gap_is_a_few_words_of_one_sentence() {
        let text = Text::read("Put Ann Lee on the list. Put it away. The list is long");
        assert_eq!(ends(&text, 0, 0, &pattern("put * list")), Some(6));
        assert_eq!(ends(&text, 6, 6, &pattern("put * list")), None);
        assert_eq!(ends(&text, 0, 0, &pattern("add|put ann")), Some(2));
    }
}
