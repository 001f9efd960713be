//! The batch cleaner: `unspin clean` as an example.
//!
//!     cargo run --release --example clean -- dump/*.jsonl.gz -o restored/

fn main() -> std::process::ExitCode {
    unspin::cli::command("clean")
}
