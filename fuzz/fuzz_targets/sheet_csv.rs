#![no_main]

#[path = "../properties/sheet.rs"]
#[expect(dead_code, reason = "each target holds one of the three")]
mod sheet;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sheet::csv(bytes));
