//! The folder of a spinner that is learned: what others wrote is read, what was learned is written whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unspin_core::dictionary::source::Source;
use unspin_learn::lesson::File;

use crate::cli::status::Refusal;
use crate::cli::streams;

/// The dictionary files of a folder that may not be there yet.
pub(super) fn read(folder: &Path, name: &str) -> Result<Vec<Source>, Refusal> {
    let is_dictionary = |path: &Path| path.extension().is_some_and(|e| e == "txt" || e == "tsv");
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Refusal::failed(format!("{}: {error}", folder.display()))),
    };
    if !entries.flatten().any(|entry| is_dictionary(&entry.path())) {
        return Ok(Vec::new());
    }
    Source::read(name, folder).map_err(|e| Refusal::failed(e.to_string()))
}

/// The folder that a folder lies in.
pub(super) fn parent(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_path_buf(),
        None => folder.to_path_buf(),
    }
}

/// Writes files beside their names, and renames them when all are whole.
pub(super) fn write(folder: &Path, files: &[File]) -> Result<(), Refusal> {
    let failed = |path: &Path, e: io::Error| Refusal::failed(format!("{}: {e}", path.display()));
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    let mut written = Vec::new();
    for file in files {
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed(folder, e))?;
        temporary.write_all(file.text.as_bytes()).map_err(|e| failed(folder, e))?;
        written.push((temporary, folder.join(file.name)));
    }
    for (temporary, path) in written {
        readable(temporary.as_file()).map_err(|e| failed(&path, e))?;
        temporary.persist(&path).map_err(|e| failed(&path, e.error))?;
    }
    Ok(())
}

/// Lets others read a file that was made for us alone.
fn readable(file: &std::fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// Writes to standard output; who reads us may have seen enough.
pub(super) fn print(text: &str) -> Result<(), Refusal> {
    match streams::stdout().and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.flush())) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Refusal::failed(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}
