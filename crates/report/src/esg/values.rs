//! From the queries' answers to the values of figures, exactly.

use super::EsgError;
use super::answers::{Answers, decimal};
use super::definition::MEASURES;
use super::meta::Meta;
use quantity::Fixed;
use std::collections::BTreeMap;

/// Values by figure id; a figure of which the ledger holds nothing has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values(BTreeMap<String, Fixed>);

/// A figure of which there are as many as the ledger has factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByFactor {
    /// Its id: `energy.fuel.FACTOR` or `packaging.material.FACTOR`.
    pub id: String,
    /// What the factor values.
    pub name: String,
    /// Unit of the amount.
    pub unit: String,
}

impl Values {
    /// The value of a figure.
    pub(super) fn get(&self, id: &str) -> Option<Fixed> {
        self.0.get(id).copied()
    }

    /// Values of a case: `actual`, `plan` or `baseline`.
    pub(super) fn of(answers: &Answers, meta: &Meta, case: &str) -> Result<Self, EsgError> {
        let mut values = Self::default();
        values.scopes(answers, case)?;
        values.links(answers, case)?;
        values.transport(answers, case)?;
        values.hubs(answers, case)?;
        values.energy(answers, case)?;
        values.materials(answers, case)?;
        values.waste(answers, case)?;
        values.measures(answers, meta, case)?;
        values.quality(answers, case)?;
        values.ratios(meta);
        Ok(values)
    }

    fn add(&mut self, id: impl Into<String>, value: Fixed) {
        *self.0.entry(id.into()).or_default() += value;
    }

    /// `times * part / whole`, where both are there and the whole is not zero.
    fn ratio(&mut self, id: &str, times: i64, part: &str, whole: Option<Fixed>) {
        let ratio = self
            .get(part)
            .and_then(|part| part.checked_mul(Fixed::from_integer(times))?.checked_div(whole?));
        if let Some(ratio) = ratio {
            self.add(id, ratio);
        }
    }

    fn scopes(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, scope, category, kg, market] in answers.rows("scopes")? {
            if of != case {
                continue;
            }
            let (kg, market) = (decimal("scopes", kg)?, decimal("scopes", market)?);
            match scope {
                "1" => self.add("ghg.scope1", kg),
                "2" => {
                    self.add("ghg.scope2_location", kg);
                    self.add("ghg.scope2_market", market);
                }
                "3" => {
                    self.add("ghg.scope3", kg);
                    self.add(format!("ghg.scope{category}"), kg);
                }
                _ => self.add("ghg.outside", kg),
            }
            if ["1", "2", "3"].contains(&scope) {
                self.add("ghg.total_location", kg);
                self.add("ghg.total_market", market);
            }
        }
        Ok(())
    }

    fn links(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, link, kg] in answers.rows("links")? {
            if of == case {
                self.add(format!("link.{link}"), decimal("links", kg)?);
            }
        }
        for [of, whose, kg] in answers.rows("biogenic")? {
            if of == case && !kg.is_empty() {
                self.add(format!("biogenic.{whose}"), decimal("biogenic", kg)?);
            }
        }
        Ok(())
    }

    fn transport(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, distance, kind, _lines, tkm, wtt, ttw] in answers.rows("transport")? {
            if of != case {
                continue;
            }
            let (wtt, ttw) = (decimal("transport", wtt)?, decimal("transport", ttw)?);
            self.add("iso.wtt", wtt);
            self.add("iso.ttw", ttw);
            self.add("iso.wtw", wtt + ttw);
            self.add(format!("iso.{kind}_kg"), wtt + ttw);
            if !tkm.is_empty() {
                let tkm = decimal("transport", tkm)?;
                self.add("iso.tkm", tkm);
                if !distance.is_empty() {
                    self.add(format!("iso.tkm_{distance}"), tkm);
                }
            }
        }
        // Tonne-kilometres by two kinds of distance have no common intensity (ISO 14083, 5.4).
        let kinds = ["iso.tkm_sfd", "iso.tkm_gcd"].iter().filter(|id| self.get(id).is_some());
        let tkm = self.get("iso.tkm").filter(|_| kinds.count() == 1);
        for part in ["wtw", "wtt", "ttw"] {
            self.ratio(&format!("iso.intensity_{part}"), 1_000, &format!("iso.{part}"), tkm);
        }
        for kind in ["primary", "modelled", "default"] {
            let all = self.get("iso.wtw");
            self.ratio(&format!("iso.{kind}"), 100, &format!("iso.{kind}_kg"), all);
        }
        Ok(())
    }

    fn hubs(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, tonnes, wtt, ttw] in answers.rows("hubs")? {
            if of != case {
                continue;
            }
            let (wtt, ttw) = (decimal("hubs", wtt)?, decimal("hubs", ttw)?);
            self.add("iso.hub_wtt", wtt);
            self.add("iso.hub_ttw", ttw);
            self.add("iso.hub_wtw", wtt + ttw);
            if !tonnes.is_empty() {
                self.add("iso.hub_t", decimal("hubs", tonnes)?);
            }
        }
        self.ratio("iso.hub_intensity", 1, "iso.hub_wtw", self.get("iso.hub_t"));
        Ok(())
    }

    fn energy(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, class, factor, _activity, _unit, amount] in answers.rows("energy")? {
            if of != case {
                continue;
            }
            let amount = decimal("energy", amount)?;
            match class {
                "fuel" => self.add(format!("energy.fuel.{factor}"), amount),
                "electricity" => self.add("energy.electricity", amount),
                _ => self.add("energy.own_power", amount),
            }
            if class != "fuel" {
                self.add("energy.electricity_all", amount);
            }
        }
        let all = self.get("energy.electricity_all");
        self.ratio("energy.own_share", 100, "energy.own_power", all);
        Ok(())
    }

    fn materials(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, factor, activity, unit, amount] in answers.rows("materials")? {
            if of != case {
                continue;
            }
            let Some(tonnes) = tonnes("materials", unit, amount)? else { continue };
            self.add("packaging.material", tonnes);
            self.add(format!("packaging.material.{factor}"), tonnes);
            let words = format!("{activity} {factor}").to_lowercase();
            if words.contains("recycled") || words.contains("closed") && words.contains("loop") {
                self.add("packaging.recycled_material", tonnes);
            }
        }
        let all = self.get("packaging.material");
        self.ratio("packaging.recycled_share", 100, "packaging.recycled_material", all);
        Ok(())
    }

    fn waste(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, route, unit, amount] in answers.rows("waste")? {
            if of != case {
                continue;
            }
            let Some(tonnes) = tonnes("waste", unit, amount)? else { continue };
            self.add("waste.all", tonnes);
            self.add(format!("waste.{}", route.replace(' ', "_")), tonnes);
            match route {
                "reuse" | "recycling" | "composting" => self.add("waste.diverted", tonnes),
                "other" => {}
                _ => self.add("waste.disposal", tonnes),
            }
        }
        Ok(())
    }

    fn measures(&mut self, answers: &Answers, meta: &Meta, case: &str) -> Result<(), EsgError> {
        for [of, measure, _unit, amount] in answers.rows("measures")? {
            if of == case
                && let Some((id, _)) = MEASURES.iter().find(|(_, known)| *known == measure)
            {
                self.add(*id, decimal("measures", amount)?);
            }
        }
        let last = meta.span.to.year().to_string();
        for [of, year, kwp] in answers.rows("solar")? {
            if of == case {
                let id = if year == last { "solar.installed" } else { "solar.before" };
                self.add(id, decimal("solar", kwp)?);
            }
        }
        Ok(())
    }

    fn quality(&mut self, answers: &Answers, case: &str) -> Result<(), EsgError> {
        for [of, kind, _lines, kg] in answers.rows("quality")? {
            if of == case {
                self.add(format!("quality.{kind}_kg"), decimal("quality", kg)?);
            }
        }
        for kind in ["primary", "modelled", "default"] {
            let all = self.get("ghg.total_location");
            self.ratio(&format!("quality.{kind}"), 100, &format!("quality.{kind}_kg"), all);
        }
        Ok(())
    }

    /// Figures that are made of those of several queries.
    fn ratios(&mut self, meta: &Meta) {
        let revenue = meta.revenue.as_ref().map(|revenue| revenue.millions);
        self.ratio("intensity.revenue_location", 1, "ghg.total_location", revenue);
        self.ratio("intensity.revenue_market", 1, "ghg.total_market", revenue);
        let parcels = self.get("parcels");
        self.ratio("intensity.parcel", 1, "ghg.total_location", parcels);
        self.ratio("packaging.per_parcel", 1_000, "packaging.material", parcels);
        let electric = self.get("fleet.short_urban");
        self.ratio("fleet.electric_share", 100, "fleet.short_urban_electric", electric);
        if let (Some(now), Some(before)) = (self.get("solar.installed"), self.get("solar.before")) {
            self.add("solar.more", now - before);
            self.ratio("solar.growth", 100, "solar.more", Some(before));
        }
    }
}

/// An amount in tonnes; none where the unit is no mass.
fn tonnes(query: &'static str, unit: &str, amount: &str) -> Result<Option<Fixed>, EsgError> {
    let amount = decimal(query, amount)?;
    Ok(match unit {
        "t" => Some(amount),
        "kg" => amount.checked_div(Fixed::from_integer(1_000)),
        _ => None,
    })
}

/// Fuels of the entity by factor, in the order of the answer.
pub(super) fn fuels(answers: &Answers) -> Result<Vec<ByFactor>, EsgError> {
    let rows = answers.rows::<6>("energy")?;
    Ok(distinct(rows.into_iter().filter(|[_, class, ..]| *class == "fuel").map(
        |[_, _, factor, activity, unit, _]| ByFactor {
            id: format!("energy.fuel.{factor}"),
            name: activity.into(),
            unit: unit.into(),
        },
    )))
}

/// Materials by factor, in tonnes, in the order of the answer.
pub(super) fn materials(answers: &Answers) -> Result<Vec<ByFactor>, EsgError> {
    let rows = answers.rows::<5>("materials")?;
    Ok(distinct(rows.into_iter().filter(|row| ["t", "kg"].contains(&row[3])).map(
        |[_, factor, activity, ..]| ByFactor {
            id: format!("packaging.material.{factor}"),
            name: activity.into(),
            unit: "t".into(),
        },
    )))
}

/// The first of each id.
fn distinct(all: impl Iterator<Item = ByFactor>) -> Vec<ByFactor> {
    let mut kept: Vec<ByFactor> = Vec::new();
    for one in all {
        if !kept.iter().any(|known| known.id == one.id) {
            kept.push(one);
        }
    }
    kept
}
