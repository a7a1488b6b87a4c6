//! How a session ends, which need not be the end of its call.

/// Why a session leaves its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// We said goodbye, or the call is over.
    Done,
    /// The line was cut: hung up by the callee, or broken. The carrier tells which.
    Cut,
    /// Another process talks on this call.
    Replaced,
    /// We are shut down; another process goes on.
    Stopped,
}

impl Parting {
    /// For a metric label.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Cut => "cut",
            Self::Replaced => "replaced",
            Self::Stopped => "stopped",
        }
    }
}
