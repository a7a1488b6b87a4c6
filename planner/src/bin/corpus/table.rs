//! The figures beside those that we ask for.

use crate::measure::{Measure, Share};

/// Its name, where it stands, and what is asked for of the built-in planner and of a model.
type Figure = (&'static str, fn(&Measure) -> Share, [Bound; 2]);

/// What is asked for of whom.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    OfBuiltin,
    /// Which model it is, is not ours to say: only what holds with any.
    OfModel,
}

enum Bound {
    AtLeast(f64),
    None,
    /// Not one.
    Never,
}

const FIGURES: [Figure; 9] = [
    ("facts recall", |measure| measure.facts_recall, [Bound::AtLeast(0.98), Bound::None]),
    ("facts precision", |measure| measure.facts_precision, [Bound::AtLeast(0.97), Bound::None]),
    ("facts invented", |measure| measure.facts_invented, [Bound::Never, Bound::Never]),
    ("fields recall", |measure| measure.fields_recall, [Bound::AtLeast(0.95), Bound::None]),
    ("fields precision", |measure| measure.fields_precision, [Bound::None, Bound::None]),
    ("category", |measure| measure.category, [Bound::AtLeast(0.95), Bound::None]),
    ("vague refused", |measure| measure.vague_refused, [Bound::AtLeast(0.95), Bound::None]),
    ("what is missing, named", |measure| measure.missing_named, [Bound::None, Bound::None]),
    ("good refused", |measure| measure.good_refused, [Bound::Never, Bound::Never]),
];

impl Bound {
    fn holds(&self, share: Share) -> bool {
        match self {
            Self::AtLeast(least) => ratio(share) >= *least,
            Self::Never => share.hits == 0,
            Self::None => true,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::AtLeast(least) => format!(">= {least:.2}"),
            Self::Never => "0".to_owned(),
            Self::None => String::new(),
        }
    }
}

/// Prints the table, the last part once more as the last line, and says whether all figures are those that we ask for.
/// A part without entries measures nothing, so that nothing holds.
pub(crate) fn print(parts: &[(&str, Measure)], asked: Asked) -> bool {
    let mut holds = true;
    let heads: Vec<_> = parts.iter().map(|(name, _)| format!("{name:>20}")).collect();
    println!("{:<24}{}  asked for", "", heads.concat());
    for (name, of, [of_builtin, of_model]) in &FIGURES {
        let bound = match asked {
            Asked::OfBuiltin => of_builtin,
            Asked::OfModel => of_model,
        };
        let shares: Vec<_> = parts.iter().map(|(_, measure)| of(measure)).collect();
        holds &= shares.iter().all(|share| bound.holds(*share));
        let figures: Vec<_> = shares.into_iter().map(|share| format!("{:>20}", shown(share))).collect();
        println!("{name:<24}{}  {}", figures.concat(), bound.shown());
    }
    for (part, _) in parts.iter().filter(|(_, measure)| measure.is_empty()) {
        println!("{part}: no entries, so that there is nothing to measure");
        holds = false;
    }
    if let Some((part, measure)) = parts.last() {
        let figures = FIGURES.iter().map(|(name, of, _)| format!("{name} {}", shown(of(measure))));
        println!("{part}: {}", figures.collect::<Vec<_>>().join(", "));
    }
    holds
}

fn shown(share: Share) -> String {
    if share.all == 0 { "none (0/0)".to_owned() } else { format!("{:.3} ({}/{})", ratio(share), share.hits, share.all) }
}

/// Of nothing, all is right: whether there is anything is asked of the part as a whole.
fn ratio(share: Share) -> f64 {
    let of = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if share.all == 0 { 1.0 } else { of(share.hits) / of(share.all) }
}

#[cfg(test)]
mod tests {
    use super::{Asked, print, shown};
    use crate::measure::{Measure, Share};

    #[test]
    fn a_part_without_entries_holds_nothing() {
        let one = || Measure { good_refused: Share { hits: 0, all: 1 }, ..Measure::default() };
        assert!(print(&[("seen", one())], Asked::OfBuiltin));
        assert!(!print(&[("seen", one()), ("unseen", Measure::default())], Asked::OfBuiltin));
        assert_eq!(shown(Share::default()), "none (0/0)");
    }
}
