//! The names of channels, as options and results have them.

/// A way in which a text was changed, to be undone: the names of channels. `src/stages.rs` lists what
/// implements them, in the order in which they read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// Characters: invisible and styled ones, ligatures, entities, mojibake, letters of other scripts. Code points alone
    /// decide, so that short texts are mended too. See [`Damage`](crate::mend::Damage).
    Characters,
    /// Words: hyphens of line ends, wrapped lines, letter-spaced, joined and split words, long s, leet. The language
    /// model decides; it costs about as much time as the bytes of clean text do. Off at first.
    Words,
    /// Text that was read from print by a machine (OCR): misread letters, lost and added spaces. The lattice of
    /// [`ocr`](super::ocr) decides; it looks at every word, and reads texts that have some that nobody knows. Off at first.
    Ocr,
    /// Phrases that a spinner replaced.
    Spun,
}

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 4] = [Channel::Characters, Channel::Words, Channel::Ocr, Channel::Spun];
    /// Those of a restorer that nobody told otherwise.
    pub const DEFAULT: [Channel; 2] = [Channel::Characters, Channel::Spun];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Characters => "characters",
            Channel::Words => "words",
            Channel::Ocr => "ocr",
            Channel::Spun => "spun",
        }
    }
}
