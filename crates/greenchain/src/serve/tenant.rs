//! `greenchain tenant`: another house on the same server.

use super::{DatabaseArgs, runtime};
use crate::Answer;
use anyhow::{Context, Result};
use clap::Args;
use events::{Clock, SystemClock};
use std::io::Write;

/// Arguments of `tenant`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain tenant north --public-url https://green.example\n\nA server that runs on these data need not stop. Exit status: 0 the link is printed, 1 the tenant has an administrator, 2 wrong use."
)]
pub(crate) struct TenantArgs {
    /// Name of the tenant: 1 to 64 of A-Z a-z 0-9 _ . -
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Where people reach the server, as it stands in the link
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) public_url: String,
    /// Print the link as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the link by which the first administrator of a tenant comes in. It binds no address.
pub(crate) fn tenant(args: &TenantArgs) -> Result<Answer> {
    runtime()?.block_on(async {
        let store = args.database.open().await?;
        let now = SystemClock.now();
        let link = server::first_link(&store, &args.public_url, &args.name, now).await;
        store.close().await;
        let Some(link) = link? else {
            let mut stderr = std::io::stderr();
            writeln!(stderr, "{} has an administrator: who invites the others", args.name)?;
            return Ok(Answer::No);
        };
        let mut stdout = std::io::stdout();
        if args.json {
            let json = serde_json::json!({"tenant": args.name, "link": link});
            writeln!(stdout, "{json}").context("standard output is closed")?;
        } else {
            writeln!(stdout, "{link}").context("standard output is closed")?;
        }
        Ok(Answer::Yes)
    })
}
