//! `greenchain new`: a small scenario to start from.

use crate::Answer;
use crate::cli::NewArgs;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::io::Write;
use store::OutputFolder;

pub(crate) fn new(args: &NewArgs) -> Result<Answer> {
    let folder = &args.folder;
    let taken = folder.exists()
        && folder
            .read_dir()
            .with_context(|| format!("{}: is not a folder", folder.display()))?
            .next()
            .is_some();
    if taken {
        bail!("{}: is not empty. Name a folder that does not exist yet", folder.display());
    }
    let files = sample::starter();
    let target = OutputFolder::begin(folder)?;
    for (name, text) in &files {
        target.write(name, text.as_bytes())?;
    }
    target.commit()?;
    let mut stdout = std::io::stdout();
    if args.json {
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        writeln!(stdout, "{}", json!({"folder": folder, "files": names}))?;
    } else {
        writeln!(
            stdout,
            "wrote {} files to {}. Edit them, then: greenchain run {}",
            files.len(),
            folder.display(),
            folder.display()
        )?;
    }
    Ok(Answer::Yes)
}
