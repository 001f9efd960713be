//! Phrases as keys of the automaton: the bytes of their word ids, in the order of the ids.

/// The first byte of an id that takes four bytes in the keys of the automaton; ids that need not begin with it take two.
const LONG: u8 = 0xff;

/// A word id in the keys of the automaton, and how many of the bytes it takes: keys are in the order of their ids.
#[inline]
pub(super) fn key_of(id: u32) -> ([u8; 4], usize) {
    let [_, second, third, fourth] = id.to_be_bytes();
    if id < u32::from(LONG) << 8 { ([third, fourth, 0, 0], 2) } else { ([LONG, second, third, fourth], 4) }
}

/// The ids of a key.
pub(super) fn ids_in(mut key: &[u8]) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let (id, rest) = match *key {
            [LONG, second, third, fourth, ref rest @ ..] => (u32::from_be_bytes([0, second, third, fourth]), rest),
            [third, fourth, ref rest @ ..] => (u32::from_be_bytes([0, 0, third, fourth]), rest),
            _ => return None,
        };
        key = rest;
        Some(id)
    })
}
