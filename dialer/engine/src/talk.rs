use std::sync::Arc;

use proto::workflow::StepId;
use proto::{Disclosure, FieldValue, FormFill, Goal, Message, Outcome, Private, Workflow};

/// What happened on the line, in the brain, or on the clock.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Words can be exchanged.
    Connected,
    /// The callee said this, to the end of an utterance.
    Heard { text: Private },
    /// The callee is speaking; her words are not known yet.
    Hearing,
    /// All our words were played.
    Spoken,
    /// The callee spoke into our words, which stopped. `heard_so_far`: what of them was played, from the beginning of
    /// what was said since she last spoke; None when the carrier does not tell.
    Interrupted { heard_so_far: Option<Private> },
    /// The callee pressed a key.
    Digit(char),
    /// The time of [`crate::Conversation::poll_timeout`] has come. One too many does no harm.
    Tick,
    /// A machine answered.
    Machine,
    /// The machine's greeting is over, and it records.
    Beep,
    /// A person answered, even if a machine was reported before.
    Human,
    /// The brain's answer to [`Output::Ask`] begins with these words, of which there may be more; with `whole` there are
    /// not, and the rest of the reply is still to come.
    Replying { turn: u32, say: Private, whole: bool },
    /// The brain's answer to [`Output::Ask`] with the same turn; an older one is ignored.
    Reply { turn: u32, reply: Reply },
    /// There will be no [`Input::Reply`] for this turn. The scripted brain takes it over.
    BrainFailed { turn: u32 },
    /// The line is closed.
    HungUp,
}

/// What the owner of the conversation has to do, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Speak. With `last` it is the callee's turn; without, more words follow. Empty: the words before were the last.
    Say { text: Private, interruptible: bool, last: bool },
    /// What is said from here on is in this language (BCP 47). She is understood in that of the workflow as before.
    Language(String),
    /// Ask the brain what to say next. A later one replaces it.
    Ask(Box<Context>),
    /// Commit this message. The same index again replaces the message: what was not heard is cut off.
    Turn { index: u32, message: Message },
    /// Press these keys.
    SendDigits(String),
    /// The callee does not want to be called again.
    OptOut,
    /// Close the line. Nothing follows.
    HangUp { reason: Ending },
}

/// All that a brain may know.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// To be given back with the reply.
    pub turn: u32,
    pub workflow: Arc<Workflow>,
    /// On whose behalf we call.
    pub principal: Option<Private>,
    /// Where we are. Its question waits for an answer, or is still to be put.
    pub step: StepId,
    /// How often the question of `step` was put.
    pub asked: u32,
    pub messages: Vec<Message>,
    /// The messages from this one on are new: the callee said them since the last reply.
    pub new_from: usize,
    pub fills: Vec<FormFill>,
}

/// What a brain wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The next words. Empty: go on listening.
    pub say: Private,
    pub claims: Vec<Claim>,
    pub declined: Vec<Declined>,
    pub next: Next,
    /// Keys to press, for a menu: `0-9 * # w`.
    pub digits: Option<String>,
}

/// "The callee answered this field, with these words." Recorded only if the words are in the transcript and say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub field: String,
    pub value: FieldValue,
    pub quote: Private,
}

/// "The callee would not or could not answer this field, with these words."
#[derive(Clone, Debug, PartialEq)]
pub struct Declined {
    pub field: String,
    pub quote: Private,
}

/// Where the conversation is after [`Reply::say`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Stay,
    /// The question of this step was put by the words of the reply.
    Go(StepId),
    /// The words of the reply are a goodbye.
    Close,
}

/// Why the conversation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The workflow came to its close.
    Closed,
    /// The callee said goodbye, and so did we.
    Goodbye,
    /// The line was closed while we talked.
    HungUp,
    OptedOut,
    /// We reached somebody else.
    WrongNumber,
    /// Nobody there speaks the language of the workflow.
    Language,
    /// Nobody spoke.
    Silence,
    /// We were kept waiting for too long.
    OnHold,
    TooManyTurns,
    TooLong,
    /// One side said the same again and again.
    Repetition,
    /// A machine answered; no message was left.
    Machine,
    /// A machine answered, and the message was left.
    MessageLeft,
}

impl Ending {
    /// How the call ended, when the carrier knows nothing worse.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Closed
            | Self::Goodbye
            | Self::HungUp
            | Self::OptedOut
            | Self::WrongNumber
            | Self::Language
            | Self::Silence
            | Self::OnHold
            | Self::TooManyTurns
            | Self::TooLong
            | Self::Repetition => Outcome::Completed,
            Self::Machine | Self::MessageLeft => Outcome::Voicemail,
        }
    }

    /// A stable word for metrics and span attributes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Goodbye => "goodbye",
            Self::HungUp => "hung_up",
            Self::OptedOut => "opted_out",
            Self::WrongNumber => "wrong_number",
            Self::Language => "language",
            Self::Silence => "silence",
            Self::OnHold => "on_hold",
            Self::TooManyTurns => "too_many_turns",
            Self::TooLong => "too_long",
            Self::Repetition => "repetition",
            Self::Machine => "machine",
            Self::MessageLeft => "message_left",
        }
    }
}

/// What the conversation has brought, at any time.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub messages: Vec<Message>,
    /// One for each field of the workflow, in its order.
    pub fills: Vec<FormFill>,
    /// None: nothing was said.
    pub disclosure: Option<Disclosure>,
    /// None: the conversation goes on.
    pub ending: Option<Ending>,
    pub goal: Goal,
    pub opted_out: bool,
    /// How many claims of the brain had no evidence.
    pub refused: u32,
    /// How many claims had evidence, and a value that the caller does not allow.
    pub unfit: u32,
    /// How many of its replies were not followed: lies, requests for secrets, a goodbye that came too early.
    pub overruled: u32,
    /// How often it had no reply in time, and the scripted one stood in.
    pub unanswered: u32,
}
