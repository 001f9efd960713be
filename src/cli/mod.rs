//! The program: its commands, what they read and write, and what a person sees of them.

mod commands;
mod config;
mod exclude;
mod faults;
mod find;
mod inputs;
mod job;
mod join;
mod journal;
mod marked;
mod options;
mod outputs;
mod paint;
mod part;
mod places;
mod progress;
mod promise;
mod report;
mod reviewed;
mod say;
mod selection;
mod show;
mod sniff;
mod status;
mod stop;
mod streams;
mod summary;
mod text;
mod walk;
mod workers;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{CommandFactory, FromArgMatches, Parser};

use commands::Program;
use status::{Refusal, Status};

/// Runs the program `unspin` on the arguments of this process.
pub fn main() -> ExitCode {
    run(std::env::args_os().collect())
}

/// Runs a command of the program on the arguments of this process, as a program of its own.
pub fn command(name: &str) -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    arguments.insert(arguments.len().min(1), name.into());
    run(arguments)
}

fn run(arguments: Vec<OsString>) -> ExitCode {
    say_panics();
    match parsed(&arguments) {
        Ok(program) => commands::run(&program),
        Err(status) => status,
    }
}

/// The arguments with those of the file of options, or the status of a call that is wrong or only asks for help.
fn parsed(arguments: &[OsString]) -> Result<Program, ExitCode> {
    let matches = Program::command().try_get_matches_from(arguments).map_err(answer)?;
    let program = Program::from_arg_matches(&matches).map_err(answer)?;
    paint::choose(program.globals.color);
    let with_file = config::arguments(&program.globals, &matches, arguments).map_err(refuse)?;
    let Some((path, arguments)) = with_file else { return Ok(program) };
    Program::try_parse_from(arguments).map_err(|error| {
        say::say(format_args!("{}: its options, with those of the call, are wrong:", path.display()));
        answer(error)
    })
}

/// Says what is wrong with a call, or prints the help that it asks for.
fn answer(error: clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return if error.print().is_ok() { Status::Done } else { Status::Failed }.into();
    }
    // Arguments can be names that a shell found, and names can hold commands to the terminal.
    error.render().to_string().lines().for_each(say::say);
    Status::Wrong.into()
}

fn refuse(refusal: Refusal) -> ExitCode {
    refusal.reason.lines().for_each(|line| say::say(format_args!("unspin: {line}")));
    refusal.status.into()
}

/// A fault of the program itself costs a file or a record; it is said in a line, ten times at most. That a reader
/// gives up on a damaged file is no such fault, and is told with the file.
fn say_panics() {
    static SAID: AtomicU64 = AtomicU64::new(0);
    let told = std::env::var_os("RUST_BACKTRACE").map(|_| std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| match &told {
        _ if crate::dump::is_guarded() => {}
        Some(told) => told(panic),
        None if SAID.fetch_add(1, Ordering::Relaxed) >= 10 => {}
        None => {
            let what = job::message(panic.payload());
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            say::say(format_args!("a fault of the program: {what} ({place})"));
        }
    }));
}
