//! The features of an edit of recognised text, by name.

unspin_core::features! {
    /// Something that an edit is judged by.
    pub enum Feature;
    /// The features of an edit.
    pub struct Features;
    /// Always 1: its weight is the intercept.
    One = "bias",
    /// Log odds of P(edit | text).
    Posterior = "posterior",
    /// What the confusions of the edit cost, in tens of nats.
    Cost = "cost",
    /// How much the words around speak for the edit, in tens of nats.
    Context = "context",
    /// 1 if all words that stand there are known.
    IsKnown = "known",
    /// What they cost, in tens of nats; 0 if one is unknown.
    KnownRarity = "known_rarity",
    /// −log P of the words that the edit puts there, in tens of nats.
    Rarity = "rarity",
    /// Letters that stand there, in tens; 12 letters at most.
    Length = "length",
    /// Log of the faults a unit of the document.
    DocumentRate = "rate",
    /// 1 if an unknown word with a capital stands inside a sentence.
    InnerCapital = "capital",
    /// 1 if all letters are capitals.
    Capitals = "capitals",
    /// Faults beyond the first.
    MoreFaults = "more_faults",
    /// 1 if a space was lost.
    Joined = "joined",
    /// 1 if a space too many stands there.
    Split = "split",
    /// 1 if a hyphen stands between the units.
    Hyphen = "hyphen",
    /// Faults that no table lists.
    Unlisted = "unlisted",
    /// Log of how often the unknown word stands in the text, times the rarity of the edit in tens of nats.
    Repeats = "repeats",
    /// 1 if the restored word stands elsewhere in the text.
    Elsewhere = "elsewhere",
    /// 1 if one or two letters stand there.
    Short = "short",
    /// 1 if something stands there that is no letter.
    Marks = "marks",
    /// How unlike English the letters are that stand there, in nats a byte above the usual.
    Implausible = "implausible",
    /// 1 if the edit writes a name.
    Name = "name",
    /// Root of the evidence of damage of the document, in nats a unit.
    Evidence = "evidence",
    /// 1 if nothing but capitals changes.
    CaseOnly = "case_only",
    /// Log odds of the likeliest other edit of these units.
    NextBest = "next",
    /// Log odds that what stands there is right.
    AsIs = "as_is",
    /// Edits expected by the unit in the units around.
    Nearby = "nearby",
    /// What the habits of the document add to the confusions, in nats.
    Habit = "habit",
    /// 1 if words are joined that are known by themselves.
    PiecesKnown = "pieces_known",
    /// What the confusions cost by the letter, in nats.
    CostALetter = "cost_a_letter",
    /// Share of the units of the document that are unknown.
    UnknownShare = "unknown_share",
    /// 1 if the edit puts together what a line break cut.
    Cut = "cut",
}
