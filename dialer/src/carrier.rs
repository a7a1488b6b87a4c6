//! What the dialer needs of a phone network. Each adapter turns its carrier's words into these, and is the only place
//! that knows them.

pub mod twilio;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use proto::{AttemptId, PhoneNumber, Private, Timestamp};

use crate::link::LineLink;

/// One account at one carrier.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// The name of the account at its carrier.
    fn account(&self) -> &str;

    /// Asks for one ring. Called only after the attempt is durable; sends at most once.
    async fn dial(&self, request: &DialRequest) -> Result<LegId, DialError>;

    /// What the carrier knows of an attempt whose answer was lost. Creates nothing.
    async fn find(&self, probe: &Probe) -> Result<Found, CannotTell>;

    /// What the carrier says of a leg now.
    async fn fetch(&self, leg: &LegId) -> Result<News, CannotTell>;

    /// Stops a leg, whether it rings or talks. A leg that is over already is no error.
    async fn hang_up(&self, leg: &LegId, how: HangUp) -> Result<(), CannotTell>;
}

/// The carrier's own name for one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LegId(pub String);

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug)]
pub struct DialRequest {
    pub link: LineLink,
    pub from: PhoneNumber,
    pub to: PhoneNumber,
    pub ring_timeout: Duration,
    pub talk_max: Duration,
    pub detection: Detection,
}

/// Whether the carrier listens for an answering machine. It never makes a person wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    Off,
    /// Tells a machine from a person.
    Machine,
    /// Tells when the machine has begun to record, too.
    Beep,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUp {
    /// Nobody has answered yet.
    Cancel,
    Bye,
}

#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The carrier will never place this.
    #[error("the carrier refused")]
    Refused { class: Refusal, code: Option<String> },
    /// Certainly not placed; the carrier wants it slower.
    #[error("the carrier asked to slow down")]
    Throttled { retry_after: Option<Duration> },
    /// No byte of the request left.
    #[error("the request could not be sent")]
    NotSent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The carrier may or may not have placed it. Asking again could ring twice.
    #[error("the carrier's answer is unknown")]
    Unknown(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    InvalidNumber,
    /// The number exists, and this account may not call it.
    NotAllowed,
    /// The number that we call from is not ours there.
    CallerId,
    /// The account is closed, or its credentials are wrong.
    Account,
    /// It would have rung too late, and was taken back before it did.
    Queued,
    Other,
}

/// What we know of an attempt that the carrier may have placed.
#[derive(Clone, Debug)]
pub struct Probe {
    pub attempt: AttemptId,
    pub from: PhoneNumber,
    pub to: PhoneNumber,
    pub sent_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Leg(LegId, News),
    Nothing,
}

/// The carrier could not be asked, or its answer not be understood.
#[derive(Debug, thiserror::Error)]
#[error("the carrier can't tell")]
pub struct CannotTell(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// What the carrier says of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub link: LineLink,
    pub leg: LegId,
    pub news: News,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Accepted,
    Ringing,
    Answered,
    AnsweredBy(AnsweredBy),
    Over(Over),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    Human,
    Machine,
    /// A machine that records what is said from this moment.
    MachineReady,
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    pub cause: Cause,
    /// From answer to hang-up, where the carrier says.
    pub talked: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was answered, and somebody hung up.
    Completed,
    Busy,
    Declined,
    NoAnswer,
    InvalidNumber,
    Canceled,
    /// The carrier could not do it.
    Failed {
        code: Option<String>,
    },
}

/// The media of one conversation: always text.
#[async_trait]
pub trait Line: Send {
    /// None: the line is gone. Cancel safe.
    async fn hear(&mut self) -> Option<Sound>;
    async fn say(&mut self, speech: &Speech) -> Result<(), LineGone>;
    async fn press(&mut self, digits: &str) -> Result<(), LineGone>;
    /// What is said from here on is in this language (BCP 47).
    async fn speak(&mut self, language: &str) -> Result<(), LineGone>;
    /// Gives the line back to the carrier, which asks what comes next.
    async fn end(&mut self) -> Result<(), LineGone>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    pub text: Private,
    pub interruptible: bool,
    /// No more words follow at once. The text may be empty then.
    pub last: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// Somebody has begun to speak.
    Speaking,
    Words(Private),
    /// Somebody spoke while we did, and heard this much of us.
    Interrupted {
        heard: Private,
    },
    Digit(char),
}

#[derive(Debug, thiserror::Error)]
#[error("the line is gone")]
pub struct LineGone;
