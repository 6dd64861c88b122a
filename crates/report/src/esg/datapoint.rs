//! Figures with their values, and what each rests on.

use super::EsgError;
use super::answers::Answers;
use super::definition::{BIOGENIC, DEFINITIONS, Of};
use super::index;
use super::meta::{Interval, Meta};
use super::text::Text;
use super::values::{ByFactor, Values, fuels, materials};
use quantity::Fixed;

/// A figure of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datapoint {
    /// Its name in the CSV: `ghg.scope1`. The baseline's ends in `.baseline`.
    pub id: String,
    /// Its name in words.
    pub name: String,
    /// Exact, in `unit`; `None` is not in this ledger, which is not zero.
    pub value: Option<Fixed>,
    /// Unit of the value; empty for a plain count.
    pub unit: String,
    /// 95 % interval in the same unit, where one was computed.
    pub interval: Option<Interval>,
    /// Id of the query that it is read from.
    pub query: &'static str,
    /// How it comes of the query's columns, or of other figures.
    pub method: String,
    /// Editions of the factors behind it.
    pub factor_editions: String,
    /// Paragraphs that ask for it.
    pub standards: String,
    /// Id of the section that shows it.
    pub section: &'static str,
}

/// All figures in the order of the report, those of the baseline behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Datapoints {
    all: Vec<Datapoint>,
}

impl Datapoints {
    /// Reads them from the answers.
    pub(super) fn read(meta: &Meta, answers: &Answers, text: &Text) -> Result<Self, EsgError> {
        let editions = answers.rows("editions")?;
        let mut known: Vec<Datapoint> = DEFINITIONS
            .iter()
            .chain(&BIOGENIC)
            .map(|definition| Datapoint {
                id: definition.id.into(),
                name: name(text, definition.id),
                value: None,
                unit: definition.unit.into(),
                interval: None,
                query: definition.query,
                method: definition.formula.into(),
                factor_editions: list_editions(&editions, definition.of),
                standards: index::paragraphs(definition.id).join("; "),
                section: definition.section,
            })
            .collect();
        for (query, section, class, all) in [
            ("energy", "energy", "fuel", fuels(answers)?),
            ("materials", "packaging", "material", materials(answers)?),
        ] {
            known.extend(all.into_iter().map(|ByFactor { id, name, unit }| Datapoint {
                name,
                value: None,
                unit,
                interval: None,
                query,
                method: "sum(amount)".into(),
                factor_editions: list_editions(&editions, Of::Class(class)),
                standards: index::paragraphs(&id).join("; "),
                section,
                id,
            }));
        }
        let valued = |case: &str, suffix: &str| -> Result<Vec<Datapoint>, EsgError> {
            let values = Values::of(answers, meta, case)?;
            let one = |point: &Datapoint| {
                let id = format!("{}{suffix}", point.id);
                let interval = meta.intervals.get(&id).copied();
                Datapoint { value: values.get(&point.id), interval, id, ..point.clone() }
            };
            Ok(known.iter().map(one).collect())
        };
        let mut all = valued(meta.case.reported(), "")?;
        if let Some(beside) = meta.case.beside() {
            all.extend(valued(beside, ".baseline")?);
        }
        Ok(Self { all })
    }

    /// All of them.
    pub(super) fn into_vec(self) -> Vec<Datapoint> {
        self.all
    }
    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Datapoint> {
        self.all.iter()
    }
    /// One by its id.
    pub(super) fn find(&self, id: &str) -> Option<&Datapoint> {
        self.all.iter().find(|point| point.id == id)
    }
    /// Its value.
    pub(super) fn value(&self, id: &str) -> Option<Fixed> {
        self.find(id)?.value
    }
    /// Its value in the baseline.
    pub(super) fn baseline(&self, id: &str) -> Option<Fixed> {
        self.value(&format!("{id}.baseline"))
    }
    /// Those whose id begins so, without the baseline's.
    pub(super) fn family<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Datapoint> {
        let reported = |point: &&Datapoint| !point.id.ends_with(".baseline");
        self.all.iter().filter(move |point| point.id.starts_with(prefix)).filter(reported)
    }
}

/// The name of a figure in words.
fn name(text: &Text, id: &str) -> String {
    match id.strip_prefix("ghg.scope3.") {
        Some(number) => format!("3.{number} {}", text.say(&format!("category.3.{number}"))),
        None => text.say(&format!("figure.{id}")).into(),
    }
}

/// The editions behind some lines, each once, in order.
fn list_editions(editions: &[[&str; 5]], of: Of) -> String {
    let is_of = |[scope, category, link, class, _]: &&[&str; 5]| match of {
        Of::Entity => *scope != "outside",
        Of::Scope(wanted) => *scope == wanted,
        Of::Category(wanted) => *category == wanted,
        Of::Link(wanted) => *link == wanted && *scope != "outside",
        Of::Class(wanted) => *class == wanted,
        Of::Transport => *class != "hub" && (*link == "transportation" || *class == "freight"),
        Of::Measure => false,
    };
    let mut list: Vec<&str> = editions.iter().filter(is_of).map(|row| row[4]).collect();
    list.sort_unstable();
    list.dedup();
    list.join("; ")
}
