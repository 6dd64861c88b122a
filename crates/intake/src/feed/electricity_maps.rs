//! `{"zone", "history" | "data" | "forecast": [{"carbonIntensity", "datetime", "isEstimated"}],
//! "temporalGranularity"}`, or one such item alone. A step begins at its `datetime`.

use super::json::{At, list, parts, root};
use super::{Faults, Feed, Step, What, counted};
use quantity::{Duration, Fixed, Instant};
use serde_json::Value;

const HOUR_S: i64 = 3_600;

pub(super) fn read(answer: &Value, faults: &mut Faults) -> Option<Feed> {
    let whole = root(answer);
    let lists = ["history", "data", "forecast"];
    let items = match lists.into_iter().find(|key| answer[key].is_array()) {
        Some(key) => list(&whole, key, faults)?,
        None if answer.get("carbonIntensity").is_some() => vec![root(answer)],
        None => {
            let mend = "Save the answer of carbon-intensity/history, past-range or forecast";
            faults.add("/".into(), &answer.to_string(), "no history, data or forecast", mend);
            return None;
        }
    };
    let mut begun: Vec<(Instant, Fixed)> = Vec::new();
    for item in &items {
        let from = item.get("datetime").time(faults);
        let grams = item.get("carbonIntensity").number(faults);
        begun.extend(from.zip(grams));
    }
    let length = granularity(&whole, &items, faults).unwrap_or_else(|| least_gap(&begun));
    let until = |from: Instant| from + Duration::from_seconds(length);
    let steps = begun
        .iter()
        .map(|&(from, grams)| Step { from, until: until(from), value: parts(grams, 1_000) })
        .collect();
    let estimated = items.iter().filter(|item| item.value["isEstimated"] == true).count();
    let notes = counted(estimated, items.len(), "estimated").into_iter().collect();
    Some(Feed { what: What::Intensity, steps, notes })
}

/// Length of a step as the answer says it.
fn granularity(whole: &At, items: &[At], faults: &mut Faults) -> Option<i64> {
    let at = std::iter::once(whole).chain(items).map(|at| at.get("temporalGranularity"));
    let said = at.into_iter().find(|at| at.value.is_string())?;
    match said.value.as_str().unwrap_or_default() {
        "5_minutes" => Some(300),
        "15_minutes" => Some(900),
        "hourly" => Some(HOUR_S),
        other => {
            let mend = "Ask for 5_minutes, 15_minutes or hourly";
            faults.add(said.pointer, other, "not a step of a day", mend);
            None
        }
    }
}

fn least_gap(begun: &[(Instant, Fixed)]) -> i64 {
    let mut stamps: Vec<i64> = begun.iter().map(|(from, _)| from.unix()).collect();
    stamps.sort_unstable();
    let gaps = stamps.windows(2).map(|pair| pair[1] - pair[0]).filter(|&gap| gap > 0);
    gaps.min().unwrap_or(HOUR_S).min(HOUR_S)
}
