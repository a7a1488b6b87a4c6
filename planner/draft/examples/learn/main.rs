//! Learns the weights of `src/sense/weights.txt` and `src/survey/party/weights.txt` from the judged prompts of the corpus,
//! and says how well what is learnt from four fifths of them does on the last fifth.

#![expect(clippy::unwrap_used, reason = "a tool for the terminal")]

mod lesson;
mod parties;
mod regression;

use std::fmt::Write as _;
use std::fs;

use draft::Category;
use lesson::{Judged, Table, corpus, learn};

const FOLDS: usize = 5;
/// A prime, so that neighbours, which are alike, fall into different folds.
const STRIDE: usize = 7_919;
/// How many good prompts may be refused.
const GOOD_REFUSED: [usize; 6] = [0, 1, 2, 4, 8, 16];

fn main() {
    let corpus = corpus();
    cross_validate(&corpus);
    let table = learn(&corpus.iter().collect::<Vec<_>>());
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/sense/weights.txt"), written(&table)).unwrap();
    println!("{} rows are learnt from {} prompts", table.len(), corpus.len());
    learn_parties();
}

fn learn_parties() {
    let corpus = parties::corpus();
    let mut found = [0, 0];
    for (tested, taught) in folds(&corpus) {
        let [right, wrong] = parties::tested(&parties::learn(&taught), &tested);
        found = [found[0] + right, found[1] + wrong];
    }
    println!("callees of {} prompts: {} right and {} wrong in cross-validation", corpus.len(), found[0], found[1]);
    let table = parties::learn(&corpus.iter().collect::<Vec<_>>());
    let mut text = "# callee principal\n".to_owned();
    for (piece, [callee, principal]) in &table {
        writeln!(text, "{piece}\t{callee} {principal}").unwrap();
    }
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/survey/party/weights.txt"), text).unwrap();
    println!("{} rows are learnt from the names of {} prompts", table.len(), corpus.len());
}

fn written(table: &Table) -> String {
    let mut text = format!("# {} vague\n", Category::ALL.map(Category::label).join(" "));
    for (piece, weights) in table {
        let weights: Vec<_> = weights.iter().map(ToString::to_string).collect();
        writeln!(text, "{piece}\t{}", weights.join(" ")).unwrap();
    }
    text
}

/// What is tested in turn, with what is taught for it.
fn folds<T>(corpus: &[T]) -> impl Iterator<Item = (Vec<&T>, Vec<&T>)> {
    let fold = |at: usize| (at * STRIDE % corpus.len()) % FOLDS;
    (0..FOLDS).map(move |held| {
        let (tested, taught) = corpus.iter().enumerate().partition::<Vec<_>, _>(|(at, _)| fold(*at) == held);
        let all = |part: Vec<(usize, _)>| part.into_iter().map(|(_, judged)| judged).collect();
        (all(tested), all(taught))
    })
}

fn cross_validate(corpus: &[Judged]) {
    let (mut right, mut good, mut vague) = (0, Vec::new(), Vec::new());
    for (tested, taught) in folds(corpus) {
        let table = learn(&taught);
        for judged in tested {
            let sums = sums(&table, judged);
            let (doubt, sums) = sums.split_last().unwrap();
            if judged.categories.is_empty() {
                vague.push((*doubt, &judged.prompt));
                continue;
            }
            good.push((*doubt, &judged.prompt));
            let best = (0..sums.len()).max_by_key(|category| sums[*category]).unwrap();
            right += usize::from(judged.categories.contains(&best));
        }
    }
    println!("category: {right} of {} right in cross-validation", good.len());
    good.sort_unstable_by(|one, other| other.cmp(one));
    for refused in GOOD_REFUSED {
        let from = good[refused].0 + 1;
        let found = vague.iter().filter(|(doubt, _)| *doubt >= from).count();
        println!("vague from {from}: {refused} of {} good refused, {found} of {} vague", good.len(), vague.len());
    }
    for (doubt, prompt) in good.iter().take(8) {
        println!("    good at {doubt}: {prompt}");
    }
}

fn sums(table: &Table, judged: &Judged) -> Vec<i32> {
    let mut sums = vec![0; Category::ALL.len() + 1];
    for weights in judged.evidence.iter().filter_map(|piece| table.get(piece)) {
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
    }
    sums
}
