//! Shows each edit of a text: what, where, why and how sure.
//!
//!     echo "The White Home stated it." | cargo run --release --example explain -- --min-confidence 0.1

use std::io::{Read, Write};

use clap::Parser;
use unspin::Unspin;

/// Shows each edit of a text read from standard input.
#[derive(Parser)]
struct Arguments {
    /// Show edits of at least this confidence
    #[arg(long, default_value_t = 0.5)]
    min_confidence: f32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let unspin = Unspin::builder().min_confidence(arguments.min_confidence).build()?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let restored = unspin.restore(&text);
    let verdict = restored.verdict();
    let mut out = format!("P(spun) {:.4}  spinner {}\n", verdict.spun(), verdict.spinner().unwrap_or("-"));
    for edit in restored.edits() {
        let why =
            edit.entry.as_ref().map_or("repair".to_string(), |e| format!("{}:{} seen {}", e.file, e.line, e.observed));
        let (start, end) = (edit.span.start, edit.span.end);
        let (from, to) = (&text[start..end], &edit.replacement);
        out += &format!("{start:5}..{end:<5} {:.3}  {from:?} -> {to:?}  ({why})\n", edit.confidence);
    }
    out += &restored.text();
    match std::io::stdout().write_all(out.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
