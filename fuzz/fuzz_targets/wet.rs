//! See `unspin_fuzz::wet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unspin_fuzz::wet(data));
