//! The parameters of the prefilter: how much tell-tales must say before a text is read. Units and values, and what measured them.
//!
//! `docs/model.md`, "Document", has the figures; `quality --detection` prints what is let go.

/// What decides whether a text is read, and for which spinners.
#[derive(Clone, Copy, Debug)]
pub(super) struct Params {
    /// Nats asked of a text without words: a tell-tale is rarely seen alone in text that was spun.
    least: f32,
    /// Nats asked of each word besides: a longer text that was spun shows more. With one threshold for all lengths, 35 clean
    /// articles in 100 were read when the spinners of everyday words came; with this, 4 in 100 are.
    least_per_word: f32,
    /// Nats that are enough in a text of any length; it is reached at 210 words.
    most: f32,
    /// A spinner is not asked about if, this many nats added, it has less than half of the best one's evidence; in a short text
    /// all are. Chosen, not measured.
    near: f32,
    /// Bytes of an average word of news and the space after it.
    bytes_per_word: f32,
}

impl Params {
    /// Those of the engine.
    pub(super) const ENGINE: Params =
        Params { least: -1.0, least_per_word: 0.0166, most: 2.5, near: 3.0, bytes_per_word: 6.0 };

    /// About how many words a text of so many bytes has.
    pub(super) fn words(&self, bytes: usize) -> f32 {
        bytes as f32 / self.bytes_per_word
    }

    /// Whether a text of so many bytes with this score, in nats, may have been spun.
    pub(super) fn pass(&self, score: f32, bytes: usize) -> bool {
        score > (self.least + self.least_per_word * bytes as f32 / self.bytes_per_word).min(self.most)
    }

    /// Whether a score is so far below the best that its spinner need not be asked about.
    pub(super) fn is_far_below(&self, score: f32, best: f32) -> bool {
        score + self.near < 0.5 * best
    }
}

/// Bits of the sieve for each phrase. With 32, few words pass that begin none, and the sieve of some 4,200 phrases, 32 KiB,
/// fits the first cache. Chosen, not measured.
pub(super) const BITS_PER_PHRASE: usize = 32;

/// Spinners whose scores need no allocation: more than there are.
pub(super) const FEW: usize = 16;

/// Bytes that are looked at together for words, and how many begin there at least where there is prose: base64 in lines of 76
/// has three, English some forty. Chosen, not measured.
pub(super) const WINDOW: usize = 256;
pub(super) const LEAST_WORDS: usize = 5;
