//! See `unspin_fuzz::html`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unspin_fuzz::html(data));
