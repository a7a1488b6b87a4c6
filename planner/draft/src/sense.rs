//! What a prompt is about and whether it says enough, as learnt from prompts that people judged: all of its words tell
//! together, each with a weight of its own (`planner/corpus/README.md` says how they are learnt).

mod evidence;
mod weighed;
mod weights;

use crate::Category;
use crate::act::Act;
use crate::survey::Survey;
use crate::text::Text;
use evidence::class;
pub(crate) use evidence::evidence;
use weighed::Weighed;
use weights::{Row, WEIGHTS};

/// From here on a prompt is vague, in hundredths of the logarithm of the odds: in cross-validation eight of 1,733 good
/// prompts are above, all of them short.
const VAGUE: i32 = 170;
/// From here on, what the rules miss in a prompt is really missing.
const DOUBTFUL: i32 = -300;

/// How much speaks for each category, and for a vague prompt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sense {
    scores: [i32; Category::ALL.len()],
    vague: i32,
}

/// Whether a word is one of those that English prompts are made of.
pub(crate) fn knows(lower: &str) -> bool {
    WEIGHTS.words.contains_key(&*class(lower))
}

impl Sense {
    pub(crate) fn of(text: &Text, first: Option<&Act>, survey: &Survey) -> Self {
        let mut weighed = Weighed::default();
        evidence(text, first, survey, &mut weighed);
        weighed.sense
    }

    fn and(mut self, row: &Row) -> Self {
        self.add(row);
        self
    }

    fn add(&mut self, row: &Row) {
        self.scores.iter_mut().zip(&row.categories).for_each(|(score, weight)| *score += i32::from(*weight));
        self.vague += i32::from(row.vague);
    }

    fn with(mut self, other: &Self) -> Self {
        self.scores.iter_mut().zip(&other.scores).for_each(|(score, weight)| *score += *weight);
        self.vague += other.vague;
        self
    }

    /// The category that most speaks for.
    pub(crate) fn category(&self) -> Category {
        let mut best = Category::Ask;
        for category in Category::ALL {
            if self.scores[category.at()] > self.scores[best.at()] {
                best = category;
            }
        }
        best
    }

    pub(crate) fn is_vague(&self) -> bool {
        self.vague >= VAGUE
    }

    pub(crate) fn may_be_vague(&self) -> bool {
        self.vague >= DOUBTFUL
    }
}
