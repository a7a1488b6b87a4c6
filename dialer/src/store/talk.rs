//! What was said, and what we know because of it.

use proto::{CallId, Disclosure, Evidence, FieldValue, FormFill, Message, Private, Role, Verdict};
use sqlx::FromRow;

use super::row::{duration, small, whole_millis};
use super::{StoreError, Work, uuid_of};

/// A conversation as far as it is committed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    pub messages: Vec<Message>,
    pub fills: Vec<FormFill>,
    pub disclosure: Option<Disclosure>,
    /// The callee asked not to be called again.
    pub opted_out: bool,
    /// What the brain wrote of it. None: nothing that could be proved.
    pub summary: Option<Private>,
}

#[derive(FromRow)]
struct TurnRow {
    role: String,
    content: String,
    offset_ms: i64,
}

#[derive(FromRow)]
struct FillRow {
    field: String,
    question: String,
    verdict: String,
    value: Option<serde_json::Value>,
    quote: Option<String>,
    message_index: Option<i32>,
}

impl Work {
    pub async fn transcript(&mut self, call: CallId) -> Result<Transcript, StoreError> {
        transcript(&mut self.tx, call).await
    }

    /// Keeps a message. One that stands at that place already is replaced: what was not heard is cut off.
    pub async fn put_turn(&mut self, call: CallId, index: u32, message: &Message) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO turns (call_id, index, role, content, offset_ms) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (call_id, index) DO UPDATE SET content = excluded.content",
        )
        .bind(uuid_of(call))
        .bind(small(index))
        .bind(role_word(message.role))
        .bind(message.content.expose())
        .bind(whole_millis(message.offset))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Replaces what is known of each field.
    pub async fn put_fills(&mut self, call: CallId, fills: &[FormFill]) -> Result<(), StoreError> {
        for (fill, place) in fills.iter().zip(0_i32..) {
            let (value, evidence) = match &fill.verdict {
                Verdict::Answered { value, evidence } => (serde_json::to_value(value).ok(), Some(evidence)),
                Verdict::Declined(evidence) => (None, Some(evidence)),
                Verdict::Asked | Verdict::NotAsked => (None, None),
            };
            sqlx::query(
                "INSERT INTO fills (call_id, place, field, question, verdict, value, quote, message_index) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (call_id, field) DO UPDATE SET \
                 verdict = excluded.verdict, value = excluded.value, quote = excluded.quote, \
                 message_index = excluded.message_index",
            )
            .bind(uuid_of(call))
            .bind(place)
            .bind(&fill.field)
            .bind(fill.question.expose())
            .bind(fill.verdict.word())
            .bind(value)
            .bind(evidence.map(|evidence| evidence.quote.expose()))
            .bind(evidence.map(|evidence| small(evidence.message_index)))
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    /// Keeps what the brain wrote of the conversation.
    pub async fn sum_up(&mut self, call: CallId, summary: &Private) -> Result<(), StoreError> {
        let summed = sqlx::query("UPDATE calls SET summary = $2 WHERE call_id = $1").bind(uuid_of(call));
        summed.bind(summary.expose()).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Keeps where the callee was told that an AI assistant is calling.
    pub async fn disclosed(&mut self, call: CallId, disclosure: Disclosure) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE calls SET disclosure_index = $2, disclosure_offset_ms = $3 \
             WHERE call_id = $1 AND disclosure_index IS NULL",
        )
        .bind(uuid_of(call))
        .bind(small(disclosure.message_index))
        .bind(whole_millis(disclosure.offset))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

async fn transcript(connection: &mut sqlx::PgConnection, call: CallId) -> Result<Transcript, StoreError> {
    let turns: Vec<TurnRow> =
        sqlx::query_as("SELECT role, content, offset_ms FROM turns WHERE call_id = $1 ORDER BY index")
            .bind(uuid_of(call))
            .fetch_all(&mut *connection)
            .await?;
    let fills: Vec<FillRow> = sqlx::query_as(
        "SELECT field, question, verdict, value, quote, message_index FROM fills WHERE call_id = $1 ORDER BY place",
    )
    .bind(uuid_of(call))
    .fetch_all(&mut *connection)
    .await?;
    let (index, offset, opted_out, summary): (Option<i32>, Option<i64>, bool, Option<String>) = sqlx::query_as(
        "SELECT disclosure_index, disclosure_offset_ms, opted_out, summary FROM calls WHERE call_id = $1",
    )
    .bind(uuid_of(call))
    .fetch_one(&mut *connection)
    .await?;
    Ok(Transcript {
        messages: turns.into_iter().map(message).collect::<Result<_, _>>()?,
        fills: fills.into_iter().map(fill).collect::<Result<_, _>>()?,
        disclosure: index
            .zip(offset)
            .map(|(index, offset)| Disclosure { message_index: super::row::count(index), offset: duration(offset) }),
        opted_out,
        summary: summary.map(Private::new),
    })
}

fn message(row: TurnRow) -> Result<Message, StoreError> {
    let role = match row.role.as_str() {
        "assistant" => Role::Assistant,
        "user" => Role::User,
        _ => return Err(StoreError::Corrupt("who spoke")),
    };
    Ok(Message { role, content: Private::new(row.content), offset: duration(row.offset_ms) })
}

fn fill(row: FillRow) -> Result<FormFill, StoreError> {
    let evidence = row
        .quote
        .zip(row.message_index)
        .map(|(quote, index)| Evidence { quote: Private::new(quote), message_index: super::row::count(index) });
    let verdict = match (row.verdict.as_str(), row.value, evidence) {
        ("answered", Some(value), Some(evidence)) => Verdict::Answered { value: field_value(value)?, evidence },
        ("declined", None, Some(evidence)) => Verdict::Declined(evidence),
        ("asked", None, None) => Verdict::Asked,
        ("not_asked", None, None) => Verdict::NotAsked,
        _ => return Err(StoreError::Corrupt("the verdict on a field")),
    };
    Ok(FormFill { field: row.field, question: Private::new(row.question), verdict })
}

fn field_value(value: serde_json::Value) -> Result<FieldValue, StoreError> {
    match value {
        serde_json::Value::Bool(value) => Ok(FieldValue::Boolean(value)),
        serde_json::Value::Number(value) => Ok(FieldValue::Number(value)),
        serde_json::Value::String(value) => Ok(FieldValue::Text(Private::new(value))),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            Err(StoreError::Corrupt("the value of a field"))
        }
    }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Assistant => "assistant",
        Role::User => "user",
    }
}
