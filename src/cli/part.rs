//! A file that is being written: under a name of its own beside the final one, which it gets when it is whole.

use std::fs::{self, File, Permissions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::places::Identity;
use super::stop;

/// How the names of files begin that are being written.
const PREFIX: &str = ".unspin-";
const SUFFIX: &str = ".part";

/// A file that is not whole yet. Dropped before [`Part::finish`], it is gone.
pub(super) struct Part {
    file: NamedTempFile,
    path: PathBuf,
    mode: Option<Permissions>,
}

impl Part {
    /// Begins a file that is to be `path`, in its folder, which must be there, with the mode of another file
    /// or that of any new one.
    pub(super) fn create(path: &Path, mode: Option<Permissions>) -> io::Result<Part> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(12);
        #[cfg(unix)]
        if mode.is_none() {
            // Less what the user's mask takes away.
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        #[cfg(unix)]
        let mode = mode.map(|mode| {
            use std::os::unix::fs::PermissionsExt;
            // Who may read it, not as whom it runs.
            Permissions::from_mode(mode.mode() & 0o777)
        });
        loop {
            let file = stop::make(|| {
                let file = builder.tempfile_in(folder_of(path))?;
                let loose = file.path().to_path_buf();
                Ok((file, Some(loose)))
            })?;
            // The lock tells others that somebody still writes; where there are no locks, nobody sweeps.
            let is_ours = !matches!(file.as_file().try_lock(), Err(TryLockError::WouldBlock));
            // Between its making and its locking it may have been taken for an abandoned one.
            if is_ours && file.path().exists() {
                return Ok(Part { file, path: path.to_path_buf(), mode });
            }
            stop::forget(file.path());
        }
    }

    /// Gives the file its final name and mode, and answers its size. What it holds is on the disk when this
    /// returns; its name is once the folder is synced.
    pub(super) fn finish(self) -> io::Result<u64> {
        let Part { mut file, path, mode } = self;
        let loose = file.path().to_path_buf();
        let done = (|| {
            file.flush()?;
            if let Some(mode) = mode {
                file.as_file().set_permissions(mode)?;
            }
            file.as_file().sync_all()?;
            let size = file.as_file().metadata()?.len();
            file.persist(&path).map_err(|failed| failed.error)?;
            Ok(size)
        })();
        stop::forget(&loose);
        done
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// The folder that a file stands in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Brings the names in a folder onto the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems cannot sync a folder, and some folders can be written but not read.
        Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied) => {
            return Err(error);
        }
        _ => {}
    }
    let _ = folder;
    Ok(())
}

/// Removes what killed runs left in a folder; files that somebody still writes stay.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(PREFIX) && (name.ends_with(SUFFIX) || name.ends_with(".lock"))) {
            continue;
        }
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && File::options().write(true).open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The right to write a file, while this lives: another cleaner that wants it is told.
pub(super) struct Claim {
    path: PathBuf,
    _file: File,
}

impl Claim {
    /// Claims a file; `None` if somebody else has it.
    pub(super) fn new(wanted: &Path) -> io::Result<Option<Claim>> {
        let mut hasher = DefaultHasher::new();
        wanted.file_name().hash(&mut hasher);
        let path = folder_of(wanted).join(format!("{PREFIX}{:016x}.lock", hasher.finish()));
        let try_once = || {
            let file = File::options().write(true).create(true).truncate(false).open(&path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok((Some(None), None)),
                // A file system without locks: nobody can be told.
                Err(TryLockError::Error(_)) | Ok(()) => {}
            }
            // Who held it until now has removed it: what we hold then is a file without a name.
            let named = fs::symlink_metadata(&path).ok().map(|found| Identity::of(&found));
            if named == Some(Identity::of(&file.metadata()?)) {
                let claim = Claim { path: path.clone(), _file: file };
                return Ok((Some(Some(claim)), Some(path.clone())));
            }
            if named.is_some_and(|identity| identity.is_none()) {
                return Err(io::Error::other(format!("{}: is no regular file", path.display())));
            }
            Ok((None, None))
        };
        loop {
            if let Some(claim) = stop::make(try_once)? {
                return Ok(claim);
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        stop::forget(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_writer_and_what_is_dropped_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let claim = Claim::new(&path).unwrap().unwrap();
        assert!(Claim::new(&path).unwrap().is_none());
        assert!(Claim::new(&folder.path().join("b.txt")).unwrap().is_some());
        drop(claim);
        drop(Claim::new(&path).unwrap().unwrap());
        drop(Part::create(&path, None).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_being_written_is_not_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let mut part = Part::create(&path, None).unwrap();
        fs::write(folder.path().join(".unspin-abandoned.part"), "half").unwrap();
        fs::write(folder.path().join(".a.txt.part"), "not ours").unwrap();
        sweep(folder.path());
        part.write_all(b"whole").unwrap();
        assert_eq!(part.finish().unwrap(), 5);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
