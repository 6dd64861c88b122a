//! `packaging_rules.toml`: what goes into a parcel beside its goods, by industry.

use crate::File;
use crate::findings::{Findings, Told};
use crate::section::{Section, number, parsed, text};
use crate::wrong::{Span, Wrong};
use packaging::solution::{Dose, IndustryRule, Material, SolutionRules};
use quantity::Mass;
use toml::Value;

/// The name of the file.
pub(crate) const FILE: &str = "packaging_rules.toml";
/// The rules of a scenario that has none of its own.
const BUILT_IN: &str = include_str!("../data/packaging_rules.toml");
const MATERIALS: &[&str] = &["paper", "plastic_film", "polypropylene", "polystyrene", "gel"];
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
        let rule = rule(section, name.unwrap_or_default(), words.unwrap_or_default());
        rules.industries.push(rule);
    });
    if let Some(section) = top.table("default") {
        rules.industries.push(rule(section, "default".into(), vec!["*".into()]));
    }
    let sets = top.value("apart", |value| apart(value, &rules.industries));
    rules.apart = sets.unwrap_or_default();
    top.end(&[]);
    Ok(rules)
}

fn rule(mut section: Section, name: String, words: Vec<String>) -> IndustryRule {
    let rule = IndustryRule {
        name,
        words,
        recycled_content: section.value("recycled_content", number(SHARE)).unwrap_or(0.0),
        filler: dose(section.table("filler"), "kg_per_litre"),
        tape: dose(section.table("tape"), "kg_per_m"),
        insulation: dose(section.table("insulation"), "kg_per_m2"),
        coolant: dose(section.table("coolant"), "kg_per_litre_hour"),
    };
    section.end(&[]);
    rule
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
    fn the_materials_that_a_fault_names_are_those_of_rules() {
        assert_eq!(MATERIALS, Material::OF_RULES.map(Material::name));
    }
}
