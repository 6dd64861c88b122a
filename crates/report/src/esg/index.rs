//! The content index: what each standard asks for, the figure that answers it and where it stands,
//! or why it is missing.

mod ghg;
mod iso14083;
mod issb;
mod esrs;
mod gri;
mod hkex;

use super::datapoint::Datapoint;
use super::meta::{Meta, Standard};
use super::view::View;
use crate::document::{Block, Column, Section, Table};

/// What a paragraph of a standard asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Its place in the standard.
    pub paragraph: &'static str,
    /// Key of what it asks for, in our own words.
    pub asks: &'static str,
    /// What answers it.
    pub at: At,
}

/// What answers a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Figures by id; an id that ends in a point is a family.
    Figures(&'static [&'static str]),
    /// What a section says.
    Section(&'static str),
    /// What a section says where it was given.
    Given(Given, &'static str),
    /// Nothing, for the reason under a key.
    Missing(&'static str),
}

/// What the ledger does not know and somebody must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Targets.
    Targets,
    /// The base year.
    BaseYear,
    /// The internal price of carbon.
    CarbonPrice,
    /// Intervals of figures.
    Intervals,
}

impl Given {
    fn is_there(self, meta: &Meta) -> bool {
        match self {
            Self::Targets => !meta.targets.is_empty(),
            Self::BaseYear => meta.base_year.is_some(),
            Self::CarbonPrice => meta.carbon_price.is_some(),
            Self::Intervals => !meta.intervals.is_empty(),
        }
    }
    const fn missing(self) -> &'static str {
        match self {
            Self::Targets => "missing.targets",
            Self::BaseYear => "missing.base_year",
            Self::CarbonPrice => "missing.carbon_price",
            Self::Intervals => "missing.intervals",
        }
    }
}

const fn ask(paragraph: &'static str, asks: &'static str, at: At) -> Requirement {
    Requirement { paragraph, asks, at }
}

/// What a standard asks for, in its own order.
pub(super) const fn requirements(standard: Standard) -> &'static [Requirement] {
    match standard {
        Standard::Ghg => ghg::REQUIREMENTS,
        Standard::Iso14083 => iso14083::REQUIREMENTS,
        Standard::Issb => issb::REQUIREMENTS,
        Standard::Esrs => esrs::REQUIREMENTS,
        Standard::Gri => gri::REQUIREMENTS,
        Standard::Hkex => hkex::REQUIREMENTS,
    }
}

/// Anchor of a standard's index.
const fn anchor(standard: Standard) -> &'static str {
    match standard {
        Standard::Ghg => "index-ghg",
        Standard::Iso14083 => "index-iso14083",
        Standard::Issb => "index-issb",
        Standard::Esrs => "index-esrs",
        Standard::Gri => "index-gri",
        Standard::Hkex => "index-hkex",
    }
}

fn is_named(asked: &str, id: &str) -> bool {
    asked == id || asked.ends_with('.') && id.starts_with(asked)
}

/// The paragraphs of all standards that ask for a figure.
pub(super) fn paragraphs(id: &str) -> Vec<&'static str> {
    let mut list: Vec<&str> = Standard::ALL
        .iter()
        .flat_map(|standard| requirements(*standard))
        .filter(|requirement| match requirement.at {
            At::Figures(ids) => ids.iter().any(|asked| is_named(asked, id)),
            _ => false,
        })
        .map(|requirement| requirement.paragraph)
        .collect();
    list.dedup();
    list
}

/// The index of each standard that was asked for.
pub(super) fn sections(view: &View<'_>, titles: &[(&'static str, &'static str)]) -> Vec<Section> {
    view.meta.standards.iter().map(|standard| section(view, *standard, titles)).collect()
}

fn section(
    view: &View<'_>,
    standard: Standard,
    titles: &[(&'static str, &'static str)],
) -> Section {
    let title_of =
        |id: &str| titles.iter().find(|(known, _)| *known == id).map(|(_, title)| *title);
    let mut rows = Vec::new();
    let mut leads_to = Vec::new();
    for requirement in requirements(standard) {
        let (answer, target) = answer(view, requirement.at);
        let place = target.and_then(title_of).unwrap_or("\u{2013}");
        let asks = view.say(requirement.asks).to_owned();
        let paragraph = view.text.paragraph(requirement.paragraph).to_owned();
        rows.push(vec![paragraph, asks, answer, place.to_owned()]);
        leads_to.push(target);
    }
    let columns = ["column.paragraph", "column.asks", "column.answer", "column.where"]
        .map(|key| Column::words(view.say(key)))
        .to_vec();
    let name = view.say(&format!("standard.{}", standard.name()));
    let table = Table { leads_to, ..Table::new(name, columns, rows) };
    let note = view.say(&format!("standard.{}.note", standard.name()));
    let blocks = vec![Block::Paragraph(note.into()), Block::Table(table)];
    let title = view.say(&format!("section.{}", anchor(standard)));
    Section { id: anchor(standard), title, blocks }
}

/// What stands in the index, and the section that it leads to.
fn answer(view: &View<'_>, at: At) -> (String, Option<&'static str>) {
    match at {
        At::Section(id) => (view.say("index.text").into(), Some(id)),
        At::Given(given, id) if given.is_there(view.meta) => {
            (view.say("index.text").into(), Some(id))
        }
        At::Given(given, _) => (view.say(given.missing()).into(), None),
        At::Missing(reason) => (view.say(reason).into(), None),
        At::Figures(ids) => {
            let asked: Vec<&Datapoint> = view
                .points
                .family("")
                .filter(|point| ids.iter().any(|id| is_named(id, &point.id)))
                .collect();
            let there: Vec<String> = asked
                .iter()
                .filter(|point| point.value.is_some())
                .map(|point| format!("{}: {}", point.name, view.inline(&point.id)))
                .collect();
            let section = asked.first().map(|point| point.section);
            if there.is_empty() {
                return (view.say("index.absent").into(), section);
            }
            (there.join("; "), section)
        }
    }
}
