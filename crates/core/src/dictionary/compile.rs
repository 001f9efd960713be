//! From reviewed text to the tables that are walked: entries read, weighed (`weigh`), written
//! (`write`), phrases keyed by word ids.
//!
//! The channel P(spun | original) of a spinner has two parts, the **rate** of an original and the **share** of a
//! spun phrase. What does not fit the tables is refused with the file and line at fault; nothing is cut.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

pub use super::language::{CONTEXT_WEIGHT, Language, MAX_PHRASE};
use super::language::{Phrase, Place};
use super::source::{Item, Source};
use super::weigh::{Entry, Known, Spinner};
use super::{DictionaryError, expand, record, write};
use crate::text::vocabulary::{EDGE, FIRST_WORD, NUMBER, PAUSE, POSSESSIVE, UNKNOWN};
use crate::text::{Kind, Token, fold_into, tokens};

/// The most spinners of a dictionary: a record numbers them in a byte.
pub const MAX_SPINNERS: usize = 255;
/// The largest word id: keys of the automaton have three bytes for it.
const LAST_ID: u32 = 0xff_ffff;

/// A compiled dictionary, and the words that it added to the vocabulary it was compiled against.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// New words; their ids go on from `first_id`.
    pub words: Vec<Arc<str>>,
    /// The tables of the dictionary, as the engine reads them.
    pub bytes: Vec<u8>,
    /// Names what the dictionary knows, whatever the names of its files.
    pub hash: u64,
}

/// Compiles dictionaries.
///
/// # Errors
///
/// The first entry that is no phrase: empty, longer than [`MAX_PHRASE`] words, or with punctuation
/// between its words. What the tables have no room for: a spinner's name with a control character, more
/// than [`MAX_SPINNERS`] spinners, 16,777,215 lines or different words.
pub fn compile<'l>(sources: &'l [Source], language: &'l Language<'l>) -> Result<Compiled, DictionaryError> {
    let mut compiler = Compiler {
        language,
        new_ids: HashMap::new(),
        words: Vec::new(),
        spinners: Vec::new(),
        numbers: HashMap::new(),
        found: Vec::new(),
        folded: String::new(),
    };
    let mut lines = Lines::default();
    for source in sources {
        compiler.read(source, lines.start)?;
        lines.add(source)?;
    }
    for spinner in &mut compiler.spinners {
        spinner.merge().map_err(|(Place(line), reason)| lines.error(line, reason))?;
    }
    let first_source = sources.first().map(|source| source.path.clone()).unwrap_or_default();
    let total_words = language.first_id as usize + compiler.words.len();
    let (bytes, hash) = write::write(&compiler.spinners, &lines.files, total_words, language)
        .map_err(|reason| DictionaryError::new(&first_source, 0, reason))?;
    Ok(Compiled { words: compiler.words, bytes, hash })
}

/// The lines of all files, counted on.
#[derive(Debug, Default)]
struct Lines {
    /// The number of lines before the next file.
    start: u32,
    /// The files, and the number of lines before each.
    files: Vec<(u32, String)>,
}

impl Lines {
    fn add(&mut self, source: &Source) -> Result<(), DictionaryError> {
        self.files.push((self.start, source.path.display().to_string()));
        let last = source.items.iter().map(|(line, _)| *line).max().unwrap_or(0);
        self.start = place(source, self.start, last)?.0;
        Ok(())
    }

    /// An error at a line that is counted over all files.
    fn error(&self, line: u32, reason: String) -> DictionaryError {
        let after = self.files.partition_point(|(start, _)| *start < line);
        let (start, path) = after.checked_sub(1).map_or((0, ""), |n| (self.files[n].0, self.files[n].1.as_str()));
        DictionaryError::new(Path::new(path), (line - start) as usize, reason)
    }
}

/// A line of a source, counted over all files.
fn place(source: &Source, start: u32, line: usize) -> Result<Place, DictionaryError> {
    let number = u32::try_from(line).ok().and_then(|line| start.checked_add(line));
    number.filter(|&number| number <= record::LAST_LINE).map(Place).ok_or_else(|| {
        let reason = format!("too many lines; the files of a dictionary have at most {} together", record::LAST_LINE);
        DictionaryError::new(&source.path, line, reason)
    })
}

struct Compiler<'l> {
    language: &'l Language<'l>,
    new_ids: HashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
    spinners: Vec<Spinner<'l>>,
    /// The numbers of the spinners.
    numbers: HashMap<String, usize>,
    /// Room for the words of a phrase.
    found: Vec<Token>,
    folded: String,
}

impl<'l> Compiler<'l> {
    /// The number of the spinner of a source.
    fn spinner(&mut self, source: &Source) -> Result<usize, DictionaryError> {
        let name = source.spinner.as_str();
        if let Some(&number) = self.numbers.get(name) {
            return Ok(number);
        }
        let failed = |reason: String| Err(DictionaryError::new(&source.path, 0, reason));
        if name.trim().is_empty() || name.contains(char::is_control) {
            return failed(format!("{name:?} is no name of a spinner: it is empty or has a control character"));
        }
        if self.spinners.len() == MAX_SPINNERS {
            return failed(format!("`{name}` is one spinner too many; a dictionary has at most {MAX_SPINNERS}"));
        }
        self.spinners.push(Spinner { name: name.to_string(), ..Spinner::default() });
        self.numbers.insert(name.to_string(), self.spinners.len() - 1);
        Ok(self.spinners.len() - 1)
    }

    fn ids(&mut self, phrase: &str) -> Result<Phrase, String> {
        if phrase.contains(char::is_control) {
            return Err(format!("{phrase:?} has a control character"));
        }
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        tokens(phrase, &mut found);
        let (mut ids, mut count) = (Phrase::default(), 0);
        for token in &found {
            let word = &phrase[token.start..token.end];
            // The stop of an abbreviation ("sq.") is no part of the word.
            if token.kind == Kind::End && word == "." {
                continue;
            }
            let id = match token.kind {
                Kind::Possessive => POSSESSIVE,
                Kind::Word => self.id(word)?,
                Kind::Pause | Kind::End | Kind::Opaque => {
                    return Err(format!("`{phrase}`: `{word}` cannot stand in a phrase"));
                }
            };
            ids.push(id);
            count += 1;
        }
        self.found = found;
        match count {
            0 => Err(format!("`{phrase}` has no words")),
            n if n > MAX_PHRASE => Err(format!("`{phrase}` has {n} words; the limit is {MAX_PHRASE}")),
            _ => Ok(ids),
        }
    }

    fn id(&mut self, word: &str) -> Result<u32, String> {
        let mut key = std::mem::take(&mut self.folded);
        key.clear();
        fold_into(word, &mut key);
        if key == "an" {
            key.truncate(1);
        }
        let known = (self.language.id)(&key).or_else(|| self.new_ids.get(key.as_str()).copied());
        let id = match known {
            Some(id) => id,
            None => {
                let next = u32::try_from(self.words.len()).ok().and_then(|new| new.checked_add(self.language.first_id));
                let id = next.filter(|&id| id <= LAST_ID).ok_or_else(|| {
                    format!("`{word}` is one word too many; dictionaries have at most {LAST_ID} different words")
                })?;
                let new: Arc<str> = key.as_str().into();
                self.words.push(new.clone());
                self.new_ids.insert(new, id);
                id
            }
        };
        self.folded = key;
        Ok(id)
    }

    /// Reads the items of a source, before which other files had so many lines.
    fn read(&mut self, source: &'l Source, start: u32) -> Result<(), DictionaryError> {
        let at = self.spinner(source)?;
        for (line, item) in &source.items {
            let failed = |reason: String| DictionaryError::new(&source.path, *line, reason);
            let from = place(source, start, *line)?;
            match item {
                Item::Pair { spun, original, count } => {
                    let entry = Known { observed: *count, is_guess: false, from };
                    self.add(at, spun, Cow::Borrowed(original), entry).map_err(failed)?;
                }
                Item::Exposure { word, replaced, kept } => {
                    let id = self.id(word).map_err(failed)?;
                    let exposure = self.spinners[at].exposures.entry(id).or_default();
                    let sums = exposure.0.checked_add(*replaced).zip(exposure.1.checked_add(*kept));
                    *exposure = sums.ok_or_else(|| failed(format!("the counts of `{word}` are too large together")))?;
                }
                Item::Group { .. } => {
                    for (spun, original) in expand::rewrites(item).map_err(failed)? {
                        let entry = Known { observed: 0, is_guess: source.is_guessed(), from };
                        self.add(at, &spun, Cow::Owned(original), entry).map_err(failed)?;
                    }
                }
                Item::Keep { phrase } => {
                    let ids = self.ids(phrase).map_err(failed)?;
                    self.spinners[at].keeps.push(ids);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, spinner: usize, spun: &str, original: Cow<'l, str>, known: Known) -> Result<(), String> {
        if crate::meaning::changed(spun, &original).is_some() {
            // Never used, however often it was seen; the lint names it.
            return Ok(());
        }
        let spun = self.ids(spun)?;
        let ids = self.ids(&original)?;
        // Forms of different words may coincide ("put", "put"); nothing is rewritten then.
        if spun != ids {
            self.spinners[spinner].entries.push(Entry { spun, original, ids, known });
        }
        Ok(())
    }
}

/// The classes are no words: a phrase may name a possessive, never an edge.
const _: () = assert!(UNKNOWN < FIRST_WORD && EDGE < FIRST_WORD && PAUSE < FIRST_WORD && NUMBER < FIRST_WORD);
