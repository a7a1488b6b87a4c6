//! The learnt weights: a table that a program writes (`cargo run --package draft --example learn`) and nobody edits.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::Sense;
use crate::Category;
use crate::table::Table;

const TABLE: &str = include_str!("weights.txt");
/// What the pieces of each kind begin with.
pub(super) const WORD: &str = "w ";
pub(super) const FORM: &str = "form ";
pub(super) const PAIR: &str = "pair ";
const OTHERS: [&str; 4] = ["begins ", "verb ", "any", "blank"];

/// In hundredths of the logarithm of the odds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) categories: [i16; Category::ALL.len()],
    pub(super) vague: i16,
}

/// The rows by the pieces of evidence. Most pieces are words and forms, and none of those is put together to be found.
#[derive(Debug, Default)]
pub(super) struct Weights {
    pub(super) rows: Vec<Row>,
    /// The numbers of the rows of those pieces that are words.
    pub(super) words: Table<usize>,
    pub(super) forms: Table<Form>,
    /// By the numbers of both forms.
    pub(super) pairs: HashMap<[usize; 2], usize, FixedState>,
    /// By what is counted: each mark, and what the marks up to it weigh together.
    pub(super) counts: HashMap<[&'static str; 2], Vec<(usize, Sense)>, FixedState>,
    pub(super) others: Table<usize>,
}

#[derive(Debug)]
pub(super) struct Form {
    pub(super) number: usize,
    /// Of a form that is known only beside others, none.
    pub(super) row: Option<usize>,
}

pub(super) static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::of(TABLE.lines().skip(1).filter_map(row)));

fn row(line: &'static str) -> Option<(&'static str, Row)> {
    let (piece, numbers) = line.split_once('\t')?;
    let mut numbers = numbers.split(' ').map(|number| number.parse().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    Some((piece, Row { categories: std::array::from_fn(|_| next()), vague: next() }))
}

impl Weights {
    fn of(rows: impl Iterator<Item = (&'static str, Row)>) -> Self {
        let mut weights = Self::default();
        for (piece, row) in rows {
            let number = weights.rows.len();
            if let Some(word) = piece.strip_prefix(WORD) {
                weights.words.insert(word, number);
            } else if let Some(form) = piece.strip_prefix(FORM) {
                weights.form(form).row = Some(number);
            } else if let Some((one, other)) = piece.strip_prefix(PAIR).and_then(|pair| pair.split_once(' ')) {
                let pair = [one, other].map(|form| weights.form(form).number);
                weights.pairs.insert(pair, number);
            } else if OTHERS.iter().any(|kind| piece.starts_with(kind)) {
                weights.others.insert(piece, number);
            } else if let Some((counted, mark)) = piece.rsplit_once(':') {
                let kind = counted.split_at(counted.find(' ').map_or(counted.len(), |at| at + 1));
                let marks = weights.counts.entry(kind.into()).or_default();
                marks.push((mark.parse().unwrap_or(usize::MAX), Sense::default().and(&row)));
            }
            weights.rows.push(row);
        }
        for marks in weights.counts.values_mut() {
            marks.sort_by_key(|(mark, _)| *mark);
            for at in 1..marks.len() {
                marks[at].1 = marks[at].1.clone().with(&marks[at - 1].1);
            }
        }
        weights
    }

    fn form(&mut self, form: &'static str) -> &mut Form {
        let number = self.forms.len();
        self.forms.entry(form).or_insert(Form { number, row: None })
    }
}

#[cfg(test)]
mod tests {
    use super::{TABLE, WEIGHTS};
    use crate::Category;

    #[test]
    fn the_columns_of_the_table_are_the_categories_and_vague_and_every_row_has_a_number_in_each() {
        let (head, rows) = TABLE.split_once('\n').unwrap();
        let labels = Category::ALL.map(Category::label).join(" ");
        assert_eq!(head, format!("# {labels} vague"));
        for row in rows.lines() {
            let (_, numbers) = row.split_once('\t').unwrap();
            assert!(numbers.split(' ').all(|number| number.parse::<i16>().is_ok()), "{row}");
            assert_eq!(numbers.split(' ').count(), Category::ALL.len() + 1, "{row}");
        }
        assert_eq!(WEIGHTS.rows.len(), rows.lines().count());
        assert!(WEIGHTS.words.len() > 500);
    }

    #[test]
    fn every_row_is_found_by_its_piece() {
        let forms = WEIGHTS.forms.values().filter(|form| form.row.is_some()).count();
        let counts = WEIGHTS.counts.values().map(Vec::len).sum::<usize>();
        let found = WEIGHTS.words.len() + forms + WEIGHTS.pairs.len() + counts + WEIGHTS.others.len();
        assert_eq!(found, WEIGHTS.rows.len());
    }
}
