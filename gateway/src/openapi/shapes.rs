//! The shapes of what passes through us as JSON: the dialer writes it, the read model keeps it, the API shows it.

use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that was said.
#[derive(ToSchema)]
pub struct Message {
    pub role: Role,
    pub content: String,
    /// Seconds from the beginning of the conversation.
    #[schema(minimum = 0)]
    pub offset_seconds: Option<f64>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Role {
    /// Our voice agent.
    Assistant,
    /// Whoever was called.
    User,
}

/// What was learned for one field of the form, with the words that prove it.
#[derive(ToSchema)]
pub struct FormFill {
    pub field: String,
    pub question: String,
    /// A text, number or boolean, which validates against the property of the same name in your `result_schema`. Null
    /// unless the verdict is `answered`.
    #[schema(value_type = Value)]
    pub value: Value,
    pub verdict: Verdict,
    /// The callee's own words, verbatim.
    #[schema(required = true)]
    pub quote: Option<String>,
    /// Which of `messages` holds the quote.
    #[schema(required = true, minimum = 0)]
    pub message_index: Option<u32>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Verdict {
    Answered,
    Declined,
    Asked,
    NotAsked,
}

/// Whether the conversation brought what it was for: judged from `form_fills`, not claimed by whoever talked.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Goal {
    /// All that is required was answered, and nothing was denied.
    Reached,
    /// What had to be confirmed was denied.
    Denied,
    /// Something that is required is not known.
    Open,
}

/// Where the voice agent said that it is an AI.
#[derive(ToSchema)]
pub struct Disclosure {
    #[schema(minimum = 0)]
    pub message_index: u32,
    /// Seconds from the beginning of the conversation.
    #[schema(minimum = 0)]
    pub offset_seconds: f64,
}

/// Why a call did not do what was asked.
#[derive(ToSchema)]
pub struct Failure {
    pub who: Blame,
    /// A stable code, such as `busy`, `invalid_number`, `deadline`.
    pub code: String,
    /// What happened, for a person to read.
    pub detail: String,
    /// Whether the callee's phone rang. Null: nobody knows.
    #[schema(required = true)]
    pub rang: Option<bool>,
    /// Whether the same request has a chance to do better later.
    pub retryable: bool,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Blame {
    Callee,
    Carrier,
    Platform,
    Policy,
    Caller,
}

/// `provider_status` says more: `success` and `voicemail` come with `completed`, `not_picked_up` with one of the others.
#[derive(ToSchema)]
pub struct Outcome {
    pub call_status: OutcomeStatus,
    pub provider_status: ProviderStatus,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum OutcomeStatus {
    Success,
    NotPickedUp,
    Voicemail,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum ProviderStatus {
    Completed,
    NoAnswer,
    Busy,
    Failed,
    Canceled,
}

/// `queued → planning → dialing → ringing → in_progress → ended`
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Status {
    Queued,
    Planning,
    Dialing,
    Ringing,
    InProgress,
    Ended,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Mode {
    /// A call over the configured carrier.
    Live,
    /// A call over the simulated phone network.
    Test,
}

/// How far the result has come on its way to the callback URL.
#[derive(ToSchema)]
pub struct CallbackStanding {
    pub status: CallbackStatus,
    #[schema(minimum = 0)]
    pub attempts: u32,
    /// What came of the latest attempt, such as `2xx`, `5xx`, `timeout`.
    #[schema(required = true)]
    pub last_result: Option<String>,
    #[schema(required = true)]
    pub last_http_status: Option<u16>,
    #[schema(required = true, format = DateTime)]
    pub next_attempt_at: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum CallbackStatus {
    /// Nobody is to be told.
    None,
    Pending,
    Delivered,
    /// Given up. Ask for it to be sent again once the receiver is well.
    Exhausted,
}

/// One server-sent event.
#[derive(ToSchema)]
pub struct Event {
    /// Its place among the events of the call: send the last one back as `Last-Event-ID`.
    #[schema(pattern = "^[1-9][0-9]*$")]
    pub id: String,
    pub event: EventKind,
    /// JSON: an object with `call_id`, `at`, and what is new.
    pub data: String,
    /// Milliseconds after which a client that was cut off may come back.
    pub retry: u32,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum EventKind {
    Queued,
    Planned,
    Dialing,
    Ringing,
    Answered,
    Turn,
    Ended,
    Callback,
}

/// The id of a call, in a path.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CallPath {
    /// The `call_id` of the answer that accepted the call.
    pub call_id: Uuid,
}
