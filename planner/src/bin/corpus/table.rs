//! The figures beside those that we ask for.

use crate::measure::{Measure, Share};

type Figure = (&'static str, fn(&Measure) -> Share, Bound);

enum Bound {
    AtLeast(f64),
    None,
    /// Not one.
    Never,
}

const FIGURES: [Figure; 9] = [
    ("facts recall", |measure| measure.facts_recall, Bound::AtLeast(0.98)),
    ("facts precision", |measure| measure.facts_precision, Bound::None),
    ("facts invented", |measure| invented(measure), Bound::Never),
    ("fields recall", |measure| measure.fields_recall, Bound::AtLeast(0.95)),
    ("fields precision", |measure| measure.fields_precision, Bound::None),
    ("category", |measure| measure.category, Bound::AtLeast(0.95)),
    ("vague refused", |measure| measure.vague_refused, Bound::AtLeast(0.95)),
    ("what is missing, named", |measure| measure.missing_named, Bound::None),
    ("good refused", |measure| measure.good_refused, Bound::Never),
];

fn invented(measure: &Measure) -> Share {
    let told = measure.facts_precision;
    Share { hits: told.all - told.hits, all: told.all }
}

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
pub(crate) fn print(parts: &[(&str, Measure)]) -> bool {
    let mut holds = true;
    let heads: Vec<_> = parts.iter().map(|(name, _)| format!("{name:>20}")).collect();
    println!("{:<24}{}  asked for", "", heads.concat());
    for (name, of, bound) in &FIGURES {
        let shares: Vec<_> = parts.iter().map(|(_, measure)| of(measure)).collect();
        holds &= shares.iter().all(|share| bound.holds(*share));
        let figures: Vec<_> = shares.into_iter().map(|share| format!("{:>20}", shown(share))).collect();
        println!("{name:<24}{}  {}", figures.concat(), bound.shown());
    }
    if let Some((part, measure)) = parts.last() {
        let figures = FIGURES.iter().map(|(name, of, _)| format!("{name} {}", shown(of(measure))));
        println!("{part}: {}", figures.collect::<Vec<_>>().join(", "));
    }
    holds
}

fn shown(share: Share) -> String {
    format!("{:.3} ({}/{})", ratio(share), share.hits, share.all)
}

/// Of nothing, all is right.
fn ratio(share: Share) -> f64 {
    let of = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if share.all == 0 { 1.0 } else { of(share.hits) / of(share.all) }
}
