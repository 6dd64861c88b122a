//! `greenchain carbon explain`: how a line or a round was computed.
#![expect(clippy::format_push_string, reason = "words for people: one allocation more is nothing")]

use super::args::ExplainArgs;
use crate::Answer;
use anyhow::{Result, bail};
use carbon::explain::{RoundContext, explain as explain_line};
use carbon::explain_round::{Consignment, Use, explain_round};
use carbon::{Line, Registry};
use lake::{Lake, quoted};
use output::lines;
use quantity::Fixed;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

pub(crate) fn explain(args: &ExplainArgs) -> Result<Answer> {
    let lake = Lake::open(&args.ledger)?;
    let text = match (&args.line, &args.round) {
        (Some(id), _) => of_line(&lake, &lines::factors(&args.ledger, &lake)?, id)?,
        (None, Some(round)) => of_round(&lake, round)?,
        (None, None) => bail!("name a --line or a --round"),
    };
    writeln!(std::io::stdout(), "{}", text.trim_end())?;
    Ok(Answer::Yes)
}

pub(crate) fn of_line(lake: &Lake, factors: &Registry, id: &str) -> Result<String> {
    let found = lines::read(lake, &format!("line_id = {}", quoted(id)))?;
    let Some(line) = found.first() else {
        bail!("the ledger has no line `{id}`. `carbon query` finds ids: SELECT line_id FROM ledger")
    };
    let shared = match &line.activity.context.round {
        Some(round) => Some(Shared::of(lake, round, line)?),
        None => None,
    };
    Ok(text_of(line, factors, shared.as_ref()))
}

/// The text of a line, with its round where it is a share of one.
pub(crate) fn text_of(line: &Line, factors: &Registry, shared: Option<&Shared>) -> String {
    let (id, edition) = (&line.activity.factor_id, &line.factor_edition);
    let Some(factor) = factors.edition(id, edition) else {
        return format!("line {} names `{id}`, edition `{edition}`, which is not there", line.id);
    };
    let consignments: Vec<Consignment> = shared.map(Shared::consignments).unwrap_or_default();
    let round = shared.and_then(|shared| {
        let place = shared.used.iter().position(|known| known.id == line.id)?;
        let used = shared.used.iter().map(|line| line.activity.amount).sum();
        Some(RoundContext { id: &shared.id, used, consignments: &consignments, place })
    });
    explain_line(line, factor, round)
}

/// The lines of one use of a round, and the legs of its consignments in the same order.
pub(crate) struct Shared {
    id: Arc<str>,
    used: Vec<Line>,
    legs: Vec<carbon::Leg>,
}

impl Shared {
    fn of(lake: &Lake, round: &Arc<str>, line: &Line) -> Result<Self> {
        let all = lines::read(
            lake,
            &format!(
                "round_id = {} AND \"case\" = {} AND reverses IS NULL",
                quoted(round),
                quoted(line.case.name())
            ),
        )?;
        Ok(Self::among(round, all, line))
    }

    /// Picks, of all lines of a round, those of the same use.
    fn among(round: &Arc<str>, all: Vec<Line>, line: &Line) -> Self {
        // The legs stand on the first use only: the consignments of each use are in the same order.
        let legs = all.iter().filter_map(|line| line.activity.leg).collect();
        let used = all.into_iter().filter(|other| is_same_use(other, line)).collect();
        Self { id: round.clone(), used, legs }
    }

    fn consignments(&self) -> Vec<Consignment<'_>> {
        self.used
            .iter()
            .zip(&self.legs)
            .map(|(line, &leg)| Consignment { id: consignment_of(line), leg })
            .collect()
    }
}

fn is_same_use(a: &Line, b: &Line) -> bool {
    let (a, b) = (&a.activity, &b.activity);
    (&a.factor_id, &a.name, a.unit) == (&b.factor_id, &b.name, b.unit)
}

/// What names the consignment of a share.
fn consignment_of(line: &Line) -> &str {
    let context = &line.activity.context;
    context.shipment.as_deref().or(context.order.as_deref()).unwrap_or(&line.id)
}

fn of_round(lake: &Lake, round: &str) -> Result<String> {
    let condition = format!("round_id = {} AND reverses IS NULL", quoted(round));
    let mut by_case: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    for line in lines::read(lake, &condition)? {
        by_case.entry(line.case.name()).or_default().push(line);
    }
    if by_case.is_empty() {
        bail!(
            "the ledger has no round `{round}`. `carbon query` finds them: SELECT DISTINCT round_id FROM ledger"
        )
    }
    let mut text = String::new();
    for (case, all) in by_case {
        text += &format!("Case {case}\n");
        text += &round_text(round, &all);
        text.push('\n');
    }
    Ok(text)
}

fn round_text(round: &str, all: &[Line]) -> String {
    let mut uses: Vec<(&Line, Vec<Fixed>)> = Vec::new();
    for line in all {
        match uses.iter_mut().find(|(first, _)| is_same_use(first, line)) {
            Some((_, booked)) => booked.push(line.activity.amount),
            None => uses.push((line, vec![line.activity.amount])),
        }
    }
    let consignments: Vec<Consignment> = all
        .iter()
        .filter_map(|line| Some(Consignment { id: consignment_of(line), leg: line.activity.leg? }))
        .collect();
    let uses: Vec<Use> = uses
        .iter()
        .map(|(line, booked)| Use {
            activity: &line.activity.name,
            amount: booked.iter().copied().sum(),
            unit: line.activity.unit,
            booked,
        })
        .collect();
    explain_round(round, &uses, &consignments)
}
