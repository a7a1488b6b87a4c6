//! Numbers in digits or English words.

use std::ops::Range;

use super::Word;

/// A number that was said, and with which words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) range: Range<usize>,
}

const UNITS: &[&str] = &[
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
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Before these, "one" is not a number: "this one", "no one".
const NOT_COUNTED: &[&str] = &["this", "that", "which", "no", "any", "the", "another", "each", "every", "some"];

/// All numbers of the utterance, in order.
pub(crate) fn numbers(words: &[Word]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match number_at(words, at) {
            Some(number) => {
                at = number.range.end;
                found.push(number);
            }
            None => at += 1,
        }
    }
    found
}

/// The value of a word below one hundred, when it is one: "nineteen", "40".
pub(crate) fn small(word: &Word) -> Option<u16> {
    let spelled = unit(&word.text).or_else(|| tens(&word.text));
    spelled.or_else(|| word.text.parse().ok().filter(|value| *value < 100))
}

pub(crate) fn unit(text: &str) -> Option<u16> {
    UNITS.iter().position(|unit| *unit == text).and_then(|value| u16::try_from(value).ok())
}

pub(crate) fn tens(text: &str) -> Option<u16> {
    TENS.iter().position(|tens| *tens == text).and_then(|value| u16::try_from(value * 10 + 20).ok())
}

/// The number that begins with this word.
pub(crate) fn number_at(words: &[Word], start: usize) -> Option<Number> {
    let text = words[start].text.as_str();
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        let scale = words.get(start + 1).and_then(scale);
        let end = start + 1 + usize::from(scale.is_some());
        return Some(Number { value: value * scale.unwrap_or(1.0), range: start..end });
    }
    if text == "one" && start > 0 && NOT_COUNTED.contains(&words[start - 1].text.as_str()) {
        return None;
    }
    if matches!(text, "a" | "dozen") {
        return dozen_or_hundred(words, start);
    }
    spelled(words, start)
}

fn scale(word: &Word) -> Option<f64> {
    match word.text.as_str() {
        "hundred" => Some(100.0),
        "thousand" => Some(1_000.0),
        "million" => Some(1_000_000.0),
        _ => None,
    }
}

fn dozen_or_hundred(words: &[Word], start: usize) -> Option<Number> {
    let at = start + usize::from(words[start].text == "a");
    let value = match words.get(at)?.text.as_str() {
        "dozen" => 12.0,
        "hundred" => 100.0,
        "thousand" => 1_000.0,
        _ => return None,
    };
    Some(Number { value, range: start..at + 1 })
}

fn spelled(words: &[Word], start: usize) -> Option<Number> {
    let (mut total, mut group, mut at) =
        (0.0, f64::from(below_hundred(words, start)?.0), below_hundred(words, start)?.1);
    while let Some(word) = words.get(at) {
        let after_scale = at > start && scale(&words[at - 1]).is_some();
        if word.text == "hundred" && group > 0.0 && group < 100.0 {
            group *= 100.0;
            at += 1;
        } else if let Some(scale) = scale(word).filter(|scale| *scale > 100.0 && group > 0.0) {
            total += group * scale;
            group = 0.0;
            at += 1;
        } else if after_scale && word.text == "and" && below_hundred(words, at + 1).is_some() {
            let (value, end) = below_hundred(words, at + 1)?;
            group += f64::from(value);
            at = end;
        } else if let Some((value, end)) = below_hundred(words, at).filter(|_| after_scale) {
            group += f64::from(value);
            at = end;
        } else {
            break;
        }
    }
    Some(Number { value: total + group, range: start..at })
}

fn below_hundred(words: &[Word], at: usize) -> Option<(u16, usize)> {
    let text = &words.get(at)?.text;
    if let Some(value) = unit(text) {
        return Some((value, at + 1));
    }
    let ten = tens(text)?;
    match words.get(at + 1).and_then(|next| unit(&next.text)).filter(|unit| (1..10).contains(unit)) {
        Some(unit) => Some((ten + unit, at + 2)),
        None => Some((ten, at + 1)),
    }
}

/// All digits that were said, in order: "four one five, 555 double two" is 41555522.
pub(crate) fn digits(words: &[Word]) -> String {
    let mut digits = String::new();
    let mut times = 1;
    for word in words {
        let spoken = match word.text.as_str() {
            "oh" | "o" => "0".to_owned(),
            "double" => {
                times = 2;
                continue;
            }
            "triple" => {
                times = 3;
                continue;
            }
            text => match unit(text) {
                Some(value) => value.to_string(),
                None => text.chars().filter(char::is_ascii_digit).collect(),
            },
        };
        digits.push_str(&spoken.repeat(times));
        times = 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::{digits, numbers};
    use crate::words::Speech;

    fn values(text: &str) -> Vec<f64> {
        numbers(&Speech::new(text).words).into_iter().map(|number| number.value).collect()
    }

    #[test]
    fn numbers_are_read_in_digits_and_in_words() {
        for (text, expected) in [
            ("for 2 people", vec![2.0]),
            ("twenty-five dollars", vec![25.0]),
            ("one hundred and five", vec![105.0]),
            ("two thousand three hundred forty", vec![2340.0]),
            ("$1,299.50", vec![1299.5]),
            ("a dozen or a hundred", vec![12.0, 100.0]),
            ("twelve fifty", vec![12.0, 50.0]),
            ("3 thousand", vec![3000.0]),
            ("we have that one, no one else", vec![]),
            ("we have one", vec![1.0]),
            ("at 7:30", vec![]),
            ("nothing", vec![]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn a_phone_number_is_read_digit_by_digit() {
        assert_eq!(digits(&Speech::new("It's four one five, 555-01 double two").words), "4155550122");
    }
}
