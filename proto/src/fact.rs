//! The facts that services tell each other. A fact carries all that the next service needs.

use std::num::NonZeroU32;
use std::time::Duration;

use url::Url;

use crate::workflow::VoicemailPolicy;
use crate::{
    AttemptId, CallId, DeliveryId, Disclosure, EventId, Failure, FormFill, Goal, Message, Mode, OrgId, Outcome,
    PhoneNumber, Private, Sealed, Timestamp, WebhookId, Workflow, WorkflowId,
};

/// One fact about one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    pub event_id: EventId,
    pub org_id: OrgId,
    pub call_id: CallId,
    pub at: Timestamp,
    pub fact: Fact,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    CallRequested(CallRequested),
    CallPlanned(CallPlanned),
    CallPlanFailed(CallPlanFailed),
    CallCancelRequested(CallCancelRequested),
    CallDialing(CallDialing),
    CallRinging(CallRinging),
    CallAnswered(CallAnswered),
    CallTurn(CallTurn),
    CallEnded(CallEnded),
    CallbackAttempted(CallbackAttempted),
    CallbackDelivered(CallbackDelivered),
    CallbackExhausted(CallbackExhausted),
    CallbackRedeliveryRequested(CallbackRedeliveryRequested),
    WebhookCreated(WebhookCreated),
    WebhookDeleted(WebhookDeleted),
}

/// The name of a fact: its subject on the bus below the deployment's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    CallRequested,
    CallPlanned,
    CallPlanFailed,
    CallCancelRequested,
    CallDialing,
    CallRinging,
    CallAnswered,
    CallTurn,
    CallEnded,
    CallbackAttempted,
    CallbackDelivered,
    CallbackExhausted,
    CallbackRedeliveryRequested,
    WebhookCreated,
    WebhookDeleted,
}

impl Kind {
    pub const ALL: [Self; 15] = [
        Self::CallRequested,
        Self::CallPlanned,
        Self::CallPlanFailed,
        Self::CallCancelRequested,
        Self::CallDialing,
        Self::CallRinging,
        Self::CallAnswered,
        Self::CallTurn,
        Self::CallEnded,
        Self::CallbackAttempted,
        Self::CallbackDelivered,
        Self::CallbackExhausted,
        Self::CallbackRedeliveryRequested,
        Self::WebhookCreated,
        Self::WebhookDeleted,
    ];

    pub fn subject(self) -> &'static str {
        match self {
            Self::CallRequested => "call.requested",
            Self::CallPlanned => "call.planned",
            Self::CallPlanFailed => "call.plan_failed",
            Self::CallCancelRequested => "call.cancel_requested",
            Self::CallDialing => "call.dialing",
            Self::CallRinging => "call.ringing",
            Self::CallAnswered => "call.answered",
            Self::CallTurn => "call.turn",
            Self::CallEnded => "call.ended",
            Self::CallbackAttempted => "callback.attempted",
            Self::CallbackDelivered => "callback.delivered",
            Self::CallbackExhausted => "callback.exhausted",
            Self::CallbackRedeliveryRequested => "callback.redelivery_requested",
            Self::WebhookCreated => "webhook.created",
            Self::WebhookDeleted => "webhook.deleted",
        }
    }
}

impl Fact {
    pub fn kind(&self) -> Kind {
        match self {
            Self::CallRequested(_) => Kind::CallRequested,
            Self::CallPlanned(_) => Kind::CallPlanned,
            Self::CallPlanFailed(_) => Kind::CallPlanFailed,
            Self::CallCancelRequested(_) => Kind::CallCancelRequested,
            Self::CallDialing(_) => Kind::CallDialing,
            Self::CallRinging(_) => Kind::CallRinging,
            Self::CallAnswered(_) => Kind::CallAnswered,
            Self::CallTurn(_) => Kind::CallTurn,
            Self::CallEnded(_) => Kind::CallEnded,
            Self::CallbackAttempted(_) => Kind::CallbackAttempted,
            Self::CallbackDelivered(_) => Kind::CallbackDelivered,
            Self::CallbackExhausted(_) => Kind::CallbackExhausted,
            Self::CallbackRedeliveryRequested(_) => Kind::CallbackRedeliveryRequested,
            Self::WebhookCreated(_) => Kind::WebhookCreated,
            Self::WebhookDeleted(_) => Kind::WebhookDeleted,
        }
    }
}

/// Which phone calls which, over which network, and with which workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub mode: Mode,
    pub from: PhoneNumber,
    pub to: PhoneNumber,
    pub workflow_id: WorkflowId,
}

/// Told by the gateway when a call is accepted. Its `at` is when the call was created.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRequested {
    pub route: Route,
    /// Empty when the workflow is there already.
    pub prompt: Private,
    /// The workflow of an earlier call that is to be followed again. None: the planner makes one from the prompt.
    pub workflow: Option<Box<KnownWorkflow>>,
    pub recipient: Recipient,
    pub wishes: Wishes,
    pub terms: Terms,
    pub callback: Option<CallbackTarget>,
    /// The organization's Standard Webhooks secrets that are valid, the newest first.
    pub signing_secrets: Vec<Sealed>,
    /// A JSON object that the caller wants back.
    pub metadata: Option<Private>,
    /// The call is over by then, whatever happens.
    pub deadline: Timestamp,
    /// The longest that the conversation may last.
    pub max_duration: Duration,
}

/// A workflow, and the planner that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownWorkflow {
    pub workflow: Workflow,
    pub planner: String,
}

/// What the caller told of whom we call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipient {
    pub name: Option<Private>,
    pub email: Option<Private>,
    /// Anything that helps the conversation, in the caller's words.
    pub context: Option<Private>,
}

/// What the caller wants of the workflow, beside the prompt. None: the planner decides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    /// BCP 47, such as `en-US`.
    pub language: Option<String>,
    pub voicemail: Option<VoicemailPolicy>,
    /// The JSON Schema of the wanted form fields, as text.
    pub result_schema: Option<Private>,
}

/// When and how often a call may be dialed. The planner passes it on to the dialer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Not dialed before that.
    pub earliest_at: Option<Timestamp>,
    /// Not dialed after that.
    pub latest_at: Option<Timestamp>,
    /// None: one dial.
    pub retry: Option<Retry>,
    /// How many calls of the organization may be dialed or talking at once; the others wait. None: the dialer's default.
    pub concurrent_calls_max: Option<NonZeroU32>,
}

/// When a call that nobody took is dialed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Dials in all, the first among them.
    pub attempts_max: NonZeroU32,
    pub on_no_answer: bool,
    pub on_busy: bool,
    /// From the end of one dial to the next.
    pub wait: Duration,
}

/// Who is told how the call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackTarget {
    pub url: Url,
    /// Sent as `Authorization: Bearer`.
    pub bearer: Option<Sealed>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallPlanned {
    pub route: Route,
    pub deadline: Timestamp,
    pub max_duration: Duration,
    pub workflow: Workflow,
    /// The planner that made the workflow, such as `builtin/1`.
    pub planner: String,
    pub terms: Terms,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallPlanFailed {
    pub route: Route,
    pub failure: Failure,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallCancelRequested {
    pub route: Route,
    pub reason: CancelReason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// The client asked.
    Caller,
    /// The call was not over at its deadline.
    Deadline,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallDialing {
    pub attempt_id: AttemptId,
    /// Counts from 1.
    pub attempt: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallRinging {
    pub attempt_id: AttemptId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallAnswered {
    pub attempt_id: AttemptId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CallTurn {
    /// The place of the message in the transcript.
    pub index: u32,
    pub message: Message,
}

/// Told by the dialer, once for each call, from its own row.
#[derive(Clone, Debug, PartialEq)]
pub struct CallEnded {
    pub route: Route,
    /// None: the call was never planned.
    pub workflow_name: Option<String>,
    pub outcome: Outcome,
    pub failure: Option<Failure>,
    pub summary: Private,
    pub messages: Vec<Message>,
    pub form_fills: Vec<FormFill>,
    /// From answer to hang-up; zero when nobody answered.
    pub duration: Duration,
    pub disclosure: Option<Disclosure>,
    /// The callee asked not to be called again.
    pub opted_out: bool,
    /// None: the call was never planned, or told by a version that did not say.
    pub goal: Option<Goal>,
}

/// Told by the notifier of an attempt that is followed by another. The last one is told with the end of the delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct CallbackAttempted {
    pub delivery_id: DeliveryId,
    /// The registered receiver that the delivery is for. None: the callback of the request.
    pub webhook_id: Option<WebhookId>,
    /// Counts from 1, over all rounds.
    pub attempt: u32,
    /// None: told by a version that did not say.
    pub started_at: Option<Timestamp>,
    pub http_status: Option<u16>,
    /// A class such as `2xx`, `timeout`, `blocked`.
    pub result: String,
    pub took: Duration,
    /// The first [`ANSWER_CHARS_MAX`] characters of the receiver's answer.
    pub answer: Private,
    pub next_attempt_at: Option<Timestamp>,
}

/// Enough of an error page to see what is wrong.
pub const ANSWER_CHARS_MAX: usize = 512;

/// Attempts of one delivery, over all rounds: eight whole rounds of the schedule. Whoever could ask for more without an
/// end would have us knock at somebody's door for ever.
pub const CALLBACK_ATTEMPTS_MAX: u32 = 100;

#[derive(Clone, Debug, PartialEq)]
pub struct CallbackDelivered {
    pub delivery_id: DeliveryId,
    pub attempts: u32,
    /// The attempt that reached the receiver. None: it was told in a fact of its own.
    pub last: Option<CallbackAttempted>,
}

/// No further attempt is made unless somebody asks for one.
#[derive(Clone, Debug, PartialEq)]
pub struct CallbackExhausted {
    pub delivery_id: DeliveryId,
    pub attempts: u32,
    /// The attempt that was the last. None: it was told in a fact of its own.
    pub last: Option<CallbackAttempted>,
}

/// Told by the gateway: somebody wants a delivery that is over to be sent again, with the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRedeliveryRequested {
    pub delivery_id: DeliveryId,
}

/// Told by the gateway: every call of the workflow that ends from now on is told to this receiver too. Its envelope names
/// the call that the workflow was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookCreated {
    pub webhook_id: WebhookId,
    pub workflow_id: WorkflowId,
    pub url: Url,
}

/// The receiver wants no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDeleted {
    pub webhook_id: WebhookId,
    pub workflow_id: WorkflowId,
}
