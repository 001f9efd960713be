//! What recognised text is read with: words and names, confusions of letters.
//!
//! | module | owns |
//! | --- | --- |
//! | [`lexicon`] | words and names, and how rare they are |
//! | [`confusions`] | what letters are misread as, and the kinds of faults |

pub mod confusions;
pub mod lexicon;
