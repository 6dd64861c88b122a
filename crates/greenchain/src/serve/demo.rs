//! `serve --demo`.

use super::DatabaseArgs;
use anyhow::{Result, bail};
use server::{MAIN, Server};
use std::io::Write;

/// A demonstration never touches data that are somebody's.
pub(crate) async fn expect_empty(database: &DatabaseArgs) -> Result<()> {
    let store = database.open().await?;
    let tenants = store.tenants().await?;
    store.close().await;
    if tenants.is_empty() {
        return Ok(());
    }
    bail!("the data folder is not empty. Give --demo a new one with --data")
}

/// Fills it, and says so loudly.
pub(crate) async fn fill(server: &Server) -> Result<()> {
    let accounts = server.demonstrate(crate::folder::built_in()).await?;
    let mut stderr = std::io::stderr();
    let line = "*".repeat(72);
    writeln!(stderr, "{line}\nDEMONSTRATION: made-up orders; whoever reads this can sign in.")?;
    writeln!(stderr, "Tenant {MAIN}; an account for each role:")?;
    for account in accounts {
        writeln!(stderr, "  {:<16} password: {}", account.login, account.password)?;
    }
    writeln!(stderr, "The day is being planned, then released and half worked.\n{line}")?;
    Ok(())
}
