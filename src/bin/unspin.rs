//! The program `unspin`; see `unspin --help`.

fn main() -> std::process::ExitCode {
    unspin::cli::main()
}
