//! The registry of formats: every format, and the file that knows it.
//!
//! A new format is a file with an [`Entry`], and a variant and a line here.

use std::fmt;

use super::codec::Codec;
use super::format::Entry;
use super::{csv, html, jsonl, text, warc};

/// A format of dumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text; a file is a record.
    Text,
    /// A JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
    /// A page; a file is a record.
    Html,
    /// WARC with extracted text, as Common Crawl writes it.
    Wet,
    /// WARC with pages.
    Warc,
    /// Apache Parquet.
    Parquet,
}

/// All formats, in the order of [`Format`].
const ENTRIES: [(Format, &Entry); 8] = [
    (Format::Text, &text::TEXT),
    (Format::Jsonl, &jsonl::JSONL),
    (Format::Csv, &csv::CSV),
    (Format::Tsv, &csv::TSV),
    (Format::Html, &html::HTML),
    (Format::Wet, &warc::WET),
    (Format::Warc, &warc::WARC),
    // Read from a file, not from a stream: its reader is there with the feature `parquet`.
    (Format::Parquet, &Entry { name: "parquet", endings: &["parquet", "pq"], open: None, is_start: None }),
];

impl Format {
    /// All formats.
    pub const ALL: [Format; ENTRIES.len()] = {
        let mut all = [Format::Text; ENTRIES.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = ENTRIES[at].0;
            at += 1;
        }
        all
    };

    /// What is known of the format.
    pub(super) fn entry(self) -> &'static Entry {
        ENTRIES[self as usize].1
    }

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The format that the ending of a file name calls for, under `.gz`, `.zst`, `.bz2` or `.xz`.
    ///
    /// ```
    /// use unspin::dump::Format;
    /// assert_eq!(Format::of_name("news.jsonl.zst"), Some(Format::Jsonl));
    /// assert_eq!(Format::of_name("CC-MAIN-0001.warc.wet.gz"), Some(Format::Wet));
    /// assert_eq!(Format::of_name("news.docx"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let (_, ending) = Codec::bare_name(&name).rsplit_once('.')?;
        ENTRIES.iter().find(|(_, entry)| entry.endings.contains(&ending)).map(|(format, _)| *format)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_stands_in_its_place_and_has_its_own_endings() {
        for (place, (format, entry)) in ENTRIES.iter().enumerate() {
            assert_eq!((*format as usize, format.name()), (place, entry.name));
            for ending in entry.endings {
                assert_eq!(Format::of_name(&format!("a.b.{}.gz", ending.to_uppercase())), Some(*format), "{ending}");
            }
        }
        assert_eq!(Format::of_name("jsonl"), None);
    }
}
