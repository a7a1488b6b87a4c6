//! Days and times in the words of the prompt. They are found and put into a speakable order, never computed: the planner
//! has no clock, and the callee knows what "Friday" means.

mod atom;
mod beginning;
mod word;

use std::ops::Range;

use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
pub(crate) use atom::Atoms;
use atom::atom;
pub(crate) use word::{NUMBERS, TENS, is_day, number, numeral};

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

/// Words that begin a time and belong to it.
const LIMITS: &OneOf = one_of![
    "after", "before", "between", "around", "about", "by", "until", "till", "from", "sometime", "anytime", "any",
    "either",
];
const JOINS: &OneOf = one_of![
    "at", "on", "and", "or", "to", "-", "around", "about", "in", "between", "after", "before", "of", "from", "until",
    "till",
];

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

/// Every time of the prompt.
pub(crate) fn all(text: &Text) -> &[When] {
    text.times.get_or_init(|| text.sentences().flat_map(|sentence| find(text, sentence)).collect())
}

/// The longest time that begins here.
pub(crate) fn phrase(text: &Text, start: usize, limit: usize) -> Option<When> {
    let mut begin = start;
    while text.is(begin, LIMITS) && begin < start + 3 {
        begin += if text.is(begin, one_of!["any"]) && text.is(begin + 1, one_of!["time"]) { 2 } else { 1 };
    }
    begin += usize::from(begin > start && text.is(begin, one_of!["at", "on", "the"]));
    let limited = begin > start;
    let (part, mut end) = atom(text, begin, limited || follows_at(text, start))?;
    let mut parts = vec![(part, begin..end)];
    while end < limit && text.pause(end.wrapping_sub(1)) <= Pause::Comma {
        let joined = text.is(end, JOINS) && text.pause(end.wrapping_sub(1)) == Pause::None;
        let mut next = end + usize::from(joined);
        let bare = joined && !text.is(end, one_of!["on", "-", "in", "of", "from"]);
        next += usize::from(joined && text.is(next, one_of!["the", "around", "about", "after", "before", "between"]));
        // "At 10am and one for Noah": a word after "and" counts something else.
        let bare = bare
            && (!text.is(end, one_of!["and", "or"])
                || text.lower(next).starts_with(|first: char| first.is_ascii_digit()));
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
    at > 0
        && (text.is(at.wrapping_sub(1), one_of!["at"])
            || (text.is(at.wrapping_sub(1), one_of!["to", "until", "till"]) && is_moved(text, at)))
}

/// "Move it to 9", "needs to be moved from 8 to 9".
fn is_moved(text: &Text, at: usize) -> bool {
    let moves = one_of![
        "move",
        "moved",
        "push",
        "pushed",
        "shift",
        "shifted",
        "change",
        "changed",
        "reschedule",
        "rescheduled",
        "postpone",
        "postponed",
        "forward",
        "back",
    ];
    (at.saturating_sub(12)..at).rev().take_while(|at| text.pause(*at) < Pause::Stop).any(|at| text.is(at, moves))
}

impl When {
    pub(crate) fn has(&self, part: Part) -> bool {
        self.parts.iter().any(|(found, _)| *found == part)
    }

    /// Whether it is one time: "mornings" and "in the evening" alone may be any.
    pub(crate) fn is_point(&self, text: &Text) -> bool {
        self.parts.iter().any(|(part, range)| {
            let plural = range.len() == 1 && text.lower(range.start).ends_with('s');
            let span = *part == Part::Clock
                && text.is(range.end.wrapping_sub(1), word::SPANS)
                && range.clone().all(|at| number(text, at).is_none());
            let exact = text.is(range.end.wrapping_sub(1), one_of!["noon", "midday", "midnight", "tonight"]);
            exact || (*part != Part::Open && !span && !(*part == Part::Day && plural))
        })
    }

    /// "From Friday 3pm to Monday 10am": what comes before the "to", and what comes after it.
    pub(crate) fn split(self, text: &Text) -> (Self, Option<Self>) {
        let goal = self.parts.iter().position(|(part, range)| {
            let start =
                range.start - usize::from(range.start > 0 && text.is(range.start.wrapping_sub(1), one_of!["the"]));
            let to = text.is(start.wrapping_sub(1), one_of!["to"]);
            let until = *part == Part::Day && text.is(start.wrapping_sub(1), one_of!["until", "till"]);
            start > self.words.start && (to || until)
        });
        let Some(goal) = goal.filter(|goal| *goal > 0) else { return (self, None) };
        let (before, after) = self.parts.split_at(goal);
        let begin = self.words.start + usize::from(text.is(self.words.start, one_of!["from"]));
        let end = before.last().map_or(begin, |(_, range)| range.end);
        let first = Self { words: begin..end, parts: before.to_vec() };
        let start = after.first().map_or(end, |(_, range)| range.start);
        (first, Some(Self { words: start..self.words.end, parts: after.to_vec() }))
    }

    pub(crate) fn as_written<'a>(&self, text: &'a Text) -> &'a str {
        let vague =
            usize::from(text.is(self.words.start, one_of!["sometime", "either", "coming"]) && self.words.len() > 1);
        let written = text.slice(self.words.start + vague..self.words.end);
        let written = written.strip_suffix(" sharp").unwrap_or(written);
        written.strip_suffix("'s").unwrap_or(written)
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
    let relative = one_of![
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
    let part = at + usize::from(text.is(at, one_of!["the"])) + 1;
    if text.is(part, one_of!["week", "weekend", "half"])
        && text.is(part.wrapping_sub(1), one_of!["first", "second", "third", "last"])
    {
        return "in";
    }
    if text.is(at, relative) || text.runs(at, "the day after").is_some() { "" } else { "on" }
}

/// "3pm … tomorrow": the day and the hour of one appointment that were written apart.
pub(crate) fn together(text: &Text, first: &When, second: &When) -> Option<String> {
    let (day, clock) = match (first.has(Part::Day), second.has(Part::Day)) {
        (true, false) if !first.has(Part::Clock) => (first, second),
        (false, true) if !second.has(Part::Clock) => (second, first),
        (true | false, true | false) => return None,
    };
    let clock = clock.spoken(text);
    Some(format!("{} {}", day.spoken(text), clock.strip_prefix("sometime ").unwrap_or(&clock)))
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
