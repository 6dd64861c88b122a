//! `greenchain store`: the event store, while a server goes on with it.

use crate::Answer;
use crate::progress::Progress;
use crate::serve::{DatabaseArgs, runtime};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use events::{Anchor, Digest, Tenant};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::PathBuf;

/// The verbs of the store.
#[derive(Subcommand)]
pub(crate) enum StoreVerb {
    /// Make all that is shown anew from the events
    Rebuild(RebuildArgs),
    /// Write a backup to a file
    Backup(BackupArgs),
    /// Restore a backup into an empty store
    Restore(RestoreArgs),
    /// Check every event, its chain and all that is kept beside it
    Check(CheckArgs),
}

/// Arguments of `store rebuild`.
#[derive(Args)]
#[command(after_help = "Example: greenchain store rebuild --data greenchain-data")]
pub(crate) struct RebuildArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Print the digest of each projection as JSON
    #[arg(long)]
    json: bool,
}

/// Arguments of `store backup`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain store backup monday.backup --data greenchain-data\n\nFiles of scenarios and plans lie in the data folder, not in the backup: copy that too."
)]
pub(crate) struct BackupArgs {
    /// The file; it appears once it is whole
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Print what it holds as JSON
    #[arg(long)]
    json: bool,
}

/// Arguments of `store restore`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain store restore monday.backup --data new-data\n\nErase again whom the lost store had erased since."
)]
pub(crate) struct RestoreArgs {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Print what it held as JSON
    #[arg(long)]
    json: bool,
}

/// Arguments of `store check`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain store check --heads-out heads.json     and keep that file where the server cannot write\n  greenchain store check --heads heads.json         finds a chain that was written anew since\n\nExit status: 0 sound, 1 not, 2 the store cannot be read."
)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Heads of an earlier check
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// Where to write the heads of this one
    #[arg(long, value_name = "FILE")]
    heads_out: Option<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// The head of a tenant's chain, as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    tenant: String,
    position: u64,
    digest: String,
}

/// Does what the verb says.
pub(crate) fn store(verb: &StoreVerb) -> Result<Answer> {
    let progress = Progress::start();
    let answer = runtime()?.block_on(async {
        match verb {
            StoreVerb::Rebuild(args) => rebuild(args, &progress).await,
            StoreVerb::Backup(args) => backup(args, &progress).await,
            StoreVerb::Restore(args) => restore(args, &progress).await,
            StoreVerb::Check(args) => check(args, &progress).await,
        }
    });
    progress.end();
    answer
}

async fn rebuild(args: &RebuildArgs, progress: &Progress) -> Result<Answer> {
    let store = args.database.open_known().await?;
    let mut rows = Vec::new();
    for tenant in store.tenants().await? {
        for projection in server::projections() {
            let name = projection.name();
            progress.tell(&format!("{tenant}: {name}"));
            let rebuilt = store.rebuild(&tenant, projection.as_ref(), None).await?;
            let at =
                store.rows_at(&tenant, name).await?.context("a rebuilt projection is there")?;
            rows.push(json!({
                "tenant": tenant.as_str(), "projection": name, "position": rebuilt.position,
                "rows": at.rows.len(), "digest": at.digest().to_string(),
            }));
        }
    }
    store.close().await;
    let mut stdout = std::io::stdout();
    if args.json {
        writeln!(stdout, "{}", json!(rows))?;
    } else {
        for row in rows {
            let [tenant, projection, n_rows] =
                ["tenant", "projection", "rows"].map(|name| plain(&row[name]));
            writeln!(stdout, "{tenant} {projection}: {n_rows} rows")?;
        }
    }
    Ok(Answer::Yes)
}

async fn backup(args: &BackupArgs, progress: &Progress) -> Result<Answer> {
    let store = args.database.open_known().await?;
    progress.tell("writing the backup");
    let mut beside = args.file.clone().into_os_string();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let failed = || format!("{}: cannot be written", args.file.display());
    let file = File::create(&beside).with_context(failed)?;
    let mut out = BufWriter::new(file);
    let written = store.backup(&mut out).await;
    store.close().await;
    let summary = match written {
        Ok(summary) => summary,
        Err(fault) => {
            drop(out);
            // What is left of it is of no use to anybody.
            let _ = std::fs::remove_file(&beside);
            return Err(fault.into());
        }
    };
    let file =
        out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(failed)?;
    file.sync_all().with_context(failed)?;
    std::fs::rename(&beside, &args.file).with_context(failed)?;
    tell(summary.n_events, summary.n_rows, args.json)
}

async fn restore(args: &RestoreArgs, progress: &Progress) -> Result<Answer> {
    let file = File::open(&args.file)
        .with_context(|| format!("{}: cannot be read", args.file.display()))?;
    let store = args.database.open().await?;
    progress.tell("restoring");
    let summary = store.restore(&mut BufReader::new(file)).await;
    store.close().await;
    let summary = summary?;
    tell(summary.n_events, summary.n_rows, args.json)
}

fn tell(n_events: u64, n_rows: u64, json: bool) -> Result<Answer> {
    let mut stdout = std::io::stdout();
    if json {
        writeln!(stdout, "{}", json!({"events": n_events, "rows": n_rows}))?;
    } else {
        writeln!(stdout, "{n_events} events in {n_rows} rows")?;
    }
    Ok(Answer::Yes)
}

async fn check(args: &CheckArgs, progress: &Progress) -> Result<Answer> {
    let anchors = args.heads.as_ref().map(|path| anchors(path)).transpose()?.unwrap_or_default();
    let store = args.database.open_known().await?;
    progress.tell("checking");
    let checked = store.check(&anchors).await;
    store.close().await;
    let checked = checked?;
    let heads: Vec<Head> = checked
        .heads
        .iter()
        .map(|head| Head {
            tenant: head.tenant.to_string(),
            position: head.position,
            digest: head.digest.to_string(),
        })
        .collect();
    if let Some(path) = &args.heads_out {
        ::store::write_whole(path, (serde_json::to_string_pretty(&heads)? + "\n").as_bytes())?;
    }
    let findings: Vec<String> = checked
        .findings
        .iter()
        .map(|found| format!("{}, {}: {}", found.tenant, found.place, found.fault))
        .collect();
    let sound = findings.is_empty();
    let mut stdout = std::io::stdout();
    if args.json {
        let verdict = json!({"sound": sound, "heads": heads, "findings": findings});
        writeln!(stdout, "{verdict}")?;
    } else {
        for finding in &findings {
            writeln!(stdout, "{finding}")?;
        }
        let word = if sound { "sound" } else { "not sound" };
        writeln!(stdout, "{word}: {} events of {} tenants", checked.n_events, heads.len())?;
    }
    Ok(if sound { Answer::Yes } else { Answer::No })
}

/// The heads in a file.
fn anchors(path: &std::path::Path) -> Result<Vec<Anchor>> {
    let place = || format!("{}: not the heads of a check", path.display());
    let heads: Vec<Head> =
        serde_json::from_slice(&crate::folder::bytes(path)?).with_context(place)?;
    heads
        .into_iter()
        .map(|head| {
            let digest = Digest::from_hex(&head.digest).with_context(place)?;
            Ok(Anchor { tenant: Tenant::new(&head.tenant)?, position: head.position, digest })
        })
        .collect()
}

/// A value without the quotes of JSON.
fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
