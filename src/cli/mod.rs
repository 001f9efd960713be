//! The program: its commands, what they read and write, and what a person sees of them.

mod clean;
mod inputs;
mod journal;
mod outputs;
mod progress;
mod report;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds spun and damaged English text and restores the wording it was made from.
#[derive(Parser)]
#[command(version = crate::VERSION.strip_prefix("unspin ").unwrap_or(crate::VERSION), name = "unspin")]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Restore the wording of articles in dumps
    Clean(clean::Arguments),
}

/// `unspin clean` as a program of its own.
#[derive(Parser)]
#[command(version, name = "clean", about = "Restores the wording of spun articles in dumps")]
struct CleanProgram {
    #[command(flatten)]
    arguments: clean::Arguments,
}

/// Runs the program `unspin` on the arguments of this process.
pub fn main() -> ExitCode {
    match Program::parse().command {
        Command::Clean(arguments) => clean::main(&arguments),
    }
}

/// Runs `unspin clean` on the arguments of this process.
pub fn clean() -> ExitCode {
    clean::main(&CleanProgram::parse().arguments)
}
