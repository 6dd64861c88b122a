//! `{"data": [{"from", "to", "intensity": {"forecast", "actual", "index"}}]}`; of a region
//! `{"data": {"regionid", "data": […]}}` or the same in a list of one, with a forecast alone.

use super::json::{At, list, parts, root};
use super::{Faults, Feed, Step, What, counted};
use serde_json::Value;

pub(super) fn read(answer: &Value, faults: &mut Faults) -> Option<Feed> {
    let items = periods(&root(answer), faults)?;
    let (mut steps, mut forecasts) = (Vec::new(), 0);
    for item in &items {
        let (from, until) = (item.get("from").time(faults), item.get("to").time(faults));
        let intensity = item.get("intensity");
        let actual = intensity.get("actual");
        let is_forecast = actual.value.is_null();
        let grams = if is_forecast { intensity.get("forecast") } else { actual }.number(faults);
        forecasts += usize::from(is_forecast);
        if let (Some(from), Some(until), Some(grams)) = (from, until, grams) {
            steps.push(Step { from, until, value: parts(grams, 1_000) });
        }
    }
    let notes = counted(forecasts, items.len(), "forecasts").into_iter().collect();
    Some(Feed { what: What::Intensity, steps, notes })
}

/// The list of half hours, national or of the one region.
fn periods<'a>(answer: &At<'a>, faults: &mut Faults) -> Option<Vec<At<'a>>> {
    let data = answer.get("data");
    if data.value.is_object() {
        return list(&data, "data", faults);
    }
    let mut items = list(answer, "data", faults)?;
    match items.iter().filter(|item| item.value["data"].is_array()).count() {
        0 => Some(items),
        1 if items.len() == 1 => list(&items.remove(0), "data", faults),
        regions => {
            let mend = "Ask for one region, as in /regional/regionid/3";
            faults.add("/data".into(), &regions.to_string(), "several regions", mend);
            None
        }
    }
}
