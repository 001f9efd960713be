//! A fast hash for numbers that are hashes already.

/// A hash of a number that is as good as random in its low bits already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixer(u64);

/// Builds a [`Mixer`].
pub type Mixed = std::hash::BuildHasherDefault<Mixer>;

impl std::hash::Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 29;
    }
}
