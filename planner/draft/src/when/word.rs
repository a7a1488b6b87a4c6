//! The words of days, hours and numbers.

use std::sync::LazyLock;

use crate::one_of::{OneOf, one_of};
use crate::table::{Table, Words};
use crate::text::Text;

pub(super) const WEEKDAYS: &OneOf = one_of![
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mondays",
    "tuesdays",
    "wednesdays",
    "thursdays",
    "fridays",
    "saturdays",
    "sundays",
];
pub(super) const WEEKDAYS_SHORT: &OneOf =
    one_of!["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"];
pub(super) const MONTHS: &OneOf = one_of![
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
];
pub(super) const HOLIDAYS: [&str; 12] = [
    "christmas eve",
    "christmas day",
    "christmas",
    "thanksgiving",
    "new year's eve",
    "new year's day",
    "easter sunday",
    "easter",
    "valentine's day",
    "mother's day",
    "father's day",
    "labor day",
];
pub(super) const SPANS: &OneOf = one_of![
    "morning",
    "afternoon",
    "evening",
    "night",
    "mornings",
    "afternoons",
    "evenings",
    "noon",
    "midday",
    "midnight",
    "lunchtime",
    "tonight",
];
pub(super) const OPEN: [&str; 13] = [
    "as soon as possible",
    "as early as possible",
    "asap",
    "the earliest available",
    "earliest available",
    "the earliest possible",
    "earliest possible",
    "the first available",
    "first available",
    "the next available",
    "next available",
    "whenever possible",
    "the soonest",
];
pub(crate) const NUMBERS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
pub(crate) const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

static DAYS: LazyLock<Words> = LazyLock::new(|| {
    let words = [WEEKDAYS, WEEKDAYS_SHORT, MONTHS].into_iter().flat_map(OneOf::iter);
    words.filter(|word| *word != "may").collect()
});
static SPELLED: LazyLock<Table<u32>> =
    LazyLock::new(|| NUMBERS.into_iter().zip(0..).chain(TENS.into_iter().zip((20..).step_by(10))).collect());

/// A day of the week or a month. "May" is more often what one may.
pub(crate) fn is_day(word: &str) -> bool {
    DAYS.contains(word)
}

pub(crate) fn number(text: &Text, at: usize) -> Option<u32> {
    text.get(at)?.number
}

/// A number in digits or as one word in lower case: "12", "twelve", "twenty-two".
pub(crate) fn numeral(lower: &str) -> Option<u32> {
    if !lower.starts_with(|first: char| first.is_ascii_lowercase()) {
        return lower.parse().ok().filter(|_| !lower.starts_with('+'));
    }
    // "Zero", "one", "two", "four", "six", "eight", "nine": no number begins with another letter.
    if !lower.starts_with(['z', 'o', 't', 'f', 's', 'e', 'n']) {
        return None;
    }
    let spelled = |word: &str| SPELLED.get(word).copied();
    match lower.split_once('-') {
        Some((tens, ones)) => {
            Some(spelled(tens).filter(|tens| *tens >= 20)? + spelled(ones).filter(|ones| *ones < 10)?)
        }
        None => spelled(lower),
    }
}
