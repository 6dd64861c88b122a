//! SQL over a ledger: the tables of `docs/LEDGER.md`, read and never written.

pub(crate) mod tables;

use crate::{Answer, LakeError, Manifest, answer, manifest, scoped, seal, totals};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// What a query may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory before it spills to disk, or gives up, in bytes.
    pub memory_bytes: usize,
    /// Rows of an answer.
    pub rows: usize,
    /// How long a step of it may take.
    pub time: Duration,
}

impl Default for Limits {
    /// For who sits before the machine: 2 GiB, a million rows, an hour.
    fn default() -> Self {
        Self { memory_bytes: 2 << 30, rows: 1_000_000, time: Duration::from_hours(1) }
    }
}

/// Bytes of a statement at the most.
pub const SQL_MAX: usize = 1 << 20;
/// Rows that the engine holds at a time in each step of a query.
const BATCH_ROWS: usize = 8_192;

/// A ledger that is asked.
pub struct Lake {
    folder: PathBuf,
    manifest: Manifest,
    context: SessionContext,
    /// Taken away when the lake goes.
    runtime: Option<Runtime>,
    limits: Limits,
}

impl Drop for Lake {
    /// A query that was given up ends at its next pause: nobody waits for that.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Lake {
    /// Opens the ledger of a folder: its manifest is read strictly, its files by what that says.
    ///
    /// The caller may not be inside an asynchronous runtime. Hashes of files are not compared:
    /// that is what [`crate::verify()`] does.
    pub fn open(folder: &Path) -> Result<Self, LakeError> {
        Self::open_within(folder, Limits::default())
    }

    /// As [`Self::open`], for queries that keep to these limits.
    pub fn open_within(folder: &Path, limits: Limits) -> Result<Self, LakeError> {
        let bytes = seal::read(&folder.join(manifest::FILE), manifest::BYTES_MAX)?;
        let manifest = Manifest::read(&bytes).map_err(LakeError::Manifest)?;
        let threads = available_parallelism().map_or(1, usize::from);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .build()
            .map_err(LakeError::io("start threads for", folder))?;
        let mut config = SessionConfig::new()
            .with_target_partitions(threads)
            .with_batch_size(BATCH_ROWS)
            .with_information_schema(true);
        // Else `0.1` in a statement is a binary number, and so is all that it touches.
        config.options_mut().sql_parser.parse_float_as_decimal = true;
        let environment = RuntimeEnvBuilder::new().with_memory_limit(limits.memory_bytes, 1.0);
        let environment = environment.build_arc().map_err(engine)?;
        let context = SessionContext::new_with_config_rt(config, environment);
        let lake =
            Self { folder: folder.to_owned(), manifest, context, runtime: Some(runtime), limits };
        lake.register()?;
        Ok(lake)
    }
    /// What is in the ledger.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    /// Makes the table `scoped`, for the entity that reports; instead of an earlier one.
    pub fn scope_for(&self, entity: &str) -> Result<(), LakeError> {
        self.make_view("scoped", &scoped::statement(entity))
    }
    /// The answer to a statement that only reads: SELECT, WITH, EXPLAIN, SHOW, DESCRIBE.
    ///
    /// Without ORDER BY the order of rows may differ from run to run.
    pub fn query(&self, sql: &str) -> Result<Answer, LakeError> {
        let mut answer = Answer { columns: Vec::new(), rows: Vec::new() };
        self.each_batch(sql, |schema, batch| {
            answer.columns = answer::columns(schema);
            if let Some(batch) = batch {
                let rows = answer::rows(&batch).map_err(|fault| engine(fault.into()))?;
                answer.rows.extend(rows);
            }
            if answer.rows.len() > self.limits.rows {
                return Err(LakeError::TooManyRows(self.limits.rows));
            }
            Ok(())
        })?;
        Ok(answer)
    }

    /// The answer as the bytes of a Parquet file, its types as they are; of any number of rows.
    pub fn query_parquet(&self, sql: &str) -> Result<Vec<u8>, LakeError> {
        let refused = |fault: ParquetError| LakeError::Engine(fault.to_string());
        let properties = WriterProperties::builder()
            .set_created_by("greenchain".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let mut writer = None;
        self.each_batch(sql, |schema, batch| {
            let Some(batch) = batch else {
                let (schema, properties) = (Arc::new(schema.clone()), properties.clone());
                let new = ArrowWriter::try_new(Vec::new(), schema, Some(properties));
                writer = Some(new.map_err(refused)?);
                return Ok(());
            };
            let writer = writer.as_mut().expect("the columns come before the first batch");
            writer.write(&batch).map_err(refused)
        })?;
        let writer = writer.expect("the columns come with every answer");
        writer.into_inner().map_err(refused)
    }

    /// Runs a statement and hands over the batches of its answer; first its columns.
    pub(crate) fn each_batch(
        &self,
        sql: &str,
        mut take: impl FnMut(&Schema, Option<RecordBatch>) -> Result<(), LakeError>,
    ) -> Result<(), LakeError> {
        if sql.len() > SQL_MAX {
            let fault = format!("the statement has more than {SQL_MAX} bytes");
            return Err(LakeError::Sql { fault, help: "Shorten it.".to_owned() });
        }
        let plan = self.plan(sql)?;
        let context = self.context.clone();
        let stream = self.contained(async move { start(&context, plan).await })?;
        let schema = stream.schema();
        take(&schema, None)?;
        let mut stream = Some(stream);
        loop {
            let mut source = stream.take().expect("put back below, after each batch");
            let (batch, source) = self.contained(async move {
                let batch = next(&mut source).await?;
                Ok((batch, source))
            })?;
            match batch {
                Some(batch) => take(&schema, Some(batch))?,
                None => return Ok(()),
            }
            stream = Some(source);
        }
    }

    /// The plan of a statement that only reads.
    fn plan(&self, sql: &str) -> Result<LogicalPlan, LakeError> {
        let state = self.context.state();
        let plan = self
            .runtime()
            .block_on(state.create_logical_plan(sql))
            .map_err(|fault| self.mistake(&fault))?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|fault| LakeError::ReadOnly(first_line(&fault)))?;
        Ok(plan)
    }

    /// Runs on the engine's own threads: a panic of the reader of a damaged file ends there.
    fn contained<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, DataFusionError>> + Send + 'static,
    ) -> Result<T, LakeError> {
        let (sender, receiver) = sync_channel(1);
        let task = self.runtime().spawn(async move {
            // Nobody listens any more where the time is over.
            let _ = sender.send(work.await);
        });
        match receiver.recv_timeout(self.limits.time) {
            Ok(done) => done.map_err(engine),
            Err(RecvTimeoutError::Timeout) => {
                task.abort();
                Err(LakeError::TooLong(self.limits.time))
            }
            // It broke, and took the sender with it.
            Err(RecvTimeoutError::Disconnected) => {
                Err(LakeError::Engine("a file of the ledger is damaged".to_owned()))
            }
        }
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it goes when the lake goes")
    }

    /// A mistake in a statement, with what there is to ask.
    fn mistake(&self, fault: &DataFusionError) -> LakeError {
        let fault = match fault.find_root() {
            DataFusionError::SQL(mistake, _) => mistake.to_string(),
            other => other.strip_backtrace(),
        };
        let help = format!("Tables: {}.", self.tables().join(", "));
        LakeError::Sql { fault, help }
    }

    fn tables(&self) -> Vec<String> {
        let catalog = self.context.catalog("datafusion");
        let schema = catalog.and_then(|catalog| catalog.schema("public"));
        let mut names = schema.map_or_else(Vec::new, |schema| schema.table_names());
        names.sort_unstable();
        names
    }

    fn register(&self) -> Result<(), LakeError> {
        let parts = self.manifest.parts().map(|part| part.path.as_str());
        let ledger = tables::parquet(&self.context, &self.folder, parts, &totals::schema());
        let factors = self.listed(tables::FACTORS.file)?;
        let factors = tables::delimited(&self.folder.join(factors), &tables::FACTORS)?;
        let measures = match self.manifest.file(tables::MEASURES.file) {
            Some(file) => tables::delimited(&self.folder.join(&file.path), &tables::MEASURES)?,
            None => tables::empty(&tables::MEASURES),
        };
        for (name, table) in [
            ("ledger", ledger.map_err(engine)?),
            ("factors", tables::held(factors).map_err(engine)?),
            ("measures", tables::held(measures).map_err(engine)?),
        ] {
            self.context.register_table(name, table).map_err(engine)?;
        }
        self.register_totals()
    }

    /// The sums that the ledger keeps, or else the lines summed when they are asked for.
    fn register_totals(&self) -> Result<(), LakeError> {
        let sums = self.listed(totals::FILE)?;
        if !totals::are_kept(&self.folder, &self.manifest)? {
            return self.make_view("totals", &totals::statement());
        }
        let file = std::iter::once(sums);
        let schema = totals::totals_schema();
        let table = tables::parquet(&self.context, &self.folder, file, &schema).map_err(engine)?;
        self.context.register_table("totals", table).map(|_| ()).map_err(engine)
    }

    /// Makes a table of a statement, instead of an earlier one.
    fn make_view(&self, name: &str, statement: &str) -> Result<(), LakeError> {
        let view = self.runtime().block_on(async {
            let plan = self.context.state().create_logical_plan(statement).await?;
            let frame = self.context.execute_logical_plan(plan).await?;
            self.context.deregister_table(name)?;
            self.context.register_table(name, frame.into_view())
        });
        view.map(|_| ()).map_err(engine)
    }

    fn listed<'a>(&self, file: &'a str) -> Result<&'a str, LakeError> {
        match self.manifest.file(file) {
            Some(_) => Ok(file),
            None => Err(LakeError::file(file, "is not listed in the manifest", "Make it again")),
        }
    }
}

async fn start(
    context: &SessionContext,
    plan: LogicalPlan,
) -> Result<SendableRecordBatchStream, DataFusionError> {
    context.execute_logical_plan(plan).await?.execute_stream().await
}

/// The next batch of a stream.
async fn next(
    stream: &mut SendableRecordBatchStream,
) -> Result<Option<RecordBatch>, DataFusionError> {
    std::future::poll_fn(|task| stream.as_mut().poll_next(task)).await.transpose()
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn engine(fault: DataFusionError) -> LakeError {
    LakeError::Engine(first_line(&fault))
}

fn first_line(fault: &DataFusionError) -> String {
    fault.strip_backtrace().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
