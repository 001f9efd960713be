//! Shows each edit of a text: `unspin explain` as an example.
//!
//!     echo "The White Home stated it." | cargo run --release --example explain -- --min-confidence 0.1

fn main() -> std::process::ExitCode {
    unspin::cli::command("explain")
}
