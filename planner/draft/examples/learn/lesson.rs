//! The table of weights that the judged prompts of the corpus teach.

use std::collections::{BTreeMap, BTreeSet};

use draft::Category;
use serde_json::Value;

use super::regression::{Example, Settings, train};

/// Everything that may be tuned on.
const CORPUS: [&str; 2] = [include_str!("../../../corpus/seen.json"), include_str!("../../../corpus/practice.json")];
/// Evidence that is met less often is a coincidence.
const MET_MIN: usize = 2;
const RIDGE: f64 = 0.003;
const RIDGE_VAGUE: f64 = 0.001;
const ROUNDS: usize = 400;
/// Weights are whole hundredths.
const SCALE: f64 = 100.0;

pub(crate) struct Judged {
    pub(crate) prompt: String,
    pub(crate) evidence: BTreeSet<String>,
    /// Places among the categories; none for a prompt that is vague.
    pub(crate) categories: Vec<usize>,
}

/// The weights of each piece of evidence: of the categories, and of being vague.
pub(crate) type Table = BTreeMap<String, Vec<i16>>;

/// The judged prompts, without those in other languages, which are not for this table to tell.
pub(crate) fn corpus() -> Vec<Judged> {
    let entries = CORPUS.into_iter().flat_map(|part| serde_json::from_str::<Vec<Value>>(part).unwrap());
    entries.filter(|entry| entry["refused"][0] != "language").map(|entry| judged(&entry)).collect()
}

fn judged(entry: &Value) -> Judged {
    let prompt = entry["prompt"].as_str().unwrap().to_owned();
    let labels = entry["category"].as_str().into_iter().flat_map(|labels| labels.split('|'));
    let place = |label: &str| Category::ALL.iter().position(|category| category.label() == label).unwrap();
    Judged { evidence: draft::evidence(&prompt), categories: labels.map(place).collect(), prompt }
}

/// The pieces of evidence that something can be learnt of, in order: each is a column.
pub(crate) struct Pieces<'a>(pub(crate) Vec<&'a str>);

impl<'a> Pieces<'a> {
    pub(crate) fn of(evidence: impl Iterator<Item = &'a BTreeSet<String>>) -> Self {
        let mut met: BTreeMap<&str, usize> = BTreeMap::new();
        evidence.flatten().for_each(|piece| *met.entry(piece).or_default() += 1);
        Self(met.into_iter().filter(|(_, count)| *count >= MET_MIN).map(|(piece, _)| piece).collect())
    }

    pub(crate) fn columns(&self, evidence: &BTreeSet<String>) -> Vec<usize> {
        evidence.iter().filter_map(|piece| self.0.binary_search(&piece.as_str()).ok()).collect()
    }
}

pub(crate) fn learn(judged: &[&Judged]) -> Table {
    let pieces = Pieces::of(judged.iter().map(|judged| &judged.evidence));
    let columns = |judged: &Judged| pieces.columns(&judged.evidence);
    let told = judged.iter().filter(|judged| !judged.categories.is_empty());
    let told = told.map(|judged| Example { columns: columns(judged), classes: judged.categories.clone() });
    let vague = judged
        .iter()
        .map(|judged| Example { columns: columns(judged), classes: vec![usize::from(judged.categories.is_empty())] });
    let settings = |classes, ridge| Settings { columns: pieces.0.len(), classes, ridge, rounds: ROUNDS };
    let told = train(&told.collect::<Vec<_>>(), &settings(Category::ALL.len(), RIDGE));
    let vague = train(&vague.collect::<Vec<_>>(), &settings(2, RIDGE_VAGUE));
    let rows = pieces.0.into_iter().zip(told).zip(vague).map(|((piece, told), vague)| {
        let weights = told.into_iter().chain([vague[1] - vague[0]]).map(hundredths).collect();
        (piece.to_owned(), weights)
    });
    rows.filter(|(_, weights): &(String, Vec<i16>)| weights.iter().any(|weight| *weight != 0)).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a weight is a number between -100 and 100, and the cast saturates"
)]
pub(crate) fn hundredths(weight: f64) -> i16 {
    (weight * SCALE).round() as i16
}
