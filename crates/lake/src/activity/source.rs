//! Where the bytes of an activity file come from.

use bytes::{Buf, Bytes};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// What Parquet begins with.
const PARQUET_MAGIC: &[u8] = b"PAR1";

/// A file, or its bytes. Each read opens the file anew: clones of one open file share its place,
/// and chunks are read side by side.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Path(PathBuf),
    Bytes(Bytes),
}

impl Source {
    /// A reader from a place on.
    pub(super) fn read_from(&self, start: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Path(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                Box::new(BufReader::new(file))
            }
            Self::Bytes(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
                Box::new(bytes.slice(start..).reader())
            }
        })
    }
    /// Whether the bytes begin as Parquet does.
    pub(super) fn is_parquet(&self) -> io::Result<bool> {
        let mut first = Vec::new();
        self.read_from(0)?.take(PARQUET_MAGIC.len() as u64).read_to_end(&mut first)?;
        Ok(first == PARQUET_MAGIC)
    }
}

impl Length for Source {
    /// In bytes; a file that is gone has none.
    fn len(&self) -> u64 {
        match self {
            Self::Path(path) => path.metadata().map_or(0, |metadata| metadata.len()),
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Source {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(self.read_from(start)?)
    }
    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // A damaged footer asks for any number of bytes: none are set aside that are not there.
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF("it ends too early".into()));
        }
        if let Self::Bytes(bytes) = self {
            let start = start as usize;
            return Ok(bytes.slice(start..start + length));
        }
        let mut buffer = vec![0; length];
        self.read_from(start)?.read_exact(&mut buffer)?;
        Ok(buffer.into())
    }
}
