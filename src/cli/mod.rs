//! The program: its commands, what they read and write, and what a person sees of them.

mod clean;
mod crew;
mod explain;
mod faults;
mod find;
mod inputs;
mod job;
mod join;
mod journal;
mod outputs;
mod part;
mod places;
mod progress;
mod promise;
mod report;
mod say;
mod sniff;
mod status;
mod stop;
mod streams;
mod walk;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{Parser, Subcommand};

use status::Status;

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
    /// Show each edit of a text: what, where, why and how sure
    Explain(explain::Arguments),
    /// Say whether a text was spun, by what, and what speaks for it
    Detect(explain::Arguments),
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
    say_panics();
    match parsed(Program::try_parse()) {
        Ok(Program { command: Command::Clean(arguments) }) => clean::main(&arguments),
        Ok(Program { command: Command::Explain(arguments) }) => explain::explain(&arguments),
        Ok(Program { command: Command::Detect(arguments) }) => explain::detect(&arguments),
        Err(status) => status,
    }
}

/// `unspin explain` as a program of its own.
#[derive(Parser)]
#[command(version, name = "explain", about = "Shows each edit of a text: what, where, why and how sure")]
struct ExplainProgram {
    #[command(flatten)]
    arguments: explain::Arguments,
}

/// Runs `unspin explain` on the arguments of this process.
pub fn explain() -> ExitCode {
    say_panics();
    parsed(ExplainProgram::try_parse()).map_or_else(|status| status, |program| explain::explain(&program.arguments))
}

/// Runs `unspin clean` on the arguments of this process.
pub fn clean() -> ExitCode {
    say_panics();
    parsed(CleanProgram::try_parse()).map_or_else(|status| status, |program| clean::main(&program.arguments))
}

/// The arguments, or the status of a call that is wrong or only asks for help.
fn parsed<P>(result: Result<P, clap::Error>) -> Result<P, ExitCode> {
    result.map_err(|error| {
        if !error.use_stderr() {
            return if error.print().is_ok() { Status::Done } else { Status::Failed }.into();
        }
        // Arguments can be names that a shell found, and names can hold commands to the terminal.
        error.render().to_string().lines().for_each(say::say);
        Status::Wrong.into()
    })
}

/// A fault of the program itself costs a file or a record; it is said in a line, ten times at most.
fn say_panics() {
    static SAID: AtomicU64 = AtomicU64::new(0);
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        if SAID.fetch_add(1, Ordering::Relaxed) < 10 {
            let what = job::message(panic.payload());
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            say::say(format_args!("a fault of the program: {what} ({place})"));
        }
    }));
}
