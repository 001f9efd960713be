//! The constants of the edits stage: how sure an edit must be, and how far neighbours count. Units and values, and what
//! measured them.

/// A modal is taken away, and "younger" made "young", only by an edit as sure as this, a probability: "can be" was "is",
/// "will be" and "can be". 0.9 let through a "would be" of our own articles, 0.96 a "can be closed" of the cases, which was
/// 0.976 sure.
pub(super) const MODAL_CONFIDENCE: f32 = 0.98;
/// A modal of another force is written only by an edit as sure as this, a probability: "would" for "could". At 0.9 `folks` has
/// the error reduction of no such rule (11 folds) at a precision of 0.9078 for 0.9062; 0.8 let "may have been" through.
pub(super) const FORCE_CONFIDENCE: f32 = 0.9;
/// "Second" is read as no number only by an edit as sure as this, a probability. Chosen, not measured.
pub(super) const ORDINAL_CONFIDENCE: f32 = 0.9;
/// An edit of a word that is a name by itself, "Subway", must be as sure as this, a probability. Chosen, not measured.
pub(super) const ALONE_CONFIDENCE: f32 = 0.9;
/// An edit that makes a known name of one that is no commoner must be as sure as this, a probability. Chosen, not measured.
pub(super) const KNOWN_CONFIDENCE: f32 = 0.9;
/// A change of a name that is sure elsewhere in the text is made at this share of the confidence asked for. Chosen, not
/// measured.
pub(super) const NAME_SHARE: f32 = 0.5;
/// Findings of the same words stand no further apart than this, in findings.
pub(super) const SAME_PLACE: usize = 12;
/// Rounds after which what is left of numbers stands: an edit that is taken back may leave its neighbour alone.
pub(super) const NUMBER_ROUNDS: usize = 3;
