//! The model as it is kept in the repository: small, checked, and read once when the crate is built.
//!
//! Word numbers are sorted and stored as differences, each kind of figure in a section of its own,
//! so that ordinary compression does well on the file.

use std::fmt;

const MAGIC: &[u8; 8] = b"UNSPIN-C";
const VERSION: u8 = 1;

/// A trigram model unpacked: plain tables, words by id.
///
/// Probabilities are codes of the model's quantiser (natural log, 12.5 steps a nat). The children
/// of a unigram are bigrams, those of a bigram trigrams, each sorted by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// The word of each id; the first are the classes of [`crate::text::vocabulary`].
    pub words: Vec<String>,
    /// log P(word), by id.
    pub unigram: Vec<u8>,
    /// log backoff weight of the context (word), by id.
    pub unigram_backoff: Vec<u8>,
    /// How many bigrams begin with each word.
    pub bigrams_of: Vec<u32>,
    /// The second words of the bigrams.
    pub bigram_word: Vec<u16>,
    /// log P(second | first).
    pub bigram: Vec<u8>,
    /// log backoff weight of the context (first, second).
    pub bigram_backoff: Vec<u8>,
    /// How many trigrams begin with each bigram.
    pub trigrams_of: Vec<u32>,
    /// The third words of the trigrams.
    pub trigram_word: Vec<u16>,
    /// log P(third | first, second).
    pub trigram: Vec<u8>,
}

/// Why a model file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageError {
    /// It does not begin as a model file does.
    NotAModel,
    /// It was written by another version of the format.
    Version(u8),
    /// It ends early or its figures contradict each other; what was being read.
    Damaged(&'static str),
    /// The checksum does not match the content.
    Checksum,
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => write!(f, "not a context model"),
            Self::Version(v) => write!(f, "context model of format {v}; this build reads format {VERSION}"),
            Self::Damaged(what) => write!(f, "context model is damaged: {what}"),
            Self::Checksum => write!(f, "context model is damaged: checksum differs"),
        }
    }
}

impl std::error::Error for StorageError {}

/// FNV-1a, 64 bits: names a version of the model or dictionary in results.
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Packs tables into the bytes of a model file.
pub fn pack(tables: &Tables) -> Vec<u8> {
    let mut body = Vec::new();
    let words = tables.words.join("\n");
    for length in [tables.words.len(), tables.bigram_word.len(), tables.trigram_word.len(), words.len()] {
        put_varint(&mut body, length as u32);
    }
    body.extend(words.as_bytes());
    body.extend(&tables.unigram);
    body.extend(&tables.unigram_backoff);
    put_children(&mut body, &tables.bigrams_of, &tables.bigram_word);
    body.extend(&tables.bigram);
    body.extend(&tables.bigram_backoff);
    put_children(&mut body, &tables.trigrams_of, &tables.trigram_word);
    body.extend(&tables.trigram);
    let mut out = MAGIC.to_vec();
    out.push(VERSION);
    out.extend(checksum(&body).to_le_bytes());
    out.extend(body);
    out
}

fn put_children(out: &mut Vec<u8>, counts: &[u32], words: &[u16]) {
    for &count in counts {
        put_varint(out, count);
    }
    let mut rest = words;
    for &count in counts {
        let (own, after) = rest.split_at(count as usize);
        let mut last = 0;
        for &word in own {
            put_varint(out, u32::from(word) - last);
            last = u32::from(word);
        }
        rest = after;
    }
}

/// Unpacks the bytes of a model file.
///
/// # Errors
///
/// Bytes that are not a whole, undamaged model of this format. No more room is asked for than a small multiple of
/// their number, whatever sizes they claim.
pub fn unpack(bytes: &[u8]) -> Result<Tables, StorageError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(StorageError::NotAModel)?;
    let (&version, rest) = rest.split_first().ok_or(StorageError::NotAModel)?;
    if version != VERSION {
        return Err(StorageError::Version(version));
    }
    let (sum, body) = rest.split_first_chunk::<8>().ok_or(StorageError::Damaged("header"))?;
    if u64::from_le_bytes(*sum) != checksum(body) {
        return Err(StorageError::Checksum);
    }
    let mut reader = Reader { rest: body };
    let n_words = reader.varint("sizes")? as usize;
    let n_bigrams = reader.varint("sizes")? as usize;
    let n_trigrams = reader.varint("sizes")? as usize;
    let word_bytes = reader.varint("sizes")? as usize;
    let words: Vec<String> = std::str::from_utf8(reader.take(word_bytes, "words")?)
        .map_err(|_| StorageError::Damaged("words"))?
        .split('\n')
        .map(str::to_string)
        .collect();
    if words.len() != n_words {
        return Err(StorageError::Damaged("number of words"));
    }
    let unigram = reader.take(n_words, "unigrams")?.to_vec();
    let unigram_backoff = reader.take(n_words, "unigrams")?.to_vec();
    let (bigrams_of, bigram_word) = reader.children(n_words, n_bigrams, "bigrams")?;
    let bigram = reader.take(n_bigrams, "bigrams")?.to_vec();
    let bigram_backoff = reader.take(n_bigrams, "bigrams")?.to_vec();
    let (trigrams_of, trigram_word) = reader.children(n_bigrams, n_trigrams, "trigrams")?;
    let trigram = reader.take(n_trigrams, "trigrams")?.to_vec();
    Ok(Tables {
        words,
        unigram,
        unigram_backoff,
        bigrams_of,
        bigram_word,
        bigram,
        bigram_backoff,
        trigrams_of,
        trigram_word,
        trigram,
    })
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'b [u8], StorageError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(StorageError::Damaged(what))?;
        self.rest = rest;
        Ok(taken)
    }

    fn varint(&mut self, what: &'static str) -> Result<u32, StorageError> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.take(1, what)?[0];
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(StorageError::Damaged(what))
    }

    fn children(
        &mut self,
        parents: usize,
        total: usize,
        what: &'static str,
    ) -> Result<(Vec<u32>, Vec<u16>), StorageError> {
        // Every parent has a count and every child a word, of a byte or more each.
        if parents > self.rest.len() || total > self.rest.len() - parents {
            return Err(StorageError::Damaged(what));
        }
        let counts = (0..parents).map(|_| self.varint(what)).collect::<Result<Vec<_>, _>>()?;
        if counts.iter().map(|&c| u64::from(c)).sum::<u64>() != total as u64 {
            return Err(StorageError::Damaged(what));
        }
        let mut words = Vec::with_capacity(total);
        for &count in &counts {
            let mut last = 0u32;
            for _ in 0..count {
                last = last.wrapping_add(self.varint(what)?);
                words.push(u16::try_from(last).map_err(|_| StorageError::Damaged(what))?);
            }
        }
        Ok((counts, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Tables {
        Tables {
            words: ["<unknown>", "<edge>", "the", "house"].map(String::from).to_vec(),
            unigram: vec![40, 20, 30, 90],
            unigram_backoff: vec![0, 5, 6, 7],
            bigrams_of: vec![0, 1, 2, 0],
            bigram_word: vec![2, 1, 3],
            bigram: vec![9, 8, 7],
            bigram_backoff: vec![1, 2, 3],
            trigrams_of: vec![1, 0, 2],
            trigram_word: vec![3, 1, 2],
            trigram: vec![4, 5, 6],
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        assert_eq!(unpack(&pack(&small())), Ok(small()));
    }

    /// Sizes that a few bytes claim are not believed: 2³² − 1 children would be 8.6 GB.
    #[test]
    fn claims_ask_for_no_room() {
        for claims in [[2, 0, u32::MAX, 1], [2, u32::MAX, 0, 1], [u32::MAX, 0, 0, 1], [2, 0, 0, u32::MAX]] {
            let mut body = Vec::new();
            claims.into_iter().for_each(|claim| put_varint(&mut body, claim));
            body.extend(b"\n0011");
            let mut file = MAGIC.to_vec();
            file.push(VERSION);
            file.extend(checksum(&body).to_le_bytes());
            file.extend(body);
            assert!(matches!(unpack(&file), Err(StorageError::Damaged(_))), "{claims:?}");
        }
    }

    #[test]
    fn every_damage_is_refused() {
        let good = pack(&small());
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(unpack(&bad).is_err(), "byte {at}");
            assert!(unpack(&good[..at]).is_err(), "length {at}");
        }
    }
}
