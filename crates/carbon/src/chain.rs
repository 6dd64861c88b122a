//! Transport chains: the legs and hub operations of a shipment, in order, and their totals.

use crate::{Case, Class, DataKind, DistanceKind, Leg, Line, Link, Registry};
use crate::{by_data_kind, data_kind_shares};
use quantity::{Carbon, Distance, Emission, Fixed, Mass};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a transport chain element does with the shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A transport leg.
    Leg {
        /// How far.
        distance: Distance,
        /// By which distance.
        kind: DistanceKind,
        /// Transport activity, as its lines have it.
        tkm: Fixed,
    },
    /// A hub operation.
    Hub,
}

/// A transport chain element (TCE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its id in the shipment.
    pub tce: Arc<str>,
    /// Leg or hub operation.
    pub step: Step,
    /// Gross mass; `None` of a hub whose lines share energy and do not say.
    pub mass: Option<Mass>,
    /// What it emitted.
    pub emission: Emission,
    /// Biogenic CO2, beside.
    pub biogenic: Carbon,
}

/// A shipment's gross mass changed where it may: in a hub, by packing, splitting or joining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MassChange {
    /// The element after the hub.
    pub tce: Arc<str>,
    /// Mass before.
    pub before: Mass,
    /// Mass in the element.
    pub after: Mass,
}

/// The transport chain of a shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Whose day.
    pub case: Case,
    /// Which shipment.
    pub shipment: Arc<str>,
    /// Its elements in order of travel.
    pub elements: Vec<Element>,
    /// Changes of mass in hubs; a report names them.
    pub mass_changes: Vec<MassChange>,
    /// What it emitted, by how well that is known.
    pub by_data_kind: [(DataKind, Emission); 3],
}

impl Chain {
    /// What all elements emitted.
    pub fn emission(&self) -> Emission {
        self.elements.iter().map(|element| element.emission).sum()
    }
    /// Biogenic CO2 of all elements, beside.
    pub fn biogenic(&self) -> Carbon {
        self.elements.iter().map(|element| element.biogenic).sum()
    }
    /// Transport activity in tonne-kilometres of the legs counted by one kind of distance.
    pub fn transport_activity(&self, of: DistanceKind) -> Fixed {
        let tkm = |element: &Element| match element.step {
            Step::Leg { kind, tkm, .. } if kind == of => tkm,
            _ => Fixed::ZERO,
        };
        self.elements.iter().map(tkm).sum()
    }
    /// Well to tank and tank to wheel in kg CO2e per tonne-kilometre, hubs included, each rounded
    /// half to even at nine places.
    ///
    /// `None` where nothing moved, and where legs are counted by unlike distances: their sum is no
    /// activity (ISO 14083).
    pub fn intensity(&self) -> Option<Emission> {
        let [sfd, gcd] = DistanceKind::ALL.map(|kind| self.transport_activity(kind));
        let ((Fixed::ZERO, tkm) | (tkm, Fixed::ZERO)) = (sfd, gcd) else { return None };
        let per = |part: Carbon| part.kilograms().checked_div(tkm).map(Carbon::from_kilograms);
        let Emission { wtt, ttw } = self.emission();
        Some(Emission { wtt: per(wtt)?, ttw: per(ttw)? })
    }
    /// Shares of primary, modelled and default data in what it emitted; `None` for nothing.
    pub fn data_kind_shares(&self) -> Option<[(DataKind, Fixed); 3]> {
        data_kind_shares(self.by_data_kind)
    }
}

/// What makes lines no transport chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// Two ways, or two kinds of distance, in one element.
    #[error(
        "line `{line}`: element `{tce}` of shipment `{shipment}` has another distance in another \
         line. Give each leg its own tce_id"
    )]
    Distance {
        /// Which shipment.
        shipment: Arc<str>,
        /// Which element.
        tce: Arc<str>,
        /// The line that differs.
        line: Arc<str>,
    },
    /// An intensity by one kind of distance times an activity by another.
    #[error(
        "line `{line}` is counted by {counted}, its factor `{factor}` by {by}. Give the distance \
         by {by}, or a factor by {counted}"
    )]
    Kind {
        /// Which line.
        line: Arc<str>,
        /// Kind of the line's distance.
        counted: &'static str,
        /// Which factor.
        factor: Arc<str>,
        /// Kind of the factor's distance.
        by: &'static str,
    },
    /// A factor that the registry does not have in the line's edition.
    #[error("line `{line}`: no factor `{factor}`, edition `{edition}`. Add it to a factors.csv")]
    NoFactor {
        /// Which line.
        line: Arc<str>,
        /// Which factor.
        factor: Arc<str>,
        /// Which edition.
        edition: Arc<str>,
    },
    /// A mass that changed on the way with no hub between, or that a hub has and no leg beside it.
    #[error(
        "element `{tce}` of shipment `{shipment}` has {} kg after {} kg, and no hub between. Give \
         the same mass, or the hub in which it changed", .after.kilograms(), .before.kilograms()
    )]
    Mass {
        /// Which shipment.
        shipment: Arc<str>,
        /// Which element.
        tce: Arc<str>,
        /// Mass before.
        before: Mass,
        /// Mass in the element.
        after: Mass,
    },
    /// Neither leg nor hub, or both.
    #[error(
        "element `{tce}` of shipment `{shipment}` is {what}. Give it either a mass with one \
         distance, or a hub's throughput"
    )]
    Step {
        /// Which shipment.
        shipment: Arc<str>,
        /// Which element.
        tce: Arc<str>,
        /// What it is.
        what: &'static str,
    },
    /// A line that is not of transport.
    #[error("line `{line}` is {class}: ISO 14083 leaves it out. Take away its tce_id")]
    NotTransport {
        /// Which line.
        line: Arc<str>,
        /// Its class.
        class: &'static str,
    },
}

/// The transport chains of all lines that name a shipment and an element of it, by case and
/// shipment; on failure, every fault.
///
/// - Elements are in the order of their ids, numbers in them by value: `2` before `10`.
/// - Lines taken back are left out together with those that take them back.
/// - `registry`: the lines' factors; one by one kind of distance values no leg of the other.
///
/// Any order of lines gives the same chains. Source: ISO 14083:2023, transport chain elements.
pub fn chains(lines: &[Line], registry: &Registry) -> Result<Vec<Chain>, Vec<ChainFault>> {
    let present: BTreeSet<&str> = lines.iter().map(|line| &*line.id).collect();
    let taken_back: BTreeSet<&str> =
        lines.iter().filter_map(|line| line.reverses.as_deref()).collect();
    let stands = |line: &&Line| {
        let takes_back = line.reverses.as_deref().is_some_and(|id| present.contains(id));
        !takes_back && !taken_back.contains(&*line.id)
    };
    type Elements<'a> = BTreeMap<&'a Arc<str>, Vec<&'a Line>>;
    let mut shipments: BTreeMap<(Case, &Arc<str>), Elements> = BTreeMap::new();
    for line in lines.iter().filter(stands) {
        let context = &line.activity.context;
        if let (Some(shipment), Some(tce)) = (&context.shipment, &context.tce) {
            let elements = shipments.entry((line.case, shipment)).or_default();
            elements.entry(tce).or_default().push(line);
        }
    }
    let (mut chains, mut faults) = (Vec::new(), Vec::new());
    for ((case, shipment), mut elements) in shipments {
        for lines in elements.values_mut() {
            lines.sort_by_key(|line| &line.id);
        }
        let by_data_kind = by_data_kind(elements.values().flatten().copied());
        let mut of_travel = Vec::new();
        for (tce, lines) in &elements {
            match element(shipment, tce, lines, registry) {
                Ok(element) => of_travel.push(element),
                Err(more) => faults.extend(more),
            }
        }
        of_travel.sort_by(|a, b| (numbered(&a.tce), &a.tce).cmp(&(numbered(&b.tce), &b.tce)));
        let (mass_changes, more) = masses(shipment, &of_travel);
        faults.extend(more);
        let shipment = shipment.clone();
        chains.push(Chain { case, shipment, elements: of_travel, mass_changes, by_data_kind });
    }
    if faults.is_empty() { Ok(chains) } else { Err(faults) }
}

/// The element that lines are, sorted by id.
fn element(
    shipment: &Arc<str>,
    tce: &Arc<str>,
    lines: &[&Line],
    registry: &Registry,
) -> Result<Element, Vec<ChainFault>> {
    let mut faults: Vec<ChainFault> =
        lines.iter().filter_map(|line| unfit(line, registry)).collect();
    let legs: Vec<(&Line, Leg)> =
        lines.iter().filter_map(|line| Some((*line, line.activity.leg?))).collect();
    let hub = lines.iter().any(|line| line.class == Class::Hub)
        || legs.is_empty() && lines.iter().any(|line| line.activity.link == Link::Warehousing);
    let step = match (legs.first(), hub) {
        (Some((_, first)), false) => {
            let way = (first.distance, first.kind);
            for (line, leg) in &legs {
                if (leg.distance, leg.kind) != way {
                    let (shipment, tce) = (shipment.clone(), tce.clone());
                    faults.push(ChainFault::Distance { shipment, tce, line: line.id.clone() });
                }
            }
            let tkm = legs.iter().map(|(_, leg)| leg.transport_activity()).sum();
            Ok(Step::Leg { distance: first.distance, kind: first.kind, tkm })
        }
        (None, true) => Ok(Step::Hub),
        (Some(_), true) => Err("a leg and a hub at once"),
        (None, false) => Err("neither a leg nor a hub"),
    };
    let step = match step {
        Ok(step) if faults.is_empty() => step,
        Ok(_) => return Err(faults),
        Err(what) => {
            let (shipment, tce) = (shipment.clone(), tce.clone());
            faults.push(ChainFault::Step { shipment, tce, what });
            return Err(faults);
        }
    };
    let mass = match step {
        Step::Leg { .. } => {
            Some(legs.iter().map(|(_, leg)| i128::from(leg.mass.milligrams())).sum())
        }
        Step::Hub => throughput(lines),
    };
    let mass = mass.map(i64::try_from).transpose().map_err(|_| {
        let (shipment, tce) = (shipment.clone(), tce.clone());
        vec![ChainFault::Step { shipment, tce, what: "heavier than 9 million tonnes" }]
    })?;
    Ok(Element {
        tce: tce.clone(),
        step,
        mass: mass.map(Mass::new),
        emission: lines.iter().map(|line| line.emission()).sum(),
        biogenic: lines.iter().map(|line| line.valued.biogenic).sum(),
    })
}

/// What a hub handled in milligrams, where its lines are counted in tonnes.
fn throughput(lines: &[&Line]) -> Option<i128> {
    let of_hub = lines.iter().filter(|line| line.class == Class::Hub);
    // A billionth of a tonne is a milligram.
    of_hub.map(|line| line.activity.amount.billionths()).reduce(|sum, amount| sum + amount)
}

/// An id in pieces of text and of digits, so that numbers are ordered by value: of digits the
/// fewer come first, and digits before text.
fn numbered(id: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut rest = id;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let number = piece.trim_start_matches('0');
        pieces.push(if digits { (number.len(), number) } else { (usize::MAX, piece) });
        rest = after;
    }
    pieces
}

/// What makes a line no part of a transport chain.
fn unfit(line: &Line, registry: &Registry) -> Option<ChainFault> {
    if matches!(line.class, Class::Material | Class::Waste) {
        let class = line.class.name();
        return Some(ChainFault::NotTransport { line: line.id.clone(), class });
    }
    let (id, edition) = (&line.activity.factor_id, &line.factor_edition);
    let Some(factor) = registry.edition(id, edition) else {
        let (factor, edition) = (id.clone(), edition.clone());
        return Some(ChainFault::NoFactor { line: line.id.clone(), factor, edition });
    };
    let (leg, by) = (line.activity.leg?, factor.distance?);
    (leg.kind != by).then(|| ChainFault::Kind {
        line: line.id.clone(),
        counted: leg.kind.name(),
        factor: id.clone(),
        by: by.name(),
    })
}

/// Where the mass changed in a hub, and where it changed without one.
///
/// A hub's own mass is what came or what left: it may change before the hub or after, not both.
fn masses(shipment: &Arc<str>, elements: &[Element]) -> (Vec<MassChange>, Vec<ChainFault>) {
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    let mut last: Option<Mass> = None;
    let mut may_change = false;
    for element in elements {
        let hub = element.step == Step::Hub;
        if let (Some(before), Some(after)) = (last, element.mass)
            && before != after
        {
            let tce = element.tce.clone();
            if hub || may_change {
                changes.push(MassChange { tce, before, after });
                may_change = false;
            } else {
                let shipment = shipment.clone();
                faults.push(ChainFault::Mass { shipment, tce, before, after });
            }
        } else if hub {
            may_change = true;
        }
        if !hub {
            may_change = false;
        }
        last = element.mass.or(last);
    }
    (changes, faults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activity, Context, Unit, account, ids};
    use proptest::prelude::*;

    /// An activity of shipment `S` in element `tce`.
    fn activity(tce: &str, amount: &str, unit: Unit, factor_id: &str) -> Activity {
        let mut context = Context::of("2025-07".parse().unwrap());
        context.shipment = Some("S".into());
        context.tce = Some(tce.into());
        Activity {
            link: Link::Transportation,
            name: "test".into(),
            context,
            leg: None,
            amount: amount.parse().unwrap(),
            unit,
            factor_id: factor_id.into(),
            factor_edition: None,
            method: "test".into(),
            data_kind: DataKind::Primary,
        }
    }

    fn leg(tce: &str, kg: i64, km: i64, kind: DistanceKind) -> Activity {
        let leg =
            Leg { mass: Mass::from_grams(kg * 1_000), distance: Distance::new(km * 1_000), kind };
        let amount = leg.transport_activity().to_string();
        let mut freight = activity(tce, &amount, Unit::TonneKilometre, ids::BACKHAUL_TKM);
        freight.leg = Some(leg);
        freight
    }

    fn hub(tce: &str, kwh: &str) -> Activity {
        let mut hub = activity(tce, kwh, Unit::KilowattHour, ids::GRID_DEFAULT);
        hub.link = Link::Warehousing;
        hub
    }

    fn lines(done: Vec<Activity>) -> Vec<Line> {
        account(Case::Actual, done, &registry()).unwrap()
    }

    /// The built-in factors, and one by shortest feasible distance.
    fn registry() -> Registry {
        let mut registry = Registry::built_in();
        let van = registry.get(ids::BACKHAUL_TKM).unwrap().clone();
        let by_road =
            crate::Factor { id: "by_road".into(), distance: Some(DistanceKind::Sfd), ..van };
        registry.add(by_road).unwrap();
        registry
    }

    fn chain(done: Vec<Activity>) -> Result<Chain, Vec<ChainFault>> {
        let mut lines = lines(done);
        let chain = chains(&lines, &registry());
        lines.reverse();
        assert_eq!(chains(&lines, &registry()), chain, "in any order of lines");
        chain.map(|mut chains| {
            assert_eq!(chains.len(), 1, "one shipment");
            chains.remove(0)
        })
    }

    use DistanceKind::{Gcd, Sfd};

    #[test]
    fn elements_are_in_order_and_sum() {
        let done = vec![
            leg("10", 500, 40, Sfd),
            hub("9", "1"),
            leg("2", 500, 60, Sfd),
            activity("2", "0.5", Unit::Litre, ids::DIESEL),
        ];
        let chain = chain(done).unwrap();
        let ids: Vec<_> = chain.elements.iter().map(|element| &*element.tce).collect();
        assert_eq!(ids, ["2", "9", "10"], "by value, not by letters");
        assert_eq!(chain.transport_activity(Sfd).to_string(), "50");
        // 50 tkm x 0.78225, 1 kWh x 0.2454, 0.5 l x 3.18183.
        assert_eq!(chain.emission().wtw().to_string(), "40.948815");
        let Emission { wtt, ttw } = chain.intensity().unwrap();
        assert_eq!((wtt.to_string(), ttw.to_string()), ("0.1619681".into(), "0.6570082".into()));
        let shares = chain.data_kind_shares().unwrap().map(|(_, share)| share.to_string());
        assert_eq!(shares, ["1", "0", "0"]);
        assert!(chain.mass_changes.is_empty(), "{:?}", chain.mass_changes);
    }

    #[test]
    fn unlike_distances_have_no_common_activity() {
        let chain = chain(vec![leg("1", 500, 40, Sfd), leg("2", 500, 60, Gcd)]).unwrap();
        assert_eq!(chain.transport_activity(Sfd).to_string(), "20");
        assert_eq!(chain.transport_activity(Gcd).to_string(), "30");
        assert_eq!(chain.intensity(), None);
    }

    #[test]
    fn a_hub_explains_a_change_of_mass() {
        let by_tonne = |tce| {
            let mut tonnes = activity(tce, "0.49", Unit::Tonne, ids::BOARD_NEW);
            tonnes.link = Link::Warehousing;
            tonnes
        };
        let changed = |done| chain(done).unwrap().mass_changes;
        let expect = |tce: &str| {
            let [before, after] = [500, 490].map(|kg| Mass::from_grams(kg * 1_000));
            vec![MassChange { tce: tce.into(), before, after }]
        };
        let through_hub = vec![leg("1", 500, 40, Sfd), hub("2", "1"), leg("3", 490, 60, Sfd)];
        assert_eq!(changed(through_hub), expect("3"));
        // The hub's own tonnes are what left it.
        let mut told = lines(vec![leg("1", 500, 40, Sfd), by_tonne("2"), leg("3", 490, 60, Sfd)]);
        told[1].class = Class::Hub;
        let chain = chains(&told, &registry()).unwrap().remove(0);
        assert_eq!(chain.mass_changes, expect("2"));
        assert_eq!(chain.elements[1].mass, Some(Mass::from_grams(490_000)));
    }

    #[test]
    fn what_is_no_chain_says_why() {
        let (shipment, line) =
            (|| Arc::<str>::from("S"), |number| format!("actual-{number:08}").into());
        let [before, after] = [500, 490].map(|kg| Mass::from_grams(kg * 1_000));
        let mut by_road = leg("1", 500, 40, Gcd);
        by_road.factor_id = "by_road".into();
        let mut stored = leg("1", 500, 40, Gcd);
        stored.factor_id = ids::BACKHAUL_TKM.into();
        for (done, expect, why) in [
            (
                vec![by_road],
                ChainFault::Kind {
                    line: line(0),
                    counted: "gcd",
                    factor: "by_road".into(),
                    by: "sfd",
                },
                "a great circle is shorter than the road: too little would be counted",
            ),
            (
                vec![leg("1", 500, 40, Sfd), leg("1", 500, 40, Gcd)],
                ChainFault::Distance { shipment: shipment(), tce: "1".into(), line: line(1) },
                "one way by two kinds of distance",
            ),
            (
                vec![leg("1", 500, 40, Sfd), leg("2", 490, 40, Sfd)],
                ChainFault::Mass { shipment: shipment(), tce: "2".into(), before, after },
                "ten kilograms fell off the lorry",
            ),
            (
                vec![activity("1", "1", Unit::Litre, ids::DIESEL)],
                ChainFault::Step {
                    shipment: shipment(),
                    tce: "1".into(),
                    what: "neither a leg nor a hub",
                },
                "fuel that moved nothing",
            ),
            (
                vec![stored, activity("1", "0.001", Unit::Tonne, ids::BOARD_NEW)],
                ChainFault::NotTransport { line: line(1), class: "material" },
                "packaging is reported elsewhere",
            ),
        ] {
            assert_eq!(chain(done), Err(vec![expect]), "{why}");
        }
        let mut unknown = lines(vec![leg("1", 500, 40, Sfd)]);
        unknown[0].factor_edition = "never".into();
        let expect = ChainFault::NoFactor {
            line: line(0),
            factor: ids::BACKHAUL_TKM.into(),
            edition: "never".into(),
        };
        assert_eq!(chains(&unknown, &registry()), Err(vec![expect]));
    }

    #[test]
    fn a_line_taken_back_is_gone() {
        let mut all = lines(vec![leg("1", 500, 40, Sfd), leg("1", 500, 50, Sfd)]);
        all.push(all[1].reversal("back".into()));
        let expect = chains(&all[..1], &registry());
        assert_eq!(chains(&all, &registry()), expect);
        assert!(expect.is_ok_and(|chains| chains.len() == 1));
    }

    proptest! {
        #[test]
        fn splitting_a_consignment_in_two_changes_no_total(
            kg in 2_i64..1 << 20,
            part in 1_i64..1 << 20,
            km in 1_i64..2_000,
        ) {
            let part = 1 + part % (kg - 1);
            let whole = chain(vec![leg("1", kg, km, Sfd)]).unwrap();
            let split = chain(vec![leg("1", part, km, Sfd), leg("1", kg - part, km, Sfd)]).unwrap();
            prop_assert_eq!(split.transport_activity(Sfd), whole.transport_activity(Sfd));
            prop_assert_eq!(split.elements[0].mass, whole.elements[0].mass);
            prop_assert_eq!(split.emission(), whole.emission());
        }

        #[test]
        fn the_order_of_lines_changes_nothing(
            (before, after) in prop::collection::vec((1_i64..900, any::<bool>()), 1..12)
                .prop_map(|of| {
                    let done = of.iter().enumerate().flat_map(|(number, &(km, road))| {
                        let kind = if road { Sfd } else { Gcd };
                        let fuel = activity(&number.to_string(), "1", Unit::Litre, ids::DIESEL);
                        let hub = hub(&format!("{number} hub"), &km.to_string());
                        [leg(&number.to_string(), 500, km, kind), fuel, hub]
                    });
                    lines(done.collect())
                })
                .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        ) {
            let chain = chains(&before, &registry()).unwrap();
            prop_assert_eq!(chain[0].elements.len(), before.len() / 3 * 2);
            prop_assert_eq!(Ok(chain), chains(&after, &registry()));
        }

        #[test]
        fn numbers_in_ids_are_ordered_by_value(a in 0_u32..2_000, b in 0_u32..2_000) {
            let (x, y) = (format!("leg {a} b"), format!("leg {b} b"));
            prop_assert_eq!(numbered(&x).cmp(&numbered(&y)), a.cmp(&b));
        }
    }
}
