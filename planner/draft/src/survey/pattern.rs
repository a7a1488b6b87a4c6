//! Words in a row, whatever their ending, with gaps between them where people put other words.

use crate::text::{Pause, Text};

/// What stands between "put" and "on the list" is a name and a title at most.
const GAP_MAX: usize = 7;

/// Where the pattern ends that begins here. `*` is a gap, `a|b` one of two words; a verb is met in all its forms.
pub(crate) fn ends(text: &Text, at: usize, pattern: &[&str]) -> Option<usize> {
    follow(text, at, at, pattern)
}

fn follow(text: &Text, start: usize, at: usize, pattern: &[&str]) -> Option<usize> {
    let Some((first, rest)) = pattern.split_first() else { return Some(at) };
    let open = |at: usize| at == start || (at < text.len() && text.pause(at.wrapping_sub(1)) < Pause::Stop);
    if *first == "*" {
        return (at..=at + GAP_MAX)
            .take_while(|next| (at..=*next).all(open))
            .find_map(|next| follow(text, start, next, rest));
    }
    let word = text.lower(at);
    let here = may_be(word, first) && open(at) && first.split('|').any(|base| is_form(word, base));
    if here { follow(text, start, at + 1, rest) } else { None }
}

/// By their first letter, which rules out most and costs little.
fn may_be(word: &str, bases: &str) -> bool {
    let (Some(letter), bases) = (word.bytes().next(), bases.as_bytes()) else { return false };
    bases.first() == Some(&letter) || bases.windows(2).any(|pair| pair == [b'|', letter])
}

/// "Booked", "booking", "books": forms of "book"; "chasing" of "chase", "cancelled" of "cancel".
pub(crate) fn is_form(word: &str, base: &str) -> bool {
    if word == base {
        return true;
    }
    let stem = base.strip_suffix('e').unwrap_or(base);
    if base.len() < 4 || !word.starts_with(stem) {
        return false;
    }
    let end = &word[stem.len()..];
    let doubled = stem.chars().last().is_some_and(|last| end.strip_prefix(last).is_some_and(is_ending));
    is_ending(end) || doubled
}

fn is_ending(end: &str) -> bool {
    matches!(end, "s" | "es" | "ed" | "d" | "ing" | "'s" | "ings")
}

#[cfg(test)]
mod tests {
    use super::{ends, is_form};
    use crate::text::Text;

    #[test]
    fn a_verb_is_met_in_all_its_forms() {
        let forms = [("chasing", "chase"), ("cancelled", "cancel"), ("booked", "book"), ("moves", "move")];
        assert!(forms.iter().all(|(word, base)| is_form(word, base)));
        assert!(!is_form("bookshop", "book") && !is_form("asking", "as"));
    }

    #[test]
    fn a_gap_is_a_few_words_of_one_sentence() {
        let text = Text::read("Put Ann Lee on the list. Put it away. The list is long");
        assert_eq!(ends(&text, 0, &["put", "*", "list"]), Some(6));
        assert_eq!(ends(&text, 6, &["put", "*", "list"]), None);
        assert_eq!(ends(&text, 0, &["add|put", "ann"]), Some(2));
    }
}
