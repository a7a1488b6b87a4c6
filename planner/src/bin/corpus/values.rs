//! A text as what it says: words, numbers, and times of the day, without case, punctuation and words that carry nothing.

/// The minutes of half a day.
const HALF_DAY: u32 = 12 * 60;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Word(String),
    Number(u32),
    /// In minutes since midnight. `open`: whether before or after noon was not said.
    Time {
        minutes: u32,
        open: bool,
    },
}

impl Value {
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self.time(), other.time()) {
            (Some((one, _)), Some((two, _))) if one == two => true,
            (Some((one, open)), Some((two, other_open))) => (open || other_open) && one % HALF_DAY == two % HALF_DAY,
            _ => self == other,
        }
    }

    /// "At 7" is a time too.
    fn time(&self) -> Option<(u32, bool)> {
        match self {
            Self::Time { minutes, open } => Some((*minutes, *open)),
            Self::Number(hour @ 1..=12) => Some((hour * 60, true)),
            Self::Number(_) | Self::Word(_) => None,
        }
    }
}

/// Whether all of `part` stands in `whole`.
pub(crate) fn covers(whole: &[Value], part: &[Value]) -> bool {
    part.iter().all(|value| whole.iter().any(|other| other.is(value)))
}

const EMPTY: [&str; 67] = [
    "after", "since", "during", "a", "any", "time", "an", "the", "at", "on", "in", "of", "for", "to", "from", "with",
    "by", "and", "or", "is", "are", "be", "am", "was", "it", "its", "this", "that", "i", "me", "my", "you", "your",
    "he", "she", "him", "her", "his", "we", "us", "our", "they", "them", "their", "has", "have", "had", "we'll", "i'm",
    "please", "under", "name", "as", "if", "no", "nr", "until", "till", "before", "between", "around", "about", "s",
    "o'clock", "will", "would", "so",
];

pub(crate) fn values(text: &str) -> Vec<Value> {
    let lower = text.to_lowercase().replace(['\u{2019}', '\u{2018}'], "'").replace(APART, " ");
    let lower = lower.split_whitespace().map(spread).collect::<Vec<_>>().join(" ");
    let words: Vec<&str> = lower.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect();
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let (value, used) = spelled(&words, at).unwrap_or_else(|| (single(word), 1));
        let empty = matches!(&value, Value::Word(word) if EMPTY.contains(&word.as_str()));
        if !empty {
            values.push(value);
        }
        at += used;
    }
    values
}

/// What programs write around names and values: `SLOT=Thu`, `{"check_in":"Fri"}`, `at('Fri')`.
const APART: [char; 12] = ['\u{2013}', '/', '"', '=', '_', '|', '(', ')', '{', '}', '[', ']'];

/// "15:00-17:00", "7-9" and "2026-12-02T09:20" are two values.
fn spread(word: &str) -> String {
    if let Some((day, hour)) = word.split_once('t').filter(|(day, hour)| day.len() == 10 && time(bare(hour)).is_some())
    {
        return format!("{day} {hour}");
    }
    let (from, to) = word.split_once('-').unwrap_or((word, ""));
    let day = |word: &str| word.len() <= 2 && word.parse::<u32>().is_ok();
    let both = |is: &dyn Fn(&str) -> bool| is(from) && is(bare(to));
    if both(&|word| time(word).is_some() || day(word)) { format!("{from} {to}") } else { word.to_owned() }
}

/// "Half past seven", "quarter to three pm", "4 pm", "7:30 p.m.", "twenty five": more than one word.
fn spelled(words: &[&str], at: usize) -> Option<(Value, usize)> {
    let word = |ahead: usize| words.get(at + ahead).copied().unwrap_or_default();
    let rest = |ahead: usize| words.get(at + ahead..).unwrap_or_default();
    if matches!(word(0), "half" | "quarter") && matches!(word(1), "past" | "to") {
        let hour = hour(word(2))?;
        let minutes = match (word(0), word(1)) {
            ("half", _) => hour * 60 + 30,
            (_, "past") => hour * 60 + 15,
            _ => hour * 60 + HALF_DAY - 15,
        };
        return Some(half_of_day(minutes % (2 * HALF_DAY), rest(3), 3));
    }
    if let Value::Time { minutes, open: true } = single(word(0)) {
        return Some(half_of_day(minutes, rest(1), 1));
    }
    let hour = hour(word(0))?;
    match word(1) {
        "am" | "pm" | "a.m" | "p.m" => Some(half_of_day(hour * 60, rest(1), 1)),
        "o'clock" => Some(half_of_day(hour * 60, rest(2), 2)),
        "in" if is_part_of_day(rest(1)) => Some(half_of_day(hour * 60, rest(1), 1)),
        "thirty" => Some(half_of_day(hour * 60 + 30, rest(2), 2)),
        _ => None,
    }
}

fn half_of_day(minutes: u32, rest: &[&str], used: usize) -> (Value, usize) {
    let (morning, marks) = match rest {
        ["am" | "a.m", ..] => (true, 1),
        ["pm" | "p.m", ..] => (false, 1),
        ["in", "the", "morning", ..] => (true, 3),
        ["in", "the", "afternoon" | "evening", ..] => (false, 3),
        _ => return (Value::Time { minutes, open: true }, used),
    };
    let noon = if morning { 0 } else { HALF_DAY };
    (Value::Time { minutes: minutes % HALF_DAY + noon, open: false }, used + marks)
}

fn is_part_of_day(rest: &[&str]) -> bool {
    matches!(rest, ["in", "the", "morning" | "afternoon" | "evening", ..])
}

/// A day of the month is none: "the 10th in the morning".
fn hour(word: &str) -> Option<u32> {
    if ["st", "nd", "rd", "th"].iter().any(|ordinal| word.ends_with(ordinal)) {
        return None;
    }
    match single(word) {
        Value::Number(hour @ 0..=12) => Some(hour),
        Value::Number(_) | Value::Word(_) | Value::Time { .. } => None,
    }
}

fn single(word: &str) -> Value {
    if let Some(time) = time(word) {
        return time;
    }
    let plain = word.trim_start_matches(['$', '#']).replace(',', "");
    let cardinal = ["st", "nd", "rd", "th"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(&plain);
    if let Ok(number) = cardinal.parse() {
        return Value::Number(number);
    }
    if let Some(number) = NUMBERS.iter().position(|names| names.contains(&word)) {
        return Value::Number(u32::try_from(number).unwrap_or(u32::MAX));
    }
    Value::Word(dictionary(word.trim_start_matches('#')))
}

/// "7pm", "7:30", "19:30", "7.30pm".
fn time(word: &str) -> Option<Value> {
    match word {
        "noon" => return Some(Value::Time { minutes: HALF_DAY, open: false }),
        "midnight" => return Some(Value::Time { minutes: 0, open: false }),
        _ => {}
    }
    let (digits, mark) = ["am", "pm", "a.m", "p.m"]
        .iter()
        .find_map(|mark| word.strip_suffix(mark).map(|digits| (digits, *mark)))
        .unwrap_or((word, ""));
    let parts = digits.split_once(':').or_else(|| if mark.is_empty() { None } else { digits.split_once('.') });
    let (hour, minute) = match parts {
        Some((hour, minute)) if minute.len() == 2 => (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?),
        None if !mark.is_empty() => (digits.parse().ok()?, 0),
        Some(_) | None => return None,
    };
    if hour > 23 || minute > 59 {
        return None;
    }
    let minutes = hour * 60 + minute;
    if mark.is_empty() {
        let open = (1..=12).contains(&hour) && !digits.starts_with('0');
        return Some(Value::Time { minutes, open });
    }
    Some(half_of_day(minutes, &[mark], 0).0)
}

const NUMBERS: [&[&str]; 21] = [
    &["zero"],
    &["one", "first"],
    &["two", "second", "couple"],
    &["three", "third"],
    &["four", "fourth"],
    &["five", "fifth"],
    &["six", "sixth"],
    &["seven", "seventh"],
    &["eight", "eighth"],
    &["nine", "ninth"],
    &["ten", "tenth"],
    &["eleven"],
    &["twelve", "dozen"],
    &["thirteen"],
    &["fourteen"],
    &["fifteen"],
    &["sixteen"],
    &["seventeen"],
    &["eighteen"],
    &["nineteen"],
    &["twenty"],
];

/// One spelling for months, weekdays and what is often shortened or mistyped; plurals as singulars.
fn dictionary(word: &str) -> String {
    const LONG: [&str; 19] = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "may",
    ];
    if matches!(word, "tmrw" | "tomorow" | "tmr" | "tomorrow's") {
        return "tomorrow".to_owned();
    }
    if word.len() >= 3
        && let Some(long) = LONG.iter().find(|long| long.starts_with(word) || word.strip_suffix('s') == Some(**long))
    {
        return (*long).to_owned();
    }
    match word.strip_suffix('s') {
        Some(one) if one.len() > 3 && !one.ends_with('s') => one.to_owned(),
        Some(_) | None => word.to_owned(),
    }
}

/// Without quotes and punctuation around it, and without a possessive.
fn bare(word: &str) -> &str {
    let inner = word.trim_matches(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '$' | '#' | '+' | '&'));
    inner.strip_suffix("'s").unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::{covers, values};

    #[test]
    fn what_says_the_same_is_the_same() {
        let same = [
            ("Friday at 7pm", "on friday, 19:00"),
            ("half past seven", "7:30 p.m."),
            ("Nov 30 at noon", "November 30th, 12 pm"),
            ("quarter past nine in the morning", "9:15 am"),
            ("at 7 in the evening", "19:00"),
            ("Thursday 10th in the morning", "morning, Thursday, 10"),
            ("a table for four", "table 4"),
            ("tmrw at 6", "tomorrow 6pm"),
            ("$1,240.", "1240"),
            ("Josh's", "josh"),
            ("tomorrow 15:00-17:00", "tomorrow, 15:00 to 17:00"),
            ("ACTION=BOOK\nSLOT=Thu 10:30", "action: book. slot: Thu 10:30"),
            (r#"{"check_in":"2026-12-20","guest":"Ann Perry"}"#, "check in: 2026-12-20. guest: Ann Perry"),
            ("hold(guest='Ann Perry')", "hold, guest: Ann Perry"),
            ("2026-12-02T09:20", "2026-12-02 09:20"),
        ];
        for (one, two) in same {
            assert!(covers(&values(one), &values(two)) && covers(&values(two), &values(one)), "{one} / {two}");
        }
    }

    #[test]
    fn what_says_something_else_is_not() {
        let different = [
            ("7pm", "7am"),
            ("07:00", "7pm"),
            ("19:00", "7:30pm"),
            ("Friday", "Saturday"),
            ("party of 2", "party of 3"),
            ("March 3", "May 3"),
            ("415-555-0132", "415-555-0133"),
            ("15:00-17:00", "15:00-18:00"),
        ];
        for (one, two) in different {
            assert!(!covers(&values(one), &values(two)), "{one} / {two}");
        }
    }
}
