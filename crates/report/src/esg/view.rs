//! What a section sees: figures, words, and how a figure is shown.

use super::answers::Answers;
use super::datapoint::{Datapoint, Datapoints};
use super::meta::Meta;
use super::text::{Text, exact, rounded};
use crate::document::{Align, Column, Table};
use quantity::Fixed;

/// From so many kilograms in all, emissions are shown in tonnes.
const TONNES_FROM_KG: Fixed = Fixed::from_integer(10_000);

/// What a section sees.
pub(super) struct View<'a> {
    /// What the report is of.
    pub meta: &'a Meta,
    /// What the queries gave.
    pub answers: &'a Answers,
    /// All figures.
    pub points: &'a Datapoints,
    /// The words.
    pub text: &'a Text,
    in_tonnes: bool,
}

impl<'a> View<'a> {
    /// A view; the largest total says whether emissions are shown in tonnes.
    pub(super) fn new(
        meta: &'a Meta,
        answers: &'a Answers,
        points: &'a Datapoints,
        text: &'a Text,
    ) -> Self {
        let total = points.value("ghg.total_location").max(points.baseline("ghg.total_location"));
        let in_tonnes = total >= Some(TONNES_FROM_KG);
        Self { meta, answers, points, text, in_tonnes }
    }
    /// What is said under a key.
    pub(super) fn say(&self, key: &str) -> &'static str {
        self.text.say(key)
    }
    /// The same with its placeholders filled.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.text.fill(key, values)
    }
    /// The unit in which emissions are shown.
    pub(super) fn mass(&self) -> &'static str {
        if self.in_tonnes { self.say("unit.t") } else { self.say("unit.kg") }
    }
    /// Kilograms in that unit.
    pub(super) fn scaled(&self, kg: Fixed) -> Fixed {
        let tonnes = kg.checked_div(Fixed::from_integer(1_000));
        tonnes.filter(|_| self.in_tonnes).unwrap_or(kg)
    }
    /// Kilograms in that unit, rounded.
    pub(super) fn kg(&self, kg: Fixed) -> String {
        rounded(self.scaled(kg))
    }
    /// A unit in words of the language.
    pub(super) fn unit(&self, unit: &str) -> String {
        let currency = self.meta.revenue.as_ref().map_or("", |revenue| revenue.currency.as_str());
        match unit {
            "kg CO2e" => self.mass().into(),
            "kg CO2e per million" => self.fill("unit.per_million", &[("currency", currency)]),
            "kg CO2e per parcel" => self.say("unit.co2e_per_parcel").into(),
            "kg per parcel" => self.say("unit.kg_per_parcel").into(),
            other => other.into(),
        }
    }
    /// A value of a unit, rounded; or that it is not in this ledger.
    pub(super) fn value(&self, value: Option<Fixed>, unit: &str) -> String {
        match value {
            None => self.say("absent").into(),
            Some(value) if unit == "kg CO2e" => self.kg(value),
            // A count is whole.
            Some(value) if unit.is_empty() => exact(value),
            Some(value) => rounded(value),
        }
    }
    /// A figure with its unit in a sentence.
    pub(super) fn inline(&self, id: &str) -> String {
        let Some(point) = self.points.find(id) else { return self.say("absent").into() };
        let value = self.value(point.value, &point.unit);
        if point.value.is_none() { value } else { format!("{value} {}", self.unit(&point.unit)) }
    }
    /// The reported case against the one beside it.
    pub(super) fn change(&self, value: Option<Fixed>, beside: Option<Fixed>) -> String {
        let (Some(value), Some(beside)) = (value, beside) else { return "\u{2013}".into() };
        if value == beside {
            return self.say("change.same").into();
        }
        let more = value - beside;
        let size = if more < Fixed::ZERO { -more } else { more };
        let percent = size
            .checked_mul(Fixed::from_integer(100))
            .and_then(|size| size.checked_div(beside))
            .filter(|_| beside > Fixed::ZERO);
        let Some(percent) = percent else { return self.say("change.no_whole").into() };
        let key = if more < Fixed::ZERO { "change.less" } else { "change.more" };
        self.fill(key, &[("percent", &crate::number::grouped(percent.to_f64(), 1))])
    }
    /// A table of figures, each with its unit; of planned days with the baseline beside.
    pub(super) fn table(&self, caption: &str, points: &[&Datapoint]) -> Table {
        let is_beside = self.meta.case.beside().is_some();
        let value = Column {
            name: self.say(if is_beside { "column.plan" } else { "column.value" }).into(),
            unit: String::new(),
            align: Align::Right,
        };
        let mut columns = vec![Column::words(self.say("column.figure")), value];
        if is_beside {
            columns.push(Column::numbers(self.say("column.baseline"), ""));
        }
        columns.push(Column::words(self.say("column.unit")));
        if is_beside {
            columns.push(Column::words(self.say("column.change")));
        }
        let rows = points
            .iter()
            .map(|point| {
                let mut row = vec![point.name.clone(), self.value(point.value, &point.unit)];
                let beside = self.points.baseline(&point.id);
                if is_beside {
                    row.push(self.value(beside, &point.unit));
                }
                row.push(self.unit(&point.unit));
                if is_beside {
                    row.push(self.change(point.value, beside));
                }
                row
            })
            .collect();
        Table::new(caption, columns, rows)
    }
    /// The same of all figures of a section, in order.
    pub(super) fn table_of(&self, caption_key: &str, section: &str) -> Table {
        let points: Vec<&Datapoint> =
            self.points.family("").filter(|point| point.section == section).collect();
        self.table(self.say(caption_key), &points)
    }
}
