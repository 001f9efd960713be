//! Sentences as varied as news: drawn from the bigrams of the embedded context model.

use unspin_core::language_model::{Tables, storage::unpack};
use unspin_core::text::vocabulary::{EDGE, NUMBER, PAUSE, POSSESSIVE, UNKNOWN};

use crate::random::Random;

static MODEL: &[u8] = include_bytes!("../../../dictionaries/context/news.ngram");
/// Steps of a code of the model for each nat.
const STEPS_PER_NAT: f64 = 12.5;
/// The longest sentence, in words.
const LONGEST: usize = 40;

/// Draws sentences, a word after the one before it.
pub(crate) struct Writer {
    tables: Tables,
    /// Where the bigrams of each word begin.
    starts: Vec<usize>,
    /// The sum of P(second | first) up to each bigram, from the first of the same word on.
    sums: Vec<f64>,
    /// The same of P(word), for a word that no bigram foresees.
    unigram_sums: Vec<f64>,
}

impl Writer {
    pub(crate) fn new() -> Writer {
        let tables = unpack(MODEL).expect("model");
        let probability = |code: u8| (-f64::from(code) / STEPS_PER_NAT).exp();
        let running = |codes: &[u8]| {
            let sums = codes.iter().scan(0.0, |sum, &code| {
                *sum += probability(code);
                Some(*sum)
            });
            sums.collect::<Vec<f64>>()
        };
        let (mut starts, mut sums) = (vec![0], Vec::with_capacity(tables.bigram.len()));
        for &count in &tables.bigrams_of {
            let from = sums.len();
            sums.extend(running(&tables.bigram[from..from + count as usize]));
            starts.push(sums.len());
        }
        let unigram_sums = running(&tables.unigram);
        Writer { tables, starts, sums, unigram_sums }
    }

    pub(crate) fn sentence(&self, random: &mut Random) -> String {
        let mut out = String::new();
        let mut before = EDGE;
        for _ in 0..LONGEST {
            let word = self.after(before, random);
            if word == EDGE {
                break;
            }
            self.spell(word, random, &mut out);
            before = word;
        }
        out.push('.');
        out
    }

    fn after(&self, word: u32, random: &mut Random) -> u32 {
        let (from, to) = (self.starts[word as usize], self.starts[word as usize + 1]);
        let drawn = random.share();
        let at = self.sums[from..to].partition_point(|&sum| sum <= drawn);
        match self.tables.bigram_word.get(from..to).and_then(|words| words.get(at)) {
            Some(&word) => u32::from(word),
            // What the bigrams leave is any word's.
            None => {
                let drawn = random.share() * self.unigram_sums[self.unigram_sums.len() - 1];
                self.unigram_sums.partition_point(|&sum| sum <= drawn) as u32
            }
        }
    }

    fn spell(&self, word: u32, random: &mut Random, out: &mut String) {
        match word {
            PAUSE => return out.push(','),
            POSSESSIVE => return out.push_str("'s"),
            _ if !out.is_empty() => out.push(' '),
            _ => {}
        }
        let from = out.len();
        match word {
            NUMBER => out.push_str(&(random.next() % 3000).to_string()),
            UNKNOWN => out.extend((0..8).map(|_| (b'a' + (random.next() % 26) as u8) as char)),
            _ => out.push_str(&self.tables.words[word as usize]),
        }
        if from == 0 || word == UNKNOWN {
            let end = out[from..].chars().next().map_or(from, |first| from + first.len_utf8());
            out[from..end].make_ascii_uppercase();
        }
    }
}
