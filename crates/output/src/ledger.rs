//! The run's ledger: written, asked again, and the answers taken as the run's carbon figures.

use anyhow::{Context, Result, bail};
use carbon::{Case, DataKind, Link, unlike_gwp_sets};
use lake::calc::{Batch, write_lines};
use lake::ledger::{Addition, MEASURES_HEADER, assemble};
use lake::{BatchKind, Lake, Note};
use planner::{Outcome, Scenario};
use quantity::{Carbon, Emission, Fixed};
use std::path::Path;

/// Where a ledger keeps the files of its scenario.
pub const SCENARIO: &str = "scenario/";
/// The one batch of a planned day.
const BATCH: &str = "plan";
/// Whose books a scenario is in.
const TENANT: &str = "main";

/// Writes the ledger of a run to `folder`.
///
/// - `inputs`: the scenario's files, by name, from which it can be planned again.
pub(crate) fn write(
    folder: &Path,
    scenario: &Scenario,
    outcome: &Outcome,
    inputs: &[(String, Vec<u8>)],
) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    let lines: Vec<carbon::Line> =
        outcome.plan.lines.iter().chain(&outcome.baseline.lines).cloned().collect();
    let batch = Batch { name: BATCH, folder, threads: 1, progress: &|_| {} };
    let written = write_lines(&lines, &outcome.factors, batch)?;
    let files =
        inputs.iter().map(|(name, bytes)| (format!("{SCENARIO}{name}"), bytes.clone())).collect();
    let addition = Addition {
        batch: BATCH,
        kind: BatchKind::Plan,
        written,
        measures: measures(outcome)?,
        files,
        notes: notes(outcome),
    };
    let entity = Some(scenario.name.clone());
    assemble(folder, None, (scenario.name.clone(), entity), addition)?;
    Ok(())
}

fn notes(outcome: &Outcome) -> Vec<Note> {
    let mut notes: Vec<Note> = outcome
        .notes
        .iter()
        .map(|note| Note { subject: note.subject.clone(), text: note.text.clone() })
        .collect();
    if let Some(sets) = unlike_gwp_sets(outcome.factors.iter()) {
        let names: Vec<&str> = sets.iter().map(|set| set.name()).collect();
        notes.push(Note {
            subject: "global warming potentials".to_owned(),
            text: format!(
                "factors of unlike potentials are added: {}. The factors come from sources that \
                 count differently; factors.csv names the set of each",
                names.join(", ")
            ),
        });
    }
    notes
}

fn measures(outcome: &Outcome) -> Result<String> {
    let mut rows = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    for measure in &outcome.measures {
        rows.write_record([
            TENANT,
            &measure.period.to_string(),
            measure.case.name(),
            measure.link.name(),
            measure.site.as_deref().unwrap_or(""),
            measure.name,
            &measure.unit,
            &measure.amount.to_string(),
            measure.method,
            measure.data_kind.name(),
        ])?;
    }
    Ok(format!("{MEASURES_HEADER}{}", String::from_utf8(rows.into_inner()?)?))
}

/// Asks the ledger for the carbon figures of both cases. What is not what was planned is a fault of
/// ours, and better told than written.
pub(crate) fn ask(folder: &Path, outcome: &mut Outcome) -> Result<()> {
    let lake = Lake::open(folder)?;
    for case in [&mut outcome.plan, &mut outcome.baseline] {
        let figures = &mut case.figures;
        let planned = (figures.by_link, figures.by_data_kind, figures.total);
        figures.by_link = sums(&lake, case.case, "link", Link::ALL, Link::name)?;
        figures.by_data_kind = sums(&lake, case.case, "data_kind", DataKind::ALL, DataKind::name)?;
        figures.total = figures.by_link.iter().map(|(_, emission)| *emission).sum();
        if planned != (figures.by_link, figures.by_data_kind, figures.total) {
            bail!("the ledger holds other sums than were planned. This is a fault of greenchain");
        }
    }
    Ok(())
}

fn sums<T: Copy, const N: usize>(
    lake: &Lake,
    case: Case,
    column: &str,
    all: [T; N],
    name: fn(T) -> &'static str,
) -> Result<[(T, Emission); N]> {
    let sql = format!(
        "SELECT {column}, sum(wtt_kg_co2e), sum(ttw_kg_co2e) FROM ledger WHERE \"case\" = '{}' GROUP BY {column}",
        case.name()
    );
    let answer = lake.query(&sql)?;
    let kilograms = |row: &[lake::Cell], at: usize| -> Result<Carbon> {
        Ok(Carbon::from_kilograms(row[at].text().parse::<Fixed>()?))
    };
    let mut sums = all.map(|word| (word, Emission::ZERO));
    for (word, sum) in &mut sums {
        if let Some(row) = answer.rows.iter().find(|row| row[0].text() == name(*word)) {
            *sum = Emission { wtt: kilograms(row, 1)?, ttw: kilograms(row, 2)? };
        }
    }
    Ok(sums)
}
