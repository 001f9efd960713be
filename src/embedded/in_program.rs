//! The tables that the build put into the program.

static VOCABULARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));
static CONTEXT: &OnLine<[u8]> = &OnLine(*include_bytes!(concat!(env!("OUT_DIR"), "/context.bin")));
static DICTIONARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.bin"));
static NAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.bin"));
static TELLTALES: &str = include_str!(concat!(env!("OUT_DIR"), "/telltales.tsv"));
static WEIGHTS: &str = include_str!("../../dictionaries/context/confidence.tsv");

/// Bytes that begin on a line of the cache.
#[repr(C, align(64))]
struct OnLine<T: ?Sized>(T);

/// Which crate, model, dictionaries and weights are embedded, by the first half of the hash of each. A restorer with
/// other options has a version of its own: [`Unspin::version`](crate::Unspin::version).
pub const VERSION: &str = concat!(
    "unspin ",
    env!("CARGO_PKG_VERSION"),
    " model ",
    env!("UNSPIN_MODEL"),
    " dictionaries ",
    env!("UNSPIN_DICTIONARIES"),
    " weights ",
    env!("UNSPIN_WEIGHTS")
);

/// The tables.
pub(super) fn tables() -> Option<super::Tables> {
    Some(super::Tables {
        vocabulary: VOCABULARY,
        context: &CONTEXT.0,
        dictionary: DICTIONARY,
        names: NAMES,
        telltales: TELLTALES,
        weights: WEIGHTS,
        versions: super::Versions {
            model: env!("UNSPIN_MODEL"),
            dictionaries: env!("UNSPIN_DICTIONARIES"),
            weights: env!("UNSPIN_WEIGHTS"),
        },
    })
}
