//! The stages of the engine, each beside its peers in the same run.
//!
//!     cargo bench --bench stages
//!     cargo bench --bench stages -- --test        (everything once)
//!
//! Figures drift with the machine: compare what stands in one group, or run it twice.

#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use unspin::Unspin;
use unspin::batch::Batch;
use unspin::prefilter::Prefilter;
use unspin_core::language_model::State;
use unspin_core::text::tokens;
use unspin_measure::{Peers, Press, Tables, count_bytes, embedded};

const SIZE: usize = 48 << 10;

fn stages(c: &mut Criterion) {
    let tables = Tables::new(&embedded!());
    let prefilter = Prefilter::new(&tables.telltales).expect("prefilter");
    let press = Press::new(&tables);
    let clean = press.document(SIZE, 0.0);
    let texts = [
        ("clean", clean.clone()),
        ("spun-5", press.document(SIZE, 0.05)),
        ("spun-20", press.document(SIZE, 0.20)),
        ("spun-35", press.document(SIZE, 0.35)),
        ("long-line", press.long_line(SIZE, 0.35)),
    ];

    let mut group = c.benchmark_group("words");
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let mut found = Vec::new();
        group.bench_function(*name, |b| {
            b.iter(|| {
                found.clear();
                tokens(black_box(text), &mut found);
                found.len()
            });
        });
    }
    group.bench_function("ids", |b| b.iter(|| tables.ids(black_box(&clean)).len()));
    group.finish();

    let peers = Peers::new(&tables);
    let mut group = c.benchmark_group("prefilter");
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |b| b.iter(|| prefilter.scores(black_box(text))));
    }
    find(&mut group, &peers, &clean);
    group.finish();

    let mut group = c.benchmark_group("dictionary");
    for (name, text) in [&texts[0], &texts[3]] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let ids = tables.ids(text);
        group.bench_function(*name, |b| {
            b.iter(|| {
                let mut count = 0;
                for from in 0..ids.len() {
                    let end = ids.len().min(from + unspin_core::dictionary::compile::MAX_PHRASE);
                    tables.dictionary.matches(&ids[from..end], |found| count += found.words);
                }
                count
            });
        });
    }
    find(&mut group, &peers, &texts[3].1);
    group.finish();

    let mut group = c.benchmark_group("context");
    for (name, text) in [&texts[0], &texts[3]] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let ids = tables.ids(text);
        group.bench_function(*name, |b| {
            b.iter(|| {
                let start: (f32, State) = (0.0, tables.context.after(unspin_core::text::vocabulary::EDGE));
                ids.iter().fold(start, |(log, state), &word| {
                    let (score, next) = tables.context.score(state, word);
                    (log + score, next)
                })
            });
        });
    }
    group.finish();

    let unspin = Unspin::new();
    let mut group = c.benchmark_group("decode");
    let article = press.article(7, 0.35);
    group.throughput(Throughput::Bytes(article.len() as u64));
    group.bench_function("detect", |b| b.iter(|| unspin.detect(black_box(&article))));
    group.bench_function("restore", |b| b.iter(|| unspin.restore(black_box(&article))));
    group.bench_function("restored-again", |b| {
        let restored = unspin.restore(&article).text().to_string();
        b.iter(|| unspin.restore(black_box(&restored)).edits().len());
    });
    group.finish();

    let mut group = c.benchmark_group("restore");
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |b| b.iter(|| unspin.restore(black_box(text)).text().len()));
        group.bench_function(format!("{name}/replace_all_with"), |b| {
            b.iter(|| peers.replace(&peers.dfa, black_box(text)).len())
        });
    }
    find(&mut group, &peers, &clean);
    group.finish();

    let mut group = c.benchmark_group("batch");
    let articles = press.articles(4 * SIZE, 0.35);
    group.throughput(Throughput::Bytes(articles.iter().map(|a| a.len() as u64).sum()));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
        let batch = Batch::new(&unspin).pool(&pool);
        group.bench_function(format!("threads-{threads}"), |b| {
            b.iter(|| batch.restore_slice(black_box(&articles)).len());
        });
    }
    group.finish();

    c.benchmark_group("load").bench_function("Unspin::new", |b| b.iter(Unspin::new));
}

/// The limits: exact matching of the dictionary's phrases, and reading the bytes.
fn find(group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>, peers: &Peers, text: &str) {
    let folded = text.to_ascii_lowercase();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("aho-corasick-dfa", |b| b.iter(|| peers.find_dfa(black_box(text))));
    group.bench_function("aho-corasick-nfa", |b| b.iter(|| peers.find_nfa(black_box(text))));
    group.bench_function("daachorse", |b| b.iter(|| peers.find_double_array(black_box(&folded))));
    group.bench_function("count-bytes", |b| b.iter(|| count_bytes(black_box(text))));
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = stages
}
criterion_main!(all);
