//! Chores of the repository.
//!
//! ```sh
//! cargo run -p xtask -- structure          # checks modules, files and functions
//! cargo run -p xtask -- structure --write  # and draws the picture in ARCHITECTURE.md
//! ```

mod picture;
mod rules;
mod source;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the repository.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check that imports point one way and that files and functions are short; draw the picture of it
    Structure {
        /// Write the picture between its marks in ARCHITECTURE.md
        #[arg(long)]
        write: bool,
    },
}

fn main() -> ExitCode {
    let Command::Structure { write } = Arguments::parse().command;
    match structure(Path::new("."), write) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::from(1)
        }
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::from(2)
        }
    }
}

/// What breaks a rule of the structure, a line each.
fn structure(root: &Path, write: bool) -> Result<Vec<String>, String> {
    let crates = ["", "crates/core", "crates/learn", "crates/measure", "python"];
    let mut faults = Vec::new();
    let mut pictures = Vec::new();
    for name in crates {
        let folder = root.join(name).join("src");
        let files = source::read(&folder)?;
        faults.extend(rules::faults(&files));
        pictures.push(picture::of(if name.is_empty() { "unspin" } else { name }, &files));
    }
    let page = root.join("ARCHITECTURE.md");
    let old = std::fs::read_to_string(&page).map_err(|e| format!("{}: {e}", page.display()))?;
    let new = picture::replace(&old, &pictures.concat()).ok_or("ARCHITECTURE.md has no marks for the picture")?;
    if write {
        std::fs::write(&page, new).map_err(|e| format!("{}: {e}", page.display()))?;
    } else if new != old {
        faults.push("ARCHITECTURE.md: the picture is not of today: cargo run -p xtask -- structure --write".into());
    }
    Ok(faults)
}

/// A path below the root, as it is shown.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Every Rust file below a folder, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            out.extend(files_below(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}
