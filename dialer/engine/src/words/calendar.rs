//! Which day of the calendar somebody means.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};

use super::moment::{MONTHS, ORDINALS, WEEKDAYS};
use super::{Word, number, starts_with};

/// Years that are meant when they are said on the phone.
const YEARS: Range<i32> = 1900..2200;
/// From one 29 February to the next but one, over a century that has none.
const YEARS_AHEAD_MAX: i32 = 8;

/// The one day that the words name: with its month, or as near as tomorrow. A weekday alone is none, because "Friday" may
/// be today or in a week. None also where several days are named, or a weekday that the day does not have.
pub(crate) fn date(words: &[Word], today: NaiveDate) -> Option<NaiveDate> {
    let mut found: Option<NaiveDate> = None;
    let mut at = 0;
    while at < words.len() {
        let Some((date, end)) = date_at(words, at, today) else {
            at += 1;
            continue;
        };
        let date = date.filter(|date| agrees(*date, &words[..at]))?;
        if found.is_some_and(|found| found != date) {
            return None;
        }
        found = Some(date);
        at = end;
    }
    found
}

/// A day that begins here, if there is such a day, and where its words end.
fn date_at(words: &[Word], at: usize, today: NaiveDate) -> Option<(Option<NaiveDate>, usize)> {
    let rest = &words[at..];
    for (phrase, days) in [("day after tomorrow", 2), ("tomorrow", 1), ("today", 0), ("tonight", 0)] {
        if starts_with(rest, phrase) {
            return Some((today.checked_add_days(Days::new(days)), at + phrase.split(' ').count()));
        }
    }
    written(words, at).or_else(|| {
        let (month, day, end) = month_first(words, at).or_else(|| day_first(words, at))?;
        match year(words, end) {
            Some((year, end)) => Some((NaiveDate::from_ymd_opt(year, month, day), end)),
            None => Some((next(today, month, day), end)),
        }
    })
}

/// 2026-12-11.
fn written(words: &[Word], at: usize) -> Option<(Option<NaiveDate>, usize)> {
    let numeral = |at: usize| words.get(at)?.text.parse::<u32>().ok();
    let year = i32::try_from(numeral(at)?).ok().filter(|year| YEARS.contains(year))?;
    Some((NaiveDate::from_ymd_opt(year, numeral(at + 1)?, numeral(at + 2)?), at + 3))
}

/// "December eleventh", "Dec the 11th", "December 11".
fn month_first(words: &[Word], at: usize) -> Option<(u32, u32, usize)> {
    let month = month(words, at)?;
    let at = skip(words, at + 1, "the");
    let (day, end) = ordinal(words, at).or_else(|| cardinal(words, at))?;
    Some((month, day, end))
}

/// "The eleventh of December", "11 December".
fn day_first(words: &[Word], at: usize) -> Option<(u32, u32, usize)> {
    let (day, end) = ordinal(words, at).or_else(|| cardinal(words, at))?;
    let end = skip(words, end, "of");
    Some((month(words, end)?, day, end + 1))
}

fn skip(words: &[Word], at: usize, word: &str) -> usize {
    at + usize::from(words.get(at).is_some_and(|next| next.text == word))
}

/// The number of a month, in full or short.
fn month(words: &[Word], at: usize) -> Option<u32> {
    let text = words.get(at)?.text.as_str();
    let known = MONTHS.contains(&text);
    let place = MONTHS.iter().position(|month| month.get(..3) == text.get(..3)).filter(|_| known)?;
    u32::try_from(place + 1).ok()
}

fn ordinal(words: &[Word], at: usize) -> Option<(u32, usize)> {
    let place = |at: usize| ORDINALS.iter().position(|word| words.get(at).is_some_and(|said| said.text == *word));
    let text = words.get(at)?.text.as_str();
    let suffix = words.get(at + 1).map(|next| next.text.as_str());
    let (day, end) = match (text.parse(), place(at)) {
        (Ok(day), _) if matches!(suffix, Some("st" | "nd" | "rd" | "th")) => (day, at + 2),
        // The last one is the thirtieth.
        (_, Some(20)) => (30, at + 1),
        (_, Some(place)) => (u32::try_from(place + 1).ok()?, at + 1),
        (_, None) => {
            let tens = number::tens(text).filter(|tens| matches!(tens, 20 | 30))?;
            let ones = place(at + 1).filter(|place| *place < 9)?;
            (u32::from(tens) + u32::try_from(ones + 1).ok()?, at + 2)
        }
    };
    (1..=31).contains(&day).then_some((day, end))
}

fn cardinal(words: &[Word], at: usize) -> Option<(u32, usize)> {
    let (day, end) = whole(words, at)?;
    Some((u32::try_from(day).ok().filter(|day| (1..=31).contains(day))?, end))
}

fn whole(words: &[Word], at: usize) -> Option<(i32, usize)> {
    words.get(at)?;
    let number = number::number_at(words, at)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
    let value = (number.value.fract() == 0.0 && number.value.abs() < 10_000.0).then_some(number.value as i32)?;
    Some((value, number.range.end))
}

/// "2026", "twenty twenty-six", "two thousand and twenty-six".
fn year(words: &[Word], at: usize) -> Option<(i32, usize)> {
    if words.get(at)?.text == "twenty" {
        let (value, end) = whole(words, at + 1).filter(|(value, _)| (20..100).contains(value))?;
        return Some((2_000 + value, end));
    }
    whole(words, at).filter(|(year, _)| YEARS.contains(year))
}

/// The next such day, from today on.
fn next(today: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    let years = today.year()..=today.year() + YEARS_AHEAD_MAX;
    years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day)).find(|date| *date >= today)
}

/// Whether the weekday that stands right before the day is that day's.
fn agrees(date: NaiveDate, before: &[Word]) -> bool {
    let last = before.iter().rev().find(|word| word.text != "the");
    let weekday = last.and_then(|last| WEEKDAYS.iter().position(|weekday| *weekday == last.text));
    weekday.is_none_or(|weekday| date.weekday().num_days_from_monday() as usize == weekday)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::date;
    use crate::words::Speech;

    #[test]
    fn days_of_the_calendar_are_read_as_people_say_them() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
        for (text, expected) in [
            ("December 11th would work.", Some("2026-12-11")),
            ("On the eleventh of December.", Some("2026-12-11")),
            ("Dec 11", Some("2026-12-11")),
            ("11 December", Some("2026-12-11")),
            ("December eleven", Some("2026-12-11")),
            ("Friday, December the 11th, at seven", Some("2026-12-11")),
            ("Friday the 11th of December", Some("2026-12-11")),
            ("Thursday, December 11th", None),
            ("December twenty-first", Some("2026-12-21")),
            ("the thirty-first of January", Some("2027-01-31")),
            ("November 29th", Some("2026-11-29")),
            ("November 28th", Some("2027-11-28")),
            ("May 3rd, 2028", Some("2028-05-03")),
            ("May the third twenty twenty-eight", Some("2028-05-03")),
            ("June 1 two thousand and thirty", Some("2030-06-01")),
            ("February 29th", Some("2028-02-29")),
            ("February 30th", None),
            ("2026-12-11", Some("2026-12-11")),
            ("2026-13-11", None),
            ("today", Some("2026-11-29")),
            ("tomorrow at nine", Some("2026-11-30")),
            ("the day after tomorrow", Some("2026-12-01")),
            ("December 11th, yes, the 11th of December", Some("2026-12-11")),
            ("December 11th or December 12th", None),
            ("Friday", None),
            ("next week", None),
            ("the eleventh", None),
            ("in December", None),
            ("12/11", None),
            ("you may come", None),
            ("", None),
        ] {
            let found = date(&Speech::new(text).words, today).map(|date| date.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
