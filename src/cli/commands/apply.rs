//! `unspin apply`: makes edits that were reviewed, in files of every format, and no others.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::clean;
use crate::cli::selection::Selection;

/// Makes the edits of a file in the texts they were found in, and no others.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// The edits: what `explain --json` prints, a list of edits, the decisions that a report exports, or what `clean --annotate`
    /// writes in any format
    #[arg(long, value_name = "FILE")]
    edits: PathBuf,
    /// A file for one input, a folder for several; standard output if left out
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// List all that could not be read, edited or written, a JSON object a line
    #[arg(long, value_name = "FILE")]
    fault_file: Option<PathBuf>,
    /// Say everything on standard error in JSON, an object a line
    #[arg(long)]
    json: bool,
    /// No progress and no summary
    #[arg(long)]
    quiet: bool,
}

const HELP: &str = "\
Examples:
  unspin explain --json article.txt > edits.json
      look at the edits, delete those that are wrong
  unspin apply --edits edits.json article.txt
      make the others
  unspin clean crawl/ -o restored/ --report r.html
      in the page: accept, reject, export
  unspin apply --edits decisions.jsonl crawl/ -o reviewed/
      make what was accepted there
  unspin clean a.csv --annotate -o edits.csv
      the same of a table, an archive or Parquet: edits stand beside the texts
  unspin apply --edits edits.csv a.csv -o b.csv
      make those that are left

An edit whose decision is `reject` is not made, and no member of a group
without all others. Where an edit does not fit what stands there, its record
stays as it is and is named (status 1), as are edits of records that are not
there. The inputs are the texts as they were before, named as when the edits
were found. Edits that name no file and record are of record 1 of whatever
file is read, those that name no field of the first --field. docs/json.md has
the keys.";

/// Makes the edits, and answers with the exit status of the program.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    let Arguments { selection, edits, output, fault_file, json, quiet } = arguments;
    clean::main(&clean::Arguments::to_apply(
        selection.clone(),
        output.clone(),
        edits.clone(),
        (fault_file.clone(), *json, *quiet),
    ))
}
