//! A line of the ledger, as text to be checked with a pocket calculator.

use crate::explain_round::{Basis, Consignment, SHARED, Weights, product_of, shares, write_ledger};
use crate::{Class, DistanceKind, Factor, Line, Unit, Valued, value};
use quantity::{Carbon, Emission, Fixed};
use std::fmt::{self, Write};

/// The round of which a line has a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundContext<'a> {
    /// The round's name.
    pub id: &'a str,
    /// What the whole round used, in the line's unit.
    pub used: Fixed,
    /// All its consignments, in the order in which the ledger shared it.
    pub consignments: &'a [Consignment<'a>],
    /// Which of them the line is of, from 0.
    pub place: usize,
}

/// The formula of a line, with its figures, units, sources and rounding.
///
/// - `factor`: the edition that the line names.
/// - `round`: where the line's amount is a share of a round.
///
/// Every figure is computed anew; where the ledger has another, the text says so with both.
pub fn explain(line: &Line, factor: &Factor, round: Option<RoundContext>) -> String {
    let mut text = String::new();
    write_line(&mut text, line, factor, round).expect("a String takes all that is written");
    text
}

fn write_line(
    text: &mut String,
    line: &Line,
    factor: &Factor,
    round: Option<RoundContext>,
) -> fmt::Result {
    let activity = &line.activity;
    writeln!(text, "Line {} ({}): {}", line.id, line.case.name(), activity.name)?;
    writeln!(text, "  link      {}, {}", activity.link, line.class.name())?;
    writeln!(text, "  period    {}", activity.context.period)?;
    write_whose(text, line)?;
    if let Some(reversed) = &line.reverses {
        writeln!(text, "  reverses  line {reversed}: what is below is taken back")?;
    }
    writeln!(text, "\nAmount")?;
    match round {
        Some(round) => write_share(text, line, round)?,
        None => write_amount(text, line)?,
    }
    let (kind, method) = (activity.data_kind.name(), &activity.method);
    writeln!(text, "  known     {kind}, by method: {method}")?;
    writeln!(text, "\nEmission")?;
    write_emission(text, line, factor)?;
    writeln!(text, "  rounded   each product to nine decimal places, a half to the even digit")?;
    writeln!(text, "\nFactor")?;
    write_factor(text, line, factor)
}

/// Where and for whom, as far as it is known.
fn write_whose(text: &mut String, line: &Line) -> fmt::Result {
    let context = &line.activity.context;
    for (name, known) in [
        ("order", &context.order),
        ("site", &context.site),
        ("shipment", &context.shipment),
        ("element", &context.tce),
        ("round", &context.round),
    ] {
        if let Some(known) = known {
            writeln!(text, "  {name:<9} {known}")?;
        }
    }
    for (name, known) in [("operator", &context.operator), ("payer", &context.payer)] {
        let known = known.as_deref().unwrap_or("somebody outside");
        writeln!(text, "  {name:<9} {known}")?;
    }
    Ok(())
}

fn write_amount(text: &mut String, line: &Line) -> fmt::Result {
    let (amount, unit) = (line.activity.amount, line.activity.unit);
    let Some(leg) = line.activity.leg else {
        return writeln!(text, "  amount    {amount} {unit}, as recorded");
    };
    let (product, tkm) = (product_of(leg), leg.transport_activity());
    if unit == Unit::TonneKilometre {
        writeln!(text, "  amount    {product} = {tkm} tkm")?;
        return write_ledger(text, tkm == amount, &format!("{amount} tkm"));
    }
    writeln!(text, "  amount    {amount} {unit}, as recorded")?;
    writeln!(text, "  moved     {product} = {tkm} tkm, counted on this line")
}

fn write_share(text: &mut String, line: &Line, round: RoundContext) -> fmt::Result {
    let RoundContext { id, used, consignments, place } = round;
    let (amount, unit) = (line.activity.amount, line.activity.unit);
    writeln!(text, "  round     {id} used {used} {unit}, shared by {}", Basis::of(consignments))?;
    let Some(own) = consignments.get(place) else {
        return writeln!(text, "  amount    {amount} {unit}: of no consignment of the round");
    };
    let weights = Weights::of(consignments);
    let (weight, whole) = (weights.text(place), weights.sum());
    writeln!(text, "  own       {} = {weight}{}", weights.product(own.leg), weights.unit())?;
    writeln!(text, "  together  {} consignments, {whole}{}", consignments.len(), weights.unit())?;
    let share = shares(used, consignments)[place];
    writeln!(text, "  amount    {used} {unit} x {weight} / {whole} = {share} {unit}")?;
    writeln!(text, "  rounded   {SHARED}")?;
    // A line that takes another back has its amount with the other sign.
    let expect = if line.reverses.is_some() { -share } else { share };
    write_ledger(text, expect == amount, &format!("{amount} {unit}"))
}

fn write_emission(text: &mut String, line: &Line, factor: &Factor) -> fmt::Result {
    let anew = value(line.activity.amount, factor);
    let valued = line.valued;
    let Emission { wtt, ttw } = valued.emission;
    let product =
        |name, figure, booked, found| Product { name, gas: "CO2e", figure, booked, found };
    let found = |part: fn(Valued) -> Carbon| anew.map(part);
    product("well to tank", factor.wtt, wtt, found(|anew| anew.emission.wtt))
        .write(text, line, factor)?;
    product("tank to wheel", factor.ttw, ttw, found(|anew| anew.emission.ttw))
        .write(text, line, factor)?;
    writeln!(text, "  well to wheel: {wtt} + {ttw} = {} kg CO2e", valued.emission.wtw())?;
    if line.class == Class::Electricity {
        let name = "of well to tank at the power stations, location-based";
        let (booked, market) = (valued.generation, line.market);
        let found = found(|anew| anew.generation);
        product(name, factor.generation, booked, found).write(text, line, factor)?;
        let why = if market == booked {
            "the same: no contract or residual mix tells otherwise"
        } else {
            "by contracts or residual mix"
        };
        writeln!(text, "  the same, market-based: {market} kg CO2e, {why}")?;
    }
    let name = "biogenic, beside and in no sum";
    let (figure, booked) = (factor.biogenic, valued.biogenic);
    Product { name, gas: "CO2", figure, booked, found: found(|anew| anew.biogenic) }
        .write(text, line, factor)
}

/// Amount by figure, and what the ledger has for it.
struct Product {
    name: &'static str,
    gas: &'static str,
    figure: Option<Fixed>,
    booked: Carbon,
    found: Option<Carbon>,
}

impl Product {
    /// `name: 12 l x 0.5 kg CO2e/l = 6 kg CO2e`, or that the source has no such figure.
    fn write(self, text: &mut String, line: &Line, factor: &Factor) -> fmt::Result {
        let Self { name, gas, figure, booked, found } = self;
        let (amount, unit, per) = (line.activity.amount, line.activity.unit, factor.unit);
        match (figure, found) {
            (None, _) => writeln!(text, "  {name}: not in the source, so nothing is counted")?,
            (Some(figure), Some(found)) => {
                let formula = format!("{amount} {unit} x {figure} kg {gas}/{per}");
                writeln!(text, "  {name}: {formula} = {found} kg {gas}")?;
            }
            (Some(figure), None) => {
                writeln!(text, "  {name}: {amount} {unit} x {figure} is too large to compute")?;
            }
        }
        let booked_text = format!("{booked} kg {gas}");
        // `lake` rounds the lines of a round down or up, so that they sum to the whole.
        let apart = found.map_or(i128::MAX, |found| (found - booked).micrograms().abs());
        if apart == 1 && line.activity.context.round.is_some() {
            return writeln!(
                text,
                "    booked as {booked_text}: the lines of the round are its whole"
            );
        }
        write_ledger(text, apart == 0, &booked_text)
    }
}

fn write_factor(text: &mut String, line: &Line, factor: &Factor) -> fmt::Result {
    writeln!(text, "  {}, edition {}: {}", factor.id, factor.edition, factor.activity)?;
    let (id, edition) = (&line.activity.factor_id, &line.factor_edition);
    write_ledger(
        text,
        (id, edition) == (&factor.id, &factor.edition),
        &format!("factor {id}, edition {edition}"),
    )?;
    let from = factor.valid_from.map_or_else(|| "any time".to_owned(), |from| from.to_string());
    let to = factor.valid_to.map_or_else(|| "superseded".to_owned(), |to| to.to_string());
    writeln!(text, "  holds     in {}, from {from} until {to}", factor.region)?;
    writeln!(text, "  warming potentials  {}", factor.gwp_set.name())?;
    if factor.class == Class::Freight {
        let distance = factor.distance.map_or("not in the source", DistanceKind::name);
        writeln!(text, "  distance  {distance}")?;
    }
    match factor.uncertainty_pct {
        Some(percent) => writeln!(text, "  uncertainty  {percent} % either way, at 95 %")?,
        None => writeln!(text, "  uncertainty  not in the source")?,
    }
    writeln!(text, "  source    {}", factor.source)?;
    writeln!(text, "  licence   {}", factor.licence)?;
    if !factor.note.is_empty() {
        writeln!(text, "  note      {}", factor.note)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain_round::tests::{ROUND, consignments, fixed, leg};
    use crate::{Activity, Case, Context, DataKind, Leg, Link, Registry, ids, line};

    /// The third share of a round of 24 kWh: its figure ends in 1304988 and is rounded up.
    #[test]
    fn a_share_is_rounded_so_that_the_round_is_whole() {
        let mut share = activity("round", "2.086956522", Unit::KilowattHour, "grid_gb_kwh");
        for (round, micrograms, expect, why) in [
            (Some("R1"), 1, "booked as 0.512139131 kg CO2e: the lines", "rounded up"),
            (Some("R1"), 2, "DIFFERS: the ledger has 0.512139132", "more than rounding"),
            (None, 1, "DIFFERS: the ledger has 0.512139131", "of no round"),
        ] {
            share.context.round = round.map(Into::into);
            let factor = Registry::built_in().get("grid_gb_kwh").unwrap().clone();
            let mut line = line::account(Case::Actual, vec![share.clone()], &Registry::built_in())
                .unwrap()
                .remove(0);
            line.valued.emission.wtt += Carbon::from_micrograms(micrograms);
            let text = explain(&line, &factor, None);
            assert!(text.contains(expect), "{why}: {text}");
        }
    }

    fn activity(name: &str, amount: &str, unit: Unit, factor_id: &str) -> Activity {
        Activity {
            link: Link::Transportation,
            name: name.into(),
            context: Context::of("2025-07".parse().unwrap()),
            leg: None,
            amount: fixed(amount),
            unit,
            factor_id: factor_id.into(),
            factor_edition: None,
            method: "test".into(),
            data_kind: DataKind::Primary,
        }
    }

    fn valued(activity: Activity) -> (Line, Factor) {
        let registry = Registry::built_in();
        let line = line("actual-00000042".into(), Case::Actual, activity, &registry).unwrap();
        let factor = registry.edition(&line.activity.factor_id, &line.factor_edition).unwrap();
        (line, factor.clone())
    }

    /// research/carbon.md, section 2: 230 kg over 700 km.
    #[test]
    fn freight_is_mass_by_distance_by_factor() {
        let mut freight = activity("truck to Hamburg", "161", Unit::TonneKilometre, "hgv_all_tkm");
        freight.leg = Some(Leg { kind: DistanceKind::Sfd, ..leg(230, 700) });
        freight.context.shipment = Some("S7".into());
        freight.context.payer = Some("main".into());
        let (line, mut factor) = valued(freight);
        factor.source = "DESNZ 2025, sheet Freighting goods".to_owned();
        factor.note = "Average laden.".to_owned();
        assert_eq!(
            explain(&line, &factor, None),
            "\
Line actual-00000042 (actual): truck to Hamburg
  link      transportation, freight
  period    2025-07
  shipment  S7
  operator  somebody outside
  payer     main

Amount
  amount    230 kg x 700 km (sfd) / 1000 = 161 tkm
  known     primary, by method: test

Emission
  well to tank: 161 tkm x 0.02359 kg CO2e/tkm = 3.79799 kg CO2e
  tank to wheel: 161 tkm x 0.10163 kg CO2e/tkm = 16.36243 kg CO2e
  well to wheel: 3.79799 + 16.36243 = 20.16042 kg CO2e
  biogenic, beside and in no sum: not in the source, so nothing is counted
  rounded   each product to nine decimal places, a half to the even digit

Factor
  hgv_all_tkm, edition DESNZ 2025: Freight by diesel lorry, all sizes, average laden
  holds     in GB, from 2025 until superseded
  warming potentials  AR5
  distance  not in the source
  uncertainty  not in the source
  source    DESNZ 2025, sheet Freighting goods
  licence   Open Government Licence v3.0
  note      Average laden.
"
        );
    }

    fn part(text: &str, from: &str, to: &str) -> String {
        let lines = text.lines().skip_while(|line| *line != from);
        lines.take_while(|line| *line != to).map(|line| line.to_owned() + "\n").collect()
    }

    /// research/carbon.md, section 2: 24 kWh at the plug, shared by 15 : 6 : 2 tonne-kilometres.
    #[test]
    fn a_share_of_an_electric_round() {
        let share = activity("charging", "15.652173913", Unit::KilowattHour, ids::GRID_DEFAULT);
        let (mut line, factor) = valued(share);
        line.market = Carbon::ZERO;
        let of = consignments(ROUND);
        let context = RoundContext { id: "R4", used: fixed("24"), consignments: &of, place: 0 };
        assert_eq!(
            part(&explain(&line, &factor, Some(context)), "Amount", "Factor"),
            "\
Amount
  round     R4 used 24 kWh, shared by mass by distance from the hub (ISO 14083)
  own       1500 kg x 10 km (gcd) / 1000 = 15 tkm
  together  3 consignments, 23 tkm
  amount    24 kWh x 15 / 23 = 15.652173913 kWh
  rounded   to nine decimal places, by largest remainder: the shares are the whole
  known     primary, by method: test

Emission
  well to tank: 15.652173913 kWh x 0.2454 kg CO2e/kWh = 3.841043478 kg CO2e
  tank to wheel: 15.652173913 kWh x 0 kg CO2e/kWh = 0 kg CO2e
  well to wheel: 3.841043478 + 0 = 3.841043478 kg CO2e
  of well to tank at the power stations, location-based: 15.652173913 kWh x 0.177 kg CO2e/kWh = \
2.770434783 kg CO2e
  the same, market-based: 0 kg CO2e, by contracts or residual mix
  biogenic, beside and in no sum: not in the source, so nothing is counted
  rounded   each product to nine decimal places, a half to the even digit

"
        );
    }

    #[test]
    fn what_differs_and_what_is_not_in_the_source_is_said() {
        let diesel = || valued(activity("diesel", "60", Unit::Litre, ids::DIESEL));
        let of = consignments(ROUND);
        let share = |place| RoundContext { id: "R", used: fixed("60"), consignments: &of, place };
        let (line, factor) = diesel();
        let cases = [
            (
                explain(&line, &Factor { ttw: None, ..factor.clone() }, None),
                "  tank to wheel: not in the source, so nothing is counted",
                Some("  DIFFERS: the ledger has 154.2492 kg CO2e"),
            ),
            (
                explain(&line, &Factor { edition: "2030".into(), ..factor.clone() }, None),
                "  diesel_blend_l, edition 2030: Diesel with the average biofuel blend, burnt",
                Some("  DIFFERS: the ledger has factor diesel_blend_l, edition DESNZ 2025"),
            ),
            (
                explain(&line, &factor, Some(share(0))),
                "  amount    60 l x 15 / 23 = 39.130434783 l",
                Some("  DIFFERS: the ledger has 60 l"),
            ),
            (
                explain(&line, &factor, Some(share(3))),
                "  amount    60 l: of no consignment of the round",
                None,
            ),
            (
                explain(&line.reversal("actual-00000043".into()), &factor, None),
                "  reverses  line actual-00000042: what is below is taken back",
                None,
            ),
        ];
        for (text, line, differs) in cases {
            assert!(text.lines().any(|have| have == line), "{line} is not in {text}");
            let found: Vec<&str> = text.lines().filter(|line| line.contains("DIFFERS")).collect();
            assert_eq!(found, Vec::from_iter(differs), "{text}");
        }
    }

    #[test]
    fn a_share_taken_back_does_not_differ() {
        let share = activity("charging", "15.652173913", Unit::KilowattHour, ids::GRID_DEFAULT);
        let (line, factor) = valued(share);
        let of = consignments(ROUND);
        let context = RoundContext { id: "R4", used: fixed("24"), consignments: &of, place: 0 };
        let text = explain(&line.reversal("x".into()), &factor, Some(context));
        assert!(!text.contains("DIFFERS"), "{text}");
        assert!(text.contains("-15.652173913 kWh x 0.2454"), "{text}");
    }
}
