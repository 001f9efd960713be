//! A bucket of the bigram hash table: one cache line with four bigrams of the same first word.

/// Bigrams in a cache line.
pub(super) const BUCKET: usize = 4;
/// Bytes of a line, stored by column so that its four keys are compared at once: second word, first trigram, Bloom
/// filter of the last words of the trigrams, their number, probability, backoff.
pub(super) const LINE: usize = 64;
const FIRST_AT: usize = 8;
const BLOOM_AT: usize = 24;
const COUNT_AT: usize = 40;
const CODE_AT: usize = 48;
const BACKOFF_AT: usize = 52;
/// The overflow mark: a bigram of this line was moved to a later one.
const OVERFLOW_AT: usize = 56;
const OVERFLOWS: u8 = 0;
/// The key of a place that holds no bigram.
const EMPTY_KEY: u16 = u16::MAX;

/// What a line says of a bigram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Where its trigrams begin.
    pub(super) first: u32,
    /// Bloom filter of the words they end with.
    pub(super) bloom: u32,
    /// How many there are.
    pub(super) count: u16,
    /// Code of log P(second | first).
    pub(super) code: u8,
    /// Code of the backoff after both words.
    pub(super) backoff: u8,
}

/// Lines for so many bigrams of a first word. A third of the places stays empty, so that most misses end in one line.
pub(super) fn lines(bigrams: usize) -> usize {
    if bigrams < BUCKET { bigrams.min(1) } else { (2 * bigrams).div_ceil(5) }
}

/// The hash of a second word; its high bits are the best mixed.
#[inline]
pub(super) fn hash(second: u32) -> u32 {
    (second ^ second >> 15).wrapping_mul(0x9E37_79B1)
}

/// The line, of those of a first word, in which the bigram with a second word of this hash is looked for first.
#[inline]
pub(super) fn line_of((start, count): (u32, u32), hash: u32) -> u32 {
    start.saturating_add(((u64::from(hash) * u64::from(count)) >> 32) as u32)
}

/// The second words of the bigrams of a line, one beside the other.
#[inline]
fn keys(line: &[u8; LINE]) -> u64 {
    u64::from_le_bytes(std::array::from_fn(|n| line[n]))
}

/// The place of the bigram of a line that ends with this word.
#[inline]
pub(super) fn place_in(line: &[u8; LINE], second: u32) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xffff;
    // All four keys are compared at once: the lowest that is the same is the lowest whose high bit is set here.
    let differences = keys(line) ^ (u64::from(second) * ONES);
    let same = differences.wrapping_sub(ONES) & !differences & (ONES << 15);
    (same != 0).then(|| same.trailing_zeros() as usize / 16 % BUCKET)
}

/// Whether a bigram was moved to a later line because this one was full.
#[inline]
pub(super) fn overflows(line: &[u8; LINE]) -> bool {
    line[OVERFLOW_AT] == OVERFLOWS
}

/// Marks a line as full: a bigram of its hash stands in a later one.
pub(super) fn pass_on(line: &mut [u8; LINE]) {
    line[OVERFLOW_AT] = OVERFLOWS;
}

/// The first place of a line that holds no bigram.
pub(super) fn empty_place(line: &[u8; LINE]) -> Option<usize> {
    place_in(line, u32::from(EMPTY_KEY))
}

/// What stands at a place of a line.
#[inline]
pub(super) fn read(line: &[u8; LINE], place: usize) -> Record {
    Record {
        first: number(line, FIRST_AT + 4 * place),
        bloom: number(line, BLOOM_AT + 4 * place),
        count: u16::from_le_bytes([line[COUNT_AT + 2 * place], line[COUNT_AT + 2 * place + 1]]),
        code: line[CODE_AT + place],
        backoff: line[BACKOFF_AT + place],
    }
}

/// Puts the bigram that ends with a word at a place of a line.
pub(super) fn write(line: &mut [u8; LINE], place: usize, second: u16, record: Record) {
    line[2 * place..][..2].copy_from_slice(&second.to_le_bytes());
    line[FIRST_AT + 4 * place..][..4].copy_from_slice(&record.first.to_le_bytes());
    line[BLOOM_AT + 4 * place..][..4].copy_from_slice(&record.bloom.to_le_bytes());
    line[COUNT_AT + 2 * place..][..2].copy_from_slice(&record.count.to_le_bytes());
    line[CODE_AT + place] = record.code;
    line[BACKOFF_AT + place] = record.backoff;
}

/// A number of four bytes in a line.
#[inline]
fn number(line: &[u8; LINE], at: usize) -> u32 {
    u32::from_le_bytes(std::array::from_fn(|n| line[at + n]))
}
