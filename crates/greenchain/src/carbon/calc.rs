//! `greenchain carbon calc`: activities by factors into lines.
#![expect(clippy::format_push_string, reason = "words for people: one allocation more is nothing")]

use super::args::CalcArgs;
use super::factor_folder::{self, Factors};
use super::sums;
use crate::progress::Progress;
use crate::{Answer, folder};
use anyhow::{Context, Result, anyhow, bail};
use carbon::{Class, Factor, MarketRates, Period, Purchases, unlike_gwp_sets};
use lake::activity::{ActivityFile, Faults};
use lake::calc::{Batch, CalcError, Written, calculate};
use lake::feed::Feed;
use lake::ledger::{Addition, Existing, assemble, checked, is_instruments, next_batch};
use lake::{BatchKind, Manifest, Note};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::thread::available_parallelism;
use store::OutputFolder;

pub(crate) fn calc(args: &CalcArgs) -> Result<Answer> {
    let progress = Progress::start();
    let factors = factor_folder::read(args.factors.as_deref())?;
    if let Some(id) = &args.explain {
        return super::preview::preview(args, &factors, id);
    }
    let out = args.out.as_deref().context("name the ledger's folder with --out")?;
    let existing = Existing::read(out)?;
    refuse_others(out, existing.is_some())?;
    if let Some(ledger) = &existing {
        refuse_used_instruments(out, &ledger.manifest, &factors)?;
    }
    let batch = next_batch(existing.as_ref());
    let target = OutputFolder::begin(out)?;
    let mut written = value(args, &factors, &batch, target.path(), &progress)?;
    written.factors.add_all(&factors.carriers)?;
    let notes = notes(args, &written, existing.as_ref())?;
    let measures = match &args.measures {
        Some(path) => folder::text(path)?,
        None => String::new(),
    };
    let lines = written.lines;
    let files = factors
        .files
        .into_iter()
        .map(|(name, bytes)| (named_by_batch(&name, &batch), bytes))
        .collect();
    let kind = BatchKind::Calc;
    let addition = Addition { batch: &batch, kind, written, measures, files, notes };
    let name = out.file_name().map_or("ledger".into(), |name| name.to_string_lossy().into_owned());
    let manifest = assemble(target.path(), existing, (name, None), addition)?;
    target.commit()?;
    progress.end();
    tell(args, &manifest, &batch, lines, &progress)?;
    Ok(Answer::Yes)
}

/// A folder that holds something, but no ledger, is somebody's.
fn refuse_others(out: &Path, is_ledger: bool) -> Result<()> {
    if is_ledger || !out.exists() {
        return Ok(());
    }
    let mut entries =
        out.read_dir().with_context(|| format!("{}: is not a folder", out.display()))?;
    if entries.next().is_some() {
        bail!(
            "{}: holds files, but no ledger. Name a ledger, or a folder that is not there yet",
            out.display()
        );
    }
    Ok(())
}

/// A certificate that an earlier batch used is not counted again.
fn refuse_used_instruments(out: &Path, manifest: &Manifest, factors: &Factors) -> Result<()> {
    for file in manifest.files.iter().filter(|file| is_instruments(&file.path)) {
        let bytes = checked(out, manifest, &file.path)?;
        let text = String::from_utf8(bytes).with_context(|| file.path.clone())?;
        let used = carbon::read_instruments(&text)
            .map_err(|faults| anyhow!("{}: {}", file.path, faults[0]))?;
        let again = factors.instruments.iter().find(|id| used.iter().any(|one| one.id == **id));
        if let Some(id) = again {
            bail!(
                "instruments.csv: instrument `{id}` was used in {} already. Divide it by period, each part with an id of its own",
                file.path
            );
        }
    }
    Ok(())
}

/// `operations.b0001.csv`: each batch keeps what it was made of.
fn named_by_batch(name: &str, batch: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{batch}.{ending}"),
        None => format!("{name}.{batch}"),
    }
}

pub(crate) fn open(path: &Path, factors: &Factors) -> Result<ActivityFile> {
    let file = ActivityFile::open(path).map_err(|faults| refused(&faults))?;
    let file = file.adjusted_by(factors.adjustments.clone());
    let mut stderr = std::io::stderr();
    for column in file.unknown_columns() {
        writeln!(
            stderr,
            "warning: {}: column `{column}` is not known and not read",
            path.display()
        )?;
    }
    Ok(file)
}

fn refused(faults: &Faults) -> anyhow::Error {
    anyhow!("the activity cannot be valued; nothing was written\n{faults}")
}

/// Reads, values and writes all lines.
pub(crate) fn value(
    args: &CalcArgs,
    factors: &Factors,
    batch: &str,
    folder: &Path,
    progress: &Progress,
) -> Result<Written> {
    let name = args.activity.display().to_string();
    let rates = match &factors.market {
        Some(market) => rates(&args.activity, factors, market)?,
        None => MarketRates::default(),
    };
    let feed = Feed::new(name.clone(), open(&args.activity, factors)?);
    let market = |case: &str, tenant: &str, period: Period, factor: &Factor| {
        rates.get(case, tenant, period, factor)
    };
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let batch = Batch {
        name: batch,
        folder,
        threads: threads.max(1),
        progress: &|lines| progress.tell(&format!("{lines} lines valued and written")),
    };
    match calculate(|number| feed.chunk(number), &factors.registry, &market, batch) {
        Ok(written) => Ok(written),
        Err(CalcError::Source(faults)) => Err(refused(&faults)),
        Err(CalcError::Refused(faults)) => {
            let mut text = String::from("the activity cannot be valued; nothing was written");
            for fault in &faults.first {
                text += &format!("\n{name}: {fault}");
            }
            if faults.total > faults.first.len() as u64 {
                text += &format!("\n… and {} more", faults.total - faults.first.len() as u64);
            }
            Err(anyhow::Error::msg(text))
        }
        Err(CalcError::Write(fault)) => Err(fault.into()),
    }
}

/// What a kWh emitted by the market-based method. The file is read once before, because a
/// certificate covers no more than was bought in all.
fn rates(activity: &Path, factors: &Factors, market: &carbon::Market) -> Result<MarketRates> {
    use lake::columns::Word;
    let feed = Feed::new(activity.display().to_string(), open(activity, factors)?);
    let mut purchases = Purchases::default();
    for chunk in (0..).map_while(|number| feed.chunk(number)) {
        let chunk = chunk.map_err(|faults| refused(&faults))?;
        for row in 0..chunk.len() {
            let word = |word: Word| chunk.word(word).get(row);
            let (Some(id), Some(Ok(period))) =
                (word(Word::FactorId), word(Word::Period).map(str::parse::<Period>))
            else {
                continue;
            };
            let known = match word(Word::FactorEdition) {
                Some(edition) => factors.registry.edition(id, edition),
                None => factors.registry.pick(id, period),
            };
            let Some(factor) = known.filter(|factor| factor.class == Class::Electricity) else {
                continue;
            };
            let case = word(Word::Case).unwrap_or("actual");
            let tenant = word(Word::Tenant).unwrap_or("main");
            purchases.add(case, tenant, period, factor, i128::from(chunk.amounts[row]));
        }
    }
    purchases.rates(market).context("the instruments' figures are too large. Check instruments.csv")
}

/// What a reader of the ledger must know; refuses to add unlike warming potentials in silence.
fn notes(args: &CalcArgs, written: &Written, existing: Option<&Existing>) -> Result<Vec<Note>> {
    const SUBJECT: &str = "global warming potentials";
    let mut all = written.factors.clone();
    if let Some(ledger) = existing {
        all.add_all(ledger.factors())?;
    }
    let Some(sets) = unlike_gwp_sets(all.iter()) else { return Ok(Vec::new()) };
    let noted = existing
        .is_some_and(|ledger| ledger.manifest.notes.iter().any(|note| note.subject == SUBJECT));
    let names: Vec<&str> = sets.iter().map(|set| set.name()).collect();
    match &args.gwp_note {
        Some(text) => Ok(vec![Note {
            subject: SUBJECT.to_owned(),
            text: format!("{text} ({})", names.join(", ")),
        }]),
        None if noted => Ok(Vec::new()),
        None => bail!(
            "the factors used have unlike global warming potentials: {}. Take factors of one set, or say with --gwp-note why they may be added",
            names.join(", ")
        ),
    }
}

fn tell(
    args: &CalcArgs,
    manifest: &Manifest,
    batch: &str,
    lines: u64,
    progress: &Progress,
) -> Result<()> {
    let added = manifest.batches().last().context("a batch was added")?;
    let mut sums: BTreeMap<&str, quantity::Emission> = BTreeMap::new();
    for part in &added.files {
        for (case, emission) in &part.sums {
            *sums.entry(case).or_default() += *emission;
        }
    }
    let mut stdout = std::io::stdout();
    if args.json {
        let told = json!({"ledger": args.out, "batch": batch, "lines": lines, "files": added.files.len(), "sums": sums::as_json(&sums), "seal": manifest.seal()});
        writeln!(stdout, "{told}")?;
        return Ok(());
    }
    writeln!(stdout, "batch {batch}: {lines} lines in {} files", added.files.len())?;
    if !sums.is_empty() {
        writeln!(stdout, "{}", sums::as_text(&sums))?;
    }
    writeln!(stdout, "seal {}", manifest.seal())?;
    writeln!(std::io::stderr(), "{:.1} s", progress.seconds())?;
    Ok(())
}
