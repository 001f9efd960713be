//! What an edit may never change: a negation, the value of a number, a gender, a name that clean text knows.
//!
//! One function for each, with its words as a table. The dictionary lint, the compiler and the choice of edits ask them.

pub mod gender;
pub mod names;
pub mod number;
mod plain;
pub mod polarity;
mod words;

pub use plain::is_plain;

/// What a rewrite would make a text say that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A negation comes or goes.
    Polarity,
    /// A number has another value, comes or goes.
    Number,
    /// A gender comes.
    Gender,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Change::Polarity => "adds or removes a negation",
            Change::Number => "changes the value of a number",
            Change::Gender => "invents a gender",
        })
    }
}

/// What a rewrite of one phrase by another changes of the meaning; `None` if nothing that is looked at.
///
/// ```
/// use unspin_core::meaning::{Change, changed};
/// assert_eq!(changed("home", "house"), None);
/// assert_eq!(changed("didn't", "did"), Some(Change::Polarity));
/// assert_eq!(changed("4", "five"), Some(Change::Number));
/// assert_eq!(changed("spouse", "wife"), Some(Change::Gender));
/// ```
pub fn changed(spun: &str, original: &str) -> Option<Change> {
    if !polarity::keeps(spun, original) {
        Some(Change::Polarity)
    } else if !number::keeps(spun, original) {
        Some(Change::Number)
    } else if !gender::keeps(spun, original) {
        Some(Change::Gender)
    } else {
        None
    }
}
