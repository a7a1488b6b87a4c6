//! Where a phone number is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, Offset, TimeZone};
use chrono_tz::Tz;
use phonenumber::metadata::DATABASE;
use phonenumber::{PhoneNumber as Parsed, Type};
use proto::{PhoneNumber, Timestamp};

const MAP: &str = include_str!("zones.txt");

/// The zones of a number by its first digits.
static ZONES: LazyLock<BTreeMap<&'static str, Vec<Tz>>> = LazyLock::new(|| {
    let lines = MAP.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('|')).map(|(prefix, names)| (prefix, zones(names))).collect()
});

/// North America and the Caribbean: every number that people have belongs to an area code, mobile or not.
const NORTH_AMERICA: u16 = 1;

/// Countries where mobile numbers have area codes, too: Mexico, Argentina, Brazil, Indonesia, China.
const MOBILE_AREAS: [u16; 5] = [52, 54, 55, 62, 86];

/// The time zones that a number may be in: one where its area is known, all of its country's where it is not, none where
/// it belongs to no country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    zones: &'static [Tz],
}

/// What the clocks show in one of the zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// The IANA name, such as `America/New_York`.
    pub zone: &'static str,
    pub time: DateTime<FixedOffset>,
}

impl Place {
    pub fn of(number: &PhoneNumber) -> Self {
        let Ok(parsed) = phonenumber::parse(None, number.as_e164()) else {
            return Self { zones: &[] };
        };
        let country = parsed.code().value();
        let digits = number.as_e164().trim_start_matches('+');
        let longest = if is_geographical(&parsed) { digits.len() } else { country.to_string().len() };
        let zones = (1..=longest).rev().find_map(|length| ZONES.get(digits.get(..length)?));
        Self { zones: zones.map_or(&[], Vec::as_slice) }
    }

    /// What the clocks there show, zone by zone.
    pub fn local_times(self, at: Timestamp) -> impl Iterator<Item = LocalTime> {
        self.zones.iter().map(move |zone| {
            let offset = zone.offset_from_utc_datetime(&at.naive_utc()).fix();
            LocalTime { zone: zone.name(), time: at.with_timezone(&offset) }
        })
    }

    pub(crate) fn zones(self) -> &'static [Tz] {
        self.zones
    }
}

/// Whether the first digits say where it is. The map is compressed, so that the prefixes of other numbers mean nothing.
fn is_geographical(number: &Parsed) -> bool {
    let country = number.code().value();
    match number.number_type(&DATABASE) {
        Type::FixedLine | Type::FixedLineOrMobile => true,
        Type::Mobile => MOBILE_AREAS.contains(&country) || country == NORTH_AMERICA,
        Type::TollFree
        | Type::PremiumRate
        | Type::SharedCost
        | Type::PersonalNumber
        | Type::Voip
        | Type::Pager
        | Type::Uan
        | Type::Emergency
        | Type::Voicemail
        | Type::ShortCode
        | Type::StandardRate
        | Type::Carrier
        | Type::NoInternational
        | Type::Unknown => false,
    }
}

fn zones(names: &'static str) -> Vec<Tz> {
    names.split('&').map(|name| name.parse().expect("a test looks up every name of the map")).collect()
}

#[cfg(test)]
mod tests {
    use proto::Timestamp;

    use super::{MAP, Place, ZONES};

    fn zones(number: &str) -> Vec<&'static str> {
        let place = Place::of(&number.parse().unwrap());
        place.local_times(Timestamp::default()).map(|local| local.zone).collect()
    }

    #[test]
    fn every_zone_of_the_map_is_known_and_every_line_is_read() {
        assert_eq!(ZONES.len(), MAP.lines().filter(|line| !line.starts_with('#')).count());
        assert!(ZONES.values().all(|zones| !zones.is_empty()));
    }

    #[test]
    fn an_area_code_says_where_it_is() {
        for (number, zone) in [
            ("+14155550100", "America/Los_Angeles"),
            ("+12125550100", "America/New_York"),
            ("+13125550100", "America/Chicago"),
            ("+16025550100", "America/Phoenix"),
            ("+18085550100", "Pacific/Honolulu"),
            ("+18765293865", "America/Jamaica"),
            ("+61299990000", "Australia/Sydney"),
            ("+61733334444", "Australia/Brisbane"),
            ("+5511987654321", "America/Sao_Paulo"),
            ("+4930901820", "Europe/Berlin"),
            ("+81312345678", "Asia/Tokyo"),
            ("+97714123456", "Asia/Katmandu"),
        ] {
            assert_eq!(zones(number), [zone], "{number}");
        }
    }

    #[test]
    fn a_number_without_an_area_may_be_anywhere_in_its_country() {
        for (number, among) in [
            ("+79123456789", ["Asia/Kamchatka", "Europe/Moscow"]),
            ("+61412345678", ["Australia/Perth", "Australia/Sydney"]),
            ("+18005550100", ["America/New_York", "Pacific/Honolulu"]),
            // Newfoundland and Labrador share an area code and no clock.
            ("+17095550100", ["America/Halifax", "America/St_Johns"]),
        ] {
            let zones = zones(number);
            assert!(among.iter().all(|zone| zones.contains(zone)), "{number} is only in {zones:?}");
        }
    }

    #[test]
    fn a_number_of_no_country_is_nowhere() {
        for number in ["+80012345678", "+881612345678"] {
            assert!(zones(number).is_empty(), "{number}");
        }
    }
}
