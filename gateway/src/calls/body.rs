//! The body of a request for a call, as the contract shows it. `request.rs` is what reads it, because it can name all
//! faults at once and say what to do about each; a test below holds the two together.

use serde_json::{Map, Value};
use utoipa::ToSchema;

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
}
