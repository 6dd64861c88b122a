//! Activities made up by seed, for tests and for measuring.

use crate::columns::{Activities, Coded, NONE, Rows, UNKNOWN, WORDS, Word};
use arrow_array::StringArray;
use carbon::{Class, Factor, GwpSet, Link, Registry, Unit};
use quantity::fixed::product_of_thousandths;
use quantity::{Fixed, Seed};

const FACTORS: u64 = 400;
const SITES: u64 = 200;
const MONTHS: u64 = 12;
const UNITS: [Unit; 4] = [Unit::Litre, Unit::KilowattHour, Unit::Tonne, Unit::TonneKilometre];

/// Four hundred factors: of fuel, electricity, material and freight in turn.
pub(super) fn factors() -> Registry {
    const CLASSES: [Class; 4] = [Class::Fuel, Class::Electricity, Class::Material, Class::Freight];
    let mut registry = Registry::default();
    for number in 0..FACTORS {
        let (class, unit) = (CLASSES[number as usize % 4], UNITS[number as usize % 4]);
        let figure = |times: u64| Some(Fixed::from_billionths((number * times).into()));
        let factor = Factor {
            id: factor_id(number).into(),
            edition: "2025".into(),
            activity: "made up".into(),
            class,
            unit,
            wtt: figure(1_234_567),
            ttw: if class == Class::Electricity { None } else { figure(2_345_678) },
            generation: if class == Class::Electricity { figure(1_000_001) } else { None },
            biogenic: None,
            gwp_set: GwpSet::Ar5,
            region: "world".into(),
            valid_from: None,
            valid_to: None,
            distance: None,
            uncertainty_pct: None,
            source: "made up".into(),
            licence: "none".into(),
            note: String::new(),
        };
        registry.add(factor).unwrap();
    }
    registry
}

fn factor_id(number: u64) -> String {
    format!("uk25_freight_factor_number_{number}")
}

/// Rows `first..first + n` of a file by seed: the same rows however they are cut into chunks.
///
/// Orders have four rows; a site is run by one of twenty operators and uses twenty factors.
pub(super) fn activities(seed: Seed, first: u64, n: u64, tenants: u64) -> Activities {
    let rows: Vec<Row> = (first..first + n).map(|number| Row::new(seed, number, tenants)).collect();
    let decimal = |of: fn(&Row) -> i64| rows.iter().map(of).collect();
    let texts = |of: fn(&Row) -> Option<String>| rows.iter().map(of).collect::<StringArray>();
    Activities {
        first_row: first,
        rows: Rows::InTurn,
        ids: texts(|row| Some(row.number.to_string())),
        order_ids: texts(|row| Some(format!("O{}", row.number / 4))),
        shipment_ids: texts(|row| (row.number % 3 > 0).then(|| format!("SH{}", row.number / 8))),
        words: words(&rows, tenants),
        amounts: decimal(|row| row.amount),
        masses_kg: decimal(|row| row.freight.map_or(UNKNOWN, |(mass, _)| mass)),
        distances_km: decimal(|row| row.freight.map_or(UNKNOWN, |(_, distance)| distance)),
    }
}

struct Row {
    number: u64,
    tenant: u64,
    month: u64,
    site: u64,
    factor: u64,
    amount: i64,
    /// Mass and distance.
    freight: Option<(i64, i64)>,
}

impl Row {
    fn new(seed: Seed, number: u64, tenants: u64) -> Self {
        let mut draws = Seed::new(seed.draw("row").wrapping_add(number)).sequence();
        let mut below = |bound: u64| draws.below(bound as usize) as u64;
        let site = (number / 4 * 2_654_435_761) % SITES;
        let factor = (site * 7 + below(20)) % FACTORS;
        // Kilograms and kilometres to the gram and the metre.
        let freight = (factor % 4 == 3)
            .then(|| [(); 2].map(|()| below(1_000_000) as i64 * 1_000_000))
            .map(|[mass, distance]| (mass, distance));
        let amount = match freight {
            Some((mass, distance)) => product_of_thousandths(mass, distance).unwrap(),
            None => below(1_000_000_000_000) as i64,
        };
        Self { number, tenant: below(tenants), month: below(MONTHS), site, factor, amount, freight }
    }
}

fn words(rows: &[Row], tenants: u64) -> [Coded; WORDS] {
    type Names<'a> = &'a dyn Fn(u64) -> String;
    let coded = |words: u64, name: Names<'_>, of: fn(&Row) -> Option<u64>| Coded {
        words: (0..words).map(|word| name(word).into()).collect(),
        codes: rows.iter().map(|row| of(row).map_or(NONE, |code| code as u32)).collect(),
    };
    let kinds = ["primary", "modelled", "default"];
    let mut words: [Coded; WORDS] = std::array::from_fn(|_| coded(0, &|_| String::new(), |_| None));
    let mut set = |word: Word, column: Coded| words[word as usize] = column;
    set(Word::Tenant, coded(tenants, &|t| format!("tenant {t}"), |row| Some(row.tenant)));
    let month = |month: u64| format!("2025-{:02}", month + 1);
    set(Word::Period, coded(MONTHS, &month, |row| Some(row.month)));
    let link = |link: u64| Link::ALL[link as usize].name().to_owned();
    set(Word::Link, coded(5, &link, |row| Some(row.factor % 5)));
    let activity = |number: u64| format!("activity number {number}");
    set(Word::Activity, coded(50, &activity, |row| Some(row.factor % 50)));
    let unit = |unit: u64| UNITS[unit as usize].name().to_owned();
    set(Word::Unit, coded(4, &unit, |row| Some(row.factor % 4)));
    set(Word::FactorId, coded(FACTORS, &factor_id, |row| Some(row.factor)));
    let kind = |kind: u64| kinds[kind as usize].to_owned();
    set(Word::DataKind, coded(3, &kind, |row| Some(row.factor % 3)));
    set(Word::Method, coded(3, &|m| format!("method {m}"), |row| Some(row.factor % 3)));
    set(Word::SiteId, coded(SITES, &|s| format!("S{s:03}"), |row| Some(row.site)));
    set(Word::Operator, coded(20, &|o| format!("entity {o}"), |row| Some(row.site % 20)));
    set(Word::DistanceKind, coded(1, &|_| "gcd".to_owned(), |row| row.freight.map(|_| 0)));
    words
}
