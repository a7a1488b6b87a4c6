//! When people may be called, by their own clocks.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use proto::Timestamp;

use crate::Place;

/// The hours of every day at which people may be called: from the first minute, until before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    from: NaiveTime,
    until: NaiveTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not hours of a day, such as 08:00-21:00")]
pub struct BadHours;

/// No zone changes its clocks on so many days in a row, so that what is closed on all of them stays closed.
const DAYS_AHEAD: u64 = 3;
/// Clocks that are set forward skip at most so much: the widest gap was a whole day, at the date line.
const GAP_MINUTES_MAX: i64 = 25 * 60;

impl Hours {
    /// Whether a phone there may ring: in each zone where it may be. What may be in any zone may never ring.
    pub fn are_open(self, place: Place, at: Timestamp) -> bool {
        !place.zones().is_empty() && place.zones().iter().all(|zone| self.hold(*zone, at))
    }

    /// The first moment, not before `after`, at which a phone there may ring. None: the days of its zones never overlap.
    pub fn next_open(self, place: Place, after: Timestamp) -> Option<Timestamp> {
        // Where all are open, the last one to open has just opened, unless they were open before.
        let openings = place.zones().iter().flat_map(|zone| self.openings(*zone, after));
        let mut moments: Vec<_> = openings.filter(|moment| *moment > after).chain([after]).collect();
        moments.sort_unstable();
        moments.into_iter().find(|moment| self.are_open(place, *moment))
    }

    fn hold(self, zone: Tz, at: Timestamp) -> bool {
        let time = at.with_timezone(&zone).time();
        self.from <= time && time < self.until
    }

    fn openings(self, zone: Tz, after: Timestamp) -> impl Iterator<Item = Timestamp> {
        let today = after.with_timezone(&zone).date_naive();
        (0..=DAYS_AHEAD).filter_map(move |days| self.opening(zone, today.checked_add_days(Days::new(days))?))
    }

    fn opening(self, zone: Tz, day: NaiveDate) -> Option<Timestamp> {
        let opening = day.and_time(self.from);
        (0..=GAP_MINUTES_MAX).find_map(|late| moment(zone, opening.checked_add_signed(TimeDelta::minutes(late))?))
    }
}

/// When the clocks show that. None: they skip it.
fn moment(zone: Tz, local: NaiveDateTime) -> Option<Timestamp> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
        LocalResult::None => None,
    }
}

impl FromStr for Hours {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Self, BadHours> {
        let (from, until) = text.split_once('-').ok_or(BadHours)?;
        let time = |text| NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| BadHours);
        let (from, until) = (time(from)?, time(until)?);
        (from < until).then_some(Self { from, until }).ok_or(BadHours)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format("%H:%M"), self.until.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use proto::Timestamp;

    use super::Hours;
    use crate::Place;

    const NUMBERS: [&str; 8] = [
        "+14155550100",
        "+442079460958",
        "+97714123456",
        "+79123456789",
        "+61412345678",
        "+18005550100",
        "+17095550100",
        "+5511987654321",
    ];

    fn hours() -> Hours {
        "08:00-21:00".parse().unwrap()
    }

    fn place(number: &str) -> Place {
        Place::of(&number.parse().unwrap())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_phone_rings_by_its_own_clock() {
        let cases = [
            // San Francisco: UTC-8 in winter, UTC-7 in summer.
            ("+14155550100", "2026-01-15T15:59:59Z", false),
            ("+14155550100", "2026-01-15T16:00:00Z", true),
            ("+14155550100", "2026-01-16T04:59:59Z", true),
            ("+14155550100", "2026-01-16T05:00:00Z", false),
            ("+14155550100", "2026-07-15T15:00:00Z", true),
            // Kathmandu: UTC+5:45.
            ("+97714123456", "2026-01-15T02:14:59Z", false),
            ("+97714123456", "2026-01-15T02:15:00Z", true),
            // A Russian mobile phone may be in Kamchatka (UTC+12) or in Kaliningrad (UTC+2).
            ("+79123456789", "2026-01-15T05:59:59Z", false),
            ("+79123456789", "2026-01-15T06:00:00Z", true),
            ("+79123456789", "2026-01-15T09:00:00Z", false),
        ];
        for (number, moment, open) in cases {
            assert_eq!(hours().are_open(place(number), at(moment)), open, "{number} at {moment}");
        }
    }

    #[test]
    fn what_is_closed_opens_in_the_morning() {
        let cases = [
            ("+14155550100", "2026-01-16T05:00:00Z", "2026-01-16T16:00:00Z"),
            ("+14155550100", "2026-01-15T16:30:00Z", "2026-01-15T16:30:00Z"),
            // The night in which the clocks go forward.
            ("+14155550100", "2026-03-08T05:00:00Z", "2026-03-08T15:00:00Z"),
            ("+79123456789", "2026-01-15T09:00:00Z", "2026-01-16T06:00:00Z"),
        ];
        for (number, after, opens) in cases {
            assert_eq!(hours().next_open(place(number), at(after)), Some(at(opens)), "{number} after {after}");
        }
    }

    #[test]
    fn what_may_be_anywhere_never_opens() {
        let nowhere = place("+881612345678");
        assert!(!hours().are_open(nowhere, at("2026-01-15T12:00:00Z")));
        assert_eq!(hours().next_open(nowhere, at("2026-01-15T12:00:00Z")), None);
        let short: Hours = "08:00-10:00".parse().unwrap();
        assert_eq!(short.next_open(place("+79123456789"), at("2026-01-15T12:00:00Z")), None);
    }

    #[test]
    fn an_hour_that_the_clocks_skip_opens_when_they_go_on() {
        let early: Hours = "02:30-04:00".parse().unwrap();
        let opens = early.next_open(place("+14155550100"), at("2026-03-08T08:00:00Z"));
        // The clocks go from 2:00 to 3:00 at ten o'clock UTC; half past two never comes.
        assert_eq!(opens, Some(at("2026-03-08T10:00:00Z")));
    }

    #[test]
    fn hours_are_read_as_they_are_written() {
        assert_eq!("08:00-21:00".parse::<Hours>().unwrap().to_string(), "08:00-21:00");
        for text in ["", "8-21", "21:00-08:00", "08:00-08:00", "08:00", "08:00-24:00", "x-y"] {
            assert!(text.parse::<Hours>().is_err(), "{text:?} was taken");
        }
    }

    proptest! {
        #[test]
        fn the_next_opening_is_open_and_nothing_opens_before_it(
            number in prop::sample::select(NUMBERS.as_slice()),
            minutes in 0_i64..2_000_000,
        ) {
            let after = at("2025-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            let place = place(number);
            let opens = hours().next_open(place, after).unwrap();
            prop_assert!(opens >= after && hours().are_open(place, opens));
            let mut before = after;
            while before < opens {
                prop_assert!(!hours().are_open(place, before), "{before} is open");
                before += TimeDelta::minutes(1);
            }
        }
    }
}
