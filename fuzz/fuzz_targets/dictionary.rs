//! See `unspin_fuzz::dictionary`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unspin_fuzz::dictionary(data));
