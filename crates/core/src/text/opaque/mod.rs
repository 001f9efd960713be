//! What of a page is no prose, and must stay byte for byte: decided here and nowhere else.
//!
//! | kind | told by | where |
//! | --- | --- | --- |
//! | front matter, headers of mail | known keys at the start of the text or of a block | `blocks` |
//! | code: fenced, indented, LaTeX environments, BibTeX, usage texts, timings | the shape of lines | `blocks` |
//! | link targets, references, wiki links, placeholders, LaTeX commands, mathematics | brackets and signs in a line | `inline` |
//! | addresses, paths, flags, variables, calls, #tags, @names | the letters of a piece without spaces | `chunk` |
//! | `` `code` ``, `<tags>` | marks in running text | the tokeniser |
//!
//! One pass over the lines and one over the bytes of those that are prose; no look ahead is longer than a fixed number of
//! bytes, so that time grows with the length of the text. A running text without any of these marks has no regions.

mod blocks;
pub(super) mod chunk;
mod inline;
mod latex;
mod lines;

use std::ops::Range;

pub use inline::is_spinners_brace;

/// The regions of a page that are no prose, in order and without overlap, on character boundaries.
///
/// ```
/// let page = "See [the doc](home/doc.md), run folks --help or set {name}.";
/// let regions = unspin_core::text::opaque::regions(page);
/// let kept: Vec<&str> = regions.iter().map(|r| &page[r.clone()]).collect();
/// assert_eq!(kept, ["(home/doc.md)", "--help", "{name}"]);
/// ```
pub fn regions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    blocks::find(text, &mut found);
    found
}
