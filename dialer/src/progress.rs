//! How an attempt moves when the carrier says something of it: only forward, whatever is repeated or comes late.

use crate::call::{Attempt, AttemptState};
use crate::carrier::{AnsweredBy, News, Over, Report};

/// What a report makes of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It says nothing new.
    Known,
    /// A leg that no call of ours wants: it has to be stopped.
    Stray,
    Moved(Attempt),
    Over(Attempt, Over),
}

impl Attempt {
    #[must_use]
    pub fn hear(self, report: &Report) -> Heard {
        let over = matches!(report.news, News::Over(_));
        if report.link.epoch != self.epoch || report.link.attempt != self.id {
            return if over { Heard::Known } else { Heard::Stray };
        }
        match &self.state {
            AttemptState::Ended => Heard::Known,
            // What was given up is not taken back: its call may have another attempt, or be over.
            AttemptState::Rejected | AttemptState::NotPlaced | AttemptState::OutcomeUnknown => {
                if over {
                    Heard::Known
                } else {
                    Heard::Stray
                }
            }
            AttemptState::Placed { leg } | AttemptState::Answered { leg } if *leg != report.leg => {
                if over {
                    Heard::Known
                } else {
                    Heard::Stray
                }
            }
            // A carrier that speaks of an attempt has it, whatever became of its answer to us.
            AttemptState::Intent
            | AttemptState::Dialing { .. }
            | AttemptState::Unknown { .. }
            | AttemptState::Placed { .. }
            | AttemptState::Answered { .. } => self.forward(report),
        }
    }

    fn forward(self, report: &Report) -> Heard {
        let before = self.clone();
        let leg = report.leg.clone();
        let placed = match self.state {
            AttemptState::Answered { .. } => self.state.clone(),
            AttemptState::Intent
            | AttemptState::Dialing { .. }
            | AttemptState::Unknown { .. }
            | AttemptState::Placed { .. }
            | AttemptState::Ended
            | AttemptState::Rejected
            | AttemptState::NotPlaced
            | AttemptState::OutcomeUnknown => AttemptState::Placed { leg: leg.clone() },
        };
        let after = match &report.news {
            News::Accepted => Self { state: placed, ..self },
            News::Ringing => Self { state: placed, rang: true, ..self },
            News::Answered => Self { state: AttemptState::Answered { leg }, rang: true, ..self },
            News::AnsweredBy(by) => Self { state: placed, answered_by: Some(surer(self.answered_by, *by)), ..self },
            News::Over(over) => return Heard::Over(Self { state: AttemptState::Ended, ..self }, over.clone()),
        };
        if after == before { Heard::Known } else { Heard::Moved(after) }
    }
}

/// A machine that is ready was a machine before; nothing else changes a verdict.
fn surer(before: Option<AnsweredBy>, after: AnsweredBy) -> AnsweredBy {
    match (before, after) {
        (None | Some(AnsweredBy::Unclear), after) | (Some(AnsweredBy::Machine), after @ AnsweredBy::MachineReady) => {
            after
        }
        (Some(before @ (AnsweredBy::Human | AnsweredBy::Machine | AnsweredBy::MachineReady)), _) => before,
    }
}

#[cfg(test)]
mod tests {
    use proto::{AttemptId, CallId, Mode, Timestamp};

    use super::Heard;
    use crate::call::{Attempt, AttemptState, Epoch};
    use crate::carrier::{AnsweredBy, Cause, LegId, News, Over, Report};
    use crate::link::LineLink;

    fn leg(name: &str) -> LegId {
        LegId(name.to_owned())
    }

    fn attempt(state: AttemptState) -> Attempt {
        Attempt {
            id: AttemptId::new(Timestamp::default(), [1; 10]),
            call: CallId::new(Timestamp::default(), [2; 10]),
            number: 1,
            epoch: Epoch(3),
            unsent: 0,
            rang: false,
            answered_by: None,
            state,
        }
    }

    fn report(news: News) -> Report {
        let Attempt { id, epoch, .. } = attempt(AttemptState::Intent);
        Report { link: LineLink { mode: Mode::Test, attempt: id, epoch }, leg: leg("CA1"), news }
    }

    fn unknown() -> AttemptState {
        AttemptState::Unknown { sent_at: Timestamp::default(), missed: 1 }
    }

    fn moved(state: AttemptState, news: News) -> Attempt {
        let Heard::Moved(attempt) = attempt(state).hear(&report(news)) else {
            panic!("this is news");
        };
        attempt
    }

    fn over() -> News {
        News::Over(Over { cause: Cause::Completed, talked: None })
    }

    #[test]
    fn a_webhook_adopts_the_attempt_whose_answer_was_lost() {
        for state in [AttemptState::Intent, AttemptState::Dialing { sent_at: Timestamp::default() }, unknown()] {
            assert_eq!(moved(state, News::Accepted).state, AttemptState::Placed { leg: leg("CA1") });
        }
        let ringing = moved(unknown(), News::Ringing);
        assert!(ringing.rang);
        assert_eq!(ringing.state, AttemptState::Placed { leg: leg("CA1") });
        assert_eq!(moved(unknown(), News::Answered).state, AttemptState::Answered { leg: leg("CA1") });
    }

    #[test]
    fn what_was_given_up_is_stopped_when_it_shows_up() {
        for state in [AttemptState::NotPlaced, AttemptState::Rejected, AttemptState::OutcomeUnknown] {
            assert_eq!(attempt(state.clone()).hear(&report(News::Accepted)), Heard::Stray);
            assert_eq!(attempt(state).hear(&report(over())), Heard::Known);
        }
    }

    #[test]
    fn an_old_fence_or_another_leg_is_stray() {
        let mut old = report(News::Ringing);
        old.link.epoch = Epoch(2);
        assert_eq!(attempt(unknown()).hear(&old), Heard::Stray);
        let placed = AttemptState::Placed { leg: leg("CA2") };
        assert_eq!(attempt(placed).hear(&report(News::Ringing)), Heard::Stray);
    }

    #[test]
    fn a_late_word_takes_nothing_back() {
        let answered = AttemptState::Answered { leg: leg("CA1") };
        assert_eq!(moved(answered, News::Ringing).state, AttemptState::Answered { leg: leg("CA1") });
        assert_eq!(attempt(AttemptState::Ended).hear(&report(News::Answered)), Heard::Known);
        let placed = AttemptState::Placed { leg: leg("CA1") };
        assert_eq!(attempt(placed).hear(&report(News::Accepted)), Heard::Known);
    }

    #[test]
    fn a_machine_that_is_ready_was_a_machine() {
        let mut machine = moved(unknown(), News::AnsweredBy(AnsweredBy::Machine));
        machine.rang = true;
        let Heard::Moved(ready) = machine.hear(&report(News::AnsweredBy(AnsweredBy::MachineReady))) else {
            panic!("the beep is news");
        };
        assert_eq!(ready.answered_by, Some(AnsweredBy::MachineReady));
        assert_eq!(ready.hear(&report(News::AnsweredBy(AnsweredBy::Human))), Heard::Known);
    }
}
