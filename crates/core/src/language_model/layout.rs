//! The layout of the model in memory, and how the tables of its file are written into it.
//!
//! Cost is dominated by cache misses. The bigrams of a first word lie together, most words' in a page or less, and are
//! found by the hash of the second word: the readings of a word look into the same few pages. All that is known of
//! a bigram stands in one cache line: probability, backoff, the row of its trigrams, and a small Bloom filter of the
//! words those end with.

use super::line::{self, LINE, Record, line_of};
use super::row::{self, bloom_bit};
use super::tables::Tables;

/// The first line of a word that begins no bigram.
const NO_LINE: u32 = u32::MAX;
/// Bytes of a word: its first line, their number, its probability, its backoff.
pub(super) const WORD: usize = 8;
/// Where the code of its probability stands.
pub(super) const UNIGRAM_AT: usize = 6;
/// Where the code of its backoff stands.
pub(super) const BACKOFF_AT: usize = 7;
/// Bytes before the lines of bigrams: three lengths, padded to a cache line.
pub(super) const HEADER: usize = LINE;

/// Writes tables in the layout that [`TrigramModel`](super::TrigramModel) reads.
pub fn lay_out(tables: &Tables) -> Vec<u8> {
    let slots_in_all = tables.trigrams_of.iter().map(|&trigrams| row::slots(trigrams as usize)).sum();
    let lines_in_all = tables.bigrams_of.iter().map(|&bigrams| line::lines(bigrams as usize)).sum();
    let mut out = Vec::new();
    for length in [tables.words.len(), lines_in_all, slots_in_all] {
        out.extend((length as u32).to_le_bytes());
    }
    out.resize(HEADER, 0);
    let mut words = Vec::with_capacity(WORD * tables.words.len());
    let mut all_lines = vec![[0xff; LINE]; lines_in_all];
    let mut trigrams = Vec::with_capacity(slots_in_all);
    let (mut bigram, mut trigram, mut first_line) = (0, 0, 0);
    for (first, &count) in tables.bigrams_of.iter().enumerate() {
        let own = line::lines(count as usize);
        // Where there is no bigram, no line is looked at: the next would be another word's.
        let start = if own == 0 { NO_LINE } else { first_line as u32 };
        words.extend(start.to_le_bytes());
        // A word has at most as many bigrams as there are words, and those are numbered in 16 bits.
        words.extend((own as u16).to_le_bytes());
        words.extend([tables.unigram[first], tables.unigram_backoff[first]]);
        let own_lines = &mut all_lines[first_line..first_line + own];
        first_line += own;
        for _ in 0..count {
            let (second, thirds) = (tables.bigram_word[bigram], tables.trigrams_of[bigram] as usize);
            let mut at = line_of((0, own as u32), line::hash(u32::from(second))) as usize;
            let place = loop {
                match line::empty_place(&own_lines[at]) {
                    Some(place) => break place,
                    None => {
                        line::pass_on(&mut own_lines[at]);
                        at = (at + 1) % own;
                    }
                }
            };
            let last_words = &tables.trigram_word[trigram..trigram + thirds];
            let record = Record {
                first: trigrams.len() as u32,
                bloom: last_words.iter().fold(0, |bloom, &third| bloom | bloom_bit(u32::from(third))),
                count: thirds as u16,
                code: tables.bigram[bigram],
                backoff: tables.bigram_backoff[bigram],
            };
            line::write(&mut own_lines[at], place, second, record);
            trigrams.extend(row::build(last_words, &tables.trigram[trigram..trigram + thirds]));
            trigram += thirds;
            bigram += 1;
        }
    }
    out.extend(all_lines.as_flattened());
    out.extend(words);
    out.extend(trigrams.as_flattened());
    out
}
