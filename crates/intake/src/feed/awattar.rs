//! `{"object": "list", "data": [{"start_timestamp", "end_timestamp", "marketprice", "unit":
//! "Eur/MWh"}]}`; time stamps in milliseconds since 1970-01-01T00:00Z.

use super::json::{At, list, parts, root};
use super::{Faults, Feed, Step, What};
use quantity::Instant;
use serde_json::Value;

pub(super) fn read(answer: &Value, faults: &mut Faults) -> Option<Feed> {
    let mut steps = Vec::new();
    for item in list(&root(answer), "data", faults)? {
        let from = milliseconds(&item.get("start_timestamp"), faults);
        let until = milliseconds(&item.get("end_timestamp"), faults);
        let unit = item.get("unit");
        if !unit.value.as_str().is_some_and(|unit| unit.eq_ignore_ascii_case("eur/mwh")) {
            let value = unit.value.to_string();
            faults.add(unit.pointer, &value, "not Eur/MWh", "Check the format");
        }
        let price = item.get("marketprice").number(faults);
        if let (Some(from), Some(until), Some(price)) = (from, until, price) {
            steps.push(Step { from, until, value: parts(price, 1_000) });
        }
    }
    let euros = "EUR".parse().expect("a currency");
    Some(Feed { what: What::Price(euros), steps, notes: Vec::new() })
}

fn milliseconds(at: &At, faults: &mut Faults) -> Option<Instant> {
    // Until the year 2200: seconds in place of milliseconds would lie in 1970.
    let range = 631_152_000_000..7_258_118_400_000;
    let found = at.value.as_i64().filter(|stamp| range.contains(stamp));
    if found.is_none() {
        let mend = "It must count milliseconds since 1970";
        faults.add(at.pointer.clone(), &at.value.to_string(), "not a time stamp", mend);
    }
    found.map(|stamp| Instant::from_unix(stamp / 1_000))
}
