//! A made-up ledger's answers, for tests.

use super::meta::{
    BaseYear, CarbonPrice, Case, Interval, Meta, Note, Revenue, Running, Span, Standard, Target,
    TargetKind,
};
use super::{Answers, queries};
use crate::Lang;
use quantity::Fixed;

pub(super) fn fixed(text: &str) -> Fixed {
    text.parse().unwrap()
}

fn note(subject: &str, text: &str) -> Note {
    Note { subject: subject.into(), text: text.into() }
}

/// A year of what happened, with everything given that can be.
pub(super) fn meta() -> Meta {
    Meta {
        name: "Green Parcels Ltd: ESG report".into(),
        tenant: "main".into(),
        entity: "green-parcels".into(),
        span: Span { from: "2025".parse().unwrap(), to: "2025".parse().unwrap() },
        case: Case::Actual,
        lang: Lang::En,
        standards: Standard::ALL.to_vec(),
        notes: vec![note("depot north", "The meter was read on the last day of each month.")],
        registry_notes: vec![note("grid_gb_kwh", "Great Britain stands in for Jersey.")],
        seal: Some("9f2c".into()),
        verification: None,
        targets: vec![Target {
            name: "Half by 2030".into(),
            kind: TargetKind::Absolute,
            scopes: "1 and 2".into(),
            base_year: 2023,
            base_kg: fixed("20000"),
            target_year: 2030,
            path: vec![(2023, fixed("20000")), (2030, fixed("10000"))],
            actual: vec![(2023, fixed("20000")), (2025, fixed("17500"))],
            on_track: Some(true),
        }],
        intervals: [("ghg.scope1", "9000", "11000")]
            .map(|(id, low, high)| (id.into(), Interval { low: fixed(low), high: fixed(high) }))
            .into(),
        revenue: Some(Revenue { millions: fixed("12.5"), currency: "GBP".into() }),
        carbon_price: Some(CarbonPrice {
            per_tonne: fixed("85"),
            currency: "GBP".into(),
            used_for: "choice of vehicles".into(),
        }),
        base_year: Some(BaseYear {
            year: 2023,
            reported_kg: fixed("60000"),
            recalculated_kg: Some(fixed("58000")),
            text: "The first year with metered depots.".into(),
        }),
        running: Some(Running { loaded_km: fixed("7500"), empty_km: fixed("2500") }),
        missing_factors: vec!["kerosene_l".into()],
        exclusions: vec![note("Shop", "Under 1 % by floor area.")],
    }
}

/// Planned days beside their baseline.
pub(super) fn planned() -> (Meta, Answers) {
    let meta = Meta { case: Case::PlanBesideBaseline, ..meta() };
    let mut answers = answers_of(&meta, "plan");
    for query in queries(&meta) {
        let more = rows(query.id, "baseline", "2").filter(|_| HAS_CASE.contains(&query.id));
        let mut all = rows(query.id, "plan", "1").unwrap_or_default();
        all.extend(more.unwrap_or_default());
        answers.insert(query.id, all);
    }
    (meta, answers)
}

/// A year of what happened.
pub(super) fn answers() -> Answers {
    answers_of(&meta(), "actual")
}

/// A ledger that holds nothing.
pub(super) fn nothing(meta: &Meta) -> Answers {
    let mut answers = Answers::default();
    for query in queries(meta) {
        answers.insert(query.id, Vec::new());
    }
    answers
}

fn answers_of(meta: &Meta, case: &str) -> Answers {
    let mut answers = Answers::default();
    for query in queries(meta) {
        answers.insert(query.id, rows(query.id, case, "1").unwrap());
    }
    answers
}

/// Queries whose first column is the case.
const HAS_CASE: [&str; 14] = [
    "scopes",
    "links",
    "trend",
    "years",
    "biogenic",
    "transport",
    "hubs",
    "energy",
    "materials",
    "waste",
    "measures",
    "solar",
    "quality",
    "methods",
];

/// Rows of a query, `|` between cells; `CASE` is the case and a leading `N` the digit.
fn rows(query: &str, case: &str, digit: &str) -> Option<Vec<Vec<String>>> {
    let rows = match query {
        "scopes" => {
            "CASE|1||N0000.000000000|N0000\nCASE|2||N5000.5|N200.25\n\
            CASE|3|3.1|N2000|N2000\nCASE|3|3.3|N2500|N2500\nCASE|3|3.4|N8000|N8000\n\
            CASE|3|3.5|N100|N100\nCASE|outside||N900|N900"
        }
        "links" => {
            "CASE|packaging|N2000\nCASE|recycling|N100\nCASE|transportation|40500\n\
            CASE|warehousing|N5000.5"
        }
        "trend" => {
            "CASE|2025-01|1|4000|4000\nCASE|2025-01|2|N3000|1000\n\
            CASE|2025-02|1|6000|6000\nCASE|2025-02|2|2000.5|200.25\n\
            CASE|2025-02|3|43600|43600"
        }
        "years" => {
            "CASE|2024|1|N9000|N9000\nCASE|2025|1|N0000|N0000\nCASE|2025|2|N5000.5|N200.25\n\
            CASE|2025|3|43600|43600"
        }
        "biogenic" => "CASE|other|N10\nCASE|own|N33.5",
        "transport" => {
            "CASE|sfd|default|3|N000.5|N00|N500\nCASE|sfd|primary|40|N9000|N000|N4000\n\
            CASE||primary|2||N|N1"
        }
        "hubs" => "CASE|N500.25|N00|N200",
        "energy" => {
            "CASE|electricity|grid_gb_kwh|Grid, GB|kWh|N8000\n\
            CASE|fuel|diesel_blend_l|Diesel, average blend|l|N3000.75\n\
            CASE|own power|own_solar_kwh|Own solar|kWh|N2000"
        }
        "materials" => {
            "CASE|board_closed_loop_t|Board, closed loop|t|N.5\n\
            CASE|board_new_t|Board, new|t|N5\nCASE|film_kg|Film|kg|N500"
        }
        "waste" => "CASE|landfill|t|N\nCASE|recycling|t|N9\nCASE|energy recovery|t|N.25",
        "measures" => {
            "CASE|parcels||N00000\nCASE|short_urban_deliveries||N0000\n\
            CASE|short_urban_electric_deliveries||N500\nCASE|robot_deliveries||N20\n\
            CASE|board_saved_reused|kg|N000\nCASE|pv_generated|kWh|N3000\n\
            CASE|avoided_self_used|kg CO2e|N777\nCASE|a_later_measure|x|1"
        }
        "solar" => "CASE|2024|N00\nCASE|2025|N50.5",
        "quality" => "CASE|default|10|53600.5\nCASE|primary|90|N5000",
        "methods" => {
            "CASE|transportation|metered|primary|N5000\nCASE|packaging|by carton|default|53600.5"
        }
        "editions" => {
            "1||transportation|fuel|DESNZ 2025\n2||warehousing|electricity|DESNZ 2025\n\
            3|3.4|transportation|freight|GLEC 3\nmoon|||unknown|X"
        }
        "gwp" => "CASE|AR5|68000\nCASE|CO2 only|600.5",
        "factors" => {
            "diesel_blend_l|DESNZ 2025|Diesel, average blend|l|0.61101|2.57082|AR5|GB||\
            UK Government conversion factors, 2025|OGL 3|Blend of the year.\n\
            grid_cn_kwh|MEE 2022|Grid, CN|kWh||0|CO2 only|CN|5|Announcement of 2024|open|"
        }
        "scenario_factors" => "24",
        "undated" => "7",
        _ => return None,
    };
    let cell = |cell: &str| match cell.strip_prefix('N') {
        Some(rest) => format!("{digit}{rest}"),
        None if cell == "CASE" => case.to_owned(),
        None => cell.to_owned(),
    };
    Some(rows.lines().map(|row| row.trim_start().split('|').map(cell).collect()).collect())
}
