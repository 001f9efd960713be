//! A word of a text, as channels and lattices read it.

/// A word as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its id.
    pub(crate) id: u32,
    /// Whether it must stand as it is.
    pub(crate) frozen: bool,
    /// Whether it begins with a capital.
    pub(crate) capitalised: bool,
    /// Whether something other than white space parts it from the word before: no phrase crosses that.
    pub(crate) parted: bool,
}
