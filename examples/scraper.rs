//! Where `unspin` sits in a scraper: between the page that came in and the article that is kept.
//!
//!     cargo run --release --example scraper
//!
//! It fetches nothing: a queue of pages stands in for the network. What it shows is the shape: one
//! restorer for the whole program, pages as they come, judged and restored on all cores in order, the
//! verdict kept beside the article, clean pages stored as they are.

use std::io::Write;

use unspin::Restoration;
use unspin::Unspin;
use unspin::batch::Batch;

/// A page as the downloader hands it over, its prose already extracted.
struct Page {
    url: &'static str,
    text: String,
}

/// So that a batch can read the text and give the page back.
impl AsRef<str> for Page {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Stands in for the network. A real one blocks until a page is there; the batch waits with it.
fn downloads() -> impl Iterator<Item = Page> + Send {
    let pages = [
        (
            "https://example.org/port",
            "The White Home stated on Tuesday that Chinese language officers had been behind the assault on the port.",
        ),
        ("https://example.org/ferry", "It rained all day in the valley, and the ferry did not run."),
        (
            "https://example.org/charges",
            "The corporate had paid tens of millions of {dollars} in charges, in line with a submitting on Monday.",
        ),
    ];
    pages.into_iter().map(|(url, text)| Page { url, text: text.to_string() })
}

fn main() -> std::io::Result<()> {
    // Made once: it is shared by all threads and loads in milliseconds.
    let unspin = Unspin::new();
    let mut store = std::io::stdout().lock();
    Batch::new(&unspin).restore_each(downloads(), |article| keep(&article, &mut store))
}

/// Stands in for the database.
fn keep(article: &Restoration<Page>, store: &mut impl Write) -> std::io::Result<()> {
    let verdict = article.verdict();
    writeln!(store, "{}\n  {}", article.source().url, article.text())?;
    // A risk marker for whoever ranks or reviews, not a reason to throw an article away.
    match verdict.spinner() {
        Some(spinner) => {
            writeln!(store, "  P(spun) {:.2}, as {spinner} does; {} edits\n", verdict.spun(), article.edits().len())
        }
        None => writeln!(store, "  P(spun) {:.2}\n", verdict.spun()),
    }
}
