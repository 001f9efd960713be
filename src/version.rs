//! The version of a restorer: what it was made of, named by the hash of each part.

use std::fmt::Write;
use std::sync::Arc;

use unspin_core::language_model::storage::checksum;

use crate::embedded::Versions;

/// The parts of a restorer that are not those of every restorer.
pub(crate) struct Parts<'p> {
    /// The hash of the model, if it is not the embedded one.
    pub(crate) model: Option<u64>,
    /// The hashes of the user's dictionaries, in their order.
    pub(crate) dictionaries: Vec<u64>,
    /// Whether the embedded dictionaries are used too.
    pub(crate) is_builtin: bool,
    /// The weights of the confidence as text, if they are not the embedded ones.
    pub(crate) weights: Option<String>,
    /// The version of the second reader and its weights, if there is one.
    pub(crate) reader: Option<String>,
    pub(crate) protected: &'p [String],
    /// The spinners that are asked about, if not all.
    pub(crate) spinners: Option<Vec<&'p str>>,
    /// The versions of the embedded parts.
    pub(crate) embedded: Versions,
}

impl Parts<'_> {
    /// The version that names these parts.
    pub(crate) fn version(&self) -> Arc<str> {
        let model = self.model.map_or(self.embedded.model.to_string(), |hash| format!("{:08x}", hash >> 32));
        let mut out = format!("unspin {} model {model}", env!("CARGO_PKG_VERSION"));
        let mut part = |name: &str, hash: &str| {
            // Writing to a string does not fail.
            let _ = write!(out, " {name} {hash}");
        };
        let embedded = self.is_builtin.then_some(self.embedded.dictionaries);
        match (&self.dictionaries[..], embedded) {
            ([], Some(embedded)) => part("dictionaries", embedded),
            (own, embedded) => {
                let own = own.iter().flat_map(|hash| hash.to_le_bytes());
                part("dictionaries", &short(own.chain(embedded.unwrap_or_default().bytes())));
            }
        }
        match &self.weights {
            Some(weights) => part("weights", &short(weights.bytes())),
            None => part("weights", self.embedded.weights),
        }
        if let Some(reader) = &self.reader {
            part("reader", &short(reader.bytes()));
        }
        if !self.protected.is_empty() {
            part("protected", &of_set(self.protected.iter().map(String::as_str).collect()));
        }
        if let Some(spinners) = &self.spinners {
            part("spinners", &of_set(spinners.clone()));
        }
        out.into()
    }
}

/// The first half of a hash: enough to name a version, and short enough to be read out.
fn short(bytes: impl Iterator<Item = u8>) -> String {
    format!("{:08x}", checksum(&bytes.collect::<Vec<u8>>()) >> 32)
}

/// A hash of names, in whatever order they come.
fn of_set(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    short(names.into_iter().flat_map(|name| name.bytes().chain([b'\n'])))
}
