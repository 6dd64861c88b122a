//! `packaging_rules.toml`: what goes into a parcel beside its goods, by industry.

use crate::File;
use crate::cartons;
use crate::cell;
use crate::findings::{Findings, Told};
use crate::section::{Section, number, parsed, text};
use crate::wrong::{Span, Wrong};
use packaging::solution::{BagKind, Dose, IndustryRule, Material, SolutionRules};
use quantity::{Length, Mass};
use toml::Value;

/// The name of the file.
pub(crate) const FILE: &str = "packaging_rules.toml";
/// The rules of a scenario that has none of its own.
const BUILT_IN: &str = include_str!("../data/packaging_rules.toml");
const MATERIALS: &[&str] = &["paper", "plastic_film", "polypropylene", "polystyrene", "gel"];
/// What a bag may be made of.
const BAG_MATERIALS: &[&str] = &["paper", "plastic_film"];
/// A side of a bag in cm.
const BAG_CM: Span = Span { least: 1.0, most: 1_000.0 };
/// What a bag bears, and what it weighs, in g.
const BAG_LOAD_G: Span = Span { least: 1.0, most: 100_000.0 };
const BAG_TARE_G: Span = Span { least: 0.1, most: 10_000.0 };
/// A share of a whole.
const SHARE: Span = Span { least: 0.0, most: 1.0 };
/// kg per unit of what a part is counted by: more is a slip.
const KG: Span = Span { least: 0.0, most: 100.0 };
/// How `apart` is written.
const APART: &str = "[[\"food\", \"chemicals\"]]";
/// How `words` are written.
const WORDS: &str = "[\"food\", \"fresh*\"]";

/// The rules: the scenario's, or the built-in ones.
pub(crate) fn read(files: &[File], findings: &mut Findings) -> Result<SolutionRules, Told> {
    let given = files.iter().find(|file| file.name == FILE);
    if given.is_none() {
        findings.absent.push(FILE);
    }
    let bytes = given.map_or(BUILT_IN.as_bytes(), |file| file.bytes);
    let values = parsed(FILE, bytes, "[default]", findings)?;
    let mut top = Section::top(FILE, &values, findings);
    let mut rules = SolutionRules::default();
    top.each("industry", |mut section| {
        let name = section.needed("name", "\"food\"", |value| text(value).map(String::from));
        let words = section.needed("words", WORDS, words);
        let (name, words) = (name.unwrap_or_default(), words.unwrap_or_default());
        let rule = rule(section, name, words, &mut rules.bags);
        rules.industries.push(rule);
    });
    if let Some(section) = top.table("default") {
        let rule = rule(section, "default".into(), vec!["*".into()], &mut rules.bags);
        rules.industries.push(rule);
    }
    let sets = top.value("apart", |value| apart(value, &rules.industries));
    rules.apart = sets.unwrap_or_default();
    top.end(&[]);
    Ok(rules)
}

fn rule(
    mut section: Section,
    name: String,
    words: Vec<String>,
    bags: &mut Vec<BagKind>,
) -> IndustryRule {
    let mut rule = IndustryRule {
        name,
        words,
        recycled_content: section.value("recycled_content", number(SHARE)).unwrap_or(0.0),
        filler: dose(section.table("filler"), "kg_per_litre"),
        tape: dose(section.table("tape"), "kg_per_m"),
        insulation: dose(section.table("insulation"), "kg_per_m2"),
        coolant: dose(section.table("coolant"), "kg_per_litre_hour"),
        bags: Vec::new(),
    };
    section.each("bag", |section| rule.bags.extend(bag(section, bags)));
    section.end(&[]);
    rule
}

/// The index of a bag among those known, which it joins where it is a new one.
fn bag(mut section: Section, known: &mut Vec<BagKind>) -> Option<usize> {
    let named = section.needed("id", "\"B1\"", |value| name(value).map(String::from));
    let material = section.needed("material", "\"paper\"", bag_material);
    let length = section.needed("length_cm", "35", number(BAG_CM));
    let width = section.needed("width_cm", "25", number(BAG_CM));
    let max_load = section.needed("max_weight_g", "1500", number(BAG_LOAD_G));
    let tare = section.needed("tare_g", "17", number(BAG_TARE_G));
    let grams = |grams: f64| Mass::from_kilograms(grams / 1_000.0);
    let bag = BagKind {
        id: named.ok()?,
        material: material.ok()?,
        sides: [length.ok()?, width.ok()?].map(Length::from_centimetres),
        max_load: grams(max_load.ok()?),
        tare: grams(tare.ok()?),
    };
    let same_id = known.iter().position(|other| other.id == bag.id);
    // Rules may share a bag, but then it is one.
    section.value("id", |_| match same_id {
        Some(other) if known[other] != bag => Err(Wrong::OtherBag),
        _ => Ok(()),
    })?;
    section.end(&[]);
    Some(same_id.unwrap_or_else(|| {
        known.push(bag);
        known.len() - 1
    }))
}

/// What `parcels.csv` may name in the place of a carton.
fn name(value: &Value) -> Result<&str, Wrong> {
    let id = cell::name(text(value)?)?;
    if id.eq_ignore_ascii_case(cartons::OWN_PACKAGE) { Err(Wrong::Reserved) } else { Ok(id) }
}

fn bag_material(value: &Value) -> Result<Material, Wrong> {
    let name = text(value)?;
    let known = Material::OF_BAGS.into_iter().find(|material| material.name() == name);
    known.ok_or(Wrong::NotOneOf(BAG_MATERIALS))
}

fn dose(section: Option<Section>, unit: &'static str) -> Option<Dose> {
    let mut section = section?;
    let material = section.needed("material", "\"paper\"", material);
    let per_unit = section.needed(unit, "0.01", number(KG));
    section.end(&[]);
    Some(Dose { material: material.ok()?, per_unit: Mass::from_kilograms(per_unit.ok()?) })
}

fn material(value: &Value) -> Result<Material, Wrong> {
    let name = text(value)?;
    let known = Material::OF_RULES.into_iter().find(|material| material.name() == name);
    known.ok_or(Wrong::NotOneOf(MATERIALS))
}

/// Words in small letters, one at least.
fn words(value: &Value) -> Result<Vec<String>, Wrong> {
    let words = texts(value).filter(|words| !words.is_empty());
    let words = words.ok_or(Wrong::NotAList { example: WORDS })?;
    Ok(words.into_iter().map(|word| word.trim().to_lowercase()).collect())
}

/// The rules of each set of names.
fn apart(value: &Value, rules: &[IndustryRule]) -> Result<Vec<Vec<usize>>, Wrong> {
    let sets = value.as_array().and_then(|sets| sets.iter().map(texts).collect::<Option<Vec<_>>>());
    let indexes = |name: &str| -> Result<Vec<usize>, Wrong> {
        let named: Vec<usize> = (0..rules.len()).filter(|&rule| rules[rule].name == name).collect();
        if named.is_empty() {
            return Err(Wrong::NoSuch { thing: "industry", file: FILE.into() });
        }
        Ok(named)
    };
    let set = |names: Vec<&str>| -> Result<Vec<usize>, Wrong> {
        Ok(names.into_iter().map(indexes).collect::<Result<Vec<_>, _>>()?.concat())
    };
    sets.ok_or(Wrong::NotAList { example: APART })?.into_iter().map(set).collect()
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> SolutionRules {
        let mut findings = Findings::default();
        let rules = read(&[], &mut findings).unwrap();
        let (warnings, faults) = findings.into_parts();
        assert_eq!((warnings, faults), (Vec::new(), None));
        rules
    }

    #[test]
    fn the_built_in_rules_are_for_the_industries_that_they_name() {
        let rules = built_in();
        let name = |industry| rules.rule_of(industry).map(|rule| &*rules.industries[rule].name);
        for (industry, expect) in [
            ("fresh_food", "fresh_food"),
            ("pet_food", "food"),
            ("alimentos_bebidas", "food"),
            ("Household cleaning", "chemicals"),
            ("fashion", "fashion"),
            ("Consumer Electronics", "default"),
            ("electronics", "fragile"),
            ("books", "default"),
            ("", "default"),
        ] {
            assert_eq!(name(industry), Some(expect), "{industry}");
        }
    }

    #[test]
    fn only_fresh_food_is_cooled_and_no_food_travels_with_chemicals() {
        let rules = built_in();
        for rule in &rules.industries {
            let cooled = rule.insulation.is_some() && rule.coolant.is_some();
            assert_eq!(cooled, rule.name == "fresh_food", "{}", rule.name);
        }
        let of = |industry| rules.rule_of(industry);
        let groups = rules.groups(&[of("chemicals"), of("food"), of("fresh_food"), of("books")]);
        assert_eq!(groups, [1, 0, 0, 0]);
    }

    #[test]
    fn only_fashion_goes_into_bags() {
        let rules = built_in();
        for rule in &rules.industries {
            assert_eq!(!rule.bags.is_empty(), rule.name == "fashion", "{}", rule.name);
        }
        let ids: Vec<&str> = rules.bags.iter().map(|bag| &*bag.id).collect();
        assert_eq!(ids, ["bag-S", "bag-M", "bag-L"]);
    }

    #[test]
    fn the_materials_that_a_fault_names_are_those_of_rules() {
        assert_eq!(MATERIALS, Material::OF_RULES.map(Material::name));
        assert_eq!(BAG_MATERIALS, Material::OF_BAGS.map(Material::name));
    }
}
