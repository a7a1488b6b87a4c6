//! Which questions of a plan are those that the author wanted.

use std::str::FromStr;

use anyhow::{Context as _, bail};
use proto::workflow::{Field, FieldKind};

/// What an act brings along: neither right nor wrong when the prompt does not ask for it.
const BROUGHT_ALONG: [&str; 23] = [
    "accepted",
    "alternative_time",
    "appointment_available",
    "available",
    "booked",
    "can_help",
    "confirmation_number",
    "how_to_cancel",
    "message_understood",
    "moved",
    "new_time",
    "next_step",
    "offered_time",
    "price",
    "ready_time",
    "reservation_available",
    "status",
    "table_available",
    "total",
    "wait_time",
    "who_can_help",
    "wish_granted",
    "order_taken",
];
/// Yes or no, but not whether the act was done.
const ASIDES: [&str; 2] = ["message_understood", "wish_granted"];

pub(crate) enum WantedField {
    /// One yes or no that says whether the act was done.
    Done,
    Asked {
        kinds: Vec<&'static str>,
        /// Each as the words of which one must stand in the question.
        about: Vec<Vec<String>>,
        written: String,
    },
}

impl FromStr for WantedField {
    type Err = anyhow::Error;

    fn from_str(written: &str) -> anyhow::Result<Self> {
        if written == "done" {
            return Ok(Self::Done);
        }
        let (kinds, about) = written.split_once(": ").with_context(|| format!("no kind: {written}"))?;
        let words = about.split(' ').map(|word| word.split('|').map(str::to_owned).collect());
        let kinds = kinds.split('|').map(kind_of).collect::<anyhow::Result<_>>()?;
        Ok(Self::Asked { kinds, about: words.collect(), written: written.to_owned() })
    }
}

impl WantedField {
    pub(crate) fn written(&self) -> &str {
        match self {
            Self::Done => "done",
            Self::Asked { written, .. } => written,
        }
    }

    fn is(&self, field: &Field) -> bool {
        match self {
            Self::Done => field.kind == FieldKind::Boolean && !is_one_of(&ASIDES, field),
            Self::Asked { kinds, about, .. } => {
                let said = format!("{} {}", field.question.expose(), field.name.replace('_', " ")).to_lowercase();
                let words: Vec<_> = said.split(|letter: char| !letter.is_alphanumeric()).collect();
                kinds.contains(&field.kind.word())
                    && about.iter().all(|any| any.iter().any(|wanted| stands_in(wanted, &words, &said)))
            }
        }
    }
}

fn stands_in(wanted: &str, words: &[&str], said: &str) -> bool {
    let wanted = wanted.to_lowercase();
    if wanted.contains('-') { said.contains(&wanted) } else { words.iter().any(|word| word.starts_with(&wanted)) }
}

/// What each wanted field was matched with, and which of the plan's are too much.
pub(crate) struct Matched<'a> {
    pub(crate) missed: Vec<&'a WantedField>,
    pub(crate) found: usize,
    pub(crate) needless: Vec<&'a Field>,
}

pub(crate) fn matched<'a>(wanted: &'a [WantedField], fields: &'a [Field]) -> Matched<'a> {
    let mut left: Vec<_> = fields.iter().collect();
    let mut missed = Vec::new();
    // What was asked for has words of its own; any yes or no that is left may say whether it was done.
    let (done, asked): (Vec<_>, Vec<_>) = wanted.iter().partition(|wanted| matches!(wanted, WantedField::Done));
    for wanted in asked.into_iter().chain(done) {
        match left.iter().position(|field| wanted.is(field)) {
            Some(at) => drop(left.remove(at)),
            None => missed.push(wanted),
        }
    }
    let found = wanted.len() - missed.len();
    left.retain(|field| !is_one_of(&BROUGHT_ALONG, field));
    Matched { missed, found, needless: left }
}

fn is_one_of(names: &[&str], field: &Field) -> bool {
    names.contains(&field.name.trim_end_matches(|letter: char| letter == '_' || letter.is_ascii_digit()))
}

fn kind_of(word: &str) -> anyhow::Result<&'static str> {
    let kinds = ["text", "number", "boolean", "date", "time", "datetime", "phone", "money", "choice"];
    match kinds.into_iter().find(|kind| *kind == word) {
        Some(kind) => Ok(kind),
        None => bail!("no kind of field: {word}"),
    }
}
