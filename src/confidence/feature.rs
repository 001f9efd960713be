//! The features of a change, by name: one table, for whoever measures them, fits weights to them, or asks trees.

unspin_core::features! {
    /// Something that is known of a change beside its posterior.
    pub enum Feature;
    /// The features of a change.
    pub struct Features;
    /// Always 1: its weight is the intercept.
    One = "one",
    /// Log odds of P(change | text, spinner).
    Posterior = "posterior, log odds",
    /// Log odds that any change stands at one of these words.
    AnyChange = "any change here, log odds",
    /// Log of one more than how often the pair was observed.
    ObservedCount = "observed, log count",
    /// 1 if the pair was observed at all.
    IsObserved = "was observed",
    /// Log probability of the rarest word that stands there, in tens of nats.
    SpunRarity = "spun words, log probability",
    /// The same of the words that the change puts there.
    OriginalRarity = "original words, log probability",
    /// 1 if the change adds words or takes some away.
    ChangesLength = "changes the number of words",
    /// 1 if all words on both sides are among the commonest.
    FunctionWords = "both sides function words",
    /// Substitution rate of the document, relative to the habit of the spinner.
    DocumentRate = "rate of the document",
    /// 1 if several words are replaced.
    IsPhrase = "phrase",
    /// Log probability of the change by the channel, in tens of nats.
    Channel = "channel, log probability",
    /// Changes expected by the word in the words around.
    ChangesNearby = "changes nearby",
    /// 1 if the first word has a capital and does not begin a sentence.
    InnerCapital = "capitalised inside a sentence",
    /// 1 if no other change of these words is likelier.
    IsBest = "best of those here",
    /// How much likelier what stands there is to the language model than the change, in tens of nats.
    Context = "context, log ratio",
    /// Log of one more than how often the original stands elsewhere in the text.
    OriginalElsewhere = "original stands elsewhere, log count",
    /// The same of what stands there.
    SpunElsewhere = "spun phrase stands elsewhere, log count",
    /// Mean log odds of the same change elsewhere; 0 where there is none.
    SameElsewhere = "same change elsewhere, mean log odds",
    /// Share of the words that the language model has seen after the two before them, as changed.
    SeenAsChanged = "trigrams as changed, share seen",
    /// The same as they stand.
    SeenAsStanding = "trigrams as they stand, share seen",
    /// Log odds of the likeliest other change of these words.
    BestOther = "best other change here, log odds",
    /// How often the spinner replaces the first word that stands there.
    SpunRate = "rate of the spun word",
    /// How often it replaces the original.
    OriginalRate = "rate of the original",
    /// How much likelier the change is to a second reader than what stands there, in tens of nats; 0 without one.
    SecondReading = "second reading, log odds",
    /// The same against the likeliest other wording of these words, what stands there among them.
    SecondBest = "second reading, log odds against the best other",
}

/// How many features a change has.
pub const FEATURES: usize = Feature::COUNT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_one_feature_each() {
        for (number, feature) in Feature::ALL.into_iter().enumerate() {
            assert_eq!((Feature::named(feature.name()), feature as usize), (Some(feature), number));
            assert!(!feature.name().contains(['\t', '\n']));
        }
        assert_eq!(Feature::named("posterior"), None);
    }
}
