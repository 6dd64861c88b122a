//! A file whose hash is taken while it is written.

use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A new file, written from its beginning to its end.
pub(super) struct SealedFile {
    path: PathBuf,
    /// None while it is released.
    file: Option<File>,
    hash: Sha256,
}

impl SealedFile {
    /// Makes the file; it is a fault if there is one.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        Ok(Self { path: path.to_owned(), file: Some(file), hash: Sha256::new() })
    }
    /// Lets go of the system's handle until more is written.
    pub(super) fn release(&mut self) {
        self.file = None;
    }
    /// Sees to it that what is written survives a power cut.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file()?.sync_all()
    }
    /// SHA-256 of what is written so far, in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        use std::fmt::Write;
        self.hash.clone().finalize().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes what is written to it");
            text
        })
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            self.file = Some(OpenOptions::new().append(true).open(&self.path)?);
        }
        Ok(self.file.as_mut().expect("it was just opened"))
    }
}

impl Write for SealedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.file()?.write(bytes)?;
        self.hash.update(&bytes[..n_written]);
        Ok(n_written)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
