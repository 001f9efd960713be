//! A small set of words that is asked of nearly every word of a text, and nearly always says no.

/// The longest word of any set is shorter, in bytes.
pub(crate) const MAX_WORD: usize = 24;

/// A word of ASCII letters in lower case, in `room`; `None` for one that is longer than those of any set.
pub(crate) fn lowercase<'r>(word: &str, room: &'r mut [u8; MAX_WORD]) -> Option<&'r [u8]> {
    let folded = room.get_mut(..word.len())?;
    folded.copy_from_slice(word.as_bytes());
    folded.make_ascii_lowercase();
    Some(folded)
}

/// Buckets of a set, a power of two: several for each word of the largest table (some 400 words).
const BUCKETS: usize = 2048;

/// A set of lower-case words.
#[derive(Debug)]
pub(crate) struct WordSet {
    buckets: Vec<Vec<&'static str>>,
}

impl WordSet {
    /// Whether a word is in the set.
    pub(crate) fn contains(&self, word: &[u8]) -> bool {
        self.buckets[bucket(word)].iter().any(|own| own.as_bytes() == word)
    }
}

impl FromIterator<&'static str> for WordSet {
    fn from_iter<I: IntoIterator<Item = &'static str>>(words: I) -> Self {
        let mut buckets = vec![Vec::new(); BUCKETS];
        for word in words {
            let own: &mut Vec<&str> = &mut buckets[bucket(word.as_bytes())];
            if !own.contains(&word) {
                own.push(word);
            }
        }
        WordSet { buckets }
    }
}

/// The bucket of a word, by its ends and its length: English words differ there.
fn bucket(word: &[u8]) -> usize {
    let [first, .., last] = word else { return word.first().copied().unwrap_or_default().into() };
    let (second, before) = (word[1], word[word.len() - 2]);
    let letters =
        [*first, second, before, *last].into_iter().fold(0usize, |hash, letter| hash * 37 + usize::from(letter));
    (letters + 131 * word.len()) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_its_words_and_no_other() {
        let words = ["", "a", "an", "no", "not", "none", "nothing", "seventeen", "seventy"];
        let set: WordSet = words.into_iter().collect();
        assert!(words.iter().all(|word| set.contains(word.as_bytes())));
        assert!(["b", "on", "nor", "seventeens", "noting"].iter().all(|word| !set.contains(word.as_bytes())));
    }
}
