//! The tables that the engine embeds, each by itself.

use std::collections::HashMap;

use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::telltales::Telltales;
use unspin_core::text::tokens;
use unspin_core::text::vocabulary::Vocabulary;

/// The spinner whose habits the spun text shows: the commonest.
pub const SPINNER: &str = "folks";

/// What the build of `unspin` lays out, as bytes; [`embedded!`](crate::embedded!) has it.
pub struct Embedded {
    /// The language model.
    pub context: &'static [u8],
    /// The phrases of all spinners.
    pub dictionary: &'static [u8],
    /// The words and their ids.
    pub vocabulary: &'static [u8],
    /// What the prefilter looks for.
    pub telltales: &'static str,
}

/// The tables of the package `unspin`; its benches and examples may ask for them, for whom its build has run.
#[macro_export]
macro_rules! embedded {
    () => {
        $crate::Embedded {
            context: include_bytes!(concat!(env!("OUT_DIR"), "/context.bin")),
            dictionary: include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.bin")),
            vocabulary: include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin")),
            telltales: include_str!(concat!(env!("OUT_DIR"), "/telltales.tsv")),
        }
    };
}

/// The embedded tables, stage by stage.
pub struct Tables {
    /// The language model.
    pub context: TrigramModel<'static>,
    /// The phrases of all spinners.
    pub dictionary: Dictionary,
    /// The words and their ids.
    pub vocabulary: Vocabulary<'static>,
    /// What the prefilter looks for.
    pub telltales: Telltales,
}

impl Tables {
    /// The tables of a program.
    pub fn new(embedded: &Embedded) -> Tables {
        Tables {
            context: TrigramModel::from_bytes(embedded.context).expect("context"),
            dictionary: Dictionary::from_static(embedded.dictionary).expect("dictionary"),
            vocabulary: Vocabulary::from_bytes(embedded.vocabulary).expect("vocabulary"),
            telltales: Telltales::from_text(embedded.telltales).expect("telltales"),
        }
    }

    /// The ids of the words of a text.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        tokens(text, &mut found);
        self.vocabulary.ids(text, &found)
    }

    /// Each phrase with its likeliest original.
    pub fn phrases(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        self.dictionary.for_each_phrase(|ids, found| {
            let best = found
                .numbers()
                .filter_map(|n| self.dictionary.rewrite(n))
                .max_by(|a, b| (a.rate * a.log_share.exp()).total_cmp(&(b.rate * b.log_share.exp())));
            if let (Some(best), Some(spun)) = (best, self.spell(ids)) {
                out.push((spun, best.text.to_string()));
            }
        });
        out
    }

    fn spell(&self, ids: &[u32]) -> Option<String> {
        let mut out = String::new();
        for &id in ids {
            let word = self.vocabulary.word(id)?;
            if !out.is_empty() && word != "'s" {
                out.push(' ');
            }
            out.push_str(word);
        }
        Some(out)
    }

    /// What the spinner writes for each original.
    pub(crate) fn spellings(&self) -> HashMap<String, Vec<String>> {
        let spinner = self.dictionary.spinners().iter().position(|s| s == SPINNER).expect("spinner") as u8;
        let mut out: HashMap<String, Vec<String>> = HashMap::new();
        self.dictionary.for_each_phrase(|ids, found| {
            for rewrite in found.numbers().filter_map(|n| self.dictionary.rewrite(n)) {
                if rewrite.spinner == spinner && rewrite.observed > 0 {
                    out.entry(rewrite.text.to_string()).or_default().extend(self.spell(ids));
                }
            }
        });
        out.values_mut().for_each(|all| all.sort());
        out
    }
}
