//! Aligned pages: records of JSON lines with a spun text, its original, and the spinner that made it.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A page that was spun, and what it was spun from; of a clean article both are the same.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    /// Names the page; a string or a number, `null` where the record has none.
    #[serde(default)]
    pub id: serde_json::Value,
    /// The spinner, empty where nobody said.
    #[serde(default)]
    pub spinner: String,
    /// The host it stood on, empty where nobody said.
    #[serde(default)]
    pub site: String,
    /// The spun text.
    pub spun: String,
    /// What it was made from.
    pub orig: String,
}

impl Page {
    /// The id as it is said.
    pub fn name(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_string)
    }
}

/// A file of pages, or a table about them, that does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path.display(), self.reason),
            line => write!(f, "{}:{line}: {}", self.path.display(), self.reason),
        }
    }
}

impl std::error::Error for PageError {}

fn fault(path: &Path, line: usize, reason: impl fmt::Display) -> PageError {
    PageError { path: path.to_path_buf(), line, reason: reason.to_string() }
}

fn text_of(path: &Path) -> Result<String, PageError> {
    std::fs::read_to_string(path).map_err(|e| fault(path, 0, e))
}

/// Reads the pages of a file, each with the number of its line; empty lines are no pages.
///
/// # Errors
///
/// A file that cannot be read, or its first record that is no page.
pub fn read(path: &Path) -> Result<Vec<(usize, Page)>, PageError> {
    let text = text_of(path)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| serde_json::from_str(line).map(|page| (n, page)).map_err(|e| fault(path, n, e))).collect()
}

/// Pages whose spinner was found out after they were labelled.
///
/// A table of five columns, tab-separated: the id of the page, its site, the label it has, the spinner that made it, and
/// what shows that.
#[derive(Clone, Debug, Default)]
pub struct Relabelling(HashMap<(String, String, String), String>);

impl Relabelling {
    /// The name of the table in a folder of dictionaries.
    pub const FILE: &str = "relabelled.tsv";

    /// Reads the table of a folder of dictionaries; a folder without one relabels nothing.
    ///
    /// # Errors
    ///
    /// A table that cannot be read, or its first line that has not five columns.
    pub fn of(dictionaries: &Path) -> Result<Relabelling, PageError> {
        let path = dictionaries.join(Relabelling::FILE);
        if !path.exists() {
            return Ok(Relabelling::default());
        }
        let mut out = HashMap::new();
        for (n, line) in (1..).zip(text_of(&path)?.lines()).filter(|(_, line)| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [id, site, label, spinner, _] = columns[..] else {
                return Err(fault(&path, n, format!("{} columns; expected 5", columns.len())));
            };
            out.insert((id.to_string(), site.to_string(), label.to_string()), spinner.to_string());
        }
        Ok(Relabelling(out))
    }

    /// Names the spinner of a page that stands in the table.
    pub fn apply(&self, page: &mut Page) {
        if let Some(spinner) = self.0.get(&(page.name(), page.site.clone(), page.spinner.clone())) {
            page.spinner.clone_from(spinner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("unspin-pages-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
        folder
    }

    #[test]
    fn what_is_no_page_is_named() {
        let folder = folder("bad", &[("p.jsonl", "{\"spun\":\"a\",\"orig\":\"b\"}\n\n{\"spun\":\"a\"}\n")]);
        let error = read(&folder.join("p.jsonl")).unwrap_err();
        assert_eq!(error.line, 3);
        assert!(error.to_string().contains("p.jsonl:3: missing field `orig`"), "{error}");
        assert_eq!(read(&folder.join("absent.jsonl")).unwrap_err().line, 0);
    }

    /// A page is relabelled by its id, its site and its label; another with the same id is not.
    #[test]
    fn the_table_names_the_spinner() {
        let folder =
            folder("table", &[(Relabelling::FILE, "# id site label spinner why\na-1\tx.com\tother\tfacts\twhy\n")]);
        let known = Relabelling::of(&folder).unwrap();
        for (id, site, label, spinner) in [
            ("a-1", "x.com", "other", "facts"),
            ("a-1", "y.com", "other", "other"),
            ("a-1", "x.com", "folks", "folks"),
            ("a-2", "x.com", "other", "other"),
        ] {
            let mut page = Page {
                id: id.into(),
                spinner: label.into(),
                site: site.into(),
                spun: String::new(),
                orig: String::new(),
            };
            known.apply(&mut page);
            assert_eq!(page.spinner, spinner, "{id} {site} {label}");
        }
        std::fs::write(folder.join(Relabelling::FILE), "a-1\tx.com\tother\n").unwrap();
        assert!(Relabelling::of(&folder).unwrap_err().to_string().ends_with(":1: 3 columns; expected 5"));
    }
}
