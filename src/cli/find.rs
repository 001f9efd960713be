//! The inputs of a call: what its paths, folders and globs name.

use std::path::{Path, PathBuf};

use super::inputs::{self, Call, Found};
use super::status::Refusal;
use super::{places, walk};

/// All inputs, in the order of the call, those of a folder or glob sorted.
///
/// Of folders and globs, what the run itself writes is left out, so that a folder can be cleaned into one
/// of its own.
pub(super) fn find(call: &Call<'_>) -> Result<Found, Refusal> {
    let stdin = [PathBuf::from("-")];
    let paths = if call.paths.is_empty() && call.listed.is_none() { &stdin[..] } else { call.paths };
    if paths.iter().filter(|path| inputs::is_stdin(path)).count() > 1 {
        return Err("standard input can be read only once".into());
    }
    let mut found = Found::default();
    let mut unknown = Vec::new();
    for path in paths {
        let as_given = Path::new("");
        match path.metadata() {
            _ if inputs::is_stdin(path) => found.inputs.push(inputs::standard_input(call)?),
            Ok(metadata) if metadata.is_dir() => walk::folder(path, path, call, &mut found),
            Ok(_) if !path.is_dir() && found.excludes(path, as_given, false, call) => {}
            Ok(metadata) if metadata.is_file() => {
                let base = path.parent().unwrap_or(as_given);
                inputs::named(path, base, &metadata, call, &mut found, &mut unknown)?;
            }
            Ok(_) => found.inputs.push(inputs::device(path, call)?),
            Err(_) if places::is_absent(path) || path.is_symlink() => walk::glob(path, call, &mut found)?,
            Err(error) => found.failures.push((path.display().to_string(), error.to_string())),
        }
    }
    for path in call.listed.iter().flatten() {
        listed(path, call, &mut found, &mut unknown)?;
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

/// A name of a list: it is what it says, and keeps its path. One that is gone costs only itself.
fn listed(
    path: &Path,
    call: &Call<'_>,
    found: &mut Found,
    unknown: &mut Vec<(PathBuf, String)>,
) -> Result<(), Refusal> {
    let as_given = Path::new("");
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            let reason = if places::is_absent(path) { "no such file or folder".into() } else { error.to_string() };
            found.failures.push((path.display().to_string(), reason));
            return Ok(());
        }
    };
    if found.excludes(path, as_given, metadata.is_dir(), call) {
        return Ok(());
    }
    match () {
        () if metadata.is_dir() => walk::folder(path, as_given, call, found),
        () if metadata.is_file() => inputs::named(path, as_given, &metadata, call, found, unknown)?,
        () => found.inputs.push(inputs::device(path, call)?),
    }
    Ok(())
}
