//! The words of days, hours and numbers.

use crate::text::Text;

pub(super) const WEEKDAYS: [&str; 14] = [
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
pub(super) const WEEKDAYS_SHORT: [&str; 10] =
    ["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"];
pub(super) const MONTHS: [&str; 23] = [
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
pub(super) const SPANS: [&str; 12] = [
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

/// A number in digits or as one word: "12", "twelve", "twenty-two".
pub(crate) fn number(text: &Text, at: usize) -> Option<u32> {
    let lower = text.lower(at);
    if !lower.starts_with(|first: char| first.is_ascii_lowercase()) {
        return lower.parse().ok().filter(|_| !lower.starts_with('+'));
    }
    let spelled =
        |word: &str, words: &[&str]| words.iter().position(|name| *name == word).and_then(|at| u32::try_from(at).ok());
    let ten = |word: &str| spelled(word, &TENS).map(|at| 10 * (at + 2));
    match lower.split_once('-') {
        Some((tens, ones)) => Some(ten(tens)? + spelled(ones, &NUMBERS[..10])?),
        None => spelled(lower, &NUMBERS).or_else(|| ten(lower)),
    }
}
