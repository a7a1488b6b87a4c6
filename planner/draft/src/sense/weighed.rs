//! The evidence of a prompt as it is read: weighed at once, and not kept.

use super::Sense;
use super::evidence::{Evidence, Mark};
use super::weights::WEIGHTS;
use crate::piece::Pieces;

/// What all pieces that were taken weigh together.
#[derive(Debug)]
pub(super) struct Weighed {
    pub(super) sense: Sense,
    /// By the numbers of the rows, one a bit: what is shown twice weighs no more.
    met: Vec<u64>,
    /// Every piece that has to be put together is so in the same place, because it is needed for one look only.
    piece: String,
}

impl Default for Weighed {
    fn default() -> Self {
        let met = vec![0; WEIGHTS.rows.len().div_ceil(64)];
        Self { sense: Sense::default(), met, piece: String::with_capacity(100) }
    }
}

impl Weighed {
    fn take(&mut self, number: usize) {
        let (met, bit) = (&mut self.met[number / 64], 1 << (number % 64));
        if *met & bit == 0 {
            *met |= bit;
            self.sense.add(&WEIGHTS.rows[number]);
        }
    }
}

impl Pieces for Weighed {
    fn add(&mut self, piece: &[&str]) {
        self.piece.clear();
        self.piece.extend(piece.iter().copied());
        if let Some(number) = WEIGHTS.others.get(self.piece.as_str()) {
            self.take(*number);
        }
    }
}

impl Evidence for Weighed {
    fn reached(&mut self, kind: [&'static str; 2], marks: &[Mark], count: usize) {
        if marks.first().is_none_or(|(least, _)| count < *least) {
            return;
        }
        let weights = WEIGHTS.counts.get(&kind).map(Vec::as_slice).unwrap_or_default();
        if let Some((_, weight)) = weights.iter().rfind(|(mark, _)| count >= *mark) {
            self.sense = std::mem::take(&mut self.sense).with(weight);
        }
    }

    fn word(&mut self, class: &str) {
        if let Some(number) = WEIGHTS.words.get(class) {
            self.take(*number);
        }
    }

    fn forms<'a>(&mut self, forms: impl Iterator<Item = &'a str>) {
        let mut before = None;
        for form in forms {
            let form = WEIGHTS.forms.get(form);
            if let Some(row) = form.and_then(|form| form.row) {
                self.take(row);
            }
            let number = form.map(|form| form.number);
            if let (Some(one), Some(other)) = (before, number)
                && let Some(pair) = WEIGHTS.pairs.get(&[one, other])
            {
                self.take(*pair);
            }
            before = number;
        }
    }
}
