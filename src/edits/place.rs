//! The place of a word: whether a sentence begins there, whether its line is a headline or all in capitals.

use unspin_core::text::case::{Case, is_small};
use unspin_core::text::{Kind, Token};

use crate::document::Finding;

/// A text and its tokens.
#[derive(Clone, Copy)]
pub(crate) struct Place<'r> {
    pub(crate) text: &'r str,
    pub(crate) tokens: &'r [Token],
}

impl Place<'_> {
    /// Tokens of the same sentence that are looked at on either side: more say the same.
    const FAR: usize = 24;

    fn word(&self, at: usize) -> &str {
        &self.text[self.tokens[at].start..self.tokens[at].end]
    }

    /// Whether a word is the first of its sentence, or of what is quoted in it.
    pub(crate) fn begins_sentence(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        let token = &self.tokens[before];
        let gap = self.text.get(token.end..self.tokens[at].start).unwrap_or_default();
        token.kind == Kind::End || gap.contains(['"', '“', '‘', '«']) || gap.contains(" '")
    }

    /// The tokens of the sentence around the tokens `from..to`.
    pub(super) fn around(&self, from: usize, to: usize) -> impl Iterator<Item = &Token> {
        let is_inside = |token: &&Token| token.kind != Kind::End;
        let before = self.tokens[..from].iter().rev().take(Self::FAR).take_while(is_inside);
        let after = self.tokens[to..].iter().take(Self::FAR).take_while(is_inside);
        before.chain(after)
    }

    /// The other words of the sentence of a finding.
    fn others(&self, finding: &Finding) -> impl Iterator<Item = &Token> {
        self.around(finding.from, finding.to).filter(|token| token.kind == Kind::Word)
    }

    /// Whether the words of a finding are in capitals because all of the sentence is.
    pub(crate) fn is_shouted(&self, finding: &Finding) -> bool {
        let own = || (finding.from..finding.to).filter(|&at| self.tokens[at].kind == Kind::Word);
        let has_letters = |at: usize| self.tokens[at].case != Case::None;
        if !own()
            .filter(|&at| has_letters(at))
            .all(|at| self.tokens[at].case == Case::Upper || self.word(at).len() == 1)
        {
            return false;
        }
        // "THE WHITE HOME STATED, he wrote": the words beside it tell as much as the line.
        let beside = [finding.from.checked_sub(1), Some(finding.to)];
        let is_loud = |token: &Token| token.case == Case::Upper && token.end - token.start > 3;
        if beside.into_iter().flatten().filter_map(|at| self.tokens.get(at)).any(is_loud) {
            return true;
        }
        let is_lettered = |token: &&Token| token.case != Case::None && token.end - token.start > 1;
        let (capitals, all) = self
            .others(finding)
            .filter(is_lettered)
            .fold((0, 0), |(capitals, all), token| (capitals + usize::from(token.case == Case::Upper), all + 1));
        // A line of one word is shouted if the word is no abbreviation.
        if all == 0 { own().all(|at| self.word(at).len() > 4) } else { 4 * capitals >= 3 * all }
    }

    /// Whether the sentence of a finding is a headline: every longer word has a capital.
    pub(crate) fn is_headline(&self, finding: &Finding) -> bool {
        /// Fewer words are no headline that could be told from a name.
        const LEAST: usize = 3;
        let is_content = |token: &&Token| {
            let word = &self.text[token.start..token.end];
            token.case != Case::None && word.len() > 3 && !is_small(&word.to_lowercase())
        };
        let (capitals, all) = self
            .others(finding)
            .filter(is_content)
            .fold((0, 0), |(capitals, all), token| (capitals + usize::from(token.case != Case::Lower), all + 1));
        all >= LEAST && 5 * capitals >= 4 * all
    }
}
