//! Times of day and days, as people say them in English.

use std::ops::Range;

use super::number::{small, tens, unit};
use super::{Word, starts_with};

const HALF_DAY: u16 = 12 * 60;

/// A time of day that was said, and with which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    minute: u16,
    /// False: morning or evening was not said.
    certain: bool,
    pub(crate) range: Range<usize>,
}

impl Time {
    /// Whether both may be the same time.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        if self.certain && other.certain {
            return self.minute == other.minute;
        }
        self.minute % HALF_DAY == other.minute % HALF_DAY
    }
}

/// All times of the utterance, in order.
pub(crate) fn times(words: &[Word]) -> Vec<Time> {
    scan(words, |at| time_at(words, at), |time| time.range.end)
}

/// The times in an answer to "what time?", where a bare hour is one too.
pub(crate) fn answered_times(words: &[Word]) -> Vec<Time> {
    let said = times(words);
    if !said.is_empty() {
        return said;
    }
    let bare = |at: usize| hour_word(&words[at]).map(|hour| with_half(words, hour * 60, at..at + 1, false));
    (0..words.len()).filter_map(bare).collect()
}

fn scan<T>(words: &[Word], read: impl Fn(usize) -> Option<T>, end: impl Fn(&T) -> usize) -> Vec<T> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some(thing) = read(at) {
            at = end(&thing);
            found.push(thing);
        } else {
            at += 1;
        }
    }
    found
}

fn time_at(words: &[Word], start: usize) -> Option<Time> {
    let rest = &words[start..];
    match words[start].text.as_str() {
        "noon" | "midday" => return Some(Time { minute: HALF_DAY, certain: true, range: start..start + 1 }),
        "midnight" => return Some(Time { minute: 0, certain: true, range: start..start + 1 }),
        _ => {}
    }
    for (phrase, shift) in [("half past", 30), ("quarter past", 15), ("quarter to", 12 * 60 - 15)] {
        if starts_with(rest, phrase) {
            let hour = words.get(start + 2).and_then(hour_word)?;
            return Some(with_half(words, hour * 60 + shift, start..start + 3, false));
        }
    }
    if let Some((hour, minute)) = words[start].text.split_once(':') {
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        let sound = hour < 24 && minute < 60;
        return sound.then(|| with_half(words, hour * 60 + minute, start..start + 1, hour > 12));
    }
    let hour = hour_word(&words[start])?;
    if let Some(minute) = minutes(words, start + 1) {
        let end = start + 1 + minute.1;
        return Some(with_half(words, hour * 60 + minute.0, start..end, false));
    }
    let clock = words.get(start + 1).is_some_and(|next| matches!(next.text.as_str(), "oclock" | "sharp"));
    let time = with_half(words, hour * 60, start..start + 1 + usize::from(clock), false);
    (clock || time.certain || introduced(words, start)).then_some(time)
}

/// "seven thirty", "seven oh five", "7 30 pm".
fn minutes(words: &[Word], at: usize) -> Option<(u16, usize)> {
    let first = words.get(at)?;
    if matches!(first.text.as_str(), "oh" | "o") {
        return words.get(at + 1).and_then(|next| unit(&next.text)).filter(|value| *value < 10).map(|value| (value, 2));
    }
    if let Some(ten) = tens(&first.text).filter(|value| *value < 60) {
        let ones = words.get(at + 1).and_then(|next| unit(&next.text)).filter(|value| (1..10).contains(value));
        return Some(ones.map_or((ten, 1), |ones| (ten + ones, 2)));
    }
    small(first).filter(|value| (10..60).contains(value)).map(|value| (value, 1))
}

fn hour_word(word: &Word) -> Option<u16> {
    small(word).filter(|hour| (1..=12).contains(hour))
}

/// A bare hour is a time only after a word that says so.
fn introduced(words: &[Word], start: usize) -> bool {
    let before = start.checked_sub(1).map(|at| words[at].text.as_str());
    matches!(before, Some("at" | "around" | "by" | "from" | "until" | "till" | "about" | "after" | "before"))
        || before == Some("to") && start >= 2 && hour_word(&words[start - 2]).is_some()
}

/// Takes the half of the day along, when it is said.
fn with_half(words: &[Word], minute: u16, range: Range<usize>, certain: bool) -> Time {
    let rest = &words[range.end..];
    let base = minute % (24 * 60);
    let halves = [
        ("am", 0),
        ("in the morning", 0),
        ("pm", HALF_DAY),
        ("in the afternoon", HALF_DAY),
        ("in the evening", HALF_DAY),
        ("at night", HALF_DAY),
        ("tonight", HALF_DAY),
    ];
    for (phrase, shift) in halves {
        if starts_with(rest, phrase) && !certain {
            let end = range.end + phrase.split(' ').count();
            return Time { minute: base % HALF_DAY + shift, certain: true, range: range.start..end };
        }
    }
    Time { minute: base, certain, range }
}

pub(super) const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
pub(super) const MONTHS: &[&str] = &[
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
    "dec",
];
const DAYS: &[&str] = &[
    "day after tomorrow",
    "today",
    "tomorrow",
    "tonight",
    "next week",
    "next month",
    "this weekend",
    "next weekend",
    "this week",
];
pub(super) const ORDINALS: &[&str] = &[
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
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "thirtieth",
];

/// The words of each day of the utterance, in order: "next Friday", "the 5th of May".
pub(crate) fn days(words: &[Word]) -> Vec<Range<usize>> {
    let parts = scan(words, |at| day_part(words, at), |range| range.end);
    let mut days: Vec<Range<usize>> = Vec::new();
    for part in parts {
        match days.last_mut() {
            Some(last) if words[last.end..part.start].iter().all(|word| matches!(word.text.as_str(), "the" | "of")) => {
                last.end = part.end;
            }
            Some(_) | None => days.push(part),
        }
    }
    days
}

/// The weekdays that were said.
pub(crate) fn weekdays(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).filter(|word| WEEKDAYS.contains(word)).collect()
}

fn day_part(words: &[Word], start: usize) -> Option<Range<usize>> {
    let rest = &words[start..];
    if let Some(phrase) = DAYS.iter().find(|phrase| starts_with(rest, phrase)) {
        return Some(start..start + phrase.split(' ').count());
    }
    let text = words[start].text.as_str();
    if WEEKDAYS.contains(&text) {
        let next = start > 0 && matches!(words[start - 1].text.as_str(), "next" | "this");
        return Some(start - usize::from(next)..start + 1);
    }
    if MONTHS.contains(&text) {
        let day = ordinal(words, start + 1).or_else(|| words.get(start + 1).and_then(small).map(|_| start + 2));
        let certain = !matches!(text, "may" | "march") || day.is_some() || start > 0 && words[start - 1].text == "of";
        return certain.then(|| start..day.unwrap_or(start + 1));
    }
    ordinal(words, start).filter(|_| start > 0 && is_day_before(words, start)).map(|end| start..end)
}

fn is_day_before(words: &[Word], start: usize) -> bool {
    let before = words[start - 1].text.as_str();
    before == "the" || WEEKDAYS.contains(&before)
}

fn ordinal(words: &[Word], at: usize) -> Option<usize> {
    let text = words.get(at)?.text.as_str();
    let suffix = words.get(at + 1).map(|next| next.text.as_str());
    if text.parse::<u8>().is_ok_and(|day| day <= 31) && matches!(suffix, Some("st" | "nd" | "rd" | "th")) {
        return Some(at + 2);
    }
    if ORDINALS.contains(&text) {
        return Some(at + 1);
    }
    let compound = matches!(text, "twenty" | "thirty") && suffix.is_some_and(|next| ORDINALS[..9].contains(&next));
    compound.then_some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::{days, times};
    use crate::words::Speech;

    #[test]
    fn times_are_read_as_people_say_them() {
        for (text, expected) in [
            ("at 7pm", vec!["7pm"]),
            ("seven thirty works", vec!["seven thirty"]),
            ("half past six or quarter to eight", vec!["half past six", "quarter to eight"]),
            ("from nine to five", vec!["nine", "five"]),
            ("at 8:15 p.m. on Friday", vec!["8:15 p.m"]),
            ("three o'clock in the afternoon", vec!["three o'clock in the afternoon"]),
            ("noon", vec!["noon"]),
            ("two people", vec![]),
            ("25:00", vec![]),
        ] {
            let speech = Speech::new(text);
            let found: Vec<_> = times(&speech.words).into_iter().map(|time| speech.verbatim(time.range)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn times_agree_when_they_may_be_the_same() {
        let agree =
            |one: &str, other: &str| times(&Speech::new(one).words)[0].agrees(&times(&Speech::new(other).words)[0]);
        assert!(agree("7pm", "19:00"));
        assert!(agree("at seven", "7:00 pm"));
        assert!(agree("quarter to eight", "7:45"));
        assert!(!agree("7am", "7pm"));
        assert!(!agree("at seven", "8pm"));
        assert!(agree("12 am", "midnight"));
        assert!(agree("12pm", "noon"));
    }

    #[test]
    fn days_are_read_as_people_say_them() {
        for (text, expected) in [
            ("next Friday at seven", vec!["next Friday"]),
            ("Friday the 5th of December", vec!["Friday the 5th of December"]),
            ("on May 3rd", vec!["May 3rd"]),
            ("the twenty-first", vec!["twenty-first"]),
            ("the day after tomorrow", vec!["day after tomorrow"]),
            ("you may come", vec![]),
            ("in a second", vec![]),
        ] {
            let speech = Speech::new(text);
            let found: Vec<_> = days(&speech.words).into_iter().map(|range| speech.verbatim(range)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
