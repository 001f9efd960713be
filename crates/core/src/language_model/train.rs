//! Makes a context model from text: counts, discounts, prunes and quantises.
//!
//! Interpolated absolute discounting with three discounts an order, estimated from the counts of
//! counts (Chen and Goodman, "An empirical study of smoothing techniques for language modeling",
//! 1998). Lower orders keep raw counts rather than Kneser–Ney's continuation counts, which lose
//! when much is pruned (Chelba et al., "Study on interaction between entropy pruning and
//! Kneser–Ney smoothing", 2010). Pruning drops the n-grams whose absence costs the training text
//! least, by the weighted difference (Seymore and Rosenfeld, "Scalable backoff language models", 1996).

use std::collections::HashMap;

use super::storage::Tables;
use crate::quantize;
use crate::text::vocabulary::{self, CLASSES, EDGE, FIRST_WORD, Vocabulary};
use crate::text::{Kind, Token, fold_into, tokens};

/// How large a model to make.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Words with an id, the classes included; at most 65,536.
    pub words: usize,
    /// Bigrams to keep.
    pub bigrams: usize,
    /// Trigrams to keep.
    pub trigrams: usize,
}

impl Default for Size {
    /// The size of the model in the repository.
    fn default() -> Self {
        Size { words: 60_000, bigrams: 900_000, trigrams: 2_200_000 }
    }
}

/// Trains a model on `texts`.
///
/// The result depends on nothing but the arguments: the same text gives the same bytes.
///
/// ```
/// use unspin_core::language_model::train::{train, Size};
/// let tables = train(&["The White House said so. The White House said no."], Size::default());
/// assert!(tables.words.contains(&"house".to_string()));
/// ```
pub fn train<S: AsRef<str>>(texts: &[S], size: Size) -> Tables {
    let words = choose_words(texts, size.words.min(1 << 16));
    let stream = encode(texts, &words);
    let unigram_counts = count_words(&stream, words.len());
    let bigrams = count_ngrams(&stream, 2);
    let trigrams = count_ngrams(&stream, 3);
    drop(stream);
    Estimator::new(&unigram_counts, bigrams, trigrams).prune(size).tables(words)
}

/// A text as the model sees it: word ids with one [`EDGE`] between sentences.
pub fn sentence_ids(text: &str, vocabulary: Vocabulary, out: &mut Vec<u32>) {
    let mut found: Vec<Token> = Vec::new();
    tokens(text, &mut found);
    for id in vocabulary.ids(text, &found) {
        if id != EDGE || out.last() != Some(&EDGE) {
            out.push(id);
        }
    }
    if out.last() != Some(&EDGE) {
        out.push(EDGE);
    }
}

/// The classes, then the commonest words; ties in alphabetical order.
fn choose_words<S: AsRef<str>>(texts: &[S], limit: usize) -> Vec<String> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut found = Vec::new();
    let mut key = String::new();
    for text in texts {
        let text = text.as_ref();
        found.clear();
        tokens(text, &mut found);
        for token in found.iter().filter(|t| t.kind == Kind::Word) {
            key.clear();
            fold_into(&text[token.start..token.end], &mut key);
            match counts.get_mut(&key) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(key.clone(), 1);
                }
            }
        }
    }
    counts.remove("an");
    let mut ranked: Vec<(String, u64)> =
        counts.into_iter().filter(|(word, count)| *count > 1 && word.len() <= 40).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(limit.saturating_sub(FIRST_WORD as usize));
    CLASSES.iter().map(|class| class.to_string()).chain(ranked.into_iter().map(|(word, _)| word)).collect()
}

fn encode<S: AsRef<str>>(texts: &[S], words: &[String]) -> Vec<u16> {
    // At most 65,536 words: building a table of them cannot fail.
    let table = vocabulary::build(words).unwrap_or_default();
    let mut stream = vec![EDGE as u16];
    let Some(vocabulary) = Vocabulary::from_bytes(&table) else {
        return stream;
    };
    let mut ids = Vec::new();
    for text in texts {
        ids.clear();
        sentence_ids(text.as_ref(), vocabulary, &mut ids);
        let skip = usize::from(ids.first() == Some(&EDGE));
        stream.extend(ids[skip..].iter().map(|&id| id as u16));
    }
    stream
}

fn count_words(stream: &[u16], words: usize) -> Vec<u64> {
    let mut counts = vec![0u64; words];
    // The leading edge is context only.
    for &word in &stream[1..] {
        counts[word as usize] += 1;
    }
    counts
}

/// An n-gram as one number, first word in the highest bits, and how often it was seen.
#[derive(Clone, Copy)]
struct Counted {
    key: u64,
    count: u32,
}

fn count_ngrams(stream: &[u16], order: usize) -> Vec<Counted> {
    let edge = EDGE as u16;
    let mut keys: Vec<u64> = stream
        .windows(order)
        // A sentence knows nothing of the one before it: edges stand first or last only.
        .filter(|w| {
            w[1..order - 1].iter().all(|&word| word != edge) && !(w[0] == edge && w[order - 1] == edge && order == 2)
        })
        .map(|w| w.iter().fold(0, |key, &word| key << 16 | u64::from(word)))
        .collect();
    keys.sort_unstable();
    let mut out: Vec<Counted> = Vec::new();
    for key in keys {
        match out.last_mut() {
            Some(last) if last.key == key => last.count = last.count.saturating_add(1),
            _ => out.push(Counted { key, count: 1 }),
        }
    }
    out
}

/// What is taken off the counts 1, 2, and 3 or more.
fn discounts(ngrams: &[Counted]) -> [f64; 3] {
    let mut of = [0f64; 5];
    for ngram in ngrams.iter().filter(|n| n.count <= 4) {
        of[ngram.count as usize] += 1.0;
    }
    if of[1..].contains(&0.0) {
        return [0.5, 0.75, 0.9];
    }
    let y = of[1] / (of[1] + 2.0 * of[2]);
    let discount = |n: usize| (n as f64 - (n as f64 + 1.0) * y * of[n + 1] / of[n]).clamp(0.1, n as f64 - 0.1);
    [discount(1), discount(2), discount(3)]
}

/// An n-gram that stays, with what its probability is made of.
#[derive(Clone, Copy)]
struct Kept {
    key: u64,
    /// (count − discount) / count of the context.
    share: f64,
    count: u32,
}

struct Estimator {
    unigram: Vec<f64>,
    bigrams: Vec<Kept>,
    trigrams: Vec<Kept>,
}

/// N-grams seen once are left to the lower orders from the start.
const MIN_COUNT: u32 = 2;

fn shares(ngrams: Vec<Counted>) -> Vec<Kept> {
    let taken = discounts(&ngrams);
    let mut kept = Vec::new();
    for group in ngrams.chunk_by(|a, b| a.key >> 16 == b.key >> 16) {
        let total: f64 = group.iter().map(|n| f64::from(n.count)).sum();
        kept.extend(group.iter().filter(|n| n.count >= MIN_COUNT).map(|n| Kept {
            key: n.key,
            share: (f64::from(n.count) - taken[n.count.min(3) as usize - 1]) / total,
            count: n.count,
        }));
    }
    kept
}

/// What each context leaves to the lower order: 1 − the sum of its shares.
fn leftovers(kept: &[Kept]) -> HashMap<u64, f64> {
    kept.chunk_by(|a, b| a.key >> 16 == b.key >> 16)
        .map(|group| (group[0].key >> 16, (1.0 - group.iter().map(|n| n.share).sum::<f64>()).clamp(1e-6, 1.0)))
        .collect()
}

impl Estimator {
    fn new(unigram_counts: &[u64], bigrams: Vec<Counted>, trigrams: Vec<Counted>) -> Self {
        let total: f64 = unigram_counts.iter().map(|&c| c as f64 + 0.5).sum();
        let unigram = unigram_counts.iter().map(|&c| (c as f64 + 0.5) / total).collect();
        Estimator { unigram, bigrams: shares(bigrams), trigrams: shares(trigrams) }
    }

    fn prune(mut self, size: Size) -> Self {
        let bigram_leftover = leftovers(&self.bigrams);
        let bigram_at: HashMap<u64, f64> = self.bigrams.iter().map(|b| (b.key, b.share)).collect();
        let bigram = |key: u64| {
            let rest = bigram_leftover.get(&(key >> 16)).copied().unwrap_or(1.0);
            bigram_at.get(&key).copied().unwrap_or(0.0) + rest * self.unigram[(key & 0xffff) as usize]
        };
        let loss = |n: &Kept, leftover: f64, lower: f64| {
            let backed_off = leftover * lower;
            (f64::from(n.count) * ((n.share + backed_off) / backed_off).ln()) as f32
        };
        let trigram_leftover = leftovers(&self.trigrams);
        let losses: Vec<f32> = self
            .trigrams
            .iter()
            .map(|t| loss(t, trigram_leftover[&(t.key >> 16)], bigram(t.key & 0xffff_ffff)))
            .collect();
        let mut trigrams = keep_largest(&self.trigrams, &losses, size.trigrams);
        let mut losses: Vec<f32> = self
            .bigrams
            .iter()
            .map(|b| loss(b, bigram_leftover[&(b.key >> 16)], self.unigram[(b.key & 0xffff) as usize]))
            .collect();
        // A bigram that trigrams hang from is worth what they are worth.
        let mut of_children: HashMap<u64, u32> = HashMap::new();
        for trigram in &trigrams {
            *of_children.entry(trigram.key >> 16).or_default() += 1;
        }
        for (bigram, loss) in self.bigrams.iter().zip(&mut losses) {
            if let Some(&children) = of_children.get(&bigram.key) {
                *loss += 4.0 * children as f32;
            }
        }
        self.bigrams = keep_largest(&self.bigrams, &losses, size.bigrams);
        let contexts: std::collections::HashSet<u64> = self.bigrams.iter().map(|b| b.key).collect();
        trigrams.retain(|t| contexts.contains(&(t.key >> 16)));
        self.trigrams = trigrams;
        self
    }

    fn tables(self, words: Vec<String>) -> Tables {
        let log = |p: f64| quantize::encode(p.ln() as f32);
        let bigram_leftover = leftovers(&self.bigrams);
        let trigram_leftover = leftovers(&self.trigrams);
        let bigram_probability: HashMap<u64, f64> = self
            .bigrams
            .iter()
            .map(|b| (b.key, b.share + bigram_leftover[&(b.key >> 16)] * self.unigram[(b.key & 0xffff) as usize]))
            .collect();
        let lower = |key: u64| {
            bigram_probability.get(&key).copied().unwrap_or_else(|| {
                bigram_leftover.get(&(key >> 16)).copied().unwrap_or(1.0) * self.unigram[(key & 0xffff) as usize]
            })
        };
        let mut bigrams_of = vec![0u32; words.len()];
        for bigram in &self.bigrams {
            bigrams_of[(bigram.key >> 16) as usize] += 1;
        }
        let mut children: HashMap<u64, u32> = HashMap::new();
        for trigram in &self.trigrams {
            *children.entry(trigram.key >> 16).or_default() += 1;
        }
        Tables {
            unigram: self.unigram.iter().map(|&p| log(p)).collect(),
            unigram_backoff: (0..words.len() as u64)
                .map(|w| log(bigram_leftover.get(&w).copied().unwrap_or(1.0)))
                .collect(),
            bigrams_of,
            bigram_word: self.bigrams.iter().map(|b| (b.key & 0xffff) as u16).collect(),
            bigram: self.bigrams.iter().map(|b| log(bigram_probability[&b.key])).collect(),
            bigram_backoff: self
                .bigrams
                .iter()
                .map(|b| log(trigram_leftover.get(&b.key).copied().unwrap_or(1.0)))
                .collect(),
            trigrams_of: self.bigrams.iter().map(|b| children.get(&b.key).copied().unwrap_or(0)).collect(),
            trigram_word: self.trigrams.iter().map(|t| (t.key & 0xffff) as u16).collect(),
            trigram: self
                .trigrams
                .iter()
                .map(|t| log(t.share + trigram_leftover[&(t.key >> 16)] * lower(t.key & 0xffff_ffff)))
                .collect(),
            words,
        }
    }
}

/// The `limit` n-grams with the largest loss, in their order.
fn keep_largest(ngrams: &[Kept], losses: &[f32], limit: usize) -> Vec<Kept> {
    if ngrams.len() <= limit {
        return ngrams.to_vec();
    }
    let mut ranked = losses.to_vec();
    let (_, &mut threshold, _) = ranked.select_nth_unstable_by(limit, |a, b| b.total_cmp(a));
    ngrams.iter().zip(losses).filter(|(_, loss)| **loss > threshold).map(|(n, _)| *n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language_model::{TrigramModel, lay_out};

    /// Every context's probabilities sum to one, whatever was pruned.
    #[test]
    fn probabilities_sum_to_one() {
        let text = "the cat sat on the mat. the dog sat on the cat. the cat saw the dog. a dog sat on a mat.";
        for size in [Size::default(), Size { words: 100, bigrams: 8, trigrams: 3 }] {
            let tables = train(&[text, text], size);
            let bytes = lay_out(&tables);
            let context = TrigramModel::from_bytes(&bytes).unwrap();
            let n = tables.words.len() as u32;
            for first in 1..n {
                let states = (1..n).map(|second| context.score(context.after(first), second).1);
                for state in states.chain([context.after(first)]) {
                    let sum: f32 = (0..n)
                        .map(|w| context.score(state, w).0 - if w == 0 { -14.0 } else { 0.0 })
                        .map(f32::exp)
                        .sum();
                    assert!((sum - 1.0).abs() < 0.08, "{sum}");
                }
            }
        }
    }

    #[test]
    fn training_is_deterministic() {
        let texts = ["one two three. one two four.", "two three four, one two three."];
        assert_eq!(train(&texts, Size::default()), train(&texts, Size::default()));
    }
}
