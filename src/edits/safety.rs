//! What no edit may change, alone or beside others: negations, numbers, genders, names, the agreement of verbs.

use unspin_core::meaning::keeps_beside;
use unspin_core::meaning::names::Names;
use unspin_core::text::{Kind, Token};

use super::agreement;
use super::degree::changes_degree;
use super::known_names::KnownNames;
use super::params::{FORCE_CONFIDENCE, MODAL_CONFIDENCE, ORDINAL_CONFIDENCE};
use super::place::Place;
use super::realize::Realizer;
use super::{modals, ordinals};
use crate::channel::Word;
use crate::document::Finding;

/// A text, and what is known of names.
pub(crate) struct Safety<'r> {
    pub(crate) text: &'r str,
    pub(crate) tokens: &'r [Token],
    pub(crate) words: &'r [Word],
    pub(crate) names: &'r Names,
}

impl Safety<'_> {
    /// Whether a finding leaves alone what no edit may change.
    pub(crate) fn admits(&self, realizer: &Realizer, finding: &Finding) -> bool {
        let Some(edit) = realizer.edit(finding) else { return false };
        let spun = &self.text[edit.span.clone()];
        let restored = edit.replacement.trim();
        let (before, after) = self.neighbours(finding);
        keeps_beside(before, spun, restored, after)
            && self.keeps_second(finding, spun, restored)
            && self.keeps_grammar(finding, spun, restored, after)
            && self.keeps_names(finding, restored)
    }

    /// The words right before and after a finding; empty where there is none.
    fn neighbours(&self, finding: &Finding) -> (&str, &str) {
        let word = |at: usize| &self.text[self.tokens[at].start..self.tokens[at].end];
        let is_word = |at: usize| self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word);
        let before = finding.from.checked_sub(1).filter(|&at| is_word(at) && !self.words[finding.from].parted);
        let after = Some(finding.to).filter(|&at| is_word(at) && !self.words[at].parted);
        (before.map_or("", word), after.map_or("", word))
    }

    fn keeps_second(&self, finding: &Finding, spun: &str, restored: &str) -> bool {
        !ordinals::drops_second(spun, restored)
            || finding.posterior >= ORDINAL_CONFIDENCE
                && !ordinals::is_counted(Place { text: self.text, tokens: self.tokens }, finding.from, finding.to)
    }

    fn keeps_grammar(&self, finding: &Finding, spun: &str, restored: &str, after: &str) -> bool {
        let least = if modals::drops_modal(spun, restored) || changes_degree(spun, restored) {
            MODAL_CONFIDENCE
        } else if modals::turns_modal(spun, restored, after) {
            FORCE_CONFIDENCE
        } else {
            0.0
        };
        if finding.posterior < least {
            return false;
        }
        agreement::suits_verb(spun, restored, after)
    }

    fn keeps_names(&self, finding: &Finding, restored: &str) -> bool {
        if !self.words[finding.from].capitalised {
            return true;
        }
        let names = KnownNames::new(self.names, self.text, self.tokens);
        let span = finding.from..finding.to;
        !names.is_titled(span.clone())
            && names.least_confidence(span, restored).is_some_and(|least| finding.posterior >= least)
    }
}
