//! One planner on one part of the corpus.

use draft::Category;
use proto::Workflow;

use crate::entry::{Entry, Expected, Fact};
use crate::fields::{WantedField, matched};
use crate::kinds::{Kind, Told, facts, said};
use crate::subject::{Answer, Subject};
use crate::values::{covers, values};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Share {
    pub(crate) hits: usize,
    pub(crate) all: usize,
}

impl Share {
    fn count(&mut self, hit: bool) {
        self.all += 1;
        self.hits += usize::from(hit);
    }

    fn add(&mut self, hits: usize, all: usize) {
        self.hits += hits;
        self.all += all;
    }
}

#[derive(Debug, Default)]
pub(crate) struct Measure {
    pub(crate) facts_recall: Share,
    pub(crate) facts_precision: Share,
    /// Told, and not in the prompt in any role.
    pub(crate) facts_invented: Share,
    pub(crate) fields_recall: Share,
    pub(crate) fields_precision: Share,
    pub(crate) category: Share,
    pub(crate) vague_refused: Share,
    pub(crate) missing_named: Share,
    pub(crate) good_refused: Share,
    pub(crate) failures: Vec<String>,
}

pub(crate) fn measure(subject: &impl Subject, entries: &[Entry]) -> Measure {
    let mut measure = Measure::default();
    for entry in entries {
        measure.judge(entry, subject.answer(&entry.prompt));
    }
    measure
}

impl Measure {
    /// Of no entry, all would be right.
    pub(crate) fn is_empty(&self) -> bool {
        self.good_refused.all + self.vague_refused.all == 0
    }

    fn judge(&mut self, entry: &Entry, answer: Answer) {
        let prompt = &entry.prompt;
        match (&entry.expected, answer) {
            (Expected::Refused { missing }, Answer::Refused { missing: named }) => {
                self.vague_refused.count(true);
                let named = named.join(" ").to_lowercase();
                for what in missing {
                    self.missing_named.count(named.contains(what));
                    self.note(named.contains(what), prompt, || format!("did not say that it misses: {what}"));
                }
            }
            (Expected::Refused { missing }, Answer::Plan { .. }) => {
                self.vague_refused.count(false);
                self.missing_named.add(0, missing.len());
                self.note(false, prompt, || "planned although it is vague".to_owned());
            }
            // Nothing of a refused prompt is kept: it counts everywhere.
            (Expected::Plan { facts, fields, .. }, Answer::Refused { missing }) => {
                self.good_refused.count(true);
                self.category.count(false);
                self.facts_recall.add(0, facts.len());
                self.fields_recall.add(0, fields.len());
                self.note(false, prompt, || format!("refused: {}", missing.join(", ")));
            }
            (Expected::Plan { categories, facts, fields }, Answer::Plan { category, workflow }) => {
                self.good_refused.count(false);
                self.judge_category(prompt, categories, category);
                self.judge_facts(prompt, facts, &workflow);
                self.judge_fields(prompt, fields, &workflow);
            }
        }
    }

    fn judge_category(&mut self, prompt: &str, expected: &[Category], category: Category) {
        let right = expected.contains(&category);
        self.category.count(right);
        self.note(right, prompt, || format!("category {category:?}, not {expected:?}"));
    }

    fn judge_facts(&mut self, prompt: &str, expected: &[Fact], workflow: &Workflow) {
        let (told, said) = (facts(workflow), said(workflow));
        for fact in expected {
            let kept = told.iter().any(|told| told.may_keep(fact.kind) && covers(&told.values, &fact.values))
                || (fact.kind == Kind::Free && said.iter().any(|said| covers(said, &fact.values)));
            self.facts_recall.count(kept);
            self.note(kept, prompt, || format!("lost {}", fact.written));
        }
        let written = values(prompt);
        for told in &told {
            let right = covers(&written, &told.values) && (told.kind == Kind::Free || is_proved(told, expected));
            self.facts_precision.count(right);
            self.note(right, prompt, || format!("in a false role {}", told.written));
            let invented = !covers(&written, &told.values_to_prove());
            self.facts_invented.count(invented);
            self.note(!invented, prompt, || format!("invented {}", told.written));
        }
    }

    fn judge_fields(&mut self, prompt: &str, wanted: &[WantedField], workflow: &Workflow) {
        let matched = matched(wanted, workflow.fields());
        self.fields_recall.add(matched.found, wanted.len());
        self.fields_precision.add(matched.found, matched.found + matched.needless.len());
        for missed in &matched.missed {
            self.note(false, prompt, || format!("did not ask {}", missed.written()));
        }
        for field in &matched.needless {
            self.note(false, prompt, || {
                format!("asked {} ({:?}): {}", field.name, field.kind, field.question.expose())
            });
        }
    }

    fn note(&mut self, right: bool, prompt: &str, what: impl FnOnce() -> String) {
        if !right {
            self.failures.push(format!("{what}\n    {prompt}", what = what()));
        }
    }
}

fn is_proved(told: &Told, expected: &[Fact]) -> bool {
    let proofs = expected.iter().filter(|fact| told.proved_by(fact.kind)).flat_map(|fact| fact.values.clone());
    covers(&proofs.collect::<Vec<_>>(), &told.values)
}
