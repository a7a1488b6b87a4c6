//! How long the built-in planner takes for the prompts of the corpus: all of them in turn, the one that takes longer than half
//! of them, and the one that takes longest.

#![expect(clippy::unwrap_used, reason = "a bench that can't go on ends there")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;

const SEEN: &str = include_str!("../../corpus/seen.json");
const UNSEEN: &str = include_str!("../../corpus/unseen.json");

fn prompts() -> Vec<String> {
    let entries = [SEEN, UNSEEN].map(|part| serde_json::from_str::<Vec<Value>>(part).unwrap());
    entries.into_iter().flatten().map(|entry| entry["prompt"].as_str().unwrap().to_owned()).collect()
}

/// The best of a few tries, by which prompts are put in order.
#[expect(clippy::disallowed_methods, reason = "what a bench is for")]
fn takes(prompt: &str) -> Duration {
    let tries = (0..9).map(|_| {
        let began = Instant::now();
        let _ = black_box(draft::draft(black_box(prompt)));
        began.elapsed()
    });
    tries.min().unwrap()
}

fn corpus(criterion: &mut Criterion) {
    let mut prompts = prompts();
    prompts.sort_by_cached_key(|prompt| takes(prompt));
    let mut group = criterion.benchmark_group("draft");
    group.measurement_time(Duration::from_secs(5)).sample_size(30);
    group.throughput(Throughput::Elements(prompts.len().try_into().unwrap()));
    group.bench_function("every prompt", |bencher| {
        bencher.iter(|| prompts.iter().filter(|prompt| draft::draft(black_box(prompt)).is_ok()).count());
    });
    group.throughput(Throughput::Elements(1));
    let (median, longest) = (&prompts[prompts.len() / 2], prompts.last().unwrap());
    group.bench_function("p50", |bencher| bencher.iter(|| draft::draft(black_box(median))));
    group.bench_function("the slowest prompt", |bencher| bencher.iter(|| draft::draft(black_box(longest))));
    group.finish();
}

criterion_group!(benches, corpus);
criterion_main!(benches);
