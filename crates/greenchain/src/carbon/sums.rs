//! What cases emitted, as it is printed.

use quantity::Emission;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// An object a case, its decimals as text.
pub(crate) fn as_json(sums: &BTreeMap<&str, Emission>) -> Value {
    let case = |(case, sum): (&&str, &Emission)| {
        let [wtt, ttw, wtw] = [sum.wtt, sum.ttw, sum.wtw()].map(|part| part.to_string());
        let sums = json!({"wtt_kg_co2e": wtt, "ttw_kg_co2e": ttw, "wtw_kg_co2e": wtw});
        ((*case).to_owned(), sums)
    };
    Value::Object(sums.iter().map(case).collect::<Map<_, _>>())
}

/// A line a case.
pub(crate) fn as_text(sums: &BTreeMap<&str, Emission>) -> String {
    let case = |(case, sum): (&&str, &Emission)| {
        format!("{case}: {} kg CO2e (WTT {}, TTW {})", sum.wtw(), sum.wtt, sum.ttw)
    };
    sums.iter().map(case).collect::<Vec<_>>().join("\n")
}
