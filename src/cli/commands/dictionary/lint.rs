//! `unspin dictionary lint`: whether files of entries keep the rules of their format, and clean text stays clean.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use unspin_core::dictionary::lint::{lint, overfires};

use crate::cli::status::{Refusal, Status};
use crate::{Unspin, embedded};

/// Lines of faults that are said.
const SAID: usize = 200;

/// Checks files and folders of entries.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files of entries, folders of them, or a folder with a folder for each spinner
    #[arg(value_name = "PATH", default_value = "dictionaries")]
    paths: Vec<PathBuf>,
    /// Clean records, JSON lines with `text` or `orig`: no entry may edit them more than its evidence allows
    #[arg(long, value_name = "FILE", num_args = 1..)]
    clean: Vec<PathBuf>,
}

/// What is wrong, as a refusal; else what was checked.
pub(super) fn page(arguments: &Arguments) -> Result<String, Refusal> {
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for path in &arguments.paths {
        files_of(path, &mut files)?;
    }
    if files.is_empty() {
        return Err("no file of entries: they end in .tsv or .txt".into());
    }
    let damaged = || Refusal::failed("the embedded tables are damaged");
    let vocabulary = embedded::vocabulary().ok_or_else(damaged)?;
    let words = embedded::context().ok_or_else(damaged)?.words();
    // The words of the dictionaries come after those of the language model.
    let knows = |word: &str| vocabulary.get(word).is_some_and(|id| (id as usize) < words);
    for file in &files {
        let read = std::fs::read(file).map_err(|error| Refusal::failed(format!("{}: {error}", file.display())))?;
        match (String::from_utf8(read), kind(file)) {
            (Err(error), _) => {
                let at = error.utf8_error().valid_up_to();
                faults.push(format!("{}: invalid UTF-8 at byte {at}", file.display()));
            }
            (Ok(text), "terms") => terms(file, &text, &mut faults),
            (Ok(text), "ocr" | "pages") => table(file, &text, &mut faults),
            (Ok(text), _) => faults.extend(lint(file, &text, &knows).iter().map(ToString::to_string)),
        }
    }
    if !arguments.clean.is_empty() && faults.is_empty() {
        fired(arguments, &mut faults)?;
    }
    if faults.is_empty() {
        return Ok(format!("{} dictionary files, no fault\n", files.len()));
    }
    let count = faults.len();
    faults.truncate(SAID);
    faults.push(format!("{count} faults in {} dictionary files", files.len()));
    Err(Refusal { status: Status::Unread, reason: faults.join("\n") })
}

/// The kind of file, by the folder that it lies in, or by its name if it is about pages and no spinner.
fn kind(file: &Path) -> &str {
    if file.ends_with("relabelled.tsv") {
        return "pages";
    }
    file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default()
}

/// The files of entries that a path names: itself, those of the folder, and those of the folders in it.
fn files_of(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Refusal> {
    let failed = |path: &Path, error: std::io::Error| Refusal::failed(format!("{}: {error}", path.display()));
    if !std::fs::metadata(path).map_err(|error| failed(path, error))?.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let sorted = |folder: &Path| -> Result<Vec<PathBuf>, Refusal> {
        let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut paths: Vec<PathBuf> =
            entries.map_err(|e| failed(folder, e))?.iter().map(std::fs::DirEntry::path).collect();
        paths.sort();
        Ok(paths)
    };
    let is_entries = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "tsv" || ending == "txt");
    for below in sorted(path)? {
        if below.is_dir() && !below.ends_with("context") {
            files.extend(sorted(&below)?.into_iter().filter(is_entries));
        } else if is_entries(&below) {
            files.push(below);
        }
    }
    Ok(())
}

/// The entries that edit clean records more often than their evidence allows.
fn fired(arguments: &Arguments, faults: &mut Vec<String>) -> Result<(), Refusal> {
    let mut builder = Unspin::builder();
    for path in &arguments.paths {
        // Those of a folder of spinners are embedded.
        let is_own = !path.is_dir()
            || !std::fs::read_dir(path).is_ok_and(|mut all| all.any(|e| e.is_ok_and(|e| e.path().is_dir())));
        if is_own {
            builder = builder.dictionary(path).map_err(|error| error.to_string())?;
        }
    }
    let unspin = builder.build().map_err(|error| error.to_string())?;
    let mut fired: BTreeMap<(String, u32), (u32, u32)> = BTreeMap::new();
    for path in &arguments.clean {
        let text = std::fs::read_to_string(path).map_err(|e| Refusal::failed(format!("{}: {e}", path.display())))?;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let place = || format!("{}:{}", path.display(), number + 1);
            let record: serde_json::Value = serde_json::from_str(line).map_err(|e| format!("{}: {e}", place()))?;
            let text = ["orig", "text"].iter().find_map(|field| record[field].as_str());
            let text = text.ok_or_else(|| format!("{}: no field `text` or `orig`", place()))?;
            for entry in unspin.restore(text).edits().iter().filter_map(|edit| edit.entry.as_ref()) {
                let count = fired.entry((entry.file.to_string(), entry.line)).or_default();
                *count = (count.0 + 1, entry.observed);
            }
        }
    }
    faults.extend(overfires(&fired).into_iter().map(|entry| {
        let (file, line, count, observed) = (entry.file, entry.line, entry.fired, entry.observed);
        format!("{file}:{line}: edits clean text {count} times; observed {observed} times")
    }));
    Ok(())
}

/// A table says in its head what it is and where from. No line has fewer columns than the first (a mark may follow, or a
/// tree), and none is empty.
fn table(path: &Path, text: &str, faults: &mut Vec<String>) {
    if !text.starts_with("# ") {
        faults.push(format!("{}: the head does not say what the table is and where it is from", path.display()));
    }
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let columns = |line: &str| line.split('\t').count();
    let expected = lines().next().map_or(0, |(_, line)| columns(line));
    let is_odd = |line: &str| columns(line) < expected || line.split('\t').any(str::is_empty);
    let odd = lines().filter(|(_, line)| is_odd(line));
    faults.extend(odd.map(|(n, _)| format!("{}:{}: an empty column, or fewer than {expected}", path.display(), n + 1)));
}

/// Terms are sorted, distinct, of two words or more, under a head that names source and licence.
fn terms(path: &Path, text: &str, faults: &mut Vec<String>) {
    let terms: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).map(|(n, l)| (n + 1, l)).collect();
    if !(text.contains("# source: ") && text.contains("# licence: ")) {
        faults.push(format!("{}: the head of the file lacks `# source:` or `# licence:`", path.display()));
    }
    for pair in terms.windows(2) {
        if pair[1].1 <= pair[0].1 {
            faults.push(format!("{}:{}: `{}` is out of order or there twice", path.display(), pair[1].0, pair[1].1));
        }
    }
    for (line, term) in terms {
        if !term.contains([' ', '-', '\'', '&']) {
            faults.push(format!("{}:{line}: `{term}` is a single word", path.display()));
        }
    }
}
