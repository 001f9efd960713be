//! See `unspin_fuzz::model`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unspin_fuzz::model(data));
