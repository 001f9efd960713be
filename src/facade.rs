//! [`Unspin`]: what callers make once and ask.

use crate::confidence::Features;
use crate::document::Verdict;
use crate::edits::Edit;
use crate::engine::Engine;
use crate::restoration::Restoration;
use crate::stages::Stages;
use crate::tortured::{self, TorturedPhrase};

/// Detects spun text and restores its wording.
///
/// Made once, shared freely: it is `Send + Sync`, keeps no state between calls, and loads in
/// milliseconds, since its tables are used where they lie in the program.
///
/// ```
/// use unspin::Unspin;
/// let unspin = Unspin::new();
/// let spun = "The White Home stated on Tuesday that Chinese language firms had been behind the assault.";
/// let restored = unspin.restore(spun);
/// assert!(restored.text().starts_with("The White House said"));
///
/// let clean = "The White House said on Tuesday that it was raining.";
/// assert_eq!(unspin.restore(clean).text().as_ptr(), clean.as_ptr());
/// ```
#[derive(Clone, Debug)]
pub struct Unspin {
    pub(crate) engine: Engine,
    pub(crate) stages: Stages,
}

impl Unspin {
    /// The names of the spinners that are known.
    pub fn spinners(&self) -> impl Iterator<Item = &str> {
        self.engine.hypotheses.iter().map(|h| h.name.as_str())
    }

    /// Restores a text: finds what was spun, and what it was made from.
    ///
    /// Restored words are better context than spun ones, so the text is read again until nothing
    /// more is found; restoring what is restored changes nothing. Time grows with the length of the
    /// text; clean text costs one pass over its bytes.
    pub fn restore<'t>(&self, text: &'t str) -> Restoration<&'t str> {
        self.stages.restore(&self.engine, text)
    }

    /// The verdict alone: whether a text was spun, by what, and the strongest evidence.
    pub fn detect(&self, text: &str) -> Verdict {
        self.stages.detect(&self.engine, text)
    }

    /// The tortured phrases of a scholarly text, each with the term that is expected in its place, also where a single one
    /// stands in a long clean paper. They make no text spun: see [`TorturedPhrase`].
    pub fn tortured(&self, text: &str) -> Vec<TorturedPhrase> {
        tortured::phrases(&self.engine, text)
    }

    /// Edits below this confidence are not made; see [`Builder::min_confidence`](crate::Builder::min_confidence).
    pub fn min_confidence(&self) -> f32 {
        self.engine.min_confidence
    }

    /// Texts below this P(spun) count as clean; see [`Builder::min_spun`](crate::Builder::min_spun).
    pub fn min_spun(&self) -> f32 {
        self.engine.min_spun
    }

    /// What this restorer was made of: the version of the crate, then a name and the first half of a hash for the
    /// model, for all dictionaries, and for the weights of the confidence; `protected` follows where phrases are
    /// protected, `spinners` where some were left out.
    ///
    /// With default options it is [`VERSION`](crate::VERSION). It does not depend on the names of files, nor on
    /// thresholds: those decide which edits are made, not what is known.
    ///
    /// ```
    /// use unspin::{Unspin, VERSION};
    /// assert_eq!(Unspin::new().version(), VERSION);
    /// let protected = Unspin::builder().protect(["Home Depot"]).build()?;
    /// assert!(protected.version().starts_with(VERSION) && protected.version() != VERSION);
    /// # Ok::<(), unspin::BuildError>(())
    /// ```
    pub fn version(&self) -> &str {
        &self.engine.version
    }

    /// Every edit that was considered, overlapping ones too, with the features of its confidence:
    /// what the weights of the confidence are fitted on.
    #[doc(hidden)]
    pub fn candidates(&self, text: &str) -> Vec<(Edit, Features)> {
        self.engine.candidates(text)
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Unspin>();
    shared::<Restoration>();
};
