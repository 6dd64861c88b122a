//! A height tile of any bytes, also as zip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roads::Tile;

fuzz_target!(|data: &[u8]| {
    let _ = Tile::read("N42E001.hgt", data);
    let _ = Tile::read("N42E001.hgt.zip", &[b"PK\x03\x04", data].concat());
    if let Ok(name) = std::str::from_utf8(data) {
        let _ = Tile::read(name, data);
    }
});
