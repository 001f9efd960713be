//! Who looks at texts while a dump is restored: a reviewer decides over edits, a presenter shows texts in place of records.

use std::fmt::Debug;

use crate::{Edit, Verdict};

/// A text of a dump.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Seen<'s> {
    /// The file that it stands in, as the caller named it.
    pub file: &'s str,
    /// Its record, from 1.
    pub record: u64,
    /// The field that holds it, in formats that have fields.
    pub field: Option<&'s str>,
    /// The text.
    pub text: &'s str,
}

/// Decides which edits are made.
pub trait Reviewer: Debug + Sync {
    /// The edits of a text that are known before: the engine is not asked then.
    ///
    /// # Errors
    ///
    /// Why the edits that are known do not fit the text: it stays as it is, and its record is named.
    fn given(&self, seen: Seen<'_>) -> Result<Option<Vec<Edit>>, String> {
        let _ = seen;
        Ok(None)
    }

    /// Whether an edit that was found is made. Edits that only make sense together are made together or not at all.
    fn admits(&self, seen: Seen<'_>, edit: &Edit) -> bool {
        let _ = (seen, edit);
        true
    }
}

/// Shows texts to a person: what it writes comes out in place of the records, in their order.
pub trait Presenter: Debug + Sync {
    /// Writes what is to be seen of a text, its verdict and its edits. Its field is named where records have several.
    fn present(&self, seen: Seen<'_>, verdict: &Verdict, edits: &[Edit], out: &mut Vec<u8>);
}
