//! The commands of the program, a file each: its arguments, and what it does with them.

#[cfg(not(feature = "learn"))]
mod absent;
mod apply;
mod clean;
#[cfg(feature = "learn")]
mod dictionary;
mod explain;
#[cfg(feature = "learn")]
mod learn;
mod shell;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ColorChoice, CommandFactory, Parser, Subcommand};

/// Finds spun and damaged English text and restores the wording it was made from.
#[derive(Parser)]
#[command(
    name = "unspin",
    version = crate::VERSION.strip_prefix("unspin ").unwrap_or(crate::VERSION),
    after_help = HELP,
    max_term_width = 100,
    styles = super::paint::HELP,
    arg_required_else_help = true,
    infer_long_args = false
)]
pub(super) struct Program {
    #[command(flatten)]
    pub(super) globals: Globals,
    #[command(subcommand)]
    command: Command,
}

const HELP: &str = "\
Examples:
  unspin clean article.txt
      on a terminal: the article, its changes marked
  unspin clean article.txt > restored.txt
      the restored text alone
  unspin clean crawl/ -o restored/ --report r.html
      a folder of dumps, and a page to review
  unspin detect < article.txt
      was it spun? by whom? what says so?
  unspin explain < article.txt
      each edit: what, where, why, how sure
  unspin clean a.jsonl --decisions decisions.jsonl
      what a reviewer has rejected is left

`unspin COMMAND --help` has the options and examples of a command.";

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Globals {
    /// When to colour: `auto` is on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorChoice,
    /// A file of options in TOML, in place of the one that is found: UNSPIN_CONFIG, then unspin.toml here or in a folder
    /// above, then ~/.config/unspin/config.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Look for no file of options
    #[arg(long, global = true, conflicts_with = "config")]
    pub(super) no_config: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Restore the wording of articles in files and dumps
    Clean(clean::Arguments),
    /// Say whether a text was spun, by what, and what speaks for it
    Detect(explain::Arguments),
    /// Show each edit of a text: what, where, why and how sure
    Explain(explain::Arguments),
    /// Make edits that were reviewed, and no others
    Apply(apply::Arguments),
    /// Show what the engine weighed at a place of a text
    Trace(trace::Arguments),
    /// Look words up in the dictionaries, and check dictionaries
    #[cfg(feature = "learn")]
    Dictionary(dictionary::Arguments),
    /// Learn a spinner from pages that it made
    #[cfg(feature = "learn")]
    Learn(learn::Arguments),
    /// Look words up in the dictionaries, and check dictionaries (not in this build)
    #[cfg(not(feature = "learn"))]
    Dictionary(absent::Arguments),
    /// Learn a spinner from pages that it made (not in this build)
    #[cfg(not(feature = "learn"))]
    Learn(absent::Arguments),
    /// Print the completions of a shell
    Completions(shell::Completions),
    /// Print the manual page, or write those of all commands into a folder
    Man(shell::Manual),
}

/// Runs the command that was asked for.
pub(super) fn run(program: &Program) -> ExitCode {
    match &program.command {
        Command::Clean(arguments) => clean::main(arguments),
        Command::Detect(arguments) => explain::detect(arguments),
        Command::Explain(arguments) => explain::explain(arguments),
        Command::Apply(arguments) => apply::main(arguments),
        Command::Trace(arguments) => trace::main(arguments),
        #[cfg(feature = "learn")]
        Command::Dictionary(arguments) => dictionary::main(arguments),
        #[cfg(feature = "learn")]
        Command::Learn(arguments) => learn::main(arguments),
        #[cfg(not(feature = "learn"))]
        Command::Dictionary(_) | Command::Learn(_) => absent::main(),
        Command::Completions(arguments) => shell::completions(arguments, Program::command()),
        Command::Man(arguments) => shell::manual(arguments, Program::command()),
    }
}
