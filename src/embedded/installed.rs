//! Tables that a program without the embedded ones is given: a page in a browser fetches them.

use std::fmt;
use std::sync::OnceLock;

use unspin_core::knowledge::{Knowledge, KnowledgeError, Layout};

static INSTALLED: OnceLock<(Knowledge, Layout)> = OnceLock::new();

/// Gives this program its tables, once, before the first restorer is built.
///
/// `packed` is what [`Knowledge::pack`] wrote in a build of the same version. It is unpacked and laid out here, which
/// takes about as long as reading a few megabytes of spun text. The lexicon of OCR is not among the tables: the channel
/// [`Ocr`](crate::Channel::Ocr) finds nothing.
///
/// # Errors
///
/// Bytes that are not such tables, or tables given a second time.
pub fn install(packed: &[u8]) -> Result<(), InstallError> {
    let knowledge = Knowledge::unpack(packed).map_err(InstallError::Knowledge)?;
    let layout = knowledge.lay_out().map_err(InstallError::Knowledge)?;
    INSTALLED.set((knowledge, layout)).map_err(|_| InstallError::Twice)
}

/// Why tables were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstallError {
    /// The bytes cannot be used.
    Knowledge(KnowledgeError),
    /// There are tables already, and restorers may be using them.
    Twice,
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Knowledge(error) => error.fmt(f),
            Self::Twice => write!(f, "there are tables already"),
        }
    }
}

impl std::error::Error for InstallError {}

/// The tables, if there are any yet.
pub(super) fn tables() -> Option<super::Tables> {
    let (knowledge, layout) = INSTALLED.get()?;
    Some(super::Tables {
        vocabulary: &layout.vocabulary,
        context: &layout.context,
        dictionary: &knowledge.dictionary,
        names: &knowledge.names,
        telltales: &knowledge.telltales,
        weights: &knowledge.weights,
        versions: super::Versions {
            model: &knowledge.version.model,
            dictionaries: &knowledge.version.dictionaries,
            weights: &knowledge.version.weights,
        },
    })
}
