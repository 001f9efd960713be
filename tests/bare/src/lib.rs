//! The tests of the library, run where the crate has no features.

/// The crate under test.
pub use unspin;
