//! A site's energy, from its meters.

use super::{Books, Thing, kilowatt_hours, portion};
use crate::field::LocalDay;
use crate::meter::MeterKind;
use carbon::{Activity, Context, DataKind, Link, Unit, ids};
use quantity::{Fixed, Instant, apportion_ranked};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Begins the id of a factor of one hour; the hour's start follows.
const HOUR: &str = "grid-";
const METHOD: &str = "meters of the site: bought and own, less what was charged";

/// What a site had on a day, in Wh.
#[derive(Clone, Copy, Default)]
pub(super) struct Power {
    /// Of its own sun, less what was sold.
    pub(super) own: u64,
    /// Bought.
    pub(super) import: u64,
}

impl Books<'_> {
    /// What the meters of a site say of a day.
    pub(super) fn power(&self, site: &str, day: &LocalDay) -> Result<Power, String> {
        let read = |kind| self.facts.metered(site, day, kind);
        let missing = |what: &str| format!("its {what} was not read on {day}");
        let import = read(MeterKind::Import).ok_or_else(|| missing("import"))?;
        let made = match read(MeterKind::Generation) {
            None if self.sunny.contains(site) => return Err(missing("generation")),
            made => made.unwrap_or_default(),
        };
        let sold = match read(MeterKind::Export) {
            None if made > 0 => return Err(missing("export")),
            sold => sold.unwrap_or_default(),
        };
        Ok(Power { own: made.saturating_sub(sold), import })
    }

    /// The activities of a site whose meters were read on all the plan's days.
    pub(super) fn site(&self, site: &Arc<str>) -> Result<Vec<Activity>, String> {
        if self.planned.days.is_empty() {
            return Err("the plan covers no day".into());
        }
        let (mut own, mut bought) = (Fixed::ZERO, Fixed::ZERO);
        let mut hours = BTreeMap::new();
        let planned = self.planned_of(&Thing::Site(site.clone()));
        for day in self.planned.days {
            let power = self.power(site, day)?;
            let all = power.own.saturating_add(power.import);
            let building = match self.facts.metered(site, day, MeterKind::Load) {
                Some(load) => load.min(all),
                None => all.saturating_sub(self.facts.charged_at(site, day)),
            };
            let part = |of: u64| {
                let of = kilowatt_hours(of).billionths();
                Fixed::from_billionths(portion(of, building.into(), all.into()))
            };
            own += part(power.own);
            bought += part(power.import);
            self.hours(site, day, planned, &mut hours);
        }
        let mut activities = Vec::new();
        if own != Fixed::ZERO {
            activities.push(self.used(site, "building, own sun", own, ids::OWN_SOLAR.into()));
        }
        for (name, factor_id, amount) in self.by_factor(planned, bought, &hours) {
            activities.push(self.used(site, &name, amount, factor_id));
        }
        Ok(activities)
    }

    fn used(&self, site: &Arc<str>, name: &str, amount: Fixed, factor_id: Arc<str>) -> Activity {
        Activity {
            link: Link::Warehousing,
            name: name.into(),
            context: Context {
                site: Some(site.clone()),
                operator: self.company.clone(),
                payer: self.company.clone(),
                ..self.context(None)
            },
            leg: None,
            amount,
            unit: Unit::KilowattHour,
            factor_id,
            factor_edition: None,
            method: METHOD.into(),
            data_kind: DataKind::Primary,
        }
    }

    /// What was bought, by the factors of the plan: by what was imported in each of its hours, else in the
    /// plan's own proportions.
    fn by_factor(
        &self,
        planned: &[&Activity],
        bought: Fixed,
        hours: &BTreeMap<usize, i128>,
    ) -> Vec<(Arc<str>, Arc<str>, Fixed)> {
        let planned: Vec<&&Activity> =
            planned.iter().filter(|one| &*one.factor_id != ids::OWN_SOLAR).collect();
        if bought == Fixed::ZERO {
            return Vec::new();
        }
        if planned.is_empty() {
            return vec![("building, bought".into(), self.planned.grid_factor.into(), bought)];
        }
        let as_planned = || planned.iter().map(|one| one.amount.billionths().max(0));
        let metered = |place: usize| hours.get(&place).copied().unwrap_or_default();
        let mut weights: Vec<i128> = (0..planned.len()).map(metered).collect();
        if weights.iter().all(|&weight| weight == 0) {
            weights = as_planned().collect();
        }
        if weights.iter().all(|&weight| weight == 0) {
            weights = vec![1; planned.len()];
        }
        let shares = apportion_ranked(bought.billionths(), &weights, |_| ());
        let of = planned.iter().zip(shares).filter(|(_, share)| *share != 0);
        of.map(|(one, share)| {
            (one.name.clone(), one.factor_id.clone(), Fixed::from_billionths(share))
        })
        .collect()
    }

    /// Adds a day's import to the plan's hours, each reading by how long it lies in them: places of
    /// planned purchases, weights of watt-hours times seconds over seconds.
    fn hours(
        &self,
        site: &str,
        day: &LocalDay,
        planned: &[&Activity],
        hours: &mut BTreeMap<usize, i128>,
    ) {
        let bought = planned.iter().filter(|one| &*one.factor_id != ids::OWN_SOLAR);
        let starts: BTreeMap<Instant, usize> = bought
            .enumerate()
            .filter_map(|(place, one)| {
                let start = one.factor_id.strip_prefix(HOUR)?;
                Some((Instant::parse(start).ok()?, place))
            })
            .collect();
        let imports = self.facts.readings(site, day).iter();
        for read in imports.filter(|read| read.kind == MeterKind::Import) {
            let (from, until) = (read.from.instant().unix(), read.until.instant().unix());
            let first = Instant::from_unix(from - 3_599);
            for (start, &place) in starts.range(first..Instant::from_unix(until)) {
                let within = until.min(start.unix() + 3_600) - from.max(start.unix());
                let energy = i128::from(read.energy_wh.get()) * 1_000_000;
                *hours.entry(place).or_default() +=
                    portion(energy, within.into(), (until - from).into());
            }
        }
    }
}
