//! `packaging_rules.toml`: what it says is in the scenario; one bad input per fault, with its words.

use crate::good::Folder;
use packaging::solution::{BagKind, Dose, IndustryRule, Material, SolutionRules};
use quantity::{Length, Mass};

pub(crate) const FILE: &str = "packaging_rules.toml";
const RULES: &str = r#"
apart = [["food", "chemicals"]]
[[industry]]
name = "food"
words = ["Food", " fresh* "]
recycled_content = 0.25
insulation = { material = "polystyrene", kg_per_m2 = 0.6 }
coolant = { material = "gel", kg_per_litre_hour = 0.007 }
[[industry]]
name = "chemicals"
words = ["cleaning"]
bag = [{ id = "B1", material = "plastic_film", length_cm = 35, width_cm = 25.5, max_weight_g = 1500, tare_g = 12.5 }]
[default]
bag = [{ id = "B1", material = "plastic_film", length_cm = 35.0, width_cm = 25.5, max_weight_g = 1500, tare_g = 12.5 }]
filler = { material = "paper", kg_per_litre = 0.01 }
tape = { material = "polypropylene", kg_per_m = 0.002 }
"#;

pub(crate) fn folder() -> Folder {
    Folder::good().with(FILE, RULES)
}

const fn dose(material: Material, milligrams: i64) -> Dose {
    Dose { material, per_unit: Mass::new(milligrams) }
}

#[test]
fn every_rule_is_read_into_its_units() {
    let rule = |name: &str, words: &[&str]| IndustryRule {
        name: name.into(),
        words: words.iter().map(|&word| word.into()).collect(),
        ..IndustryRule::default()
    };
    let scenario = folder().checked().scenario;
    assert_eq!(
        scenario.solution,
        SolutionRules {
            industries: vec![
                IndustryRule {
                    recycled_content: 0.25,
                    insulation: Some(dose(Material::Polystyrene, 600_000)),
                    coolant: Some(dose(Material::Gel, 7_000)),
                    ..rule("food", &["food", "fresh*"])
                },
                IndustryRule { bags: vec![0], ..rule("chemicals", &["cleaning"]) },
                IndustryRule {
                    filler: Some(dose(Material::Paper, 10_000)),
                    tape: Some(dose(Material::Polypropylene, 2_000)),
                    bags: vec![0],
                    ..rule("default", &["*"])
                },
            ],
            bags: vec![BagKind {
                id: "B1".into(),
                material: Material::PlasticFilm,
                sides: [3_500, 2_550].map(Length::new),
                max_load: Mass::from_grams(1_500),
                tare: Mass::new(12_500),
            }],
            apart: vec![vec![0, 1]],
        }
    );
    assert_eq!(scenario.absent, [""; 0]);
}

#[test]
fn each_fault_names_its_key_and_mend() {
    for (from, to, told) in [
        (
            "material = \"gel\"",
            "material = \"ice\"",
            "industry[1].coolant.material is `ice`: unknown. Write one of paper, plastic_film, polypropylene, polystyrene, gel.",
        ),
        (
            "kg_per_litre = 0.01",
            "kg_per_litre = -0.01",
            "default.filler.kg_per_litre is `-0.01`: negative. Write a number from 0 to 100.",
        ),
        (
            "kg_per_litre = 0.01",
            "kg = 0.01",
            "default.filler.kg_per_litre is missing. Write it, as in kg_per_litre = 0.01.",
        ),
        (
            "recycled_content = 0.25",
            "recycled_content = 25",
            "industry[1].recycled_content is `25`: too large. Write a number from 0 to 1.",
        ),
        (
            "name = \"chemicals\"",
            "name = 3",
            "industry[2].name is `3`: not text. Write it in quotes.\npackaging_rules.toml: apart is `[[\"food\", \"chemicals\"]]`: no such industry in packaging_rules.toml. Add it there or correct it here.",
        ),
        (
            "words = [\"cleaning\"]",
            "words = \"cleaning\"",
            "industry[2].words is `cleaning`: not such a list. Write it as [\"food\", \"fresh*\"].",
        ),
        (
            "words = [\"cleaning\"]",
            "words = []",
            "industry[2].words is `[]`: not such a list. Write it as [\"food\", \"fresh*\"].",
        ),
        (
            "apart = [[\"food\", \"chemicals\"]]",
            "apart = [\"food\", \"chemicals\"]",
            "apart is `[\"food\", \"chemicals\"]`: not such a list. Write it as [[\"food\", \"chemicals\"]].",
        ),
        (
            "tape = { material = \"polypropylene\", kg_per_m = 0.002 }",
            "tape = 0.002",
            "default.tape is `0.002`: not a table. Write its keys and values in braces.",
        ),
        (
            "[default]",
            "[[default]]",
            "default is `[{ bag = [{ id = \"B1\", length_cm = 35.0, material = \"plastic…`: not a table. Write its keys and values in braces.",
        ),
    ] {
        let found = folder().edited(FILE, from, to).told();
        assert_eq!(found, format!("{FILE}: {told}"), "{from} -> {to}");
    }
}

#[test]
fn each_fault_of_a_bag_names_its_key_and_mend() {
    for (from, to, told) in [
        (
            "length_cm = 35,",
            "length_cm = 36,",
            "default.bag[1].id is `B1`: another bag of that id is different. Give both the same values, or one another id.",
        ),
        (
            "id = \"B1\", material = \"plastic_film\", length_cm = 35,",
            "id = \"B2\", material = \"gel\", length_cm = 35,",
            "industry[2].bag[1].material is `gel`: unknown. Write one of paper, plastic_film.",
        ),
        (
            "id = \"B1\", material = \"plastic_film\", length_cm = 35,",
            "id = \"Own\", material = \"plastic_film\", length_cm = 35,",
            "industry[2].bag[1].id is `Own`: stands for a product's own package. Rename it.",
        ),
        (
            "id = \"B1\", material = \"plastic_film\", length_cm = 35,",
            "id = \"B2\", material = \"plastic_film\", length_cm = 0,",
            "industry[2].bag[1].length_cm is `0`: zero. Write a number from 1 to 1000.",
        ),
    ] {
        let found = folder().edited(FILE, from, to).told();
        assert_eq!(found, format!("{FILE}: {told}"), "{from} -> {to}");
    }
}

#[test]
fn faults_of_the_whole_file() {
    for (text, told) in [
        (" \n", "packaging_rules.toml: empty. Write at least [default]."),
        (
            "industry = 3",
            "packaging_rules.toml: industry is `3`: not a list of tables. Write each under [[industry]].",
        ),
        ("[default\n", "packaging_rules.toml:1:9: "),
    ] {
        let found = Folder::good().with(FILE, text).told();
        assert!(found.starts_with(told), "{found}");
    }
}

#[test]
fn keys_that_no_rule_has_are_told() {
    let checked = folder().edited(FILE, "kg_per_m = 0.002", "kg_per_m = 0.002, wide = 5").checked();
    let warnings: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["packaging_rules.toml: default.tape.wide is not known and was ignored"]);
}

#[test]
fn a_file_with_a_default_alone_holds_for_all() {
    let scenario = Folder::good().with(FILE, "[default]\n").checked().scenario;
    assert_eq!(scenario.solution.rule_of("anything"), Some(0));
    assert_eq!(scenario.solution.industries[0].filler, None);
}
