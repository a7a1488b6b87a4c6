//! Every code that a problem may have, in one table: its status, its title, what it means and what to do about it.

use std::fmt;

use axum::http::StatusCode;
use serde::{Serialize, Serializer};

/// What a code tells.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// As it stands in `code`.
    pub word: &'static str,
    pub status: StatusCode,
    /// The same for each use of the code.
    pub title: &'static str,
    pub meaning: &'static str,
    /// What the client can do.
    pub remedy: &'static str,
}

macro_rules! codes {
    ($($name:ident $word:literal $status:ident $title:literal: $meaning:literal, $remedy:literal;)+) => {
        /// A stable code of the API. Clients decide by it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $word, "`")] $name,)+
        }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub const fn entry(self) -> Entry {
                match self {
                    $(Self::$name => Entry {
                        word: $word,
                        status: StatusCode::$status,
                        title: $title,
                        meaning: $meaning,
                        remedy: $remedy,
                    },)+
                }
            }
        }
    };
}

codes! {
    MalformedJson "malformed_json" BAD_REQUEST "Malformed JSON":
        "The body is not a JSON object.",
        "Look at the line and the column that the detail names.";
    BadIdempotencyKey "bad_idempotency_key" BAD_REQUEST "Bad idempotency key":
        "The idempotency key is not a text of 1 to 255 visible ASCII characters, or header and body name two.",
        "Send one key, such as a UUID, in the header Idempotency-Key or in the field idempotency_key.";
    BadRequest "bad_request" BAD_REQUEST "Bad request":
        "The request can't be understood.",
        "Compare it with the contract at /openapi.json.";
    MissingKey "missing_key" UNAUTHORIZED "Missing key":
        "The request came without an API key.",
        "Send your key as Authorization: Bearer ck_….";
    BadKey "bad_key" UNAUTHORIZED "Bad key":
        "This is not a key of ours.",
        "Look for a typo or a missing character.";
    RevokedKey "revoked_key" UNAUTHORIZED "Revoked key":
        "The key was revoked, or has expired.",
        "Use another key.";
    NoPhoneNumber "no_phone_number" FORBIDDEN "No phone number":
        "The organization has no number to call from.",
        "Add a number to the organization first.";
    Scope "scope" FORBIDDEN "Scope":
        "The key is not for this.",
        "Use a key with the scope that the detail names.";
    NotFound "not_found" NOT_FOUND "Not found":
        "There is nothing of yours at this address; what belongs to other organizations looks the same.",
        "Check the id, and that the key belongs to the organization that made the thing.";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "Method not allowed":
        "The address is right, the method is not.",
        "Use a method that the header Allow names.";
    BodyTooSlow "body_too_slow" REQUEST_TIMEOUT "Body too slow":
        "The body did not arrive in time.",
        "Send the request again.";
    IdempotencyInProgress "idempotency_in_progress" CONFLICT "Idempotency in progress":
        "The first request with this idempotency key is under way.",
        "Send the same request again after Retry-After; it gets the answer of the first.";
    CallNotEnded "call_not_ended" CONFLICT "Call not ended":
        "There is no result yet.",
        "Wait: the result is sent by itself when the call has ended.";
    NoCallback "no_callback" CONFLICT "No callback":
        "The request named no callback_url, and its workflow has no webhook.",
        "Read the result from the call.";
    TooManyAttempts "too_many_attempts" CONFLICT "Too many attempts":
        "The result was sent to its receivers as often as any may be.",
        "Mend the receiver for the next calls, and read the result from the call.";
    WorkflowNotPlanned "workflow_not_planned" CONFLICT "Workflow not planned":
        "The call that the workflow is made for is not planned yet.",
        "Send the same request again after Retry-After. When it stays so, look at that call: its prompt may have been refused.";
    TooManyWebhooks "too_many_webhooks" CONFLICT "Too many webhooks":
        "The workflow, or the organization, has as many webhooks as it may have.",
        "Delete webhooks that nobody needs: GET /api/webhooks lists them.";
    TooManyKeys "too_many_keys" CONFLICT "Too many keys":
        "The organization has as many keys as it may have.",
        "Revoke keys that nobody needs: GET /api/keys lists them.";
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "Body too large":
        "The body has more than 64 KiB.",
        "Send a smaller body: shorten the prompt or the metadata.";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "Unsupported media type":
        "The body is of another type than JSON.",
        "Send the body with Content-Type: application/json.";
    InvalidRequest "invalid_request" UNPROCESSABLE_ENTITY "Invalid request":
        "A field is missing, or is not as the contract says.",
        "Correct the fields that errors names.";
    BadPhoneNumber "bad_phone_number" UNPROCESSABLE_ENTITY "Bad phone number":
        "A phone number is not in E.164 form, or does not exist.",
        "Write it with + and the country code, such as +14155550100.";
    NumberNotAllowed "number_not_allowed" UNPROCESSABLE_ENTITY "Number not allowed":
        "The number is an emergency number, a short code, or costs more than a call. Nothing was dialed.",
        "Call an ordinary number of a person or a business.";
    DoNotCall "do_not_call" UNPROCESSABLE_ENTITY "Do not call":
        "The callee asked not to be called, or is on a list of numbers that must not be. Nothing was dialed.",
        "Do not call this number. Take it off the list only when its owner agreed.";
    BadCallbackUrl "bad_callback_url" UNPROCESSABLE_ENTITY "Bad callback URL":
        "The URL is not https, or leads to a private or reserved address.",
        "Name a public https:// address without user name and password.";
    BadFromNumber "bad_from_number" UNPROCESSABLE_ENTITY "Bad from number":
        "The number to call from is not one of the organization's.",
        "Leave from_number out to call from the usual one, or add the number to the organization.";
    BadResultSchema "bad_result_schema" UNPROCESSABLE_ENTITY "Bad result schema":
        "The result schema is no JSON Schema 2020-12 of an object with properties that can be asked for on the phone.",
        "Correct what errors names: at most 32 properties, each a string, number, integer, boolean or an enum of texts, \
         written out without references.";
    LanguageNotSupported "language_not_supported" UNPROCESSABLE_ENTITY "Language not supported":
        "The built-in planner does not speak this language.",
        "Use English, such as en-US or en-GB, or leave language out.";
    NotAllowed "not_allowed" UNPROCESSABLE_ENTITY "Not allowed":
        "The prompt wants to have something asked that nobody should say on the phone. Nothing was dialed.",
        "Leave payment cards, passwords and one-time codes out of the prompt.";
    VaguePrompt "vague_prompt" UNPROCESSABLE_ENTITY "Vague prompt":
        "The prompt does not say enough for a call. Nothing was dialed.",
        "Answer each question in missing, put the answers into the prompt, and send it again.";
    IdempotencyConflict "idempotency_conflict" UNPROCESSABLE_ENTITY "Idempotency conflict":
        "The idempotency key was used for another request.",
        "Use a new key for a new call; send the first request unchanged to get its answer.";
    RateLimited "rate_limited" TOO_MANY_REQUESTS "Rate limited":
        "The organization has made too many requests.",
        "Wait as long as Retry-After says, then send the same request again.";
    TooManyCalls "too_many_calls" TOO_MANY_REQUESTS "Too many calls":
        "The organization has as many calls waiting or going on as it may have. Nothing was accepted.",
        "Send the same request again after Retry-After, when some of them have ended.";
    HeadersTooLarge "headers_too_large" REQUEST_HEADER_FIELDS_TOO_LARGE "Headers too large":
        "The head of the request is too large, or has too many fields.",
        "Send fewer and shorter headers.";
    InternalError "internal_error" INTERNAL_SERVER_ERROR "Internal error":
        "Something of ours went wrong.",
        "Tell us the request id. Before sending it again, use an idempotency key, so that no second call is made.";
    TryAgain "try_again" SERVICE_UNAVAILABLE "Try again":
        "Nothing was accepted.",
        "It is safe to send the same request again after Retry-After.";
    OutcomeUnknown "outcome_unknown" SERVICE_UNAVAILABLE "Outcome unknown":
        "The request may have been carried out.",
        "Ask for a call again only with the same idempotency key; without one, look at your calls first.";
}

impl Code {
    pub const fn word(self) -> &'static str {
        self.entry().word
    }

    pub const fn status(self) -> StatusCode {
        self.entry().status
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn a_word_belongs_to_one_code_and_can_stand_in_an_address() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for word in words {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{word}");
        }
    }

    #[test]
    fn a_code_is_about_something_that_went_wrong_and_says_what_to_do() {
        for code in Code::ALL {
            let entry = code.entry();
            assert!(entry.status.is_client_error() || entry.status.is_server_error(), "{code}");
            for text in [entry.meaning, entry.remedy] {
                assert!(text.ends_with('.') && text.len() > 15, "{code}: {text}");
            }
        }
    }
}
