//! The body of a request for a call, as the contract shows it. `request.rs` is what reads it, because it can name all
//! faults at once and say what to do about each; a test below holds the two together.

use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// A request for a call. Members that are not named here are ignored; an optional member may be null.
#[derive(ToSchema)]
pub struct CallPrompt {
    /// What the call is for, as you would brief a person: whom it is for, what to ask or say, and the facts for it.
    #[schema(
        max_length = 4_000,
        format = "call-prompt",
        example = "Ask about store hours and if they have size 10 Nike Air Max in stock"
    )]
    pub prompt: String,
    /// The number to call, in E.164 form.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$", format = "e164", example = "+14155550100")]
    pub recipient_phone: String,
    /// Where the result is posted: https, without user name and password, never a private or reserved address. An empty
    /// one is none.
    #[schema(
        max_length = 2_048,
        pattern = "^$|^[hH][tT][tT][pP][sS]://",
        format = "callback-url",
        example = "https://agent.example.com/calls"
    )]
    pub callback_url: Option<String>,
    /// Sent back to you in the callback as `Authorization: Bearer`. Visible ASCII. An empty one is none.
    #[schema(max_length = 1_024, pattern = r"^[\t -~]*$", write_only)]
    pub callback_secret: Option<String>,
    /// The same key within five minutes returns the first answer and makes no second call. Visible ASCII. An empty one is
    /// none. The header `Idempotency-Key` does the same.
    #[schema(max_length = 255, pattern = "^[ -~]*$", format = "idempotency-key", example = "dinner-42")]
    pub idempotency_key: Option<String>,
    /// Comes back with the call and its callback. At most 4 KiB as JSON.
    #[schema(value_type = Option<Map<String, Value>>, additional_properties)]
    pub metadata: Option<Map<String, Value>>,
    /// The longest conversation.
    #[schema(minimum = 10, maximum = 3_600, example = 600)]
    pub max_duration_seconds: Option<u64>,
    /// One of your numbers. Without it the call comes from your usual one.
    #[schema(format = "from-number", example = "+14155550199")]
    pub from_number: Option<String>,
    /// A language tag (BCP 47). The built-in planner speaks English.
    #[schema(max_length = 35, format = "language", example = "en-US")]
    pub language: Option<String>,
    /// The JSON Schema (2020-12) of what you want to know: an object with at most 32 properties, each a string, number,
    /// integer, boolean or an enum of texts. Each is asked, and comes back in `form_fills` under its name with a value that
    /// validates against its property: an answer that does not is asked for again, and left out when no other comes. A
    /// `required` one that stays without an answer has its verdict and a null. A date comes as `2026-12-11`; `format` is
    /// held to, but not `time` and `date-time`, which come as they were said, because nobody says a time zone.
    ///
    /// What Pydantic and zod write is read: a property may be a named type of the schema (`$ref` to `#/$defs/Name`), one type
    /// or null (`anyOf`), or one of several literals. Other references are refused.
    ///
    /// At most 16 KiB, and 4 KiB for each property with what it refers to, 12 levels deep. Patterns have no look-around, and
    /// what would judge several answers together (`allOf`, `if`, `dependentRequired` and their like beside `properties`) is
    /// refused.
    #[schema(value_type = Option<Map<String, Value>>, additional_properties)]
    pub result_schema: Option<Map<String, Value>>,
    pub schedule: Option<Schedule>,
    pub voicemail: Option<Voicemail>,
    pub retry: Option<Retry>,
    /// Dials nothing and keeps nothing: the answer says what would become of the request.
    #[schema(default = false)]
    pub dry_run: Option<bool>,
}

/// When the phone may ring, in the next seven days. Times have a zone (RFC 3339).
#[derive(ToSchema)]
pub struct Schedule {
    /// Not before.
    #[schema(format = "earliest-time", example = "2026-03-30T09:00:00-07:00")]
    pub earliest_at: Option<String>,
    /// Not after; later than `earliest_at`.
    #[schema(format = "latest-time", example = "2026-03-30T17:00:00-07:00")]
    pub latest_at: Option<String>,
}

/// What a machine that answers gets. Without it the prompt decides.
#[derive(ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Voicemail {
    #[schema(title = "VoicemailHangUp")]
    #[serde(rename = "hangup")]
    HangUp {
        /// There is nothing to say.
        #[schema(schema_with = nothing, required = false)]
        message: Option<String>,
    },
    #[schema(title = "VoicemailLeaveMessage")]
    LeaveMessage {
        /// Said after the beep, once it was said that this is an AI.
        #[schema(min_length = 1, max_length = 1_200, format = "spoken")]
        message: String,
    },
}

fn nothing() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

/// When a call that nobody took is dialed again.
#[derive(ToSchema)]
pub struct Retry {
    /// Dials in all, the first among them.
    #[schema(minimum = 1, maximum = 5)]
    pub max_attempts: u64,
    /// Both, unless told otherwise.
    #[schema(min_items = 1)]
    pub on: Option<Vec<RetryOn>>,
    /// From the end of one dial to the next; ten minutes unless told otherwise.
    #[schema(minimum = 60, maximum = 86_400)]
    pub wait_seconds: Option<u64>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum RetryOn {
    NoAnswer,
    Busy,
}

/// A call that follows the workflow of an earlier one. Members that are not named here are ignored; an optional member may
/// be null.
#[derive(ToSchema)]
pub struct CallAgain {
    /// That of an earlier call; `GET /api/workflows` lists them.
    #[schema(format = "workflow-id", example = "0199d4a2-9b58-7cc3-8f5e-0c4ef3e3a1c5")]
    pub workflow_id: String,
    /// The number to call, in E.164 form.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$", format = "e164", example = "+14155550100")]
    pub recipient_phone: String,
    /// Whom the call is for.
    #[schema(max_length = 256, format = "spoken")]
    pub recipient_name: Option<String>,
    /// Comes back with the results that webhooks are told.
    #[schema(max_length = 256, format = "spoken")]
    pub recipient_email: Option<String>,
    /// What may be told when it is asked for: a text, or an object whose members are facts. At most 8 KiB.
    #[schema(value_type = Option<Context>)]
    pub recipient_context: Option<Value>,
    /// As for `/api/call-prompt`.
    #[schema(
        max_length = 2_048,
        pattern = "^$|^[hH][tT][tT][pP][sS]://",
        format = "callback-url",
        example = "https://agent.example.com/calls"
    )]
    pub callback_url: Option<String>,
    /// As for `/api/call-prompt`.
    #[schema(max_length = 1_024, pattern = r"^[\t -~]*$", write_only)]
    pub callback_secret: Option<String>,
    /// As for `/api/call-prompt`.
    #[schema(max_length = 255, pattern = "^[ -~]*$", format = "idempotency-key", example = "dinner-42")]
    pub idempotency_key: Option<String>,
    /// As for `/api/call-prompt`.
    #[schema(value_type = Option<Map<String, Value>>, additional_properties)]
    pub metadata: Option<Map<String, Value>>,
    /// As for `/api/call-prompt`.
    #[schema(minimum = 10, maximum = 3_600, example = 600)]
    pub max_duration_seconds: Option<u64>,
}

/// A text, or an object.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Context {
    Text(String),
    Facts(Map<String, Value>),
}
