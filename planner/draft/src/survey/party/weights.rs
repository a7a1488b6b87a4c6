//! How much each piece of evidence speaks for a part: a table that a program writes (`cargo run --package draft --example
//! learn`) and nobody edits.

use std::sync::LazyLock;

use super::Named;
use crate::piece::{Weighing, Weights};

const TABLE: &str = include_str!("weights.txt");
/// What speaks for nobody of the named being called.
const NOBODY: &str = "nobody";

/// In hundredths of the logarithm of the odds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) callee: i32,
    pub(crate) principal: i32,
}

static WEIGHTS: LazyLock<Weights<Part>> = LazyLock::new(|| Weights::of(TABLE.lines().skip(1).filter_map(row)));

fn row(line: &'static str) -> Option<(&'static str, Part)> {
    let (piece, numbers) = line.split_once('\t')?;
    let (callee, principal) = numbers.split_once(' ')?;
    Some((piece, Part { callee: callee.parse().ok()?, principal: principal.parse().ok()? }))
}

/// For each name, what all that it shows says together.
pub(crate) fn parts(names: &[Named<'_>]) -> Vec<Part> {
    let mut weighing = Weighing::with(&WEIGHTS);
    let mut part = |name: &Named<'_>| {
        weighing.clear();
        name.evidence(&mut weighing);
        weighing.rows.iter().fold(Part::default(), |sum, row| Part {
            callee: sum.callee + row.callee,
            principal: sum.principal + row.principal,
        })
    };
    names.iter().map(&mut part).collect()
}

pub(crate) fn nobody() -> i32 {
    WEIGHTS.get(NOBODY).map_or(0, |row| row.callee)
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, TABLE, WEIGHTS};

    #[test]
    fn every_row_has_a_number_for_each_part() {
        let (head, rows) = TABLE.split_once('\n').unwrap();
        assert_eq!(head, "# callee principal");
        assert_eq!(WEIGHTS.len(), rows.lines().count());
        assert!(WEIGHTS.len() > 200 && WEIGHTS.get(NOBODY).is_some());
    }
}
