//! Which texts a call is about: the options of every command that reads dumps.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exclude::Exclude;
use super::inputs::{self, Call, Results};
use super::status::Refusal;
use super::{places, streams};
use crate::dump::Format;

/// Which texts a call is about.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Selection {
    /// Files, folders or globs; none or `-` is standard input
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Read the names of inputs from a file, one a line, `-` for standard input; below an output folder each keeps its path
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// The names of --files-from end in zero bytes, as `find -print0` and `git ls-files -z` write them
    #[arg(short = '0', long, requires = "files_from")]
    null: bool,
    /// Leave out what a pattern matches, as in .gitignore: a name at any depth, or with a slash a path; `!` takes back; may
    /// be repeated
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Format of the inputs; by their endings if left out, by its first bytes for standard input
    #[arg(long, value_parser = format_of)]
    pub(super) format: Option<Format>,
    /// The field or column that holds a text, `a.b` for one in an object; may be repeated
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(super) field: Vec<String>,
    /// Keep the text as it was in a field or column of this name; of several fields in NAME_FIELD each
    #[arg(long, value_name = "NAME")]
    pub(super) keep_original: Option<String>,
}

fn format_of(name: &str) -> Result<Format, String> {
    let found = Format::ALL.iter().copied().find(|format| format.name() == name);
    found.ok_or_else(|| format!("one of {}", Format::ALL.map(Format::name).join(", ")))
}

impl Selection {
    /// What is to be found.
    ///
    /// # Errors
    ///
    /// If the list of names cannot be read, or a pattern is none.
    pub(super) fn call(&self, results: Results) -> Result<Call<'_>, Refusal> {
        let is_read = |path: &PathBuf| inputs::is_stdin(path);
        if self.files_from.as_ref().is_some_and(is_read) && self.inputs.iter().any(|path| inputs::is_stdin(path)) {
            return Err("standard input can be read only once".into());
        }
        let listed = self.files_from.as_deref().map(|path| names(path, self.null)).transpose()?;
        let exclude = Exclude::read(&self.exclude)?;
        Ok(Call { paths: &self.inputs, listed, exclude, format: self.format, fields: &self.field, results })
    }

    /// Whether the same call may have another number of inputs tomorrow.
    pub(super) fn is_many(&self) -> bool {
        // Whether an argument names a single input, not a folder or glob.
        let is_one = |path: &PathBuf| inputs::is_stdin(path) || path.exists() && !path.is_dir();
        self.files_from.is_some() || self.inputs.len() > 1 || !self.inputs.iter().all(is_one)
    }

    /// The list of names, if it is a file.
    pub(super) fn list(&self) -> Option<&Path> {
        self.files_from.as_deref().filter(|path| !inputs::is_stdin(path))
    }
}

/// The names in a list; empty lines are none.
fn names(list: &Path, is_null: bool) -> Result<Vec<PathBuf>, Refusal> {
    let (mut bytes, is_stdin) = (Vec::new(), inputs::is_stdin(list));
    let shown = if is_stdin { "standard input".into() } else { list.display().to_string() };
    if !is_stdin && places::is_absent(list) {
        return Err(format!("{shown}: there is no such list of files").into());
    }
    let mut read = || -> std::io::Result<usize> {
        let mut input: Box<dyn Read> = if is_stdin { streams::stdin()? } else { Box::new(std::fs::File::open(list)?) };
        input.read_to_end(&mut bytes)
    };
    let failed = |error| Refusal::failed(format!("{shown}: the list of files cannot be read: {error}"));
    read().map_err(failed)?;
    let end = if is_null { 0 } else { b'\n' };
    let names: Vec<PathBuf> =
        bytes.split(|&b| b == end).filter(|name| !name.is_empty()).map(|name| named(name).into()).collect();
    if names.is_empty() { Err(format!("{shown}: names no file").into()) } else { Ok(names) }
}

/// Names need not be text where the system does not ask for it.
fn named(name: &[u8]) -> OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(name.to_vec());
    #[cfg(not(unix))]
    String::from_utf8_lossy(name.strip_suffix(b"\r").unwrap_or(name)).into_owned().into()
}
