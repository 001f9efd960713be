//! Makes a context model from text: counts, discounts and prunes.
//!
//! Interpolated absolute discounting with three discounts an order, estimated from the counts of
//! counts (Chen and Goodman, "An empirical study of smoothing techniques for language modeling",
//! 1998). Lower orders keep raw counts rather than Kneser–Ney's continuation counts, which lose
//! when much is pruned (Chelba et al., "Study on interaction between entropy pruning and
//! Kneser–Ney smoothing", 2010). Pruning drops the n-grams whose absence costs the training text
//! least, by the weighted difference (Seymore and Rosenfeld, "Scalable backoff language models", 1996).

use std::collections::HashMap;

use super::counts::{Counts, codes_of_row, count_of, word_code, word_count};
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
        Size { words: 60_000, bigrams: 1_600_000, trigrams: 3_900_000 }
    }
}

/// Trains a model on `texts`.
///
/// The result depends on nothing but the arguments: the same text gives the same bytes.
///
/// ```
/// use unspin_core::language_model::train::{train, Size};
/// let counts = train(&["The White House said so. The White House said no."], Size::default());
/// assert!(counts.words.contains(&"house".to_string()));
/// ```
pub fn train<S: AsRef<str>>(texts: &[S], size: Size) -> Counts {
    let words = choose_words(texts, size.words.min(1 << 16));
    let stream = encode(texts, &words);
    let unigram_counts = count_words(&stream, words.len());
    let bigrams = count_ngrams(&stream, 2);
    let trigrams = count_ngrams(&stream, 3);
    drop(stream);
    Estimator::new(&unigram_counts, bigrams, trigrams).prune(size).counts(words, &unigram_counts)
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
    /// What is taken off the counts of bigrams, and of trigrams.
    discounts: [[f64; 3]; 2],
    unigram: Vec<f64>,
    bigrams: Vec<Kept>,
    trigrams: Vec<Kept>,
}

/// N-grams seen once are left to the lower orders from the start.
const MIN_COUNT: u32 = 2;

fn shares(ngrams: Vec<Counted>, taken: [f64; 3]) -> Vec<Kept> {
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
        let discounts = [discounts(&bigrams), discounts(&trigrams)];
        let (bigrams, trigrams) = (shares(bigrams, discounts[0]), shares(trigrams, discounts[1]));
        Estimator { discounts, unigram, bigrams, trigrams }
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
        // A bigram that trigrams hang from is worth what they are worth; one that they end with is worth its place.
        let mut of_trigrams: HashMap<u64, f32> = HashMap::new();
        for trigram in &trigrams {
            *of_trigrams.entry(trigram.key >> 16).or_default() += 4.0;
            *of_trigrams.entry(trigram.key & 0xffff_ffff).or_default() += 1.0;
        }
        for (bigram, loss) in self.bigrams.iter().zip(&mut losses) {
            *loss += of_trigrams.get(&bigram.key).copied().unwrap_or_default();
        }
        self.bigrams = keep_largest(&self.bigrams, &losses, size.bigrams);
        let kept: std::collections::HashSet<u64> = self.bigrams.iter().map(|b| b.key).collect();
        trigrams.retain(|t| kept.contains(&(t.key >> 16)) && kept.contains(&(t.key & 0xffff_ffff)));
        self.trigrams = trigrams;
        self
    }

    /// The counts of what is kept, rounded to their codes.
    fn counts(self, words: Vec<String>, unigram_counts: &[u64]) -> Counts {
        let unigram: Vec<u16> = unigram_counts.iter().map(|&count| word_code(count)).collect();
        let (mut bigrams_of, mut bigram) = (vec![0u32; words.len()], Vec::with_capacity(self.bigrams.len()));
        for row in self.bigrams.chunk_by(|a, b| a.key >> 16 == b.key >> 16) {
            let first = (row[0].key >> 16) as usize;
            bigrams_of[first] = row.len() as u32;
            bigram.extend(codes_of(row, unigram_counts[first] as f64, word_count(unigram[first])));
        }
        let places: HashMap<u64, usize> = self.bigrams.iter().enumerate().map(|(place, b)| (b.key, place)).collect();
        let (mut trigrams_of, mut trigram) = (vec![0u32; bigram.len()], Vec::with_capacity(self.trigrams.len()));
        for row in self.trigrams.chunk_by(|a, b| a.key >> 16 == b.key >> 16) {
            let place = places[&(row[0].key >> 16)];
            trigrams_of[place] = row.len() as u32;
            let total = f64::from(self.bigrams[place].count);
            trigram.extend(codes_of(row, total, f64::from(count_of(bigram[place]))));
        }
        Counts {
            card: String::new(),
            words,
            discounts: self.discounts.map(|order| order.map(|discount| discount as f32)),
            unigram,
            bigrams_of,
            bigram_word: self.bigrams.iter().map(|b| (b.key & 0xffff) as u16).collect(),
            bigram,
            trigrams_of,
            trigram_word: self.trigrams.iter().map(|t| (t.key & 0xffff) as u16).collect(),
            trigram,
        }
    }
}

/// The codes of the counts of a context's children.
fn codes_of(row: &[Kept], total: f64, rounded_total: f64) -> Vec<u8> {
    let counts: Vec<u32> = row.iter().map(|kept| kept.count).collect();
    codes_of_row(&counts, total, rounded_total)
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
    use crate::language_model::{TrigramModel, estimate::estimate, lay_out};

    /// Every context's probabilities sum to one, whatever was pruned.
    #[test]
    fn probabilities_sum_to_one() {
        let text = "the cat sat on the mat. the dog sat on the cat. the cat saw the dog. a dog sat on a mat.";
        for size in [Size::default(), Size { words: 100, bigrams: 8, trigrams: 3 }] {
            let tables = estimate(train(&[text, text], size));
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
