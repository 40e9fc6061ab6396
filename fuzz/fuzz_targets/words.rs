#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stepback_fuzz::words(data));
