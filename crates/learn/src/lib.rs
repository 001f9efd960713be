//! What aligned pairs of spun and original text teach: substitutions, exposures and scores.

pub mod align;
pub mod boost;
pub mod confusions;
pub mod coverage;
pub mod lesson;
pub mod logistic;
pub mod names;
pub mod pages;
pub mod pairs;
pub mod score;
pub mod texts;
