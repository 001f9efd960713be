//! What a call leaves out: patterns as those of `.gitignore`.

use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::status::Refusal;

/// A star stands for any part of a name, for a dot at its start, too.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// Patterns, of which the last that matches a path decides over it.
#[derive(Debug, Default)]
pub(super) struct Exclude {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    /// Whether it is about the path, not about the name alone.
    is_path: bool,
    /// Whether it is about folders alone.
    is_folder: bool,
    /// Whether what it matches is taken back.
    is_kept: bool,
}

impl Exclude {
    /// Reads patterns.
    pub(super) fn read(patterns: &[String]) -> Result<Exclude, Refusal> {
        let rules = patterns.iter().map(|pattern| {
            let wrong = |why: &str| Refusal::from(format!("--exclude {pattern}: {why}"));
            let (body, is_kept) = pattern.strip_prefix('!').map_or((pattern.as_str(), false), |body| (body, true));
            let (body, is_folder) = body.strip_suffix('/').map_or((body, false), |body| (body, true));
            let is_path = body.contains('/');
            let body = body.strip_prefix('/').unwrap_or(body);
            if body.is_empty() {
                return Err(wrong("an empty pattern"));
            }
            let pattern = Pattern::new(body).map_err(|error| wrong(error.msg))?;
            Ok(Rule { pattern, is_path, is_folder, is_kept })
        });
        Ok(Exclude { rules: rules.collect::<Result<_, _>>()? })
    }

    /// Whether a path is left out: by itself, or with a folder that it is in.
    pub(super) fn has(&self, path: &Path, is_folder: bool) -> bool {
        if self.rules.is_empty() {
            return false;
        }
        let names: Vec<_> = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        let mut above = PathBuf::new();
        names.iter().enumerate().any(|(at, name)| {
            above.push(name);
            self.is_left(&above, is_folder || at + 1 < names.len())
        })
    }

    fn is_left(&self, path: &Path, is_folder: bool) -> bool {
        let is_match = |rule: &&Rule| {
            let about = if rule.is_path { path } else { path.file_name().map_or(path, Path::new) };
            (is_folder || !rule.is_folder) && rule.pattern.matches_path_with(about, OPTIONS)
        };
        self.rules.iter().rev().find(is_match).is_some_and(|rule| !rule.is_kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        for (patterns, left, kept) in [
            (&["*.txt"][..], &["a.txt", "in/b.txt", ".txt"][..], &["a.txt.gz", "txt/a"][..]),
            (&["tmp"], &["tmp", "tmp/a", "in/tmp/b/c"], &["tmp2", "in/tmps/a"]),
            (&["tmp/"], &["tmp/a", "in/tmp/b"], &["tmp", "in/tmp"]),
            (&["/tmp"], &["tmp", "tmp/a"], &["in/tmp"]),
            (&["in/*.txt"], &["in/a.txt", "./in/a.txt"], &["in/deep/a.txt", "all/in/a.txt"]),
            (&["in/**"], &["in/a", "in/deep/a"], &["all/in/a"]),
            (&["**/old"], &["old", "in/old/a"], &["in/older"]),
            (&["*.txt", "!keep.txt"], &["a.txt"], &["keep.txt", "in/keep.txt"]),
            (&["!keep.txt", "*.txt"], &["keep.txt"], &["a"]),
            (&["[ab]?.txt"], &["a1.txt", "b2.txt"], &["c1.txt", "a.txt"]),
            (&[], &[], &["a"]),
        ] {
            let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_string()).collect();
            let Ok(exclude) = Exclude::read(&patterns) else { panic!("{patterns:?}") };
            left.iter().for_each(|path| assert!(exclude.has(Path::new(path), false), "{patterns:?} {path}"));
            kept.iter().for_each(|path| assert!(!exclude.has(Path::new(path), false), "{patterns:?} {path}"));
        }
        for pattern in ["", "/", "!", "a[", "a**b"] {
            assert!(Exclude::read(&[pattern.into()]).is_err(), "{pattern}");
        }
    }
}
