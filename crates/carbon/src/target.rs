//! Reduction targets: the path from a base year to a target year, and how far along a year is.

use quantity::Fixed;
use std::fmt;

/// What a target bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Kilograms of CO2e in a year.
    Absolute,
    /// Kilograms of CO2e for each of something.
    Intensity {
        /// Of what: `tkm`, or a measure of the ledger such as `parcels`.
        per: String,
    },
}

/// Which scopes of the GHG Protocol a target bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scopes {
    /// What is burnt and what electricity is bought.
    OneAndTwo,
    /// All else in the chain.
    Three,
    /// All three.
    All,
}

impl Scopes {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OneAndTwo, Self::Three, Self::All];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneAndTwo => "1+2",
            Self::Three => "3",
            Self::All => "all",
        }
    }
}

/// A published rate of contraction: percent of the base year's emissions, each year anew.
///
/// Source: Science Based Targets initiative, cross-sector absolute contraction approach. The
/// initiative may ask more of a base year after 2020; that is not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// In line with 1.5 °C: 4.2 % a year.
    OnePointFive,
    /// In line with well below 2 °C: 2.5 % a year.
    WellBelowTwo,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::OnePointFive, Self::WellBelowTwo];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnePointFive => "SBTi 1.5C",
            Self::WellBelowTwo => "SBTi WB2C",
        }
    }
    /// Percent of the base year's emissions in `years` years; may pass 100.
    pub fn reduction_pct(self, years: u16) -> Fixed {
        let tenths_a_year = match self {
            Self::OnePointFive => 42,
            Self::WellBelowTwo => 25,
        };
        Fixed::from_billionths(i128::from(years) * tenths_a_year * 100_000_000)
    }
}

/// A target, as it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// What it bounds.
    pub kind: Kind,
    /// Of which scopes.
    pub scopes: Scopes,
    /// From which year it is counted.
    pub base_year: u16,
    /// Kilograms of CO2e in the base year, for an intensity for each of its `per`; `None` is what
    /// the ledger has for that year.
    pub base_kg: Option<Fixed>,
    /// When it is to be reached; after the base year.
    pub target_year: u16,
    /// By how much, in percent of the base year: 0 to 100.
    pub reduction_pct: Fixed,
}

/// How far along a year is. Figures are kilograms of CO2e, for an intensity for each of its `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The year.
    pub year: u16,
    /// What the path allows.
    pub path: Fixed,
    /// What was emitted.
    pub actual: Fixed,
    /// How much above the path; negative is below.
    pub gap: Fixed,
    /// Reduction from the base year in percent; negative is a rise, `None` from nothing.
    pub reduced_pct: Option<Fixed>,
    /// Whether the year is at the path or below it.
    pub on_track: bool,
}

impl Target {
    /// What a year may emit: on a straight line from the base year to the target year, and from
    /// there on no more; rounded half to even to nine places. `None` before the base year, and on
    /// overflow.
    ///
    /// - `base`: kilograms of CO2e in the base year, for an intensity for each of its `per`.
    pub fn path(&self, base: Fixed, year: u16) -> Option<Fixed> {
        let gone = year.min(self.target_year).checked_sub(self.base_year)?;
        let span = self.target_year.checked_sub(self.base_year)?;
        // Multiplied out before dividing, so that the target year is met exactly.
        let left = Fixed::from_integer(i64::from(span) * 100)
            - self.reduction_pct.checked_mul(Fixed::from_integer(gone.into()))?;
        base.checked_mul(left)?.checked_div(Fixed::from_integer(i64::from(span) * 100))
    }
    /// How far along a year is; `None` where [`Target::path`] is.
    pub fn progress(&self, base: Fixed, year: u16, actual: Fixed) -> Option<Progress> {
        let path = self.path(base, year)?;
        let gap = actual - path;
        let hundred = Fixed::from_integer(100);
        let reduced_pct = (base - actual).checked_mul(hundred)?.checked_div(base);
        Some(Progress { year, path, actual, gap, reduced_pct, on_track: gap <= Fixed::ZERO })
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The columns of `targets.csv`, in any order; those of [`OPTIONAL_COLUMNS`] may be left out.
pub const COLUMNS: [&str; 9] = [
    "name",
    "kind",
    "scopes",
    "base_year",
    "base_kg",
    "target_year",
    "reduction_pct",
    "preset",
    "per",
];
/// Columns that need not be there.
pub const OPTIONAL_COLUMNS: [&str; 4] = ["base_kg", "reduction_pct", "preset", "per"];

/// A fault in `targets.csv`, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// A column that must be there is not.
    #[error("line 1: no column `{0}`. Add it")]
    NoColumn(&'static str),
    /// A column that means nothing here, or stands there twice.
    #[error("line 1: column `{0}` is unknown or there twice. Keep one each of {columns}", columns = COLUMNS.join(", "))]
    Column(String),
    /// A row of more or fewer fields than columns.
    #[error(
        "line {line}: {found} fields for {columns} columns. Put fields with commas in quotation marks"
    )]
    Row {
        /// Line on which the row begins, from 1.
        line: u64,
        /// Its fields.
        found: usize,
        /// The header's.
        columns: usize,
    },
    /// A field that is not what its column holds.
    #[error("line {line}: {column} is `{value}`. {mend}")]
    Field {
        /// Line on which the row begins, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What to write instead.
        mend: &'static str,
    },
    /// A name that an earlier row has.
    #[error("line {line}: name is `{name}` again. Give each target a name of its own")]
    Repeated {
        /// Line on which the row begins, from 1.
        line: u64,
        /// The name.
        name: String,
    },
}

/// Reads `targets.csv` (UTF-8, RFC 4180); on failure, every fault of it in the order of lines.
pub fn read(text: &str) -> Result<Vec<Target>, Vec<TargetFault>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records().map(|record| record.expect("text in memory is UTF-8"));
    let header = records.next().unwrap_or_default();
    let mut faults = header_faults(&header);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut targets: Vec<Target> = Vec::new();
    for record in records {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            faults.push(TargetFault::Row { line, found: record.len(), columns: header.len() });
            continue;
        }
        let mut row = Row { line, header: &header, record: &record, faults: Vec::new() };
        match row.target() {
            Some(target) if targets.iter().any(|known| known.name == target.name) => {
                faults.push(TargetFault::Repeated { line, name: target.name });
            }
            Some(target) => targets.push(target),
            None => faults.append(&mut row.faults),
        }
    }
    if faults.is_empty() { Ok(targets) } else { Err(faults) }
}

fn header_faults(header: &csv::StringRecord) -> Vec<TargetFault> {
    let missing = COLUMNS.into_iter().filter(|column| {
        !OPTIONAL_COLUMNS.contains(column) && header.iter().all(|have| have != *column)
    });
    let stray = header.iter().enumerate().filter(|&(place, have)| {
        !COLUMNS.contains(&have) || header.iter().take(place).any(|earlier| earlier == have)
    });
    let stray = stray.map(|(_, have)| TargetFault::Column(have.to_owned()));
    missing.map(TargetFault::NoColumn).chain(stray).collect()
}

/// A row, and what has been found wrong with it so far.
struct Row<'a> {
    line: u64,
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
    faults: Vec<TargetFault>,
}

impl<'a> Row<'a> {
    /// What stands in a column; nothing where the file has no such column.
    fn text(&self, column: &str) -> &'a str {
        let place = self.header.iter().position(|have| have == column);
        place.and_then(|place| self.record.get(place)).unwrap_or_default()
    }
    fn fault(&mut self, column: &'static str, mend: &'static str) {
        let value = self.text(column).to_owned();
        self.faults.push(TargetFault::Field { line: self.line, column, value, mend });
    }
    /// What is found in a column, or a fault.
    fn want<T>(
        &mut self,
        column: &'static str,
        mend: &'static str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = find(self.text(column));
        if found.is_none() {
            self.fault(column, mend);
        }
        found
    }
    /// The target; `None` where a fault was found.
    fn target(&mut self) -> Option<Target> {
        let name = self.want("name", "Give the target a name", |text| {
            (!text.is_empty()).then(|| text.to_owned())
        });
        let kind = self.kind();
        let scopes = self.want("scopes", "Write 1+2, 3 or all", |text| {
            Scopes::ALL.into_iter().find(|scopes| scopes.name() == text)
        });
        let base_year = self.want("base_year", "Write a year, as in 2020", year);
        let base_kg = self.number("base_kg", "Write a number above 0, or nothing: the ledger's");
        let target_year = self.want("target_year", "Write a year, as in 2030", year);
        let span = base_year.zip(target_year).and_then(|(base, target)| {
            let span = target.checked_sub(base).filter(|&span| span > 0);
            if span.is_none() {
                self.fault("target_year", "Write a year after base_year");
            }
            span
        });
        let reduction_pct = self.reduction(kind.as_ref(), span);
        if !self.faults.is_empty() {
            return None;
        }
        Some(Target {
            name: name?,
            kind: kind?,
            scopes: scopes?,
            base_year: base_year?,
            base_kg,
            target_year: target_year?,
            reduction_pct: reduction_pct?,
        })
    }
    fn kind(&mut self) -> Option<Kind> {
        let per = self.text("per");
        match self.text("kind") {
            "absolute" if per.is_empty() => Some(Kind::Absolute),
            "absolute" => {
                self.fault("per", "Leave it empty: only an intensity is per something");
                None
            }
            "intensity" if per.is_empty() => {
                self.fault("per", "Write tkm, or a measure of the ledger such as parcels");
                None
            }
            "intensity" => Some(Kind::Intensity { per: per.to_owned() }),
            _ => {
                self.fault("kind", "Write absolute or intensity");
                None
            }
        }
    }
    /// A number above nothing; `None` where the field is empty, or wrong and told so.
    fn number(&mut self, column: &'static str, mend: &'static str) -> Option<Fixed> {
        if self.text(column).is_empty() {
            return None;
        }
        self.want(column, mend, |text| text.parse().ok().filter(|&number| number > Fixed::ZERO))
    }
    fn reduction(&mut self, kind: Option<&Kind>, span: Option<u16>) -> Option<Fixed> {
        let hundred = Fixed::from_integer(100);
        if self.text("preset").is_empty() {
            let mend = "Write a percentage above 0, 100 at most, or a preset in its column";
            return self.want("reduction_pct", mend, |text| {
                text.parse().ok().filter(|&pct| pct > Fixed::ZERO && pct <= hundred)
            });
        }
        if !self.text("reduction_pct").is_empty() {
            self.fault("reduction_pct", "Leave it or preset empty");
        }
        if matches!(kind, Some(Kind::Intensity { .. })) {
            self.fault("preset", "Leave it empty: it is of absolute emissions. Fill reduction_pct");
        }
        let preset = self.want("preset", "Write SBTi 1.5C or SBTi WB2C", |text| {
            Preset::ALL.into_iter().find(|preset| preset.name() == text)
        });
        let pct = preset?.reduction_pct(span?);
        if pct > hundred {
            self.fault("target_year", "Write an earlier year: by then the preset is below nothing");
        }
        Some(pct)
    }
}

/// A year of four digits.
fn year(text: &str) -> Option<u16> {
    let plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fixed(text: &str) -> Fixed {
        text.parse().unwrap()
    }

    fn target(reduction_pct: &str) -> Target {
        Target {
            name: "half".to_owned(),
            kind: Kind::Absolute,
            scopes: Scopes::All,
            base_year: 2020,
            base_kg: None,
            target_year: 2030,
            reduction_pct: fixed(reduction_pct),
        }
    }

    #[test]
    fn a_preset_contracts_by_its_rate_of_the_base_year() {
        for (preset, years, expect, why) in [
            (Preset::OnePointFive, 1, "4.2", "one year"),
            (Preset::OnePointFive, 10, "42", "linear, not compound"),
            (Preset::WellBelowTwo, 10, "25", "linear, not compound"),
            (Preset::OnePointFive, 24, "100.8", "past nothing: the reader refuses it"),
        ] {
            assert_eq!(preset.reduction_pct(years), fixed(expect), "{why}");
        }
    }

    #[test]
    fn the_path_is_a_straight_line() {
        for (year, expect, why) in [
            (2019, None, "before the base year there is no path"),
            (2020, Some("1000"), "the base year itself"),
            (2021, Some("958"), "1,000 less 4.2 %"),
            (2025, Some("790"), "half way"),
            (2030, Some("580"), "the target year"),
            (2040, Some("580"), "and no more after it"),
        ] {
            let path = target("42").path(fixed("1000"), year);
            assert_eq!(path, expect.map(fixed), "{year}: {why}");
        }
    }

    #[test]
    fn progress_is_the_gap_to_the_path() {
        for (actual, gap, reduced, on_track, why) in [
            ("790", "0", "21", true, "at the path"),
            ("800.5", "10.5", "19.95", false, "above it"),
            ("500", "-290", "50", true, "below it"),
            ("1100", "310", "-10", false, "a rise"),
        ] {
            let progress = target("42").progress(fixed("1000"), 2025, fixed(actual)).unwrap();
            assert_eq!(progress.gap, fixed(gap), "{why}");
            assert_eq!(progress.reduced_pct, Some(fixed(reduced)), "{why}");
            assert_eq!(progress.on_track, on_track, "{why}");
        }
        let nothing = target("42").progress(Fixed::ZERO, 2025, Fixed::ZERO).unwrap();
        assert_eq!((nothing.reduced_pct, nothing.on_track), (None, true));
    }

    const HEADER: &str =
        "name,kind,scopes,base_year,base_kg,target_year,reduction_pct,preset,per\n";

    #[test]
    fn targets_are_read_in_any_order_of_columns() {
        let text = HEADER.to_owned()
            + "near term,absolute,1+2,2020,1000.5,2030,,SBTi 1.5C,\n\
               \"per parcel, chain\",intensity,all,2024,,2034,30,,parcels\n";
        let expect = vec![
            Target {
                name: "near term".to_owned(),
                scopes: Scopes::OneAndTwo,
                base_kg: Some(fixed("1000.5")),
                ..target("42")
            },
            Target {
                name: "per parcel, chain".to_owned(),
                kind: Kind::Intensity { per: "parcels".to_owned() },
                base_year: 2024,
                target_year: 2034,
                ..target("30")
            },
        ];
        assert_eq!(read(&text), Ok(expect));
        let text = "target_year,base_year,scopes,kind,name,reduction_pct\r\n\
                    2030,2020,all,absolute,half,50\r\n";
        assert_eq!(read(text), Ok(vec![target("50")]), "optional columns left out");
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        for (row, column, value, why) in [
            (",absolute,3,2020,,2030,50,,", "name", "", "no name"),
            ("a,relative,3,2020,,2030,50,,", "kind", "relative", "neither kind"),
            ("a,absolute,2,2020,,2030,50,,", "scopes", "2", "scope 2 alone is not offered"),
            ("a,absolute,3,20,,2030,50,,", "base_year", "20", "two digits"),
            ("a,absolute,3,2020,0,2030,50,,", "base_kg", "0", "from nothing nothing is reduced"),
            ("a,absolute,3,2020,,soon,50,,", "target_year", "soon", "no year"),
            ("a,absolute,3,2020,,2020,50,,", "target_year", "2020", "no time to reach it"),
            ("a,absolute,3,2020,,2030,100.1,,", "reduction_pct", "100.1", "more than all"),
            ("a,absolute,3,2020,,2030,-5,,", "reduction_pct", "-5", "a rise is no target"),
            ("a,absolute,3,2020,,2030,,,", "reduction_pct", "", "neither percentage nor preset"),
            ("a,absolute,3,2020,,2030,5,SBTi WB2C,", "reduction_pct", "5", "both"),
            ("a,absolute,3,2020,,2030,,SBTi,", "preset", "SBTi", "which of them"),
            ("a,absolute,3,2020,,2044,,SBTi 1.5C,", "target_year", "2044", "24 times 4.2 %"),
            ("a,intensity,3,2020,,2030,,SBTi WB2C,tkm", "preset", "SBTi WB2C", "is absolute"),
            ("a,intensity,3,2020,,2030,50,,", "per", "", "an intensity of what"),
            ("a,absolute,3,2020,,2030,50,,tkm", "per", "tkm", "a total is per nothing"),
        ] {
            let faults = read(&(HEADER.to_owned() + row)).unwrap_err();
            let [TargetFault::Field { line: 2, column: at, value: of, .. }] = faults.as_slice()
            else {
                panic!("{why}: {faults:?}");
            };
            assert_eq!((*at, of.as_str()), (column, value), "{why}");
        }
    }

    #[test]
    fn all_faults_of_a_file_are_told() {
        let text = HEADER.to_owned()
            + "\"a\nb\",absolute,9,2020,x,2030,50,,\n\
               c,absolute,3,2020,,2030,50,,\n\
               d,absolute\n\
               c,absolute,3,2021,,2030,50,,\n";
        let told: Vec<String> = read(&text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2: scopes is `9`. Write 1+2, 3 or all",
                "line 2: base_kg is `x`. Write a number above 0, or nothing: the ledger's",
                "line 5: 2 fields for 9 columns. Put fields with commas in quotation marks",
                "line 6: name is `c` again. Give each target a name of its own",
            ]
        );
        let told = read("name,kind,scopes,base_year,goal,name\n").unwrap_err();
        assert_eq!(
            told,
            [
                TargetFault::NoColumn("target_year"),
                TargetFault::Column("goal".to_owned()),
                TargetFault::Column("name".to_owned()),
            ]
        );
        assert_eq!(read("").unwrap_err().len(), 5, "an empty file has no column");
    }

    proptest! {
        #[test]
        fn the_path_never_rises_and_ends_at_the_target(
            base in 0_i64..1 << 50,
            pct in 1_i64..=100,
            span in 1_u16..60,
        ) {
            let base = Fixed::from_billionths(base.into());
            let target = Target { target_year: 2020 + span, ..target(&pct.to_string()) };
            let path: Vec<Fixed> =
                (2020..=2021 + span).map(|year| target.path(base, year).unwrap()).collect();
            prop_assert!(path.windows(2).all(|pair| pair[0] >= pair[1]));
            let left = Fixed::from_integer(100 - pct);
            let end = base.checked_mul(left).unwrap().checked_div(Fixed::from_integer(100));
            prop_assert_eq!(path.last().copied(), end);
        }

        #[test]
        fn any_text_is_targets_or_faults(text in "[a-z0-9,.\"\n\r+é]{0,200}") {
            let text = HEADER.to_owned() + &text;
            if let Err(faults) = read(&text) {
                prop_assert!(!faults.is_empty());
            }
        }
    }
}
