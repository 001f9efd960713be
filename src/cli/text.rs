//! A text that a command is about: from a file or standard input; and the page that it answers with.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use super::say::say;
use super::status::{Refusal, Status};
use super::streams;

/// Reads a text; `None` or `-` is standard input.
pub(super) fn read(path: Option<&Path>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    let (name, read) = match path.filter(|path| path.as_os_str() != "-") {
        None => {
            let read = streams::stdin().and_then(|mut input| input.read_to_end(&mut bytes));
            ("standard input".to_string(), read.map(drop))
        }
        Some(path) => (path.display().to_string(), std::fs::read(path).map(|read| bytes = read)),
    };
    read.map_err(|error| Refusal::failed(format!("{name}: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refusal::failed(format!("{name}: invalid UTF-8 at byte {at}"))
    })
}

/// Prints what a command answers, or says why it has no answer; answers with the exit status of the program.
pub(super) fn answer(command: &str, page: Result<impl AsRef<[u8]>, Refusal>) -> ExitCode {
    let printed = page.and_then(|page| print(page.as_ref()).map_err(|error| Refusal::failed(error.to_string())));
    match printed {
        Ok(()) => Status::Done.into(),
        Err(refusal) => {
            // Some reasons quote lines.
            refusal.reason.lines().for_each(|line| say(format_args!("{command}: {line}")));
            refusal.status.into()
        }
    }
}

/// Prints a page to standard output; that its reader has seen enough is no failure.
fn print(page: &[u8]) -> io::Result<()> {
    let written = streams::stdout().and_then(|mut out| out.write_all(page).and_then(|()| out.flush()));
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| io::Error::other(format!("standard output: {error}"))),
    }
}

/// Something as a line of JSON.
pub(super) fn to_json(value: &impl serde::Serialize) -> Result<String, Refusal> {
    serde_json::to_string(value).map(|json| json + "\n").map_err(|error| Refusal::failed(error.to_string()))
}
