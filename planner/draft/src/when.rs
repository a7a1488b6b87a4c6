//! Days and times in the words of the prompt. They are found and put into a speakable order, never computed: the planner
//! has no clock, and the callee knows what "Friday" means.

use std::ops::Range;

use crate::text::{Pause, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) words: Range<usize>,
    parts: Vec<(Part, Range<usize>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Day,
    Clock,
    /// As early as can be, or any time.
    Open,
}

const WEEKDAYS: [&str; 14] = [
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
const WEEKDAYS_SHORT: [&str; 10] = ["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"];
const MONTHS: [&str; 23] = [
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
const HOLIDAYS: [&str; 12] = [
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
const SPANS: [&str; 12] = [
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
const OPEN: [&str; 13] = [
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
const NUMBERS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// Words that begin a time and belong to it.
const LIMITS: [&str; 13] = [
    "after", "before", "between", "around", "about", "by", "until", "till", "from", "sometime", "anytime", "any",
    "either",
];
const JOINS: [&str; 14] =
    ["at", "on", "and", "or", "to", "-", "around", "about", "in", "between", "after", "before", "of", "from"];

/// A number in digits or as a word up to twelve.
pub(crate) fn number(text: &Text, at: usize) -> Option<u32> {
    let lower = text.lower(at);
    let spelled = NUMBERS.iter().position(|name| *name == lower).and_then(|value| u32::try_from(value).ok());
    spelled.or_else(|| lower.parse().ok())
}

/// Everything about time between two words.
pub(crate) fn find(text: &Text, range: Range<usize>) -> Vec<When> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match phrase(text, at, range.end) {
            Some(when) => {
                at = when.words.end;
                found.push(when);
            }
            None => at += 1,
        }
    }
    found
}

/// The longest time that begins here.
pub(crate) fn phrase(text: &Text, start: usize, limit: usize) -> Option<When> {
    let mut begin = start;
    while text.is(begin, &LIMITS) && begin < start + 3 {
        begin += if text.is(begin, &["any"]) && text.is(begin + 1, &["time"]) { 2 } else { 1 };
    }
    begin += usize::from(begin > start && text.is(begin, &["at", "on", "the"]));
    let limited = begin > start;
    let (part, mut end) = atom(text, begin, limited || follows_at(text, start))?;
    let mut parts = vec![(part, begin..end)];
    while end < limit && text.pause(end - 1) <= Pause::Comma {
        let joined = text.is(end, &JOINS) && text.pause(end - 1) == Pause::None;
        let mut next = end + usize::from(joined);
        let bare = joined && text.is(end, &["at", "and", "or", "to", "around", "about", "between", "after", "before"]);
        next += usize::from(joined && text.is(next, &["the", "around", "about", "after", "before", "between"]));
        // "for 2 on Friday at 7": only what can't be a count is a time without its am or pm.
        let Some((part, after)) = atom(text, next, bare) else { break };
        if after > limit {
            break;
        }
        parts.push((part, next..after));
        end = after;
    }
    (end <= limit).then_some(When { words: start..end, parts })
}

fn follows_at(text: &Text, at: usize) -> bool {
    at > 0 && text.is(at - 1, &["at"])
}

fn atom(text: &Text, at: usize, bare: bool) -> Option<(Part, usize)> {
    open(text, at).or_else(|| day(text, at)).or_else(|| clock(text, at, bare))
}

fn open(text: &Text, at: usize) -> Option<(Part, usize)> {
    let end = OPEN.iter().find_map(|words| text.runs(at, words))?;
    Some((Part::Open, end))
}

fn day(text: &Text, at: usize) -> Option<(Part, usize)> {
    let lead = usize::from(text.is(at, &["this", "next", "coming", "following", "every", "last"]));
    let named = at + lead;
    let end = if is_weekday(text, named) {
        named + 1
    } else if lead == 1 && text.is(named, &["week", "weekend", "month", "year"]) {
        let end = named + 1;
        if text.is(end, &["on"]) && is_weekday(text, end + 1) { end + 2 } else { end }
    } else if lead == 1 && text.is(named, &SPANS) {
        return Some((Part::Day, named + 1));
    } else {
        relative_day(text, at).or_else(|| date(text, at))?
    };
    let end = if text.is(end, &SPANS) && text.pause(end - 1) == Pause::None { end + 1 } else { end };
    Some((Part::Day, end))
}

fn is_weekday(text: &Text, at: usize) -> bool {
    let word = text.lower(at).trim_end_matches("'s");
    // "Sun" and "sat" are words of their own when they are not capitalized.
    let short = text.capital(at) || matches!(word, "fri" | "tue" | "tues" | "thu" | "thurs");
    WEEKDAYS.contains(&word) || (short && WEEKDAYS_SHORT.contains(&word.trim_end_matches('.')))
}

fn relative_day(text: &Text, at: usize) -> Option<usize> {
    if text.is(at, &["today", "tomorrow", "tonight", "weekdays", "weekends", "tomorrow's", "today's", "tonight's"]) {
        return Some(at + 1);
    }
    for words in ["the day after tomorrow", "day after tomorrow", "this weekend", "the weekend", "end of the month"] {
        if let Some(end) = text.runs(at, words) {
            return Some(end);
        }
    }
    let units = ["day", "days", "week", "weeks", "month", "months", "hour", "hours", "minutes"];
    if text.is(at, &["in"])
        && text.is(at + 2, &units)
        && (number(text, at + 1).is_some() || text.is(at + 1, &["a", "an"]))
    {
        return Some(at + 3);
    }
    HOLIDAYS.iter().find_map(|holiday| text.runs(at, holiday))
}

fn date(text: &Text, at: usize) -> Option<usize> {
    let the = usize::from(text.is(at, &["the"]));
    if is_month(text, at) && day_of_month(text.lower(at + 1)) && text.pause(at) == Pause::None {
        return Some(with_year(text, at + 2));
    }
    let of = usize::from(text.is(at + the + 1, &["of"]));
    if day_of_month(text.lower(at + the)) && is_month(text, at + the + 1 + of) && text.pause(at + the) == Pause::None {
        return Some(with_year(text, at + the + 2 + of));
    }
    if is_ordinal(text.lower(at + the)) && the == 1 {
        return Some(at + 2);
    }
    is_numeric_date(text.lower(at)).then_some(at + 1)
}

fn is_month(text: &Text, at: usize) -> bool {
    MONTHS.contains(&text.lower(at).trim_end_matches('.')) || text.is(at, &["dec", "dec."])
}

fn with_year(text: &Text, end: usize) -> usize {
    let year = text.lower(end).parse::<u32>().is_ok_and(|year| (1900..2200).contains(&year));
    if year && text.pause(end - 1) <= Pause::Comma { end + 1 } else { end }
}

fn day_of_month(word: &str) -> bool {
    is_ordinal(word) || word.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day))
}

fn is_ordinal(word: &str) -> bool {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    matches!(suffix, "st" | "nd" | "rd" | "th") && digits.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day))
}

/// `3/30`, `3/30/2026`, `2026-03-30`.
fn is_numeric_date(word: &str) -> bool {
    let parts: Vec<_> = word.split(['/', '-']).collect();
    let numeric = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()));
    let iso = parts.len() == 3 && word.contains('-') && parts[0].len() == 4;
    let slashed = word.contains('/') && !word.contains('-') && (2..=3).contains(&parts.len());
    numeric && (iso || slashed) && parts.iter().all(|part| part.len() <= 4)
}

fn clock(text: &Text, at: usize, bare: bool) -> Option<(Part, usize)> {
    if let Some(end) = ["half past", "quarter past", "quarter to"].iter().find_map(|words| text.runs(at, words)) {
        return number(text, end).map(|_| (Part::Clock, with_meridiem(text, end + 1)));
    }
    let the = usize::from(text.runs(at, "in the").is_some() || text.runs(at, "at the").is_some()) * 2;
    if text.is(at + the, &SPANS) {
        return Some((Part::Clock, at + the + 1));
    }
    let word = text.lower(at).trim_start_matches('~').trim_end_matches("'s");
    let meridiem = is_meridiem(text.lower(at + 1)) || text.is(at + 1, &["o'clock", "oclock", "sharp"]);
    let hour = number(text, at).is_some_and(|hour| hour <= 24);
    if (hour || is_clock(word)) && meridiem && text.pause(at) == Pause::None {
        return Some((Part::Clock, with_meridiem(text, at + 1)));
    }
    let told = is_clock(word) && word.contains([':', 'm', 'h']);
    let guessed = bare && (1..=12).contains(&number(text, at).unwrap_or(0)) && stands_alone(text, at);
    (told || guessed).then_some((Part::Clock, at + 1))
}

fn is_meridiem(word: &str) -> bool {
    matches!(word, "am" | "pm" | "a.m." | "p.m." | "a.m" | "p.m")
}

fn with_meridiem(text: &Text, mut end: usize) -> usize {
    while (is_meridiem(text.lower(end)) || text.is(end, &["o'clock", "oclock", "sharp"]))
        && text.pause(end - 1) == Pause::None
    {
        end += 1;
    }
    end
}

/// `7pm`, `7:30`, `7.30pm`, `19:00`, `2-4pm`, `7p.m.`.
fn is_clock(word: &str) -> bool {
    let mut halves = word.split('-');
    let (Some(first), second, None) = (halves.next(), halves.next(), halves.next()) else { return false };
    is_moment(first) && second.is_none_or(is_moment)
}

fn is_moment(word: &str) -> bool {
    let digits =
        ["am", "pm", "a.m.", "p.m.", "a.m", "p.m"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    let mut parts = digits.split([':', '.']);
    let hour = parts.next().and_then(|hour| hour.parse::<u32>().ok()).is_some_and(|hour| hour <= 24);
    let minute = parts.next().is_none_or(|minute| minute.len() == 2 && minute.parse::<u32>().is_ok_and(|at| at < 60));
    hour && minute && parts.next().is_none()
}

/// "at 7 on Friday" tells a time, "at 7 Main Street" does not.
fn stands_alone(text: &Text, at: usize) -> bool {
    const AFTER: [&str; 24] = [
        "on", "and", "or", "to", "for", "under", "with", "is", "would", "works", "in", "please", "if", "but", "at",
        "today", "tomorrow", "tonight", "this", "next", "-", "instead", "party", "because",
    ];
    at + 1 == text.len()
        || text.pause(at) != Pause::None
        || text.is(at + 1, &AFTER)
        || is_weekday(text, at + 1)
        || is_month(text, at + 1)
}

impl When {
    pub(crate) fn has(&self, part: Part) -> bool {
        self.parts.iter().any(|(found, _)| *found == part)
    }

    /// "From Friday 3pm to Monday 10am": what comes before the "to", and what comes after it.
    pub(crate) fn split(self, text: &Text) -> (Self, Option<Self>) {
        let goal = self.parts.iter().position(|(_, range)| {
            range.start > self.words.start && text.is(range.start - 1, &["to", "until", "till"])
        });
        let Some(goal) = goal.filter(|goal| *goal > 0) else { return (self, None) };
        let (before, after) = self.parts.split_at(goal);
        let begin = self.words.start + usize::from(text.is(self.words.start, &["from"]));
        let end = before.last().map_or(begin, |(_, range)| range.end);
        let first = Self { words: begin..end, parts: before.to_vec() };
        let start = after.first().map_or(end, |(_, range)| range.start);
        (first, Some(Self { words: start..self.words.end, parts: after.to_vec() }))
    }

    pub(crate) fn as_written<'a>(&self, text: &'a Text) -> &'a str {
        text.slice(self.words.clone())
    }

    /// As it follows a verb: "on Friday at 7pm", "tomorrow at 3pm", "between 2 and 4pm".
    pub(crate) fn spoken(&self, text: &Text) -> String {
        let mut spoken = String::new();
        let mut at = self.words.start;
        let mut last: Option<Part> = None;
        for (part, range) in &self.parts {
            let between = text.slice(at..range.start);
            let preposition = match (part, last) {
                (Part::Clock, None | Some(Part::Day)) if between.is_empty() => before_clock(text, range.start),
                (Part::Day, None | Some(Part::Clock)) if between.is_empty() => before_day(text, range.start),
                (Part::Day | Part::Clock | Part::Open, _) => "",
            };
            let told = text.slice(range.clone());
            for piece in [between, preposition, told.strip_suffix("'s").unwrap_or(told)] {
                if !piece.is_empty() {
                    spoken.push_str(if spoken.is_empty() { "" } else { " " });
                    spoken.push_str(piece);
                }
            }
            at = range.end;
            last = Some(*part);
        }
        let range = matches!(self.parts[..], [(Part::Day, _), (Part::Day, _), ..]) && spoken.contains(" to ");
        if range && let Some(days) = spoken.strip_prefix("on ") { format!("from {days}") } else { spoken }
    }
}

fn before_clock(text: &Text, at: usize) -> &'static str {
    match text.lower(at) {
        "in" | "at" | "tonight" => "",
        "morning" | "afternoon" | "evening" | "mornings" | "afternoons" | "evenings" => "in the",
        _ => "at",
    }
}

fn before_day(text: &Text, at: usize) -> &'static str {
    let relative = [
        "today",
        "tomorrow",
        "tonight",
        "this",
        "next",
        "in",
        "coming",
        "every",
        "last",
        "day",
        "tomorrow's",
        "today's",
    ];
    if text.is(at, &relative) || text.runs(at, "the day after").is_some() { "" } else { "on" }
}

/// "3pm … tomorrow": the day and the hour of one appointment that were written apart.
pub(crate) fn together(text: &Text, first: &When, second: &When) -> Option<String> {
    let (day, clock) = match (first.has(Part::Day), second.has(Part::Day)) {
        (true, false) if !first.has(Part::Clock) => (first, second),
        (false, true) if !second.has(Part::Clock) => (second, first),
        (true | false, true | false) => return None,
    };
    Some(format!("{} {}", day.spoken(text), clock.spoken(text)))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::text::Text;

    fn spoken(prompt: &str) -> Vec<String> {
        let text = Text::read(prompt);
        find(&text, 0..text.len()).iter().map(|when| when.spoken(&text)).collect()
    }

    #[test]
    fn days_and_hours_are_said_as_people_say_them() {
        let cases = [
            ("for Friday 7pm, party of 2", "on Friday at 7pm"),
            ("on Friday, March 6th at 7:30 p.m. for 4", "on Friday March 6th at 7:30 p.m."),
            ("tomorrow 3pm", "tomorrow at 3pm"),
            ("next Tuesday morning", "next Tuesday morning"),
            ("for 2 on Friday at 7 under Josh", "on Friday at 7"),
            ("between 6:30 and 8 is fine", "between 6:30 and 8"),
            ("any time after 3pm", "any time after 3pm"),
            ("on the 5th of May", "on the 5th of May"),
            ("2026-03-30 19:00", "on 2026-03-30 at 19:00"),
            ("seven pm on saturday", "at seven pm on saturday"),
            ("half past seven tonight", "at half past seven tonight"),
            ("the day after tomorrow at noon", "the day after tomorrow at noon"),
            ("Friday or Saturday", "on Friday or Saturday"),
            ("May 3 to May 5", "from May 3 to May 5"),
            ("next Monday at 9", "next Monday at 9"),
            ("in two weeks", "in two weeks"),
            ("as soon as possible", "as soon as possible"),
            ("tomorrow's 3pm appointment", "tomorrow at 3pm"),
        ];
        for (prompt, expected) in cases {
            assert_eq!(spoken(prompt), [expected], "{prompt}");
        }
    }

    #[test]
    fn numbers_and_words_that_are_no_time_are_left_alone() {
        for prompt in ["party of 2", "at 7 Main Street", "size 10 shoes", "he may come", "24 Hour Fitness", "sat down"]
        {
            assert_eq!(spoken(prompt), [] as [&str; 0], "{prompt}");
        }
    }
}
