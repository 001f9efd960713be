//! See `unspin_fuzz::tsv`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unspin_fuzz::tsv(data));
