//! What a prompt shows, piece by piece, and what the pieces weigh. Who learns the weights keeps the pieces; who reads a
//! prompt only weighs them, and a prompt shows hundreds.

use std::collections::BTreeSet;

use crate::table::Table;

/// Numbers, each with how it is written.
macro_rules! marks {
    ($($mark:literal),+ $(,)?) => { [$(($mark, stringify!($mark))),+] };
}
pub(crate) use marks;

/// Who takes pieces.
pub(crate) trait Pieces {
    /// Takes the piece that these strings are together. A piece that was taken before says nothing more.
    fn add(&mut self, piece: &[&str]);
}

impl Pieces for BTreeSet<String> {
    fn add(&mut self, piece: &[&str]) {
        self.insert(piece.concat());
    }
}

/// A learnt table: by the piece, the number of its row and the row.
pub(crate) struct Weights<Row>(Table<(usize, Row)>);

impl<Row> Weights<Row> {
    pub(crate) fn of(rows: impl Iterator<Item = (&'static str, Row)>) -> Self {
        Self(rows.enumerate().map(|(number, (piece, row))| (piece, (number, row))).collect())
    }

    pub(crate) fn get(&self, piece: &str) -> Option<&Row> {
        self.0.get(piece).map(|(_, row)| row)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The rows of the pieces that were taken, each once.
pub(crate) struct Weighing<'a, Row> {
    pub(crate) rows: Vec<&'a Row>,
    weights: &'a Weights<Row>,
    /// By the numbers of the rows, one a bit.
    met: Vec<u64>,
    /// Every piece is put together in the same place, because it is needed for one look only.
    piece: String,
}

impl<'a, Row> Weighing<'a, Row> {
    pub(crate) fn with(weights: &'a Weights<Row>) -> Self {
        let met = vec![0; weights.0.len().div_ceil(64)];
        Self { rows: Vec::with_capacity(64), weights, met, piece: String::with_capacity(64) }
    }

    /// Forgets what was taken.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.met.fill(0);
    }
}

impl<Row> Pieces for Weighing<'_, Row> {
    fn add(&mut self, piece: &[&str]) {
        let piece = match piece {
            [whole] => whole,
            parts => {
                self.piece.clear();
                self.piece.extend(parts.iter().copied());
                self.piece.as_str()
            }
        };
        let Some((number, row)) = self.weights.0.get(piece) else { return };
        let (met, bit) = (&mut self.met[number / 64], 1 << (number % 64));
        if *met & bit == 0 {
            *met |= bit;
            self.rows.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pieces, Weighing, Weights};

    #[test]
    fn a_piece_is_weighed_once_however_it_is_put_together() {
        let weights = Weights::of([("w book", 3), ("w table", 4)].into_iter());
        let mut weighing = Weighing::with(&weights);
        weighing.add(&["w ", "book"]);
        weighing.add(&["w b", "ook"]);
        weighing.add(&["w ", "chair"]);
        assert_eq!(weighing.rows, [&3]);
    }
}
