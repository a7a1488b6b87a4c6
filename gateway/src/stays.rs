//! How long calls stay in each state. Pure.

use std::time::Duration;

use crate::read_model::Times;

/// A state that a call has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub state: &'static str,
    pub lasted: Duration,
}

/// The states that a call has left between two looks at it. What it was told out of order counts when both ends are known.
pub fn stays(before: &Times, after: &Times) -> Vec<Stay> {
    let ends = |times: &Times| {
        let after_dial = times.ringing_at.or(times.answered_at).or(times.ended_at);
        [
            ("planned", times.planned_at, times.dialing_at),
            ("dialing", times.dialing_at, after_dial),
            ("ringing", times.ringing_at, times.answered_at.or(times.ended_at)),
            ("in_progress", times.answered_at, times.ended_at),
        ]
    };
    let known = ends(before).into_iter().map(|(_, from, to)| from.zip(to).is_some());
    let left = ends(after).into_iter().zip(known).filter(|(_, known)| !known);
    left.filter_map(|((state, from, to), _)| {
        let lasted = to?.signed_duration_since(from?).to_std().unwrap_or_default();
        Some(Stay { state, lasted })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use proto::Timestamp;

    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_timestamp(second, 0)
    }

    fn told(before: Times, after: Times) -> Vec<(&'static str, u64)> {
        stays(&before, &after).into_iter().map(|stay| (stay.state, stay.lasted.as_secs())).collect()
    }

    #[test]
    fn each_state_is_told_once_when_it_is_left() {
        let planned = Times { planned_at: at(1), ..Times::default() };
        let dialing = Times { dialing_at: at(3), ..planned };
        let ringing = Times { ringing_at: at(4), ..dialing };
        let answered = Times { answered_at: at(9), ..ringing };
        let ended = Times { ended_at: at(39), ..answered };
        assert_eq!(told(Times::default(), planned), []);
        assert_eq!(told(planned, dialing), [("planned", 2)]);
        assert_eq!(told(dialing, ringing), [("dialing", 1)]);
        assert_eq!(told(ringing, answered), [("ringing", 5)]);
        assert_eq!(told(answered, ended), [("in_progress", 30)]);
        assert_eq!(told(ended, ended), []);
    }

    #[test]
    fn a_call_that_nobody_answers_rings_until_its_end() {
        let ringing = Times { dialing_at: at(3), ringing_at: at(4), ..Times::default() };
        assert_eq!(told(ringing, Times { ended_at: at(34), ..ringing }), [("ringing", 30)]);
    }
}
