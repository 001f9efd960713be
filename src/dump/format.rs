//! The formats of dumps, and which one a file name calls for.

use std::fmt;

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

impl Format {
    /// All formats.
    pub const ALL: [Format; 8] = [
        Format::Text,
        Format::Jsonl,
        Format::Csv,
        Format::Tsv,
        Format::Html,
        Format::Wet,
        Format::Warc,
        Format::Parquet,
    ];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Html => "html",
            Format::Wet => "wet",
            Format::Warc => "warc",
            Format::Parquet => "parquet",
        }
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
        let bare = [".gz", ".zst", ".bz2", ".xz"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
        let (_, ending) = bare.rsplit_once('.')?;
        Some(match ending {
            "txt" | "text" | "md" => Format::Text,
            "jsonl" | "ndjson" | "jsonlines" | "ldjson" | "jsonseq" => Format::Jsonl,
            "csv" => Format::Csv,
            "tsv" | "tab" => Format::Tsv,
            "html" | "htm" | "xhtml" => Format::Html,
            "wet" => Format::Wet,
            "warc" => Format::Warc,
            "parquet" | "pq" => Format::Parquet,
            _ => return None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
