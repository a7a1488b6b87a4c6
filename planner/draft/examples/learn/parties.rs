//! The table of weights that tell which part a name plays, as the judged prompts of the corpus teach it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lesson::{Pieces, hundredths};
use super::regression::{Example, Settings, descend, index, likely, steepest, train};

/// Of the parts of the corpus, the one that says who is who.
const CORPUS: &str = include_str!("../../../corpus/seen.json");
const RIDGE: f64 = 0.002;
const ROUNDS: usize = 300;
/// What speaks for nobody of the named being called.
const NOBODY: &str = "nobody";
/// They are in one spelling of a name, and not in another.
const SMALL: [&str; 17] =
    ["a", "an", "the", "my", "our", "your", "his", "her", "their", "at", "on", "in", "of", "for", "to", "from", "with"];

/// The names of one prompt.
pub(crate) struct Judged {
    pub(crate) names: Vec<Name>,
    /// Somebody is called whom no name of these means.
    pub(crate) other: bool,
}

pub(crate) struct Name {
    evidence: BTreeSet<String>,
    pub(crate) is_callee: bool,
    is_principal: bool,
}

/// The weights of each piece of evidence: for being called, and for being the one for whom the call is.
pub(crate) type Table = BTreeMap<String, [i16; 2]>;

pub(crate) fn corpus() -> Vec<Judged> {
    let entries: Vec<Value> = serde_json::from_str(CORPUS).unwrap();
    entries.iter().filter(|entry| entry["category"].is_string()).map(judged).collect()
}

fn judged(entry: &Value) -> Judged {
    let facts: Vec<&str> = entry["facts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let of = |kind: &str| -> Vec<BTreeSet<String>> {
        facts.iter().filter_map(|fact| fact.strip_prefix(kind)).map(spelled).collect()
    };
    let (callees, principals) = (of("callee: "), of("name: "));
    let all: BTreeSet<String> = callees.iter().flatten().cloned().collect();
    let names: Vec<Name> = draft::parties(entry["prompt"].as_str().unwrap())
        .into_iter()
        .map(|(name, evidence)| {
            let name = spelled(&name);
            let is_callee = callees.iter().any(|callee| callee.is_subset(&name)) && name.is_subset(&all);
            Name { evidence, is_callee, is_principal: principals.contains(&name) }
        })
        .collect();
    let other = !callees.is_empty() && !names.iter().any(|name| name.is_callee);
    Judged { names, other }
}

fn spelled(name: &str) -> BTreeSet<String> {
    let lower = name.to_lowercase();
    let words = lower
        .split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '&'));
    let words = words.map(|word| word.strip_suffix("'s").unwrap_or(word)).filter(|word| !word.is_empty());
    words.filter(|word| !SMALL.contains(word)).map(str::to_owned).collect()
}

pub(crate) fn learn(judged: &[&Judged]) -> Table {
    let pieces = Pieces::of(judged.iter().flat_map(|judged| &judged.names).map(|name| &name.evidence));
    let columns = |name: &Name| pieces.columns(&name.evidence);
    let nobody = pieces.0.len();
    let choices = judged.iter().filter(|judged| !judged.other).map(|judged| {
        let right = judged.names.iter().enumerate().filter(|(_, name)| name.is_callee).map(|(at, _)| at);
        let mut right: Vec<usize> = right.collect();
        if right.is_empty() {
            right.push(judged.names.len());
        }
        Choice { rows: judged.names.iter().map(columns).chain([vec![nobody]]).collect(), right }
    });
    let settings = |columns, classes| Settings { columns, classes, ridge: RIDGE, rounds: ROUNDS };
    let called = choose(&choices.collect::<Vec<_>>(), &settings(nobody + 1, 1));
    let principals: Vec<Example> = judged
        .iter()
        .flat_map(|judged| &judged.names)
        .map(|name| Example { columns: columns(name), classes: vec![usize::from(name.is_principal)] })
        .collect();
    let principal = train(&principals, &settings(nobody, 2));
    let principal = principal.into_iter().map(|weights| weights[1] - weights[0]).chain([0.0]);
    let rows = pieces.0.iter().copied().chain([NOBODY]).zip(called).zip(principal);
    let rows = rows.map(|((piece, called), principal)| (piece.to_owned(), [hundredths(called), hundredths(principal)]));
    rows.filter(|(piece, weights)| piece == NOBODY || *weights != [0, 0]).collect()
}

/// Names, as the columns that each fills, of which some are right; nobody of them is the last row.
struct Choice {
    rows: Vec<Vec<usize>>,
    right: Vec<usize>,
}

/// Weights under which what is right is the likeliest of each choice.
fn choose(choices: &[Choice], settings: &Settings) -> Vec<f64> {
    let rows: Vec<&[usize]> = choices.iter().flat_map(|choice| &choice.rows).map(|row| &row[..]).collect();
    let step = 1.0 / steepest(&rows, choices.len(), settings);
    descend(settings, step, |ahead| slope(choices, ahead, settings))
}

fn slope(choices: &[Choice], weights: &[f64], settings: &Settings) -> Vec<f64> {
    let mut slope: Vec<f64> = weights.iter().map(|weight| settings.ridge * weight).collect();
    let part = 1.0 / index(choices.len());
    for choice in choices {
        let scores: Vec<f64> =
            choice.rows.iter().map(|row| row.iter().map(|column| weights[*column]).sum::<f64>()).collect();
        let mut wrong = likely(&scores);
        choice.right.iter().for_each(|right| wrong[*right] -= 1.0 / index(choice.right.len()));
        for (row, wrong) in choice.rows.iter().zip(wrong) {
            for column in row {
                slope[*column] += part * wrong;
            }
        }
    }
    slope
}

/// How many of the callees a table finds, and how many names it takes for one that are none.
pub(crate) fn tested(table: &Table, judged: &[&Judged]) -> [usize; 2] {
    let mut found = [0, 0];
    for judged in judged {
        let sum = |name: &Name| {
            name.evidence.iter().filter_map(|piece| table.get(piece)).map(|row| i32::from(row[0])).sum::<i32>()
        };
        let scores: Vec<f64> = judged
            .names
            .iter()
            .map(sum)
            .chain([i32::from(table[NOBODY][0])])
            .map(|sum| f64::from(sum) / 100.0)
            .collect();
        let best = likely(&scores).into_iter().enumerate().find(|(_, share)| *share >= 0.5).map(|(at, _)| at);
        if let Some(name) = best.and_then(|best| judged.names.get(best)) {
            found[usize::from(!name.is_callee)] += 1;
        }
    }
    found
}
