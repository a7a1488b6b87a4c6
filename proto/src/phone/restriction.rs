//! Numbers that exist and must not be called by a machine: they hold up help, or cost whoever pays for the call.

use phonenumber::Type;
use phonenumber::metadata::DATABASE;

use super::{NotE164, PhoneNumber, read};

/// Why a number is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Restriction {
    /// Police, fire, ambulance, or a crisis line that is reached like them.
    Emergency,
    /// A service of a few digits, such as the N11 codes of North America (directory, repair, social services).
    ShortCode,
    PremiumRate,
    SharedCost,
}

/// What people dial for help somewhere (ITU-T E.161.1 and national plans), and the crisis lines of three digits. A machine
/// that calls one of them from another country reaches nobody, so nothing is lost by refusing all of them everywhere.
const EMERGENCY: [&str; 30] = [
    "000", "066", "100", "101", "102", "103", "104", "108", "110", "111", "112", "113", "114", "115", "116", "117",
    "118", "119", "120", "122", "123", "144", "190", "191", "192", "193", "911", "988", "995", "999",
];

/// Subscriber numbers are longer in every country that has short codes.
const SHORT_CODE_DIGITS_MAX: usize = 6;
/// Country codes have one to three digits (ITU-T E.164, 6.2.1).
const COUNTRY_CODE_DIGITS_MAX: usize = 3;

impl Restriction {
    /// For a text that is not a phone number: an emergency number or a short code, alone or after a country code.
    pub fn of_text(text: &str) -> Option<Self> {
        let international = text.strip_prefix('+');
        let digits = international.unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let Some(digits) = international else {
            return Self::of_digits(digits);
        };
        let countries = (1..=COUNTRY_CODE_DIGITS_MAX.min(digits.len() - 1)).map(|length| digits.split_at(length));
        let rests = countries.filter(|(country, _)| is_country_code(country)).map(|(_, rest)| rest);
        rests.filter_map(Self::of_digits).min()
    }

    fn of_digits(digits: &str) -> Option<Self> {
        if EMERGENCY.contains(&digits) {
            return Some(Self::Emergency);
        }
        (digits.len() <= SHORT_CODE_DIGITS_MAX).then_some(Self::ShortCode)
    }

    /// What it is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Emergency => "an emergency number",
            Self::ShortCode => "a short code",
            Self::PremiumRate => "a premium-rate number",
            Self::SharedCost => "a shared-cost number",
        }
    }
}

impl PhoneNumber {
    /// A number that somebody is to be called at, and why it may not be, by the numbering plan of its country.
    pub fn of_callee(text: &str) -> Result<(Self, Option<Restriction>), NotE164> {
        let (number, kind) = read(text)?;
        Ok((number, restriction(kind)))
    }
}

fn restriction(kind: Type) -> Option<Restriction> {
    match kind {
        Type::PremiumRate => Some(Restriction::PremiumRate),
        Type::SharedCost => Some(Restriction::SharedCost),
        Type::Emergency => Some(Restriction::Emergency),
        Type::ShortCode => Some(Restriction::ShortCode),
        Type::FixedLine
        | Type::Mobile
        | Type::FixedLineOrMobile
        | Type::TollFree
        | Type::PersonalNumber
        | Type::Voip
        | Type::Pager
        | Type::Uan
        | Type::Voicemail
        | Type::StandardRate
        | Type::Carrier
        | Type::NoInternational
        | Type::Unknown => None,
    }
}

fn is_country_code(digits: &str) -> bool {
    digits.parse().is_ok_and(|code: u16| DATABASE.by_code(&code).is_some_and(|plans| !plans.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::Restriction;
    use crate::PhoneNumber;

    #[test]
    fn emergency_numbers_and_short_codes_are_known_with_and_without_their_country() {
        let cases = [
            ("911", Some(Restriction::Emergency)),
            ("112", Some(Restriction::Emergency)),
            ("999", Some(Restriction::Emergency)),
            ("988", Some(Restriction::Emergency)),
            ("+1911", Some(Restriction::Emergency)),
            ("+44999", Some(Restriction::Emergency)),
            ("+49110", Some(Restriction::Emergency)),
            ("+61000", Some(Restriction::Emergency)),
            ("+33112", Some(Restriction::Emergency)),
            ("411", Some(Restriction::ShortCode)),
            ("+1411", Some(Restriction::ShortCode)),
            ("+1211", Some(Restriction::ShortCode)),
            ("+1611", Some(Restriction::ShortCode)),
            ("22000", Some(Restriction::ShortCode)),
            ("+122000", Some(Restriction::ShortCode)),
            ("+4411850", Some(Restriction::ShortCode)),
            ("+353112", Some(Restriction::Emergency)),
            ("4155550100", None),
            ("+1415555010", None),
            ("+999112", None),
            ("", None),
            ("+", None),
            ("+1", None),
            ("call me", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Restriction::of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn what_costs_the_caller_is_known_by_the_plan_of_its_country() {
        let cases = [
            ("+19002345678", Some(Restriction::PremiumRate)),
            ("+449012345678", Some(Restriction::PremiumRate)),
            ("+4990012345678", Some(Restriction::PremiumRate)),
            ("+33891123456", Some(Restriction::PremiumRate)),
            ("+611900123456", Some(Restriction::PremiumRate)),
            ("+34803123456", Some(Restriction::PremiumRate)),
            ("+390899123456", Some(Restriction::PremiumRate)),
            ("+41900123456", Some(Restriction::PremiumRate)),
            ("+43900123456", Some(Restriction::PremiumRate)),
            ("+979123456789", Some(Restriction::PremiumRate)),
            ("+448431234567", Some(Restriction::PremiumRate)),
            ("+491801123456", Some(Restriction::SharedCost)),
            ("+41840123456", Some(Restriction::SharedCost)),
            ("+80812345678", Some(Restriction::SharedCost)),
            ("+14155550100", None),
            ("+18002345678", None),
            ("+442079460958", None),
            ("+4930901820", None),
            ("+81312345678", None),
            ("+5511987654321", None),
        ];
        let of = |text: &str| PhoneNumber::of_callee(text).ok().map(|(_, restriction)| restriction);
        let wrong: Vec<_> = cases.iter().filter(|(text, expected)| of(text) != Some(*expected)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
