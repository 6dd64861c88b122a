//! Files of a tenant by their content: what was uploaded is kept under its SHA-256.

use crate::app::App;
use crate::problem::Problem;
use axum::http::StatusCode;
use events::{Digest, Tenant};
use std::path::PathBuf;
use tokio::task::spawn_blocking;

impl App {
    fn blob(&self, tenant: &Tenant, digest: &str) -> PathBuf {
        self.folder(tenant).join("files").join(digest)
    }

    /// Keeps bytes; returns their digest in hexadecimal digits. Durable once it returns.
    pub(crate) async fn keep(&self, tenant: &Tenant, bytes: Vec<u8>) -> Result<String, Problem> {
        let digest = Digest::of(&bytes).to_string();
        let path = self.blob(tenant, &digest);
        run(move || {
            if !path.exists() {
                let folder = path.parent().expect("a file lies in a folder");
                std::fs::create_dir_all(folder).map_err(|fault| Problem::internal(&fault))?;
                store::write_whole(&path, &bytes).map_err(|fault| Problem::internal(&fault))?;
            }
            Ok(())
        })
        .await?;
        Ok(digest)
    }

    /// The bytes of a digest.
    #[expect(clippy::disallowed_methods, reason = "the server reads the files that it keeps")]
    pub(crate) async fn kept(&self, tenant: &Tenant, digest: &str) -> Result<Vec<u8>, Problem> {
        let path = self.blob(tenant, digest);
        run(move || {
            std::fs::read(&path).map_err(|fault| {
                tracing::error!(path = %path.display(), %fault, "a kept file cannot be read");
                let detail = "the file is no longer in the data folder. Upload it again";
                Problem::new(StatusCode::GONE, "file-gone", detail)
            })
        })
        .await
    }
}

/// Work that holds a thread, off the threads that serve.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(|fault| Problem::internal(&fault))?
}
