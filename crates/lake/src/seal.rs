//! SHA-256 of bytes and files, in hexadecimal, and reading with a limit.

use crate::LakeError;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Seal before the first batch.
pub const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Bytes read at a time.
const CHUNK: usize = 1 << 20;

/// SHA-256 of some bytes: 64 small hexadecimal digits.
pub fn of_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of a file, and how many bytes it has. Reads a megabyte at a time.
///
/// - `read`: told of the bytes as they are read, for progress.
pub fn of_file(path: &Path, mut read: impl FnMut(u64)) -> Result<(String, u64), LakeError> {
    let mut file = File::open(path).map_err(LakeError::io("open", path))?;
    let (mut hash, mut chunk, mut bytes) = (Sha256::new(), vec![0; CHUNK], 0);
    loop {
        let n = file.read(&mut chunk).map_err(LakeError::io("read", path))?;
        if n == 0 {
            return Ok((hexadecimal(&hash.finalize()), bytes));
        }
        hash.update(&chunk[..n]);
        bytes += n as u64;
        read(n as u64);
    }
}

/// Whether a text is a SHA-256 as [`of_bytes`] writes it.
pub fn is_seal(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A file's bytes; one of more than `max` bytes is refused before it fills the memory.
pub(crate) fn read(path: &Path, max: u64) -> Result<Vec<u8>, LakeError> {
    let file = File::open(path).map_err(LakeError::io("open", path))?;
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(LakeError::io("read", path))?;
    if bytes.len() as u64 > max {
        let fault = format!("has more than {max} bytes");
        return Err(LakeError::file(&path.display().to_string(), fault, "Split the ledger"));
    }
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, the example of one block.
    #[test]
    fn the_published_example() {
        assert_eq!(
            of_bytes(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn what_is_a_seal() {
        for (text, expect, why) in [
            (of_bytes(b""), true, "as it is written"),
            (NONE.to_owned(), true, "before the first"),
            (of_bytes(b"").to_uppercase(), false, "one form only"),
            (of_bytes(b"")[1..].to_owned(), false, "too short"),
        ] {
            assert_eq!(is_seal(&text), expect, "{why}");
        }
    }
}
