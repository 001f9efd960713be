//! See `unspin_fuzz::csv`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unspin_fuzz::csv(data));
