//! The learnt weights: a table that a program writes (`cargo run --package draft --example learn`) and nobody edits.

use std::sync::LazyLock;

use crate::Category;
use crate::piece::Weights;
use crate::table::Words;

const TABLE: &str = include_str!("weights.txt");
/// What the piece of a word begins with.
pub(super) const WORD: &str = "w ";

/// In hundredths of the logarithm of the odds.
pub(super) struct Row {
    pub(super) categories: [i16; Category::ALL.len()],
    pub(super) vague: i16,
}

/// By the piece of evidence.
pub(super) static WEIGHTS: LazyLock<Weights<Row>> =
    LazyLock::new(|| Weights::of(TABLE.lines().skip(1).filter_map(row)));
/// Those pieces that are words, without the mark of a word.
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| WEIGHTS.pieces().filter_map(|piece| piece.strip_prefix(WORD)).collect());

fn row(line: &'static str) -> Option<(&'static str, Row)> {
    let (piece, numbers) = line.split_once('\t')?;
    let mut numbers = numbers.split(' ').map(|number| number.parse().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    Some((piece, Row { categories: std::array::from_fn(|_| next()), vague: next() }))
}

#[cfg(test)]
mod tests {
    use super::{TABLE, WEIGHTS, WORDS};
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
        assert_eq!(WEIGHTS.pieces().count(), rows.lines().count());
        assert!(WORDS.len() > 500);
    }
}
