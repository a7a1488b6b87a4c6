//! When a call may be dialed: the caller's wishes, the callee's clock and the deadline, without a look at any queue.

use chrono::TimeDelta;
use hours::{Hours, Place};
use proto::fact::Terms;
use proto::{PhoneNumber, Timestamp};

use crate::call::Call;
use crate::desk::Desk;
use crate::ending::Obstacle;

/// Whose turn comes when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Now,
    At(Timestamp),
    /// Waiting would not help.
    Never(Obstacle),
}

/// What decides when a phone may ring.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    pub terms: &'a Terms,
    pub deadline: Timestamp,
    pub to: &'a PhoneNumber,
    /// None: at any hour.
    pub hours: Option<Hours>,
}

impl Window<'_> {
    /// The first moment from `after` on, as seen at `now`.
    pub fn turn(&self, after: Timestamp, now: Timestamp) -> Turn {
        let Terms { earliest_at, latest_at, .. } = *self.terms;
        let start = earliest_at.map_or(after, |earliest| earliest.max(after)).max(now);
        let in_time = |moment: Timestamp| moment < self.deadline && latest_at.is_none_or(|latest| moment < latest);
        if !in_time(start) {
            let too_late = latest_at.is_some_and(|latest| latest <= start);
            return Turn::Never(if too_late { Obstacle::TooLate } else { Obstacle::Deadline });
        }
        let opens = self.hours.map_or(Some(start), |hours| hours.next_open(Place::of(self.to), start));
        match opens {
            Some(moment) if moment <= now => Turn::Now,
            Some(moment) if in_time(moment) => Turn::At(moment),
            Some(_) | None => Turn::Never(Obstacle::OutsideHours),
        }
    }
}

impl Desk {
    /// When this call may be dialed, at the earliest so much after now.
    pub fn turn_of(&self, call: &Call, wait: TimeDelta) -> Turn {
        let window = Window {
            terms: &call.terms,
            deadline: call.deadline,
            to: &call.route.to,
            hours: self.rules.hours_of(call.route.mode),
        };
        let now = self.clock.now();
        window.turn(now.checked_add_signed(wait).unwrap_or(Timestamp::MAX_UTC), now)
    }
}

#[cfg(test)]
mod tests {
    use proto::Timestamp;
    use proto::fact::Terms;

    use super::{Turn, Window};
    use crate::ending::Obstacle;

    fn at(time: &str) -> Timestamp {
        format!("2026-01-15T{time}:00Z").parse().unwrap()
    }

    #[test]
    fn a_call_is_dialed_in_its_window_and_in_the_hours_of_the_callee() {
        // San Francisco is eight hours behind: the hours are from 16:00 until 05:00 of the next day.
        let table = [
            ("17:00", (None, None), "20:00", Turn::Now),
            ("17:00", (Some("18:00"), None), "20:00", Turn::At(at("18:00"))),
            ("17:00", (Some("16:30"), Some("18:00")), "20:00", Turn::Now),
            ("18:00", (None, Some("18:00")), "20:00", Turn::Never(Obstacle::TooLate)),
            ("17:00", (Some("19:00"), Some("18:30")), "20:00", Turn::Never(Obstacle::TooLate)),
            ("20:00", (None, Some("21:00")), "20:00", Turn::Never(Obstacle::Deadline)),
            ("17:00", (Some("20:00"), None), "20:00", Turn::Never(Obstacle::Deadline)),
            ("15:00", (None, None), "20:00", Turn::At(at("16:00"))),
            ("14:00", (Some("15:00"), None), "20:00", Turn::At(at("16:00"))),
            ("15:00", (None, Some("16:00")), "20:00", Turn::Never(Obstacle::OutsideHours)),
            ("14:00", (None, None), "15:30", Turn::Never(Obstacle::OutsideHours)),
        ];
        for (now, (earliest, latest), deadline, expected) in table {
            let terms = Terms { earliest_at: earliest.map(at), latest_at: latest.map(at), ..Terms::default() };
            let window = Window {
                terms: &terms,
                deadline: at(deadline),
                to: &"+14155550100".parse().unwrap(),
                hours: Some("08:00-21:00".parse().unwrap()),
            };
            assert_eq!(
                window.turn(at(now), at(now)),
                expected,
                "at {now}, {earliest:?} to {latest:?} until {deadline}"
            );
        }
    }

    #[test]
    fn a_second_dial_waits_and_still_keeps_the_hours() {
        let terms = Terms::default();
        let to = "+14155550100".parse().unwrap();
        let window = |hours| Window { terms: &terms, deadline: at("23:00"), to: &to, hours };
        let hours = Some("08:00-21:00".parse().unwrap());
        assert_eq!(window(None).turn(at("14:30"), at("14:00")), Turn::At(at("14:30")));
        assert_eq!(window(hours).turn(at("14:30"), at("14:00")), Turn::At(at("16:00")));
        assert_eq!(window(hours).turn(at("23:30"), at("14:00")), Turn::Never(Obstacle::Deadline));
    }
}
