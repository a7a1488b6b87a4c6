//! What a person makes of what she hears.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sha1::{Digest as _, Sha1};

use crate::person::{Kind, Later, Person, Source, Then};
use crate::phrase::{sentences, words};
use crate::slots::Slots;

const THINK_MIN: Duration = Duration::from_millis(600);
const THINK_MAX: Duration = Duration::from_millis(1200);
/// Words with which a question begins that wants a yes or a no.
const YES_NO: [&str; 22] = [
    "do", "does", "did", "is", "are", "was", "were", "can", "could", "would", "will", "have", "has", "had", "should",
    "may", "might", "am", "don't", "isn't", "aren't", "shall",
];
/// Words that want more than a yes, wherever they stand.
const OPEN: [&str; 8] = ["what", "when", "where", "who", "which", "how", "why", "what's"];

/// What she does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reaction {
    pub(crate) say: Option<String>,
    pub(crate) keys: String,
    pub(crate) then: Then,
    pub(crate) later: Vec<Later>,
}

impl Reaction {
    pub(crate) fn words(say: Option<String>) -> Self {
        Self { say, keys: String::new(), then: Then::Listen, later: Vec::new() }
    }
}

/// One person during one call. The same seed, number and count of calls give the same words.
pub(crate) struct Mind {
    person: Arc<Person>,
    chance: StdRng,
    slots: Slots,
    used: BTreeSet<usize>,
    nudges: usize,
    /// Somebody came to the phone after all.
    came: bool,
}

impl Mind {
    pub(crate) fn new(person: Arc<Person>, seed: u64, number: &str, nth: usize) -> Self {
        let chance = StdRng::seed_from_u64(mixed(seed, number, nth));
        Self { person, chance, slots: Slots::default(), used: BTreeSet::new(), nudges: 0, came: false }
    }

    pub(crate) fn person(&self) -> &Person {
        &self.person
    }

    /// None: she waits for the other to speak.
    pub(crate) fn greeting(&mut self) -> Option<String> {
        let person = self.person.clone();
        self.choose(&person.greeting)
    }

    /// How long she thinks before she answers.
    pub(crate) fn pause(&mut self) -> Duration {
        self.chance.random_range(THINK_MIN..=THINK_MAX)
    }

    pub(crate) fn hears(&mut self, text: &str) -> Reaction {
        self.nudges = 0;
        if self.is_deaf() {
            return Reaction::words(None);
        }
        self.slots.hear(text);
        let person = self.person.clone();
        let sentences = sentences(text);
        let question = sentences.iter().rev().find(|sentence| sentence.ends_with('?')).copied();
        if let Some((source, answer)) = person.answer(question, text, &self.used) {
            if let Source::Own(index) = source {
                self.used.insert(index);
            }
            let keys = answer.keys.clone().unwrap_or_default();
            return Reaction { say: self.choose(&answer.say), keys, then: answer.then, later: answer.later.clone() };
        }
        let otherwise = person.otherwise();
        let say = match question.map(wants_yes_or_no) {
            Some(true) => &otherwise.yes_no,
            Some(false) => &otherwise.open,
            None => &otherwise.statement,
        };
        Reaction::words(self.choose(say))
    }

    /// None: the key means nothing to her.
    pub(crate) fn feels(&mut self, key: char) -> Option<Reaction> {
        let person = self.person.clone();
        let (index, answer) = person.answer_to_key(key, &self.used)?;
        self.used.insert(index);
        self.nudges = 0;
        let keys = answer.keys.clone().unwrap_or_default();
        Some(Reaction { say: self.choose(&answer.say), keys, then: answer.then, later: answer.later.clone() })
    }

    /// From here on she is a person, whatever answered the phone.
    pub(crate) fn comes(&mut self) {
        self.came = true;
    }

    fn is_deaf(&self) -> bool {
        match self.person.kind {
            Kind::Person | Kind::Screener => false,
            Kind::Machine | Kind::Menu => !self.came,
            Kind::Mute => true,
        }
    }

    /// What she says when nobody speaks; None: she has asked often enough.
    pub(crate) fn nudge(&mut self) -> Option<String> {
        match self.person.kind {
            Kind::Person | Kind::Menu | Kind::Screener => {}
            Kind::Machine if self.came => {}
            Kind::Machine | Kind::Mute => return None,
        }
        let text = self.person.nudge.get(self.nudges).cloned();
        self.nudges += 1;
        text
    }

    /// One of the sentences for which she knows everything.
    fn choose(&mut self, templates: &[String]) -> Option<String> {
        let possible: Vec<_> = templates.iter().filter_map(|template| self.slots.fill(template)).collect();
        if possible.is_empty() {
            return None;
        }
        let chosen = self.chance.random_range(0..possible.len());
        possible.into_iter().nth(chosen)
    }
}

fn wants_yes_or_no(question: &str) -> bool {
    let words = words(question);
    let begins = words.iter().take(4).any(|word| YES_NO.contains(&word.as_str()));
    begins && !words.iter().any(|word| OPEN.contains(&word.as_str()))
}

fn mixed(seed: u64, number: &str, nth: usize) -> u64 {
    let digest = Sha1::digest(format!("{seed}/{number}/{nth}"));
    digest.iter().take(8).fold(0, |mixed, byte| mixed << 8 | u64::from(*byte))
}

#[cfg(test)]
#[path = "mind_tests.rs"]
mod tests;
