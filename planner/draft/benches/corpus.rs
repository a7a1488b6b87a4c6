//! How long the built-in planner takes for the prompts of the corpus: all of them in turn, and the one in the middle.

#![expect(clippy::unwrap_used, reason = "a bench that can't go on ends there")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;

const SEEN: &str = include_str!("../../corpus/seen.json");
const UNSEEN: &str = include_str!("../../corpus/unseen.json");

fn prompts() -> Vec<String> {
    let entries = [SEEN, UNSEEN].map(|part| serde_json::from_str::<Vec<Value>>(part).unwrap());
    entries.into_iter().flatten().map(|entry| entry["prompt"].as_str().unwrap().to_owned()).collect()
}

fn corpus(criterion: &mut Criterion) {
    let mut prompts = prompts();
    prompts.sort_by_key(String::len);
    let mut group = criterion.benchmark_group("draft");
    group.measurement_time(Duration::from_secs(5)).sample_size(30);
    group.throughput(Throughput::Elements(prompts.len().try_into().unwrap()));
    group.bench_function("every prompt", |bencher| {
        bencher.iter(|| prompts.iter().filter(|prompt| draft::draft(black_box(prompt)).is_ok()).count());
    });
    group.throughput(Throughput::Elements(1));
    let (median, longest) = (&prompts[prompts.len() / 2], prompts.last().unwrap());
    group.bench_function("prompt of median length", |bencher| bencher.iter(|| draft::draft(black_box(median))));
    group.bench_function("longest prompt", |bencher| bencher.iter(|| draft::draft(black_box(longest))));
    group.finish();
}

criterion_group!(benches, corpus);
criterion_main!(benches);
