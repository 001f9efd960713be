//! Byte offsets of a text in other units: characters, as Python counts, and UTF-16, as JavaScript and Java do.

use std::ops::Range;

use crate::edits::Edit;
use crate::restoration::Restoration;

/// What offsets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Unicode scalar values.
    Chars,
    /// Code units of UTF-16.
    Utf16,
}

impl Unit {
    /// How many of it a text has.
    fn count(self, text: &str) -> usize {
        match self {
            Unit::Bytes => text.len(),
            Unit::Chars => text.chars().count(),
            Unit::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }
}

impl Edit {
    /// Where it stands in its source, in another unit; `None` if the span does not fit the source. Of many edits,
    /// [`Restoration::spans`] is faster.
    ///
    /// ```
    /// use unspin::{Unit, Unspin};
    /// let source = "“The White Home stated that Chinese language officers had been there.”";
    /// let restored = Unspin::new().restore(source);
    /// let edit = &restored.edits()[0];
    /// assert_eq!((edit.span.clone(), edit.span_in(source, Unit::Chars)), (13..17, Some(11..15)));
    /// ```
    pub fn span_in(&self, source: &str, unit: Unit) -> Option<Range<usize>> {
        let start = unit.count(source.get(..self.span.start)?);
        Some(start..start + unit.count(source.get(self.span.clone())?))
    }
}

impl<S: AsRef<str>> Restoration<S> {
    /// Where each edit stands in the source, in another unit: one pass over the text.
    pub fn spans(&self, unit: Unit) -> Vec<Range<usize>> {
        let source = self.source().as_ref();
        let (mut at, mut counted) = (0, 0);
        let mut count_to = |to: usize| {
            counted += source.get(at..to).map_or(0, |between| unit.count(between));
            at = to;
            counted
        };
        self.edits().iter().map(|edit| count_to(edit.span.start)..count_to(edit.span.end)).collect()
    }
}
