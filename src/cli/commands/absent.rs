//! Commands that this build of the program lacks: they say how to get them.

use std::process::ExitCode;

use clap::Args;

use crate::cli::say::say;
use crate::cli::status::Status;

/// Whatever the command would have been given.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _arguments: Vec<String>,
}

/// Says which build has the command.
pub(super) fn main() -> ExitCode {
    say(
        "unspin: this program was built without `learn` and `dictionary`: `cargo install --path . --features full` builds them in",
    );
    Status::Wrong.into()
}
