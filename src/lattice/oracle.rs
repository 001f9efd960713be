//! A brute-force oracle: every reading of a short sentence one by one, against the lattice and forward–backward.

use unspin_core::dictionary::compile::CONTEXT_WEIGHT;
use unspin_core::language_model::LanguageModel;
use unspin_core::quantize;
use unspin_core::text::vocabulary::EDGE;

use super::graph::Edge;
use super::{ForwardBackward, LatticeBuilder, Lattices, NoisyChannel, Pruning};
use crate::Unspin;
use crate::channel::Word;
use crate::engine::{Engine, ModelView};

/// Nothing is pruned.
const WHOLE: Pruning =
    Pruning { nats: f32::INFINITY, nats_of_word: f32::INFINITY, nodes: usize::MAX, ..Pruning::ENGINE };
/// Words of a sentence that is read in every way.
const WORDS: usize = 6;

/// The edges of a sentence, the log likelihood ratio, and the posterior of each edge.
fn by_lattice(noisy: &NoisyChannel<ModelView>, words: &[Word], pruning: Pruning) -> (Vec<Edge>, f64, Vec<f32>) {
    let mut lattices = Lattices::default();
    LatticeBuilder::new(noisy, pruning).extend(&mut lattices, words, std::slice::from_ref(&(0..words.len())));
    let mut posteriors = vec![0.0; lattices.edges.len()];
    let lattice = lattices.iter().next().unwrap();
    let log_ratio = ForwardBackward::new().of(lattice, &mut posteriors);
    (lattices.edges.clone(), log_ratio, posteriors)
}

/// The same by reading the sentence in every way that the edges allow.
fn by_force(noisy: &NoisyChannel<ModelView>, words: &[Word], edges: &[Edge]) -> (f64, Vec<f64>) {
    let unchanged: Vec<u32> = words.iter().map(|word| word.id).collect();
    let standing = cost(noisy, &unchanged);
    let (mut total, mut of_edge) = (0.0, vec![0.0; edges.len()]);
    let mut open = vec![(0, Vec::new())];
    while let Some((at, path)) = open.pop() {
        if at < words.len() {
            for (number, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from() == at) {
                let longer: Vec<usize> = path.iter().copied().chain([number]).collect();
                open.push((edge.to(), longer));
            }
            continue;
        }
        let (mut reads, mut channel) = (Vec::new(), 1.0);
        for edge in path.iter().map(|&number| &edges[number]) {
            let rate = f64::from(edge.rate_code) / 255.0;
            match edge.rewrite().and_then(|rewrite| noisy.channel.rewrite(rewrite)) {
                Some(rewrite) => {
                    reads.extend(rewrite.ids());
                    channel *= rate.min(0.97) * f64::from(quantize::decode(edge.share_code)).exp();
                }
                None => {
                    reads.push(words[edge.from()].id);
                    channel *= 1.0 - rate.min(0.97);
                }
            }
        }
        let gain = f64::from(standing) - f64::from(cost(noisy, &reads));
        let weight = (gain * CONTEXT_WEIGHT / f64::from(quantize::STEPS_PER_NAT)).exp() * channel;
        total += weight;
        path.iter().for_each(|&number| of_edge[number] += weight);
    }
    (total.ln(), of_edge.into_iter().map(|sum| sum / total).collect())
}

/// −log P of a sentence by the language model alone, in steps of a code.
fn cost(noisy: &NoisyChannel<ModelView>, ids: &[u32]) -> u32 {
    let model = noisy.model;
    let mut state = model.start(EDGE);
    let mut sum = 0;
    for &id in ids.iter().chain([&EDGE]) {
        let bigram = model.bigram(state.word(), id);
        sum += model.cost(state, &bigram).0;
        state = bigram.state();
    }
    sum
}

/// Short sentences of an article, as words, for each of some spinners.
fn each_sentence(mut act: impl FnMut(&NoisyChannel<ModelView>, &[Word])) {
    let unspin = Unspin::new();
    let engine: &Engine = &unspin.engine;
    let words = engine.words_of(include_str!("../../tests/articles/harbour.spun.txt"));
    let sentences: Vec<&[Word]> = words.split(|word| word.id == EDGE).filter(|words| words.len() >= WORDS).collect();
    let model = engine.model.view();
    for spinner in [0, 2] {
        let noisy = engine.noisy_channel(&model, &engine.hypotheses[spinner]);
        sentences.iter().step_by(2).take(12).for_each(|sentence| act(&noisy, &sentence[..WORDS]));
    }
}

#[test]
fn the_lattice_is_every_reading() {
    let (mut rewrites, mut sentences) = (0, 0);
    each_sentence(|noisy, words| {
        let (edges, log_ratio, posteriors) = by_lattice(noisy, words, WHOLE);
        let (expected, of_edges) = by_force(noisy, words, &edges);
        assert!((log_ratio - expected).abs() < 1e-3, "{log_ratio}, not {expected}");
        for ((edge, found), expected) in edges.iter().zip(&posteriors).zip(of_edges) {
            assert!((f64::from(*found) - expected).abs() < 1e-3, "{edge:?}: {found}, not {expected}");
        }
        rewrites += edges.iter().filter(|edge| edge.rewrite().is_some()).count();
        sentences += 1;
    });
    assert!(sentences >= 12 && rewrites > 3 * sentences, "{rewrites} rewrites in {sentences} sentences");
}

#[test]
fn every_word_is_read_once() {
    each_sentence(|noisy, words| {
        let (edges, _, posteriors) = by_lattice(noisy, words, Pruning::ENGINE);
        for at in 0..words.len() {
            let covering = edges.iter().zip(&posteriors).filter(|(edge, _)| (edge.from()..edge.to()).contains(&at));
            let sum: f32 = covering.map(|(_, posterior)| posterior).sum();
            assert!((sum - 1.0).abs() < 1e-3, "{sum} at {at}");
        }
    });
}

#[test]
fn pruning_loses_little() {
    each_sentence(|noisy, words| {
        let (_, whole, all) = by_lattice(noisy, words, WHOLE);
        let (_, pruned, kept) = by_lattice(noisy, words, Pruning::ENGINE);
        // Readings are lost, none is made up; a third of the weight was the most that was lost.
        assert!(pruned <= whole + 1e-6 && pruned > whole - 0.4, "{pruned} of {whole}");
        let worst = all.iter().zip(&kept).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 0.25, "a posterior differs by {worst}");
    });
}
