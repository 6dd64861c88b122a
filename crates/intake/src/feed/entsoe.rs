//! `Publication_MarketDocument` of IEC 62325-451-3: `TimeSeries` with a currency, a unit, a curve
//! type and `Period`s of `Point`s, counted by `position` from the period's start. Of curve type A03
//! a point holds until the next one; of A01 every position has its point. An
//! `Acknowledgement_MarketDocument` says why there is no answer.

use super::json::{decimal, parts};
use super::{Choice, Faults, Feed, Step, What};
use quantity::{Currency, Duration, Fixed, Instant};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements deeper than any document of this kind.
const DEPTH_MAX: usize = 32;
/// Points of a period: a year of five minutes.
const POSITIONS_MAX: i64 = 110_000;

#[derive(Default)]
struct Series {
    currency: Option<Currency>,
    is_per_mwh: bool,
    holds: bool,
    start: Option<Instant>,
    end: Option<Instant>,
    resolution_s: Option<i64>,
    position: Option<i64>,
    price: Option<Fixed>,
    /// Position and price of the period under way.
    points: Vec<(i64, Fixed)>,
}

struct Document<'a, 'f> {
    faults: &'a mut Faults<'f>,
    choice: Choice,
    series: Series,
    currency: Option<Currency>,
    steps: Vec<Step>,
    left_out: usize,
    line: usize,
}

pub(super) fn read(text: &str, choice: Choice, faults: &mut Faults) -> Option<Feed> {
    let series = Series::default();
    let mut document = Document {
        faults,
        choice,
        series,
        currency: None,
        steps: Vec::new(),
        left_out: 0,
        line: 1,
    };
    document.walk(text)?;
    let Document { faults, currency, steps, left_out, .. } = document;
    let Some(currency) = currency.filter(|_| !steps.is_empty()) else {
        let mend = "Save the answer for documentType A44, or give another --resolution-min";
        if faults.found.is_empty() {
            faults.add("the document".into(), "", "no prices", mend);
        }
        return None;
    };
    let note = format!("{left_out} periods of another resolution were left out");
    let notes = if left_out > 0 { vec![note] } else { Vec::new() };
    Some(Feed { what: What::Price(currency), steps, notes })
}

impl Document<'_, '_> {
    /// Hands each text to its element; none where the XML itself is broken.
    fn walk(&mut self, text: &str) -> Option<()> {
        let mut reader = Reader::from_str(text);
        let mut path: Vec<String> = Vec::new();
        let (mut words, mut read_to) = (String::new(), 0);
        loop {
            let event = reader.read_event();
            let at = (reader.buffer_position() as usize).min(text.len());
            self.line += text.get(read_to..at).unwrap_or_default().matches('\n').count();
            read_to = at;
            match event {
                Ok(Event::Start(tag)) if path.len() < DEPTH_MAX => {
                    let name = tag.local_name().as_ref().to_owned();
                    self.open(&name);
                    path.push(name);
                    words.clear();
                }
                Ok(Event::Text(part)) => words.push_str(&part),
                Ok(Event::End(_)) => {
                    let name = path.pop().unwrap_or_default();
                    let parent = path.last().map_or("", String::as_str);
                    self.close(parent, &name, words.trim());
                    words.clear();
                }
                Ok(Event::Eof) if path.is_empty() => return Some(()),
                Ok(Event::Start(_) | Event::Eof) => return self.broken("no whole document"),
                Ok(_) => {}
                Err(_) => return self.broken("not XML"),
            }
        }
    }

    fn broken(&mut self, fault: &'static str) -> Option<()> {
        self.fault("the text", "", fault, "Save the answer whole, as it came");
        None
    }

    fn fault(&mut self, name: &str, value: &str, fault: &'static str, mend: &'static str) {
        self.faults.add(format!("line {}: {name}", self.line), value, fault, mend);
    }

    fn open(&mut self, name: &str) {
        match name {
            "TimeSeries" => self.series = Series::default(),
            "Period" => {
                let series = &mut self.series;
                series.points.clear();
                (series.start, series.end, series.resolution_s) = (None, None, None);
            }
            "Point" => (self.series.position, self.series.price) = (None, None),
            _ => {}
        }
    }

    fn close(&mut self, parent: &str, name: &str, text: &str) {
        match (parent, name) {
            ("Reason", "text") => {
                self.fault(
                    "Reason",
                    text,
                    "the platform has no answer",
                    "Ask for another time or area",
                );
            }
            ("TimeSeries", "currency_Unit.name") => match text.parse() {
                Ok(currency) => self.series.currency = Some(currency),
                Err(_) => self.fault(name, text, "not a currency", "Check the document"),
            },
            ("TimeSeries", "price_Measure_Unit.name") => {
                self.series.is_per_mwh = text == "MWH";
                if !self.series.is_per_mwh {
                    self.fault(name, text, "not MWH", "Save the answer for documentType A44");
                }
            }
            ("TimeSeries", "curveType") => self.series.holds = text == "A03",
            ("timeInterval", "start" | "end") => self.bound(name, text),
            ("Period", "resolution") => self.resolution(text),
            ("Point", "position") => {
                let position = text.parse().ok().filter(|at| (1..=POSITIONS_MAX).contains(at));
                if position.is_none() {
                    self.fault(name, text, "not a position", "Count from 1");
                }
                self.series.position = position;
            }
            ("Point", "price.amount") => {
                self.series.price = decimal(text);
                if self.series.price.is_none() {
                    self.fault(name, text, "not a number", "Write a decimal number");
                }
            }
            ("Period", "Point") => {
                let point = self.series.position.zip(self.series.price);
                if point.is_none() && self.faults.found.is_empty() {
                    self.fault(name, "", "no position or price.amount", "Save the answer for A44");
                }
                self.series.points.extend(point);
            }
            (_, "Period") => self.period(),
            _ => {}
        }
    }

    fn bound(&mut self, name: &str, text: &str) {
        match Instant::parse(text) {
            Ok(at) if name == "start" => self.series.start = Some(at),
            Ok(at) => self.series.end = Some(at),
            Err(_) => self.fault(name, text, "not a date and time", "Write it in UTC, with Z"),
        }
    }

    fn resolution(&mut self, text: &str) {
        self.series.resolution_s = match text {
            "PT5M" => Some(300),
            "PT15M" => Some(900),
            "PT30M" => Some(1_800),
            "PT60M" | "PT1H" => Some(3_600),
            _ => {
                self.fault("resolution", text, "not a step of a day", "Ask for prices by the hour");
                None
            }
        };
    }

    /// The steps of a period that is whole.
    fn period(&mut self) {
        let Series { start, end, resolution_s, currency, is_per_mwh, holds, .. } = self.series;
        let (Some(start), Some(end), Some(step)) = (start, end, resolution_s) else {
            return self.fault(
                "Period",
                "",
                "no start, end or resolution",
                "Save the answer whole",
            );
        };
        let Some(currency) = currency.filter(|_| is_per_mwh) else {
            return self.fault("TimeSeries", "", "no currency or unit", "Save the answer for A44");
        };
        if self.choice.resolution_s.is_some_and(|only| only != step) {
            self.left_out += 1;
            return;
        }
        if self.currency.is_some_and(|other| other != currency) {
            let text = currency.to_string();
            return self.fault(
                "currency_Unit.name",
                &text,
                "a second currency",
                "Ask for one area",
            );
        }
        self.currency = Some(currency);
        let mut points = std::mem::take(&mut self.series.points);
        points.sort_by_key(|&(position, _)| position);
        let last = ((end - start).seconds() / step).max(0);
        let at = |position: i64| start + Duration::from_seconds(step * (position - 1));
        for (place, &(position, price)) in points.iter().enumerate() {
            let next = points.get(place + 1).map_or(last + 1, |next| next.0);
            if position > last || next == position {
                let text = position.to_string();
                let fault = "twice, or after the period's end";
                return self.fault("position", &text, fault, "Ask for the document again");
            }
            let until = if holds { next } else { position + 1 };
            let value = parts(price, 1_000);
            self.steps.push(Step { from: at(position), until: at(until), value });
        }
    }
}
