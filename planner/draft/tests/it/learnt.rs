//! The committed weights are those that the committed corpus teaches.

use std::collections::BTreeSet;

use serde_json::Value;

#[path = "../../examples/learn/lesson.rs"]
mod lesson;
#[path = "../../examples/learn/parties.rs"]
mod parties;
#[path = "../../examples/learn/regression.rs"]
mod regression;

/// The last digit depends on how a machine rounds an exponential.
const ROUNDING: i16 = 1;

#[test]
fn what_the_corpus_teaches_is_what_the_planner_has_learnt() {
    let corpus = lesson::corpus();
    let taught = lesson::learn(&corpus.iter().collect::<Vec<_>>());
    let learnt = include_str!("../../src/sense/weights.txt").lines().skip(1).map(|row| row.split_once('\t').unwrap());
    let learnt: Vec<(&str, Vec<i16>)> = learnt
        .map(|(piece, weights)| (piece, weights.split(' ').map(|weight| weight.parse().unwrap()).collect()))
        .collect();
    assert_eq!(learnt.len(), taught.len(), "run `cargo run --package draft --example learn`");
    for ((piece, learnt), (taught_piece, taught)) in learnt.into_iter().zip(taught) {
        assert_eq!(piece, taught_piece);
        let near = |(one, other): (&i16, &i16)| one.abs_diff(*other) <= ROUNDING.unsigned_abs();
        assert!(learnt.iter().zip(&taught).all(near), "{piece}: {learnt:?}, not {taught:?}");
    }
    assert!(corpus.iter().all(|judged| !judged.prompt.is_empty()));
}

#[test]
fn what_the_corpus_teaches_about_names_is_what_the_planner_has_learnt() {
    let corpus = parties::corpus();
    let all: Vec<_> = corpus.iter().collect();
    let taught = parties::learn(&all);
    let learnt = include_str!("../../src/survey/party/weights.txt").lines().skip(1);
    let learnt: Vec<(&str, [i16; 2])> = learnt
        .map(|row| {
            let (piece, weights) = row.split_once('\t').unwrap();
            let (callee, principal) = weights.split_once(' ').unwrap();
            (piece, [callee.parse().unwrap(), principal.parse().unwrap()])
        })
        .collect();
    assert_eq!(learnt.len(), taught.len(), "run `cargo run --package draft --example learn`");
    for ((piece, learnt), (taught_piece, taught)) in learnt.into_iter().zip(&taught) {
        assert_eq!(piece, taught_piece);
        let near = |(one, other): (&i16, &i16)| one.abs_diff(*other) <= ROUNDING.unsigned_abs();
        assert!(learnt.iter().zip(taught).all(near), "{piece}: {learnt:?}, not {taught:?}");
    }
    let [right, wrong] = parties::tested(&taught, &all);
    assert!(right > 9 * wrong, "{right} right and {wrong} wrong");
}

#[test]
fn no_prompt_of_the_corpus_stands_in_two_files_or_twice_in_one() {
    let files = [
        include_str!("../../../corpus/seen.json"),
        include_str!("../../../corpus/practice.json"),
        include_str!("../../../corpus/unseen.json"),
    ];
    let entries = files.into_iter().flat_map(|file| serde_json::from_str::<Vec<Value>>(file).unwrap());
    let prompts: Vec<_> = entries.map(|entry| entry["prompt"].as_str().unwrap().to_owned()).collect();
    let different = prompts.iter().collect::<BTreeSet<_>>().len();
    // Which it is stays unsaid: nobody who tunes reads the unseen ones.
    assert_eq!(different, prompts.len());
}
