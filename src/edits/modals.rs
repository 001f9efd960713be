//! Modals: what may, will or must be. An edit that takes one away, or makes one of another force, is surely right.
//!
//! Spinners write "could" for "may", which says the same, and for "would", which does not.

/// What a modal says of what is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Force {
    /// It may be.
    Possible,
    /// It will be.
    Certain,
    /// It must be.
    Due,
    /// It should be.
    Fit,
}

const MODALS: [(&str, Force); 18] = [
    ("can", Force::Possible),
    ("could", Force::Possible),
    ("may", Force::Possible),
    ("might", Force::Possible),
    ("can't", Force::Possible),
    ("couldn't", Force::Possible),
    ("cannot", Force::Possible),
    ("mightn't", Force::Possible),
    ("will", Force::Certain),
    ("would", Force::Certain),
    ("shall", Force::Certain),
    ("won't", Force::Certain),
    ("wouldn't", Force::Certain),
    ("must", Force::Due),
    ("mustn't", Force::Due),
    ("should", Force::Fit),
    ("shouldn't", Force::Fit),
    ("ought", Force::Fit),
];

/// The force of the first modal of a phrase.
fn force(phrase: &str) -> Option<Force> {
    let of_word = |word: &str| {
        if word.contains('’') {
            let word = word.to_lowercase().replace('’', "'");
            return MODALS.iter().find(|(modal, _)| *modal == word);
        }
        MODALS.iter().find(|(modal, _)| word.eq_ignore_ascii_case(modal))
    };
    phrase.split(' ').find_map(of_word).map(|&(_, force)| force)
}

/// Whether a rewrite takes a modal away: "can be" for "is".
pub(super) fn drops_modal(spun: &str, original: &str) -> bool {
    force(spun).is_some() && force(original).is_none()
}

/// Whether a rewrite makes a modal of another force, "could" for "would", or before "have", where "could" says what
/// did not happen, one of another kind: "could have" for "may have".
pub(super) fn turns_modal(spun: &str, original: &str, after: &str) -> bool {
    let (Some(was), Some(becomes)) = (force(spun), force(original)) else { return false };
    let has = |phrase: &str, sought: &str| phrase.split(' ').any(|word| word.eq_ignore_ascii_case(sought));
    let is_past = has(spun, "have") || after.eq_ignore_ascii_case("have");
    was != becomes || is_past && has(spun, "may") != has(original, "may")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modals_are_told_from_other_verbs() {
        assert!(drops_modal("can be", "is") && drops_modal("Can be", "are") && drops_modal("won't be", "is not"));
        assert!(!drops_modal("may", "would") && !drops_modal("had been", "was"));
    }

    #[test]
    fn a_modal_of_another_force_is_told() {
        assert!(
            turns_modal("could", "would", "be")
                && turns_modal("must", "should", "")
                && turns_modal("can’t", "won't", "")
        );
        assert!(turns_modal("could have", "may have", "") && turns_modal("might", "may", "have"));
        assert!(!turns_modal("might", "could", "") && !turns_modal("might", "could", "have"));
        assert!(
            !turns_modal("will", "would", "")
                && !turns_modal("can be", "is", "")
                && !turns_modal("ought to", "should", "")
        );
    }
}
