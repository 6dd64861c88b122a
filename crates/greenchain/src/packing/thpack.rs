//! `greenchain pack --thpack`: containers of an OR-Library file, loaded within a time. Prints a JSON
//! line for each.

use super::args::PackArgs;
use super::placed;
use crate::progress::Progress;
use crate::{Answer, folder};
use anyhow::{Context, Result, bail};
use packaging::block::thpack::parse;
use packaging::block::{Loading, Rules, load as load_container};
use packaging::check_loading;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

const DEFAULT_SECONDS: f64 = 30.0;

pub(super) fn load(args: &PackArgs, file: &Path) -> Result<Answer> {
    let instances = parse(&folder::text(file)?).with_context(|| file.display().to_string())?;
    let rules = Rules { support: args.support.unwrap_or(0.0) };
    if let Some(wanted) = args.instance
        && !(1..=instances.len()).contains(&wanted)
    {
        bail!(
            "{}: has no instance {wanted}. Name one from 1 to {}",
            file.display(),
            instances.len()
        );
    }
    let seconds = args.time.unwrap_or(DEFAULT_SECONDS);
    let progress = Progress::start();
    let mut stdout = std::io::stdout();
    for (place, instance) in instances.iter().enumerate() {
        if args.instance.is_some_and(|wanted| wanted != place + 1) {
            continue;
        }
        progress.tell(&format!("instance {} of {}", place + 1, instances.len()));
        let clock = Progress::start();
        let mut go_on = || clock.seconds() < seconds;
        let loading = load_container(&instance.container, &instance.boxes, &rules, &mut go_on);
        let faults = check_loading(&instance.container, &instance.boxes, &rules, &loading);
        if let Some(fault) = faults.first() {
            bail!("instance {} was loaded wrongly: {fault}. It is not printed", place + 1);
        }
        progress.end();
        writeln!(stdout, "{}", as_json(place + 1, &loading))?;
    }
    Ok(Answer::Yes)
}

fn as_json(instance: usize, loading: &Loading) -> Value {
    let placements: Vec<Value> = loading
        .placements
        .iter()
        .map(|box_| placed(("type", json!(box_.kind + 1)), box_.at, box_.size))
        .collect();
    json!({"instance": instance, "volume_utilisation": loading.utilisation(), "placements": placements})
}
