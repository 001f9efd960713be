//! Why a restorer cannot be built.

use std::fmt;

use unspin_core::dictionary::DictionaryError;
use unspin_core::dictionary::compile::MAX_PHRASE;

use crate::lattice::NO_LAYER;

/// The most layers of dictionaries, the embedded one among them: an edge of the lattice numbers them in a byte.
pub(crate) const MAX_LAYERS: usize = NO_LAYER as usize;
/// Options that cannot be met.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BuildError {
    /// A dictionary that cannot be used.
    Dictionary(DictionaryError),
    /// More dictionaries than a restorer has room for.
    Dictionaries(usize),
    /// A phrase to protect that has no words, or too many.
    Protect(String),
    /// A confidence that is not between 0 and 1.
    Confidence(f32),
    /// A least P(spun) that is not between 0 and 1.
    Spun(f32),
    /// A spinner that no dictionary is about; the names of those that are known.
    Spinner(String, Vec<String>),
    /// Dictionaries, or phrases to protect, that are too large for the tables that find them.
    TooLarge(String),
    /// The embedded tables do not read: the crate was built wrongly. Without the feature `embedded`: no tables were
    /// installed.
    Embedded,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dictionary(e) => e.fmt(f),
            Self::Dictionaries(count) => write!(
                f,
                "{count} dictionaries; a restorer has room for {} beside its own: put files of one kind into one folder",
                MAX_LAYERS - 1
            ),
            Self::Protect(phrase) => write!(f, "cannot protect `{phrase}`: give 1 to {MAX_PHRASE} words"),
            Self::Confidence(c) => write!(f, "confidence {c} is not between 0 and 1"),
            Self::Spun(p) => write!(f, "the least probability of spun, {p}, is not between 0 and 1"),
            Self::Spinner(name, known) => write!(f, "no spinner is called `{name}`; known are {}", known.join(", ")),
            Self::TooLarge(reason) => write!(f, "the dictionaries are too large: {reason}"),
            Self::Embedded => write!(f, "the tables are damaged, or there are none"),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Dictionary(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DictionaryError> for BuildError {
    fn from(error: DictionaryError) -> Self {
        BuildError::Dictionary(error)
    }
}
