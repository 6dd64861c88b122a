//! Which database, and the threads to speak to it.

use anyhow::{Context, Result};
use clap::Args;
use events::Store;
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use tokio::runtime::{Builder, Runtime};

/// Name of the database in a data folder.
const FILE: &str = "greenchain.db";
/// Locked by the server of a data folder for as long as it lives.
const LOCK: &str = "serve.lock";

/// Where the data are.
#[derive(Args)]
pub(crate) struct DatabaseArgs {
    /// Folder of the data
    #[arg(long, value_name = "DIR", default_value = "greenchain-data")]
    pub(crate) data: PathBuf,
    /// PostgreSQL instead of the file in the data folder
    #[arg(long, value_name = "URL", env = "GREENCHAIN_DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

impl DatabaseArgs {
    /// Opens it, made where it is absent.
    pub(crate) async fn open(&self) -> Result<Store> {
        super::make_folder(&self.data)?;
        let store = match &self.database_url {
            Some(url) => Store::open(url).await,
            None => Store::open_file(&self.data.join(FILE)).await,
        };
        Ok(store?)
    }

    /// The right to be the one server at the database of the data folder. PostgreSQL is for several.
    pub(crate) fn alone(&self) -> Result<Option<File>> {
        if self.database_url.is_some() {
            return Ok(None);
        }
        super::make_folder(&self.data)?;
        let path = self.data.join(LOCK);
        let told = || format!("{}: cannot be locked. Give another --data", path.display());
        let file = File::create(&path).with_context(told)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "{}: another server is at it. End that one, or give another --data, or --database-url of a PostgreSQL, at which several may be",
                self.data.display()
            ),
            Err(TryLockError::Error(fault)) => Err(fault).with_context(told),
        }
    }

    /// Opens one that is there.
    pub(crate) async fn open_known(&self) -> Result<Store> {
        if self.database_url.is_none() && !self.data.join(FILE).exists() {
            anyhow::bail!(
                "{}: holds no {FILE}. Name the folder that `greenchain serve --data` was given",
                self.data.display()
            );
        }
        self.open().await
    }
}

/// Threads for the database and the connections.
pub(crate) fn runtime() -> Result<Runtime> {
    Builder::new_multi_thread().enable_all().build().context("no threads")
}
