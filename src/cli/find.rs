//! The inputs of a call: what its paths, folders and globs name.

use std::path::PathBuf;

use super::inputs::{self, Call, Found};
use super::status::Refusal;
use super::{places, walk};

/// All inputs, in the order of the call, those of a folder or glob sorted.
///
/// Of folders and globs, what the run itself writes is left out, so that a folder can be cleaned into one
/// of its own.
pub(super) fn find(call: &Call<'_>) -> Result<Found, Refusal> {
    let stdin = [PathBuf::from("-")];
    let paths = if call.paths.is_empty() { &stdin[..] } else { call.paths };
    if paths.iter().filter(|path| inputs::is_stdin(path)).count() > 1 {
        return Err("standard input can be read only once".into());
    }
    let mut found = Found::default();
    let mut unknown = Vec::new();
    for path in paths {
        match path.metadata() {
            _ if inputs::is_stdin(path) => found.inputs.push(inputs::standard_input(call)?),
            Ok(metadata) if metadata.is_dir() => walk::folder(path, path, call, &mut found),
            Ok(metadata) if metadata.is_file() => inputs::named(path, &metadata, call, &mut found, &mut unknown)?,
            Ok(_) => found.inputs.push(inputs::device(path, call)?),
            Err(_) if places::is_absent(path) || path.is_symlink() => walk::glob(path, call, &mut found)?,
            Err(error) => found.failures.push((path.display().to_string(), error.to_string())),
        }
    }
    // One name is what was asked for; among several it may be the shell that named it.
    match unknown.first() {
        Some((path, why)) if found.inputs.is_empty() => Err(format!("{}: {why}; use --format", path.display()).into()),
        _ => {
            unknown.iter().for_each(|(path, why)| found.left.add(path, why));
            Ok(found)
        }
    }
}
