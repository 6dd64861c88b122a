//! GHG Protocol scope and category of a line, for the entity that reports.
//!
//! The same trip is scope 1 for who drives and category 3.4 for who pays: a line holds operator and
//! payer, and [`rules`] say what follows. They are data, so that SQL joins them as rows and
//! [`split`] reads them here.

use crate::{Class, Line};
use quantity::Carbon;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Scope of the GHG Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Direct.
    One,
    /// Electricity bought.
    Two,
    /// Up and down the value chain, by category.
    Three,
    /// Not in the entity's books.
    Outside,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Three, Self::Outside];
    /// As tables name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
            Self::Three => "3",
            Self::Outside => "outside",
        }
    }
}

/// What the reporting entity is to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// It runs the vehicle, site or machine.
    Operator,
    /// It pays, another operates.
    Payer,
    /// Nobody is named: somebody outside, after the sale.
    Nobody,
    /// Another is named.
    Other,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Payer, Self::Nobody, Self::Other];
    /// As tables name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Payer => "payer",
            Self::Nobody => "nobody",
            Self::Other => "other",
        }
    }
}

/// A part of a line's emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Tank to wheel.
    Ttw,
    /// Well to tank, all of it.
    Wtt,
    /// Of well to tank: what left the power stations.
    Generation,
    /// Of well to tank: what is not generation.
    Upstream,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ttw, Self::Wtt, Self::Generation, Self::Upstream];
    /// As tables name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ttw => "ttw",
            Self::Wtt => "wtt",
            Self::Generation => "generation",
            Self::Upstream => "upstream",
        }
    }
    /// The part's kilograms in a line, location-based.
    fn of(self, line: &Line) -> Carbon {
        let valued = &line.valued;
        match self {
            Self::Ttw => valued.emission.ttw,
            Self::Wtt => valued.emission.wtt,
            Self::Generation => valued.generation,
            Self::Upstream => valued.emission.wtt - valued.generation,
        }
    }
}

/// Where a part of a line of a class belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Class of the line.
    pub class: Class,
    /// What the entity is to the line.
    pub who: Who,
    /// Which part.
    pub part: Part,
    /// Scope.
    pub scope: Scope,
    /// Category of scope 3, `3.4`; `None` in the other scopes.
    pub category: Option<&'static str>,
}

/// Number and name of the categories of scope 3.
///
/// Source: GHG Protocol, Corporate Value Chain (Scope 3) Standard (2011), table 5.3.
pub const CATEGORIES: [(&str, &str); 15] = [
    ("3.1", "Purchased goods and services"),
    ("3.2", "Capital goods"),
    ("3.3", "Fuel- and energy-related activities (not included in scope 1 or scope 2)"),
    ("3.4", "Upstream transportation and distribution"),
    ("3.5", "Waste generated in operations"),
    ("3.6", "Business travel"),
    ("3.7", "Employee commuting"),
    ("3.8", "Upstream leased assets"),
    ("3.9", "Downstream transportation and distribution"),
    ("3.10", "Processing of sold products"),
    ("3.11", "Use of sold products"),
    ("3.12", "End-of-life treatment of sold products"),
    ("3.13", "Downstream leased assets"),
    ("3.14", "Franchises"),
    ("3.15", "Investments"),
];

/// Name of a category of scope 3 by its number, `3.4`.
pub fn category_name(number: &str) -> Option<&'static str> {
    CATEGORIES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// What a line of some classes is to an entity, and where parts of it belong.
type Row = (&'static [Class], Who, &'static [Part], Scope, Option<&'static str>);

/// Classes of which somebody operates something.
const OPERATED: &[Class] = &[
    Class::Fuel,
    Class::Electricity,
    Class::OwnPower,
    Class::Refrigerant,
    Class::Freight,
    Class::Hub,
];
const BURNT: &[Class] = &[Class::Fuel, Class::Refrigerant];
/// By an intensity: what burnt there is like fuel, what charged there is like electricity.
const MOVED: &[Class] = &[Class::Freight, Class::Hub];
const WHOLE: &[Part] = &[Part::Ttw, Part::Wtt];

/// The rules in the order of the chain's books. Material and waste have no operator's rule: who
/// pays for them decides.
#[rustfmt::skip]
const TABLE: [Row; 17] = [
    (BURNT, Who::Operator, &[Part::Ttw], Scope::One, None),
    (BURNT, Who::Operator, &[Part::Wtt], Scope::Three, Some("3.3")),
    (&[Class::Electricity], Who::Operator, &[Part::Ttw, Part::Generation], Scope::Two, None),
    (&[Class::Electricity], Who::Operator, &[Part::Upstream], Scope::Three, Some("3.3")),
    (&[Class::OwnPower], Who::Operator, WHOLE, Scope::One, None),
    (MOVED, Who::Operator, &[Part::Ttw], Scope::One, None),
    (MOVED, Who::Operator, &[Part::Generation], Scope::Two, None),
    (MOVED, Who::Operator, &[Part::Upstream], Scope::Three, Some("3.3")),
    (OPERATED, Who::Payer, WHOLE, Scope::Three, Some("3.4")),
    (OPERATED, Who::Nobody, WHOLE, Scope::Three, Some("3.9")),
    (OPERATED, Who::Other, WHOLE, Scope::Outside, None),
    (&[Class::Material], Who::Payer, WHOLE, Scope::Three, Some("3.1")),
    (&[Class::Material], Who::Nobody, WHOLE, Scope::Outside, None),
    (&[Class::Material], Who::Other, WHOLE, Scope::Outside, None),
    (&[Class::Waste], Who::Payer, WHOLE, Scope::Three, Some("3.5")),
    (&[Class::Waste], Who::Nobody, WHOLE, Scope::Three, Some("3.12")),
    (&[Class::Waste], Who::Other, WHOLE, Scope::Outside, None),
];

/// Every rule, one a class, kind of entity and part.
///
/// The parts of a class and kind of entity are the line: tank to wheel with either well to tank, or
/// generation and upstream.
pub fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let mut rules = Vec::new();
        for (classes, who, parts, scope, category) in TABLE {
            for &class in classes {
                rules.extend(parts.iter().map(|&part| Rule { class, who, part, scope, category }));
            }
        }
        rules
    });
    &RULES
}

/// Whether the operator of a class decides before the payer: the class has rules for operators.
pub fn is_operated(class: Class) -> bool {
    rules().iter().any(|rule| rule.class == class && rule.who == Who::Operator)
}

/// What an entity is to a line of a class: its operator, where the class has one, before its payer.
/// Of an operated class nobody is named where neither is, of the others where no payer is.
pub fn who(class: Class, operator: Option<&str>, payer: Option<&str>, entity: &str) -> Who {
    let operator = operator.filter(|_| is_operated(class));
    if operator == Some(entity) {
        Who::Operator
    } else if payer == Some(entity) {
        Who::Payer
    } else if operator.is_none() && payer.is_none() {
        Who::Nobody
    } else {
        Who::Other
    }
}

/// Kilograms of a line in one scope and category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scoped {
    /// Scope.
    pub scope: Scope,
    /// Category of scope 3.
    pub category: Option<&'static str>,
    /// By the location-based method.
    pub location: Carbon,
    /// By the market-based method: unlike `location` in scope 2 only.
    pub market: Carbon,
}

/// Where a line's emission belongs in the books of an entity, by scope and category.
///
/// The location-based parts sum to the line's well to wheel; the market-based to the same with
/// `market` in place of generation where that is in scope 2. Source: GHG Protocol Corporate
/// Standard, Scope 2 Guidance, Scope 3 Standard.
pub fn split(line: &Line, entity: &str) -> Vec<Scoped> {
    let context = &line.activity.context;
    let who = who(line.class, context.operator.as_deref(), context.payer.as_deref(), entity);
    let mut sums: BTreeMap<(Scope, Option<&'static str>), (Carbon, Carbon)> = BTreeMap::new();
    for rule in rules().iter().filter(|rule| rule.class == line.class && rule.who == who) {
        let location = rule.part.of(line);
        let by_contract = rule.scope == Scope::Two && rule.part == Part::Generation;
        let market = if by_contract { line.market } else { location };
        let sum = sums.entry((rule.scope, rule.category)).or_default();
        sum.0 += location;
        sum.1 += market;
    }
    let scoped =
        |((scope, category), (location, market))| Scoped { scope, category, location, market };
    sums.into_iter().map(scoped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activity, Case, Context, DataKind, Link, Valued};
    use proptest::prelude::*;
    use quantity::{Emission, Fixed};

    /// A line with 3 g TTW, 5 g WTT of which 2 g generation, 1 g by contract; in micrograms.
    fn line(class: Class, operator: Option<&str>, payer: Option<&str>) -> Line {
        let [ttw, wtt, generation, market] = [3, 5, 2, 1].map(Carbon::from_micrograms);
        let mut context = Context::of("2025".parse().unwrap());
        context.operator = operator.map(Into::into);
        context.payer = payer.map(Into::into);
        let activity = Activity {
            link: Link::Transportation,
            name: "test".into(),
            context,
            leg: None,
            amount: Fixed::from_integer(1),
            unit: crate::Unit::Litre,
            factor_id: "f".into(),
            factor_edition: None,
            method: "test".into(),
            data_kind: DataKind::Primary,
        };
        Line {
            id: "1".into(),
            case: Case::Actual,
            activity,
            class,
            factor_edition: "e".into(),
            valued: Valued { emission: Emission { wtt, ttw }, generation, biogenic: Carbon::ZERO },
            market,
            reverses: None,
        }
    }

    /// `scope or category: location/market`, one a part.
    fn books(class: Class, operator: Option<&str>, payer: Option<&str>) -> String {
        let parts = split(&line(class, operator, payer), "we").into_iter().map(|part| {
            let place = part.category.unwrap_or(part.scope.name());
            format!("{place}: {}/{}", part.location.micrograms(), part.market.micrograms())
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_same_trip_is_elsewhere_in_each_ones_books() {
        let (we, they) = (Some("we"), Some("they"));
        for (class, operator, payer, expect, why) in [
            (Class::Fuel, we, None, "1: 3/3, 3.3: 5/5", "own van, whoever pays"),
            (Class::Fuel, we, they, "1: 3/3, 3.3: 5/5", "own van for a client: still ours"),
            (Class::Fuel, they, we, "3.4: 8/8", "a carrier for our money"),
            (Class::Fuel, None, we, "3.4: 8/8", "somebody's van for our money"),
            (Class::Fuel, None, None, "3.9: 8/8", "after the sale"),
            (Class::Fuel, they, None, "outside: 8/8", "another's van"),
            (Class::Fuel, None, they, "outside: 8/8", "another's money"),
            (Class::Refrigerant, we, we, "1: 3/3, 3.3: 5/5", "a leak of our chiller"),
            (Class::Electricity, we, None, "2: 5/4, 3.3: 3/3", "own hub: contracts count here"),
            (Class::Electricity, they, we, "3.4: 8/8", "a hub's power for our money: no scope 2"),
            (Class::OwnPower, we, None, "1: 8/8", "own modules"),
            (Class::Freight, we, None, "1: 3/3, 2: 2/1, 3.3: 3/3", "own lorry by an intensity"),
            (Class::Freight, they, we, "3.4: 8/8", "a carrier by an intensity"),
            (Class::Hub, None, None, "3.9: 8/8", "a shop's storeroom"),
            (Class::Material, they, we, "3.1: 8/8", "cartons bought"),
            (Class::Material, we, we, "3.1: 8/8", "packed by us: bought all the same"),
            (Class::Material, we, they, "outside: 8/8", "another's cartons, packed by us"),
            (Class::Material, None, None, "outside: 8/8", "nobody's purchase is not ours"),
            (Class::Waste, they, we, "3.5: 8/8", "our waste"),
            (Class::Waste, None, None, "3.12: 8/8", "thrown away by customers"),
            (Class::Waste, they, None, "3.12: 8/8", "the customers' collector is named"),
            (Class::Waste, None, they, "outside: 8/8", "a client's waste"),
        ] {
            assert_eq!(books(class, operator, payer), expect, "{}: {why}", class.name());
        }
    }

    #[test]
    fn the_rules_of_a_class_and_an_entity_are_the_whole_line_once() {
        for class in Class::ALL {
            for who in Who::ALL {
                let mut parts: Vec<Part> = rules()
                    .iter()
                    .filter(|rule| rule.class == class && rule.who == who)
                    .map(|rule| rule.part)
                    .collect();
                parts.sort();
                let wholes: [&[Part]; 2] = [WHOLE, &[Part::Ttw, Part::Generation, Part::Upstream]];
                let none = who == Who::Operator && !is_operated(class);
                assert!(
                    if none { parts.is_empty() } else { wholes.contains(&&*parts) },
                    "{} {}: {parts:?}",
                    class.name(),
                    who.name()
                );
            }
        }
    }

    #[test]
    fn a_category_is_named_and_of_scope_3_only() {
        for rule in rules() {
            assert_eq!(rule.category.is_some(), rule.scope == Scope::Three, "{rule:?}");
            assert!(rule.category.is_none_or(|number| category_name(number).is_some()), "{rule:?}");
        }
        assert_eq!(category_name("3.4"), Some("Upstream transportation and distribution"));
        assert_eq!(category_name("3.16"), None, "there are fifteen");
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_line(
            class in 0..Class::ALL.len(),
            (operator, payer) in (0..3_usize, 0..3_usize),
            figures in prop::array::uniform4(any::<i64>()),
        ) {
            let names = [None, Some("we"), Some("they")];
            let mut line = line(Class::ALL[class], names[operator], names[payer]);
            let [ttw, wtt, generation, market] =
                figures.map(|figure| Carbon::from_micrograms(figure.into()));
            line.valued.emission = Emission { wtt, ttw };
            line.valued.generation = generation;
            line.market = market;
            let parts = split(&line, "we");
            prop_assert_eq!(parts.iter().map(|part| part.location).sum::<Carbon>(), wtt + ttw);
            let scope_2 = parts.iter().any(|part| part.scope == Scope::Two);
            let expect = if scope_2 { wtt + ttw - generation + market } else { wtt + ttw };
            prop_assert_eq!(parts.iter().map(|part| part.market).sum::<Carbon>(), expect);
        }
    }
}
