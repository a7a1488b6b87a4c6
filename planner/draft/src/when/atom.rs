//! The pieces of a time: a day, an hour, "as soon as possible".

use std::cell::Cell;

use super::Part;
use super::beginning::{ABOUTS, DAYS, FRACTIONS, LEADS, ORDINALS, PARTS, RELATIVE, may_begin};
use super::word::{HOLIDAYS, MONTHS, OPEN, SPANS, WEEKDAYS, WEEKDAYS_SHORT, number};
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text, Word, owner};

/// A time, and where it ends.
type Atom = Option<(Part, usize)>;

/// What was looked for at each word.
#[derive(Debug)]
pub(crate) struct Atoms(Vec<Known>);

/// What was found or not at one word; nothing, as long as it was not looked for.
#[derive(Debug, Default)]
struct Known {
    may_begin: bool,
    day: Cell<Option<Atom>>,
    /// Plain, and where a number alone is an hour.
    clock: [Cell<Option<Atom>>; 2],
}

impl Atoms {
    pub(crate) fn of(words: &[Word]) -> Self {
        Self(words.iter().map(|word| Known { may_begin: may_begin(word), ..Known::default() }).collect())
    }
}

pub(super) fn atom(text: &Text, at: usize, bare: bool) -> Atom {
    let known = text.atoms.0.get(at).filter(|known| known.may_begin)?;
    let day = || open(text, at).or_else(|| day(text, at));
    once(&known.day, day).or_else(|| once(&known.clock[usize::from(bare)], || clock(text, at, bare)))
}

fn once(known: &Cell<Option<Atom>>, look: impl FnOnce() -> Atom) -> Atom {
    known.get().unwrap_or_else(|| {
        let found = look();
        known.set(Some(found));
        found
    })
}

fn open(text: &Text, at: usize) -> Option<(Part, usize)> {
    let end = OPEN.iter().find_map(|words| text.runs(at, words))?;
    Some((Part::Open, end))
}

fn day(text: &Text, at: usize) -> Option<(Part, usize)> {
    let lead = usize::from(text.is(at, LEADS));
    let named = at + lead;
    let end = if is_weekday(text, named) {
        named + 1
    } else if lead == 1 && text.is(named, one_of!["week", "weekend", "month", "year"]) {
        let end = named + 1;
        if text.is(end, one_of!["on"]) && is_weekday(text, end + 1) { end + 2 } else { end }
    } else if lead == 1 && text.is(named, SPANS) {
        return Some((Part::Day, named + 1));
    } else {
        relative_day(text, at).or_else(|| date(text, at)).or_else(|| month(text, at))?
    };
    let end = if text.is(end, SPANS) && text.pause(end.wrapping_sub(1)) == Pause::None { end + 1 } else { end };
    Some((Part::Day, end))
}

fn is_weekday(text: &Text, at: usize) -> bool {
    let word = owner(text.lower(at));
    // "Sun" and "sat" are words of their own when they are not capitalized.
    let short = text.capital(at) || matches!(word, "fri" | "tue" | "tues" | "thu" | "thurs");
    WEEKDAYS.contains(word) || (short && WEEKDAYS_SHORT.contains(word.trim_end_matches('.')))
}

fn relative_day(text: &Text, at: usize) -> Option<usize> {
    if text.is(at, RELATIVE) {
        return Some(at + 1);
    }
    if let Some(end) = ago(text, at).or_else(|| part_of_month(text, at)) {
        return Some(end);
    }
    for words in DAYS {
        if let Some(end) = text.runs(at, words) {
            return Some(end);
        }
    }
    let units = one_of!["day", "days", "week", "weeks", "month", "months", "hour", "hours", "minutes"];
    if text.is(at, one_of!["in"])
        && text.is(at + 2, units)
        && (number(text, at + 1).is_some() || text.is(at + 1, one_of!["a", "an"]))
    {
        return Some(at + 3);
    }
    HOLIDAYS.iter().find_map(|holiday| text.runs(at, holiday))
}

/// "Two weeks ago", "a month ago".
fn ago(text: &Text, at: usize) -> Option<usize> {
    let couple = 2 * usize::from(text.runs(at, "a couple of").is_some());
    let counted = number(text, at).is_some() || text.is(at, one_of!["a", "an", "few"]);
    (counted && text.is(at + couple + 2, one_of!["ago"])).then_some(at + couple + 3)
}

/// "The first week of December", "early January", "the end of next week".
fn part_of_month(text: &Text, at: usize) -> Option<usize> {
    let the = at + usize::from(text.is(at, one_of!["the"]));
    if text.is(the, ABOUTS) && is_month(text, the + 1) && text.capital(the + 1) {
        return Some(with_year(text, the + 2));
    }
    if text.is(the, one_of!["week"]) && text.is(the + 1, one_of!["of"]) {
        let day = the + 2 + usize::from(text.is(the + 2, one_of!["the"]));
        return date(text, day).or_else(|| date(text, the + 2));
    }
    if !text.is(the, PARTS) {
        return None;
    }
    let unit =
        the + 1 + usize::from(text.is(the + 1, one_of!["week", "weekend", "half", "day", "days", "friday", "monday"]));
    let of = unit + usize::from(text.is(unit, one_of!["of"]) || (unit > the + 1 && text.is(unit, one_of!["in"])));
    if of == unit {
        return None;
    }
    let of = of + usize::from(text.is(of, one_of!["the", "this", "next"]));
    let whole = is_month(text, of) || text.is(of, one_of!["month", "week", "year"]);
    whole.then(|| with_year(text, of + 1))
}

/// A month alone, where its word can mean nothing else: "in September", "before next June".
fn month(text: &Text, at: usize) -> Option<usize> {
    let led = at > 0
        && text.is(
            at - 1,
            one_of![
                "in", "by", "before", "until", "till", "since", "this", "next", "for", "of", "from", "a", "after",
                "during", "to", "last",
            ],
        );
    (led && is_month(text, at) && text.capital(at) && !text.capital(at + 1)).then(|| with_year(text, at + 1))
}

fn date(text: &Text, at: usize) -> Option<usize> {
    let the = usize::from(text.is(at, one_of!["the"]));
    if is_month(text, at) && day_of_month(text.lower(at + 1)) && text.pause(at) == Pause::None {
        return Some(with_year(text, at + 2));
    }
    let of = usize::from(text.is(at + the + 1, one_of!["of"]));
    let spelled = of == 1 && text.is(at + the, ORDINALS);
    if (spelled || day_of_month(text.lower(at + the)))
        && is_month(text, at + the + 1 + of)
        && text.pause(at + the) == Pause::None
    {
        return Some(with_year(text, at + the + 2 + of));
    }
    // "On 18th at 7", but not "the corner of 5th".
    let leads = one_of!["on", "by", "until", "till", "before", "after"];
    let led = at > 0 && text.is(at - 1, leads) && !text.capital(at + 1);
    if is_ordinal(text.lower(at + the)) && (the == 1 || led) {
        return Some(at + the + 1);
    }
    let street = text.capital(at + 1)
        && (at + 2..at + 4).any(|at| {
            text.is(at, one_of!["st", "st.", "street", "road", "rd", "ave", "avenue", "lane", "close", "drive"])
        });
    (is_numeric_date(text.lower(at)) && !street).then_some(at + 1)
}

fn is_month(text: &Text, at: usize) -> bool {
    MONTHS.contains(text.lower(at).trim_end_matches('.')) || text.is(at, one_of!["dec", "dec."])
}

fn with_year(text: &Text, end: usize) -> usize {
    let year = text.lower(end).parse::<u32>().is_ok_and(|year| (1900..2200).contains(&year));
    if year && text.pause(end.wrapping_sub(1)) <= Pause::Comma { end + 1 } else { end }
}

fn day_of_month(word: &str) -> bool {
    is_ordinal(word) || word.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day))
}

/// What digits begin is a figure; a number may have its sign.
fn is_figure(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit() || first == '+')
}

fn is_ordinal(word: &str) -> bool {
    if !is_figure(word) {
        return false;
    }
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    matches!(suffix, "st" | "nd" | "rd" | "th") && digits.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day))
}

/// `3/30`, `3/30/2026`, `2026-03-30`.
fn is_numeric_date(word: &str) -> bool {
    if !is_figure(word) {
        return false;
    }
    let parts: Vec<_> = word.split(['/', '-']).collect();
    let numeric = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()));
    let iso = parts.len() == 3 && word.contains('-') && parts[0].len() == 4;
    // "2026/118" is a number of something.
    let day = |part: &&str| part.len() < 3;
    let slashed = !word.contains('-')
        && match parts[..] {
            [one, two] => day(&one) && day(&two),
            [one, two, three] => day(&two) && (day(&one) || day(&three)) && one.len() <= 4 && three.len() <= 4,
            _ => false,
        };
    numeric && (iso || slashed)
}

fn clock(text: &Text, at: usize, bare: bool) -> Option<(Part, usize)> {
    if let Some(end) = FRACTIONS.iter().find_map(|words| text.runs(at, words)) {
        return number(text, end).map(|_| (Part::Clock, with_meridiem(text, end + 1)));
    }
    let the = usize::from(text.runs(at, "in the").is_some() || text.runs(at, "at the").is_some()) * 2;
    if is_no_clock(text, at) {
        return None;
    }
    if text.is(at + the, SPANS) {
        // "The evening course", "afternoon tea".
        let next = at + the + 1;
        let owned = text.is(at.wrapping_sub(1), one_of!["the", "for", "our", "my", "a"]) && the == 0;
        let noun = next < text.len()
            && text.pause(next - 1) == Pause::None
            && !text.is(
                next,
                one_of![
                    "at", "on", "or", "and", "if", "please", "for", "under", "from", "with", "to", "in", "around",
                    "after", "before", "between", "of", "the",
                ],
            )
            && !is_weekday(text, next)
            && !is_clock(text.lower(next))
            && relative_day(text, next).is_none();
        if owned && noun {
            return None;
        }
        return Some((Part::Clock, at + the + 1));
    }
    // "Eight thirty".
    let minutes = one_of!["fifteen", "twenty", "thirty", "forty", "forty-five", "fifty"];
    if number(text, at).is_some_and(|hour| (1..=12).contains(&hour))
        && text.is(at + 1, minutes)
        && text.pause(at) == Pause::None
        && !text.lower(at).starts_with(|first: char| first.is_ascii_digit())
    {
        return Some((Part::Clock, with_meridiem(text, at + 2)));
    }
    let word = owner(text.lower(at).trim_start_matches('~'));
    let meridiem = is_meridiem(text.lower(at + 1)) || text.is(at + 1, one_of!["o'clock", "oclock", "sharp"]);
    let hour = number(text, at).is_some_and(|hour| hour <= 24);
    if (hour || is_clock(word)) && meridiem && text.pause(at) == Pause::None {
        return Some((Part::Clock, with_meridiem(text, at + 1)));
    }
    // "Around 11.30": a dot alone may stand in any number.
    let dotted = is_clock(word) && word.contains('.') && (bare || text.runs(at + 1, "in the").is_some());
    let parts = one_of!["morning", "afternoon", "evening"];
    if (hour || is_clock(word)) && text.runs(at + 1, "in the").is_some() && text.is(at + 3, parts) {
        return Some((Part::Clock, at + 4));
    }
    let told = (is_clock(word) && word.contains([':', 'm', 'h', 's'])) || dotted;
    let guessed = bare && (1..=12).contains(&number(text, at).unwrap_or(0)) && stands_alone(text, at);
    (told || guessed).then_some((Part::Clock, at + 1))
}

/// "Which afternoon", "the same morning", "the parents' evening", "three mornings a week", "to the one on Friday".
fn is_no_clock(text: &Text, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    let asked = text.is(before, one_of!["which", "what", "same", "whole", "every", "each", "per"]);
    let counted = text.is(at, SPANS) && number(text, before).is_some() && text.pause(before) == Pause::None;
    let owned = text.is(at, SPANS) && text.lower(before).ends_with("s'");
    let meant =
        text.is(at, one_of!["one"]) && text.is(before, one_of!["the", "this", "that", "another", "no", "any", "which"]);
    (text.is(at, SPANS) && asked) || counted || owned || meant
}

fn is_meridiem(word: &str) -> bool {
    matches!(word, "am" | "pm" | "a.m." | "p.m." | "a.m" | "p.m")
}

fn with_meridiem(text: &Text, mut end: usize) -> usize {
    while (is_meridiem(text.lower(end)) || text.is(end, one_of!["o'clock", "oclock", "sharp"]))
        && text.pause(end.wrapping_sub(1)) == Pause::None
    {
        end += 1;
    }
    end
}

/// `7pm`, `7:30`, `7.30pm`, `19:00`, `2-4pm`, `7p.m.`.
fn is_clock(word: &str) -> bool {
    if !is_figure(word) {
        return false;
    }
    let mut halves = word.split('-');
    let (Some(first), second, None) = (halves.next(), halves.next(), halves.next()) else { return false };
    is_moment(first) && second.is_none_or(is_moment)
}

fn is_moment(word: &str) -> bool {
    let word = word.strip_suffix("ish").unwrap_or(word).trim_end_matches('-');
    let digits =
        ["am", "pm", "a.m.", "p.m.", "a.m", "p.m"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    let mut parts = digits.split([':', '.']);
    let hour = parts.next().and_then(|hour| hour.parse::<u32>().ok()).is_some_and(|hour| hour <= 24);
    let minute = parts.next().is_none_or(|minute| minute.len() == 2 && minute.parse::<u32>().is_ok_and(|at| at < 60));
    hour && minute && parts.next().is_none()
}

/// "at 7 on Friday" tells a time, "at 7 Main Street" does not.
fn stands_alone(text: &Text, at: usize) -> bool {
    const AFTER: &OneOf = one_of![
        "on", "and", "or", "to", "for", "under", "with", "is", "would", "works", "in", "please", "if", "but", "at",
        "today", "tomorrow", "tonight", "this", "next", "-", "instead", "party", "because",
    ];
    let led = at > 0 && text.is(at.wrapping_sub(1), one_of!["at"]);
    let counted = one_of![
        "people",
        "guests",
        "percent",
        "dollars",
        "euros",
        "main",
        "street",
        "st",
        "years",
        "minutes",
        "days",
        "hours",
        "weeks",
        "cents",
        "point",
        "per",
        "locations",
    ];
    at + 1 == text.len()
        || (led && !text.capital(at + 1) && !text.is(at + 1, counted))
        || text.pause(at) != Pause::None
        || text.is(at + 1, AFTER)
        || is_weekday(text, at + 1)
        || is_month(text, at + 1)
}

#[cfg(test)]
mod tests {
    use super::{clock, day, may_begin, open};
    use crate::text::Text;

    const PLANS: &str = include_str!("../../tests/it/plans.txt");

    #[test]
    fn no_time_begins_with_a_word_where_none_is_looked_for() {
        let mut words = 0;
        for prompt in PLANS.lines().filter_map(|line| line.strip_prefix("# ")) {
            let text = Text::read(prompt);
            for at in (0..text.len()).filter(|at| text.get(*at).is_some_and(|word| !may_begin(word))) {
                let found = open(&text, at).or(day(&text, at)).or(clock(&text, at, true)).or(clock(&text, at, false));
                assert_eq!(found, None, "{prompt}: {}", text.raw(at));
                words += 1;
            }
        }
        assert!(words > 500);
    }
}
