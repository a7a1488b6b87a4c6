//! A person at a number, as her file in `people/` describes her.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::phrase::{Phrase, words};

/// A person who hears nothing for long asks, and then hangs up. A file may give her other words.
const NUDGE: &[&str] = &["Hello?", "Hello? Is anybody there?"];

#[derive(Debug, thiserror::Error)]
pub enum BadPerson {
    #[error("a file in people/ can't be read")]
    Unreadable(#[source] Box<serde_saphyr::Error>),
    #[error("nobody in people/ is there for all other numbers")]
    NobodyAtAll,
}

/// A file in `people/`.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, BadPerson> {
    serde_saphyr::from_str(text).map_err(|error| BadPerson::Unreadable(Box::new(error)))
}

/// How the line of a number reacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PicksUp {
    Answers,
    Busy,
    Rejects,
    Never,
    Unknown,
    Refused,
}

/// Who is there once the line is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    #[default]
    Person,
    /// Greets, beeps and records.
    Machine,
    /// A machine that reads out a menu and listens to keys.
    Menu,
    /// A machine that asks who calls, and listens.
    Screener,
    /// Says nothing.
    Mute,
}

/// What goes wrong with the carrier when she is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// The call is made, and its answer never comes.
    LosesAnswer,
    /// The call is made, and the answer is an error.
    AnswersError,
    /// Every first request is turned away.
    Throttles,
    /// The answer comes when the phone has long rung.
    AnswersLate,
    /// Status webhooks come twice, and that of ringing last.
    TellsTwice,
    /// The socket breaks once, when she has spoken for the second time.
    DropsSocket,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) who: String,
    pub(crate) description: String,
    pub(crate) picks_up: PicksUp,
    pub(crate) call_status: String,
    pub(crate) provider_status: String,
    #[serde(default)]
    pub(crate) kind: Kind,
    pub(crate) fault: Option<Fault>,
    #[serde(default)]
    pub(crate) interrupts: bool,
    #[serde(default)]
    pub(crate) greeting: Vec<String>,
    /// What is said after the greeting, whatever the caller says meanwhile.
    #[serde(default)]
    pub(crate) later: Vec<Later>,
    #[serde(default = "nudge")]
    pub(crate) nudge: Vec<String>,
    #[serde(default = "yes", rename = "common")]
    knows_common: bool,
    #[serde(default)]
    pub(crate) answers: Vec<Answer>,
    #[serde(default)]
    pub(crate) otherwise: Otherwise,
    /// The answers of `common.yaml`, unless she does not know them.
    #[serde(skip)]
    pub(crate) common: Option<Arc<Common>>,
}

/// What is said when something is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    #[serde(default)]
    to: Vec<Phrase>,
    /// It answers a key, and no words.
    pub(crate) pressed: Option<char>,
    pub(crate) say: Vec<String>,
    pub(crate) keys: Option<String>,
    /// What is said after that, whatever the caller says meanwhile.
    #[serde(default)]
    pub(crate) later: Vec<Later>,
    #[serde(default)]
    pub(crate) then: Then,
    #[serde(default)]
    pub(crate) once: bool,
}

/// Said by herself, after a while; until then she listens to nobody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Later {
    after_seconds: u32,
    pub(crate) say: String,
}

impl Later {
    pub(crate) fn after(&self) -> Duration {
        Duration::from_secs(self.after_seconds.into())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Then {
    #[default]
    Listen,
    Leave,
    HangUp,
}

/// What is said when no answer fits.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Otherwise {
    pub(crate) yes_no: Vec<String>,
    pub(crate) open: Vec<String>,
    pub(crate) statement: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    pub(crate) answers: Vec<Answer>,
    pub(crate) otherwise: Otherwise,
}

impl Person {
    pub(crate) fn read(text: &str, common: &Arc<Common>) -> Result<Self, BadPerson> {
        let mut person: Self = read(text)?;
        person.common = person.knows_common.then(|| common.clone());
        Ok(person)
    }

    /// The answer to what was heard. `used` are her own answers that are spent.
    pub(crate) fn answer(
        &self,
        question: Option<&str>,
        all: &str,
        used: &BTreeSet<usize>,
    ) -> Option<(Source, &Answer)> {
        let fresh = self.answers.iter().enumerate().filter(|(index, answer)| !answer.once || !used.contains(index));
        let own: Vec<_> = fresh.map(|(index, answer)| (Source::Own(index), answer)).collect();
        let common = self.common.iter().flat_map(|common| &common.answers);
        let common: Vec<_> = common.map(|answer| (Source::Common, answer)).collect();
        if let Some(question) = question.map(words) {
            return best(&own, &question).or_else(|| best(&common, &question));
        }
        let all = words(all);
        // A farewell that asks nothing counts before everything else in it.
        let farewells: Vec<_> =
            own.iter().chain(&common).filter(|(_, answer)| answer.then == Then::Leave).copied().collect();
        let particular = |(_, answer): &(Source, &Answer)| answer.to.iter().any(|phrase| !phrase.fits_everything());
        let farewells: Vec<_> = farewells.into_iter().filter(particular).collect();
        best(&farewells, &all).or_else(|| best(&own, &all)).or_else(|| best(&common, &all))
    }

    /// The answer to a key.
    pub(crate) fn answer_to_key(&self, key: char, used: &BTreeSet<usize>) -> Option<(usize, &Answer)> {
        let fresh = self.answers.iter().enumerate().filter(|(index, answer)| !answer.once || !used.contains(index));
        fresh.into_iter().find(|(_, answer)| answer.pressed == Some(key))
    }

    pub(crate) fn otherwise(&self) -> &Otherwise {
        match &self.common {
            Some(common) => &common.otherwise,
            None => &self.otherwise,
        }
    }
}

/// Where an answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Own(usize),
    Common,
}

/// The answer with the longest fitting phrase; of equals the first.
fn best<'a>(answers: &[(Source, &'a Answer)], heard: &[String]) -> Option<(Source, &'a Answer)> {
    let fit = |answer: &Answer| answer.to.iter().filter_map(|phrase| phrase.fits(heard)).max();
    let fitting = answers.iter().filter_map(|(source, answer)| Some((fit(answer)?, *source, *answer)));
    // Of equals the last one counts, so the first one comes last.
    fitting.rev().max_by_key(|(length, ..)| *length).map(|(_, source, answer)| (source, answer))
}

fn yes() -> bool {
    true
}

fn nudge() -> Vec<String> {
    NUDGE.iter().map(|&text| text.to_owned()).collect()
}
