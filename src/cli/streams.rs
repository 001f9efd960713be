//! Standard input and output as the files that they are.
//!
//! The standard library takes a closed descriptor for an end of input and for a success of writing, and
//! opens the null device in the place of one that was closed by the caller. For a cleaner, both lose data.

use std::io::{self, Read, Write};

use super::places::Identity;

/// Finds out whether a standard stream was closed when the program began.
///
/// By now the null device stands in its place, opened for reading and writing. A caller may have put it
/// there, too; so it counts as closed only if the caller's own is closed, or if the caller is a shell that
/// has not the same one (shells open the null device for one direction).
#[cfg(target_os = "linux")]
fn check_open(number: usize) -> io::Result<()> {
    use std::fs;
    use std::path::Path;

    const SHELLS: [&str; 9] = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "busybox", "fish"];
    let null = Path::new("/dev/null");
    let target = |process: &str| fs::read_link(format!("/proc/{process}/fd/{number}"));
    let is_both = |process: &str| {
        let info = fs::read_to_string(format!("/proc/{process}/fdinfo/{number}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or_default();
        u32::from_str_radix(flags.trim(), 8).is_ok_and(|flags| flags & 3 == 2)
    };
    if !target("self").is_ok_and(|path| path == null) || !is_both("self") {
        return Ok(());
    }
    let caller = std::os::unix::process::parent_id().to_string();
    let name = fs::read_to_string(format!("/proc/{caller}/comm")).unwrap_or_default();
    let is_closed = match target(&caller) {
        Err(error) => error.kind() == io::ErrorKind::NotFound && !name.is_empty(),
        Ok(path) => (path != null || !is_both(&caller)) && SHELLS.contains(&name.trim()),
    };
    if is_closed { Err(io::Error::new(io::ErrorKind::NotConnected, "it is closed")) } else { Ok(()) }
}

#[cfg(not(target_os = "linux"))]
fn check_open(_number: usize) -> io::Result<()> {
    Ok(())
}

/// Standard input, read as it comes.
///
/// # Errors
///
/// If it is closed.
pub(super) fn stdin() -> io::Result<Box<dyn Read + Send>> {
    check_open(0)?;
    #[cfg(unix)]
    return file(&io::stdin()).map(|file| Box::new(file) as Box<dyn Read + Send>);
    #[cfg(not(unix))]
    Ok(Box::new(io::stdin()))
}

/// Standard output; what is written is written, nothing waits in a buffer.
///
/// # Errors
///
/// If it is closed.
pub(super) fn stdout() -> io::Result<Box<dyn Write + Send>> {
    check_open(1)?;
    #[cfg(unix)]
    return file(&io::stdout()).map(|file| Box::new(file) as Box<dyn Write + Send>);
    #[cfg(not(unix))]
    Ok(Box::new(io::stdout()))
}

#[cfg(unix)]
fn file(stream: &impl std::os::fd::AsFd) -> io::Result<std::fs::File> {
    stream.as_fd().try_clone_to_owned().map(std::fs::File::from)
}

/// Which file standard input is, if it is a regular one.
pub(super) fn stdin_identity() -> Option<Identity> {
    #[cfg(unix)]
    return Identity::of(&file(&io::stdin()).ok()?.metadata().ok()?);
    #[cfg(not(unix))]
    None
}

/// Which file standard output is, if it is a regular one.
pub(super) fn stdout_identity() -> Option<Identity> {
    #[cfg(unix)]
    return Identity::of(&file(&io::stdout()).ok()?.metadata().ok()?);
    #[cfg(not(unix))]
    None
}
