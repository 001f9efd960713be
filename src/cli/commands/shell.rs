//! `unspin completions` and `unspin man`: what a shell and `man` know of the program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::status::Refusal;
use crate::cli::text::answer;

/// Prints the completions of a shell.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  unspin completions bash > ~/.local/share/bash-completion/completions/unspin")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

/// Prints the manual page.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  unspin man | man -l -\n  unspin man --output /usr/local/share/man/man1")]
pub(super) struct Manual {
    /// Write the pages of the program and of each command into this folder
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Prints the completions of the program.
pub(super) fn completions(arguments: &Completions, mut program: Command) -> ExitCode {
    let mut page = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "unspin", &mut page);
    answer("completions", Ok(page))
}

/// Prints the manual page of the program, or writes all of them.
pub(super) fn manual(arguments: &Manual, program: Command) -> ExitCode {
    answer("man", arguments.output.as_deref().map_or_else(|| page(&program), |folder| pages(folder, &program)))
}

fn page(program: &Command) -> Result<Vec<u8>, Refusal> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(program.clone()).render(&mut page);
    rendered.map(|()| page).map_err(|error| Refusal::failed(error.to_string()))
}

/// Writes all pages into a folder, and has nothing to print.
fn pages(folder: &Path, program: &Command) -> Result<Vec<u8>, Refusal> {
    let written = clap_mangen::generate_to(program.clone(), folder);
    written.map(|()| Vec::new()).map_err(|error| Refusal::failed(format!("{}: {error}", folder.display())))
}
