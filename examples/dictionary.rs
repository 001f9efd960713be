//! What the dictionaries know, and whether they keep their rules: `unspin dictionary` as an example.
//!
//!     cargo run --release --example dictionary -- lint
//!     cargo run --release --example dictionary -- find stated

fn main() -> std::process::ExitCode {
    unspin::cli::command("dictionary")
}
