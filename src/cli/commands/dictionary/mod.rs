//! `unspin dictionary`: what the dictionaries say of a phrase, whether files of entries keep the rules, and what pages teach
//! about both.

mod find;
mod lint;
mod pages;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::text::answer;

/// Looks phrases up in the dictionaries, and checks dictionaries.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const HELP: &str = "\
Examples:
  unspin dictionary find stated \"in line with\"
      what they were made from, and what becomes of them
  unspin dictionary lint my-entries/
      fails if a file breaks a rule of the format
  unspin dictionary lint my.tsv --clean articles.jsonl
      or if an entry edits clean text more than its evidence allows";

#[derive(Subcommand, Debug)]
enum Command {
    /// Show the entries about phrases: what each was made from, and what it becomes
    Find(find::Arguments),
    /// Check files and folders of entries against the rules of the format
    Lint(lint::Arguments),
    /// Entries, originals, observations and coverage by spinner, as a Markdown table
    Table(pages::Table),
    /// The commonest substitutions of aligned pages that the dictionaries do not know
    Unknown(pages::Unknown),
}

/// Runs what was asked for.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    let page = match &arguments.command {
        Command::Find(arguments) => find::page(arguments),
        Command::Lint(arguments) => lint::page(arguments),
        Command::Table(arguments) => pages::table(arguments),
        Command::Unknown(arguments) => pages::unknown(arguments),
    };
    answer("dictionary", page)
}
