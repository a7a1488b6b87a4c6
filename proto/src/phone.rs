mod restriction;

use std::fmt;
use std::str::FromStr;

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};

pub use self::restriction::Restriction;

/// A phone number in E.164 form (ITU-T E.164: `+`, country code, at most 15 digits) that the numbering plan of its
/// country knew when somebody gave it to us.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber(String);

/// The text is not a phone number that can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number in E.164 form, such as +14155550100")]
pub struct NotE164;

/// `+`, country code and subscriber number: 15 digits at most (ITU-T E.164, 6.2.1).
const DIGITS_MAX: usize = 15;

impl PhoneNumber {
    /// The number as the carrier takes it. Never log it.
    pub fn as_e164(&self) -> &str {
        &self.0
    }

    /// A number that we wrote down ourselves, once it was checked: only its form is looked at. Numbering plans change, and
    /// what one release took the next must still read. From people and programs of others, parse.
    pub fn recorded(text: &str) -> Result<Self, NotE164> {
        if is_formed(text) { Ok(Self(text.to_owned())) } else { Err(NotE164) }
    }
}

impl FromStr for PhoneNumber {
    type Err = NotE164;

    fn from_str(text: &str) -> Result<Self, NotE164> {
        read(text).map(|(number, _)| number)
    }
}

fn is_formed(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// The number, and what the numbering plan of its country makes of it.
fn read(text: &str) -> Result<(PhoneNumber, Type), NotE164> {
    if !is_formed(text) {
        return Err(NotE164);
    }
    let planned = phonenumber::parse(None, text).map_err(|_| NotE164)?;
    let canonical = planned.format().mode(Mode::E164).to_string();
    // What is of a known type is valid, but the library looks for the type without the zeros that a national number may
    // begin with, and for its validity with them.
    let kind = planned.number_type(&DATABASE);
    let valid = if planned.national().zeros() == 0 { kind != Type::Unknown } else { planned.is_valid() };
    if canonical != text || !valid {
        return Err(NotE164);
    }
    Ok((PhoneNumber(canonical), kind))
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", &self.0[..2]) // A checked number is ASCII and longer than that.
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::PhoneNumber;

    #[test]
    fn numbers_that_exist_are_taken_as_they_are() {
        for text in ["+14155550100", "+442079460958", "+4930901820", "+81312345678", "+5511987654321"] {
            assert_eq!(text.parse::<PhoneNumber>().unwrap().as_e164(), text);
        }
    }

    #[test]
    fn other_spellings_and_impossible_numbers_are_refused() {
        for text in [
            "",
            "+",
            "4155550100",
            "+1415555010",
            "+141555501000",
            "+1 415 555 0100",
            "+1-415-555-0100",
            "tel:+14155550100",
            "+14155550100;ext=5",
            "+10000000000",
            "+999123456789",
            "+1415555O100",
            "+١٤١٥٥٥٥٠١٠٠",
            "+1234567890123456",
        ] {
            assert!(text.parse::<PhoneNumber>().is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn debug_shows_too_little_to_call() {
        assert_eq!(format!("{:?}", "+14155550100".parse::<PhoneNumber>().unwrap()), "+1…");
    }

    #[test]
    fn what_was_taken_once_is_read_again_whatever_has_become_of_its_numbering_plan() {
        for text in ["+14155550100", "+10000000000", "+999123456789", "+1"] {
            assert_eq!(PhoneNumber::recorded(text).unwrap().as_e164(), text);
        }
        for text in ["", "+", "4155550100", "+0155550100", "+1 415 555 0100", "+1415555O100", "+1234567890123456"] {
            assert!(PhoneNumber::recorded(text).is_err(), "{text:?} was read");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_the_numbering_plans_know(digits in "[1-9][0-9]{4,14}") {
            let text = format!("+{digits}");
            let known = phonenumber::parse(None, &text).is_ok_and(|planned| {
                planned.is_valid() && planned.format().mode(phonenumber::Mode::E164).to_string() == text
            });
            prop_assert_eq!(text.parse::<PhoneNumber>().is_ok(), known);
        }

        #[test]
        fn no_text_panics_and_what_is_taken_is_kept(text in "\\+?[0-9 a-z+]{0,18}") {
            if let Ok(number) = text.parse::<PhoneNumber>() {
                prop_assert_eq!(number.as_e164(), text.as_str());
                prop_assert_eq!(PhoneNumber::recorded(&text), Ok(number));
            }
        }
    }
}
