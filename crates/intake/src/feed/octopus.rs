//! `{"count", "next", "results": [{"value_exc_vat", "value_inc_vat", "valid_from", "valid_to"}]}`,
//! newest first, pence per kWh; a rate in force has no `valid_to`.

use super::json::{list, parts, root};
use super::{Choice, Faults, Feed, Step, What};
use serde_json::Value;

pub(super) fn read(answer: &Value, choice: Choice, faults: &mut Faults) -> Option<Feed> {
    let items = list(&root(answer), "results", faults)?;
    let key = if choice.without_vat { "value_exc_vat" } else { "value_inc_vat" };
    let mut steps = Vec::new();
    for item in &items {
        let method = &item.value["payment_method"];
        if *method == "NON_DIRECT_DEBIT" && items.len() > 1 {
            continue;
        }
        let from = item.get("valid_from").time(faults);
        let end = item.get("valid_to");
        let until = match choice.until {
            Some(until) if end.value.is_null() => Some(until),
            None if end.value.is_null() => {
                faults.add(end.pointer, "null", "a rate without an end", "Give --until");
                None
            }
            _ => end.time(faults),
        };
        let pence = item.get(key).number(faults);
        if let (Some(from), Some(until), Some(pence)) = (from, until, pence)
            && from < until
        {
            steps.push(Step { from, until, value: parts(pence, 100) });
        }
    }
    let more = answer["next"].is_string();
    let notes = more.then(|| "the answer has more pages: give them as well".to_owned());
    let pounds = "GBP".parse().expect("a currency");
    Some(Feed { what: What::Price(pounds), steps, notes: notes.into_iter().collect() })
}
