//! Lines into the files of a ledger: one of each tenant and period, in row groups.
//!
//! Read: [`column`] (the ledger's columns), [`row_group`] (rows into column chunks), [`tally`]
//! (sums), [`sealed_file`] (hashed while it is written), [`name`].

mod column;
mod row_group;
mod tally;
mod sealed_file;
mod name;

pub use column::schema;
pub use row_group::ROWS_MAX;

pub(crate) use row_group::{Encoded, Slice, encode};
pub(crate) use tally::Tally;

use crate::Part;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor};
use quantity::Emission;
use sealed_file::SealedFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Why lines cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error("{path}: {source}. The ledger must be writable and no file of this batch be there")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The library refused.
    #[error("{path}: {source}")]
    Parquet {
        /// The file.
        path: String,
        /// Why.
        source: parquet::errors::ParquetError,
    },
}

/// The files of one batch while they are written.
pub(crate) struct Parts<'a> {
    folder: &'a Path,
    batch: &'a str,
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    open: BTreeMap<PartKey, Arc<Mutex<OpenPart>>>,
}

/// Tenant and period.
pub(crate) type PartKey = (Arc<str>, Arc<str>);

/// A file while it is written.
pub(crate) struct OpenPart {
    path: PathBuf,
    writer: SerializedFileWriter<SealedFile>,
    rows: u64,
    sums: BTreeMap<String, Emission>,
    /// Row groups promised so far, and those of them that are in the file.
    promised: u32,
    written: u32,
    /// Row groups that came before their turn.
    early: BTreeMap<u32, Encoded>,
}

impl<'a> Parts<'a> {
    /// None yet, in a folder that is there.
    pub(crate) fn new(folder: &'a Path, batch: &'a str) -> Self {
        // The version of the library is no part of the ledger: the same lines give the same bytes.
        let properties = WriterProperties::builder()
            .set_created_by("greenchain".to_owned())
            .set_offset_index_disabled(true)
            .build();
        Self {
            folder,
            batch,
            schema: Arc::new(SchemaDescriptor::new(schema())),
            properties: Arc::new(properties),
            open: BTreeMap::new(),
        }
    }
    /// The columns.
    pub(crate) fn schema(&self) -> &SchemaDescPtr {
        &self.schema
    }
    /// The file of a tenant and period, and the number of its next row group, which is now
    /// promised.
    pub(crate) fn promise(
        &mut self,
        key: &PartKey,
    ) -> Result<(Arc<Mutex<OpenPart>>, u32), WriteError> {
        if !self.open.contains_key(key) {
            let (tenant, period) = key;
            let path = self.folder.join(name::file_name(tenant, period, self.batch));
            let file = SealedFile::create(&path).map_err(io(&path))?;
            let schema = self.schema.root_schema_ptr();
            let writer = SerializedFileWriter::new(file, schema, self.properties.clone())
                .map_err(parquet(&path))?;
            let part = OpenPart {
                path,
                writer,
                rows: 0,
                sums: BTreeMap::new(),
                promised: 0,
                written: 0,
                early: BTreeMap::new(),
            };
            self.open.insert(key.clone(), Arc::new(Mutex::new(part)));
        }
        let part = self.open[key].clone();
        let mut open = part.lock().unwrap_or_else(PoisonError::into_inner);
        open.promised += 1;
        let number = open.promised - 1;
        drop(open);
        Ok((part, number))
    }
    /// Ends all files, in the order of tenants and periods.
    pub(crate) fn finish(self) -> Result<Vec<Part>, WriteError> {
        let ended = self.open.into_iter().map(|((tenant, period), part)| {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            assert_eq!(part.written, part.promised, "each row group that was promised has come");
            part.finish(&tenant, &period)
        });
        ended.collect()
    }
}

impl OpenPart {
    /// Writes a row group, or keeps it until those before it have come.
    pub(crate) fn append(&mut self, number: u32, group: Encoded) -> Result<(), WriteError> {
        self.early.insert(number, group);
        while let Some(group) = self.early.remove(&self.written) {
            self.rows += group.rows;
            for (case, emission) in &group.sums {
                *self.sums.entry(case.to_string()).or_default() += *emission;
            }
            self.write(group).map_err(parquet(&self.path))?;
            self.written += 1;
        }
        Ok(())
    }

    /// The library's refusal to encode a row group of this file.
    pub(crate) fn refused(&self, source: parquet::errors::ParquetError) -> WriteError {
        parquet(&self.path)(source)
    }

    fn write(&mut self, group: Encoded) -> parquet::errors::Result<()> {
        let mut writer = self.writer.next_row_group()?;
        for chunk in group.chunks {
            writer.append_column(&chunk.bytes, chunk.close)?;
        }
        writer.close()?;
        self.writer.flush()?;
        // A batch may have more files than a process may hold open.
        self.writer.inner_mut().release();
        Ok(())
    }

    fn finish(&mut self, tenant: &str, period: &str) -> Result<Part, WriteError> {
        self.writer.finish().map_err(parquet(&self.path))?;
        self.writer.inner_mut().sync().map_err(io(&self.path))?;
        let name = self.path.file_name().expect("a part has a name").to_string_lossy();
        Ok(Part {
            path: name.into_owned(),
            sha256: self.writer.inner_mut().sha256(),
            rows: self.rows,
            tenant: tenant.to_owned(),
            period: period.to_owned(),
            sums: std::mem::take(&mut self.sums),
        })
    }
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> WriteError {
    move |source| WriteError::Io { path: path.display().to_string(), source }
}

fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> WriteError {
    move |source| WriteError::Parquet { path: path.display().to_string(), source }
}
