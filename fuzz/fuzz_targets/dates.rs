#![no_main]

#[path = "../properties/dates.rs"]
mod dates;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dates::hold(bytes));
