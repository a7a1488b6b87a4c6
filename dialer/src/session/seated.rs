//! Taking a conversation, from the carrier or from a dialer that lost it.

use crate::call::{Attempt, AttemptState, Call, Epoch};
use crate::carrier::{LegId, News, Report};
use crate::conversations::Seat;
use crate::desk::Desk;
use crate::link::LineLink;
use crate::report::Wanted;
use crate::store::{Lease, Standing, StoreError, Transcript};

/// A conversation that this process owns.
pub(super) struct Seated {
    pub(super) call: Call,
    pub(super) attempt: Attempt,
    pub(super) transcript: Transcript,
    pub(super) seat: Seat,
}

impl Desk {
    /// Takes the conversation of a leg. Whoever held it before is fenced out.
    pub(super) async fn take_over(&self, link: LineLink, leg: LegId) -> Result<Option<Seated>, StoreError> {
        let report = Report { link, leg, news: News::Answered };
        let Wanted::Yes(call, _) = self.report(&report).await? else {
            return Ok(None);
        };
        let mut work = self.begin().await?;
        let (Standing::Open(mut call), Some(attempt)) = (work.lock(call.id).await?, work.attempt(link.attempt).await?)
        else {
            return Ok(None);
        };
        if call.conversation.is_some() || !matches!(attempt.state, AttemptState::Answered { .. }) {
            return Ok(None);
        }
        call.epoch = Epoch(call.epoch.0 + 1);
        let transcript = work.transcript(call.id).await?;
        work.save(&call, Lease::Keep).await?;
        work.own(call.id, self.me).await?;
        work.nudge(call.id).await?;
        work.commit().await?;
        let seat = self.conversations.enter(call.id, call.epoch);
        Ok(Some(Seated { call: *call, attempt, transcript, seat }))
    }
}
