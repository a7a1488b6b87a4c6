//! The words that a time may begin with.

use std::sync::LazyLock;

use super::word::{HOLIDAYS, MONTHS, OPEN, SPANS, WEEKDAYS, WEEKDAYS_SHORT};
use crate::one_of::{OneOf, one_of};
use crate::table::Words;
use crate::text::{Word, owner};

/// In front of a day.
pub(super) const LEADS: &OneOf = one_of!["this", "next", "coming", "following", "every", "last"];
pub(super) const RELATIVE: &OneOf = one_of![
    "today",
    "tomorrow",
    "tmrw",
    "tomorow",
    "tommorow",
    "tonight",
    "weekday",
    "weekdays",
    "weekends",
    "tomorrow's",
    "today's",
    "tonight's",
];
pub(super) const DAYS: [&str; 5] =
    ["the day after tomorrow", "day after tomorrow", "this weekend", "the weekend", "end of the month"];
/// Of a month or a week.
pub(super) const PARTS: &OneOf = one_of!["first", "second", "third", "last", "end", "beginning", "start", "middle"];
pub(super) const ABOUTS: &OneOf = one_of!["early", "late", "mid"];
pub(super) const ORDINALS: &OneOf = one_of![
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fifteenth",
    "twentieth",
    "thirtieth",
    "last",
];
pub(super) const FRACTIONS: [&str; 3] = ["half past", "quarter past", "quarter to"];
/// The others that may begin a time: "a week ago", "an hour ago", "week of the 5th", "in the morning", "dec. 3".
const OTHERS: [&str; 8] = ["a", "an", "few", "the", "week", "in", "at", "dec"];

/// Every word that may begin a time, beside numbers. Most words of a prompt are none of them, so nothing is looked for there.
static BEGINNINGS: LazyLock<Words> = LazyLock::new(|| {
    let lists = [LEADS, RELATIVE, PARTS, ABOUTS, ORDINALS, SPANS, WEEKDAYS, WEEKDAYS_SHORT, MONTHS];
    let phrases = [&DAYS[..], &FRACTIONS, &OPEN, &HOLIDAYS, &OTHERS].into_iter().flatten();
    let firsts = phrases.map(|words| words.split(' ').next().unwrap_or_default());
    lists.into_iter().flat_map(OneOf::iter).chain(firsts).collect()
});

/// Numbers may stand in any form.
pub(super) fn may_begin(word: &Word) -> bool {
    let lower = word.lower.as_str();
    word.number.is_some()
        || lower.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '~'))
        || BEGINNINGS.contains(lower)
        || (lower.ends_with(['.', 's']) && BEGINNINGS.contains(owner(lower).trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::may_begin;
    use crate::text::Text;

    #[test]
    fn a_time_may_begin_with_a_day_a_number_or_what_leads_to_them() {
        let text = Text::read("Friday's Jan. the 7pm ~8 seven today's asap valentine's morning");
        assert!((0..text.len()).all(|at| text.get(at).is_some_and(may_begin)));
        let text = Text::read("Book dinner under Josh's name");
        assert!(!(0..text.len()).any(|at| text.get(at).is_some_and(may_begin)));
    }
}
