//! What is fuzzed: each target takes bytes, and panics if something that always holds does not.
//!
//! ```sh
//! cargo +nightly fuzz run --features libfuzzer text -- -max_total_time=600
//! cargo run --release -p unspin-fuzz --example smoke -- 5     # seconds a target, no fuzzer needed
//! ```

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Once, OnceLock};

use unspin::dump::{Cleaner, Codec, Format};
use unspin::{Edit, Unspin, apply};
use unspin_core::dictionary::lint::lint;
use unspin_core::dictionary::source::Source;
use unspin_core::language_model::{TrigramModel, lay_out, storage};

/// A target: a name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 12] = [
    ("text", text),
    ("dictionary", dictionary),
    ("model", model),
    ("edits", edits),
    ("plain", plain),
    ("jsonl", jsonl),
    ("csv", csv),
    ("tsv", tsv),
    ("html", html),
    ("wet", wet),
    ("warc", warc),
    ("parquet", parquet),
];

fn unspin() -> &'static Unspin {
    static UNSPIN: OnceLock<Unspin> = OnceLock::new();
    UNSPIN.get_or_init(Unspin::new)
}

/// Any text: edits fit their source, and restoring what is restored changes nothing.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let restored = unspin().restore(&text);
    let once = apply(&text, restored.edits()).expect("edits fit their source");
    assert_eq!(once, restored.text(), "the text of the edits");
    assert_eq!(unspin().restore(&once).text(), once.as_str(), "restored twice");
    let (seen, judged) = (unspin().detect(&text).spun(), restored.verdict().spun());
    assert!((seen - judged).abs() < 1e-6, "detect says {seen}, restore {judged}");
}

/// Any bytes as a dictionary file: an error or a restorer, never a panic.
pub fn dictionary(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for name in ["fuzz.tsv", "fuzz.txt", "exposure.tsv"] {
        let path = Path::new(name);
        lint(path, &text, &|_| true);
        if let Ok(source) = Source::parse("fuzz", path, &text)
            && let Ok(unspin) = Unspin::builder().sources(vec![source]).build()
        {
            unspin.restore("The White Home stated that Chinese language officers had been there.");
        }
    }
}

/// Any bytes as a packed model.
pub fn model(data: &[u8]) {
    if let Ok(tables) = storage::unpack(data) {
        let layout = lay_out(&tables);
        if let Some(model) = TrigramModel::from_bytes(&layout) {
            model.phrase(&[5, 6, 7, u32::MAX]);
        }
    }
    TrigramModel::from_bytes(data);
}

/// Any JSON as edits of a text.
pub fn edits(data: &[u8]) {
    const SOURCE: &str = "The White Home stated “it” was naïve. 🏠";
    if let Ok(edits) = serde_json::from_slice::<Vec<Edit>>(data) {
        let _ = apply(SOURCE, &edits);
    }
}

/// Any bytes as plain text.
pub fn plain(data: &[u8]) {
    stream(Format::Text, data);
}

/// Any bytes as JSON lines.
pub fn jsonl(data: &[u8]) {
    stream(Format::Jsonl, data);
}

/// Any bytes as CSV.
pub fn csv(data: &[u8]) {
    stream(Format::Csv, data);
}

/// Any bytes as TSV.
pub fn tsv(data: &[u8]) {
    stream(Format::Tsv, data);
}

/// Any bytes as a page.
pub fn html(data: &[u8]) {
    stream(Format::Html, data);
}

/// Any bytes as WARC with text.
pub fn wet(data: &[u8]) {
    stream(Format::Wet, data);
}

/// Any bytes as WARC with pages.
pub fn warc(data: &[u8]) {
    stream(Format::Warc, data);
}

/// Any bytes in a format. What was cleaned once, without a fault, stays as it is; of damaged archives the torn end is left
/// out, after which another record may be the last.
fn stream(format: Format, data: &[u8]) {
    let clean = |input: &[u8]| {
        let mut output = Vec::new();
        let cleaner = Cleaner::new(unspin());
        let done = cleaner.clean("fuzz", format, input, &mut output, Codec::Plain, |_| {});
        done.is_ok_and(|stats| stats.faults == 0).then_some(output)
    };
    if let Some(once) = clean(data)
        && let Some(twice) = clean(&once)
    {
        assert!(once == twice, "cleaned twice as {format}");
    }
}

/// Any bytes as a Parquet file. The reader of Parquet panics on some, which costs the file alone: a fuzzer that ends at
/// each panic would find nothing else. One that gets out of the cleaner is still a finding.
pub fn parquet(data: &[u8]) {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let mut input = tempfile::tempfile().expect("a temporary file");
    input.write_all(data).expect("room for a temporary file");
    let output: File = tempfile::tempfile().expect("a temporary file");
    let _ = Cleaner::new(unspin()).clean_parquet("fuzz", input, output, |_| {});
}
