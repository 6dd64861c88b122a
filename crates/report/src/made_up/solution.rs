//! What made-up parcels hold beside their goods.

use super::scenario;
use packaging::Wrapping;
use packaging::solution::{Dose, Filled, IndustryRule, Material, SolutionRules, Used};
use quantity::{Duration, Mass, Volume};

/// Filler for all, tape for books, panels for what is for the house.
pub(super) fn solution() -> SolutionRules {
    let dose = |material, grams| Some(Dose { material, per_unit: Mass::from_grams(grams) });
    let rule = |word: &str| IndustryRule {
        name: word.into(),
        words: vec![word.into()],
        filler: dose(Material::Paper, 10),
        ..IndustryRule::default()
    };
    let housewares = IndustryRule {
        insulation: dose(Material::Polystyrene, 600),
        coolant: dose(Material::Gel, 5),
        ..rule("housewares")
    };
    let books = IndustryRule { tape: dose(Material::Polypropylene, 2), ..rule("books") };
    let industries = vec![housewares, books, rule("*")];
    SolutionRules { industries, ..SolutionRules::default() }
}

/// What a carton holds beside its goods after two hours.
pub(super) fn materials(products: &[usize], wrapping: &Wrapping) -> Vec<Used> {
    let scenario = scenario();
    let &Wrapping::Carton { kind, reused } = wrapping else { return Vec::new() };
    let carton = &scenario.cartons[kind];
    let rule = |&product: &usize| scenario.solution.rule_of(&scenario.products[product].industry);
    scenario.solution.materials(&Filled {
        inner: carton.inner,
        new_board: (!reused).then_some(carton.tare),
        void: Volume::from_litres(5.0),
        rules: &products.iter().map(rule).collect::<Vec<_>>(),
        on_the_way: Duration::from_hours(2.0),
    })
}
