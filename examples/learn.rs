//! Learning a spinner: `unspin learn` as an example.
//!
//!     cargo run --release --example learn -- --name folks --spinner folks -o dictionaries/folks ../shared/pages/dev.jsonl

fn main() -> std::process::ExitCode {
    unspin::cli::command("learn")
}
