//! What the answer to a request, or none, says of the carrier.

use proto::Mode;

use crate::breaker::Allowed;
use crate::carrier::{DialError, LegId};
use crate::desk::Desk;

impl Desk {
    /// Counts it, and lets the carrier alone when it fails too often.
    pub(super) fn judge(&self, mode: Mode, result: &Result<LegId, DialError>) {
        metrics::counter!("dials_total", "result" => word(result)).increment(1);
        let now = self.clock.instant();
        let mut breaker = self.breakers.of(mode);
        match result {
            Ok(_) | Err(DialError::Refused { .. } | DialError::Throttled { .. }) => breaker.answered(),
            Err(DialError::NotSent(_) | DialError::Unknown(_)) => breaker.failed(now),
        }
        let open = if breaker.allows(now) == Allowed::Any { 0.0 } else { 1.0 };
        metrics::gauge!("carrier_down", "mode" => mode_word(mode)).set(open);
    }
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

fn word(result: &Result<LegId, DialError>) -> &'static str {
    match result {
        Ok(_) => "placed",
        Err(DialError::Refused { .. }) => "refused",
        Err(DialError::Throttled { .. }) => "throttled",
        Err(DialError::NotSent(_)) => "not_sent",
        Err(DialError::Unknown(_)) => "unknown",
    }
}
