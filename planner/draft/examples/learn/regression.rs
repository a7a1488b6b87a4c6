//! Multinomial logistic regression over sparse evidence, with a ridge penalty: exact and the same on every run.
//!
//! Our own sixty lines, because the crates that train it (linfa-logistic, smartcore) take dense matrices only: of three
//! thousand columns a prompt fills eighty, and fifty times the work would keep the training out of the tests.

/// One judged prompt.
pub(crate) struct Example {
    /// The columns that it fills.
    pub(crate) columns: Vec<usize>,
    /// The classes that people gave it; each as right as the others.
    pub(crate) classes: Vec<usize>,
}

pub(crate) struct Settings {
    pub(crate) columns: usize,
    pub(crate) classes: usize,
    /// How much large weights cost; more forgets single prompts.
    pub(crate) ridge: f64,
    pub(crate) rounds: usize,
}

/// The weights of each class, by column.
pub(crate) fn train(examples: &[Example], settings: &Settings) -> Vec<Vec<f64>> {
    let rows: Vec<&[usize]> = examples.iter().map(|example| &example.columns[..]).collect();
    let step = 1.0 / steepest(&rows, examples.len(), settings);
    let weights = descend(settings, step, |ahead| slope(examples, ahead, settings));
    weights.chunks(settings.classes).map(<[f64]>::to_vec).collect()
}

/// Goes down a slope with Nesterov's momentum, which looks ahead in the direction of the last step. Weights are flat: those
/// of the classes of a column stand side by side.
pub(crate) fn descend(settings: &Settings, step: f64, slope: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let mut weights = vec![0.0; settings.columns * settings.classes];
    let mut ahead = weights.clone();
    for round in 0..settings.rounds {
        let slope = slope(&ahead);
        let momentum = index(round) / (index(round) + 3.0);
        for ((weight, ahead), slope) in weights.iter_mut().zip(&mut ahead).zip(&slope) {
            let next = *ahead - step * slope;
            *ahead = next + momentum * (next - *weight);
            *weight = next;
        }
    }
    weights
}

/// How likely each class is.
fn shares(columns: &[usize], weights: &[f64], classes: usize) -> Vec<f64> {
    let mut scores = vec![0.0; classes];
    for column in columns {
        let of_column = &weights[column * classes..][..classes];
        scores.iter_mut().zip(of_column).for_each(|(score, weight)| *score += weight);
    }
    likely(&scores)
}

/// Shares of one, by the logarithm of their odds.
pub(crate) fn likely(scores: &[f64]) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<_> = scores.iter().map(|score| (score - most).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

fn slope(examples: &[Example], weights: &[f64], settings: &Settings) -> Vec<f64> {
    let classes = settings.classes;
    let mut slope: Vec<f64> = weights.iter().map(|weight| settings.ridge * weight).collect();
    let part = 1.0 / index(examples.len());
    for example in examples {
        let mut wrong = shares(&example.columns, weights, classes);
        let right = 1.0 / index(example.classes.len());
        example.classes.iter().for_each(|class| wrong[*class] -= right);
        for column in &example.columns {
            slope[column * classes..].iter_mut().zip(&wrong).for_each(|(slope, wrong)| *slope += part * wrong);
        }
    }
    slope
}

/// The steepest that the slope may change: half of the largest eigenvalue of the products of the rows, of which `parts`
/// are judged, by the power method.
pub(crate) fn steepest(rows: &[&[usize]], parts: usize, settings: &Settings) -> f64 {
    let mut direction = vec![1.0; settings.columns];
    let mut largest = 1.0;
    for _ in 0..20 {
        let mut next = vec![0.0; settings.columns];
        for row in rows {
            let along: f64 = row.iter().map(|column| direction[*column]).sum();
            row.iter().for_each(|column| next[*column] += along / index(parts));
        }
        largest = next.iter().map(|value: &f64| value * value).sum::<f64>().sqrt();
        direction = next.into_iter().map(|value| value / largest).collect();
    }
    0.6 * largest + settings.ridge
}

pub(crate) fn index(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
