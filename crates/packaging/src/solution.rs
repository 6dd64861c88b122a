//! What goes into a parcel with its goods: the carton's board or the bag, filler, tape, insulation,
//! coolant.
//!
//! By rules for each industry. Where goods of several industries share a parcel, each part follows
//! the rule that asks for the most of it: one chilled piece chills the parcel.

mod apart;

use quantity::{Duration, Length, Mass, Volume};

/// How far a strip of tape reaches down at either end of a seam. An assumption.
pub const TAPE_OVERHANG: Length = Length::new(500);
/// Seams that tape closes: the flaps of the bottom and of the lid meet in one each (FEFCO 0201).
const SEAMS: i64 = 2;

/// What a part of a parcel is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The carton itself, where it is new.
    Board,
    /// The bag in the place of a carton.
    Bag,
    /// Fills what the goods leave empty.
    Filler,
    /// Closes the carton.
    Tape,
    /// Keeps heat out.
    Insulation,
    /// Takes up the heat that comes in.
    Coolant,
}

impl Part {
    /// All, in the order of packing.
    pub const ALL: [Self; 6] =
        [Self::Board, Self::Bag, Self::Filler, Self::Tape, Self::Insulation, Self::Coolant];
    /// As files and pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Bag => "bag",
            Self::Filler => "filler",
            Self::Tape => "tape",
            Self::Insulation => "insulation",
            Self::Coolant => "coolant",
        }
    }
}

/// What a part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Material {
    /// Board of new fibre.
    NewBoard,
    /// Board of recycled fibre.
    RecycledBoard,
    /// Paper.
    Paper,
    /// Plastic film: air cushions, bags.
    PlasticFilm,
    /// Polypropylene: clear tape.
    Polypropylene,
    /// Polystyrene, expanded.
    Polystyrene,
    /// Water, thickened, in a pouch.
    Gel,
}

impl Material {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::NewBoard,
        Self::RecycledBoard,
        Self::Paper,
        Self::PlasticFilm,
        Self::Polypropylene,
        Self::Polystyrene,
        Self::Gel,
    ];
    /// Those that a bag may be made of.
    pub const OF_BAGS: [Self; 2] = [Self::Paper, Self::PlasticFilm];
    /// Those that a rule may name: board is the carton's.
    pub const OF_RULES: [Self; 5] =
        [Self::Paper, Self::PlasticFilm, Self::Polypropylene, Self::Polystyrene, Self::Gel];
    /// As files and pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewBoard => "new_board",
            Self::RecycledBoard => "recycled_board",
            Self::Paper => "paper",
            Self::PlasticFilm => "plastic_film",
            Self::Polypropylene => "polypropylene",
            Self::Polystyrene => "polystyrene",
            Self::Gel => "gel",
        }
    }
}

/// kg CO2e per kg of each material, as the choice of a carton weighs it; zero where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PerKilogram([f64; Material::ALL.len()]);

impl PerKilogram {
    /// Board of either fibre at so many kg CO2e per kg, all else free.
    pub fn of_board(kg: f64) -> Self {
        let mut per_kg = Self::default();
        per_kg.set(Material::NewBoard, kg);
        per_kg.set(Material::RecycledBoard, kg);
        per_kg
    }
    /// Sets what a material weighs.
    pub fn set(&mut self, material: Material, kg: f64) {
        self.0[material as usize] = kg;
    }
    /// What a material weighs.
    pub fn of(&self, material: Material) -> f64 {
        self.0[material as usize]
    }
}

/// A kind of mailer bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagKind {
    /// What it is called.
    pub id: String,
    /// What it is made of.
    pub material: Material,
    /// Length and width as it lies flat and empty.
    pub sides: [Length; 2],
    /// Greatest mass of what is inside.
    pub max_load: Mass,
    /// Its own mass.
    pub tare: Mass,
}

/// So much of a material for each unit of what it is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dose {
    /// Which.
    pub material: Material,
    /// Mass per unit; not negative.
    pub per_unit: Mass,
}

/// The rule of an industry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndustryRule {
    /// What the rule is called.
    pub name: String,
    /// The industries that it is for, in small letters: `food` is any word of the industry's name,
    /// `food*` is how its name begins, `*` is any.
    pub words: Vec<String>,
    /// Share of recycled fibre in a new carton's board, 0 to 1.
    pub recycled_content: f64,
    /// Per litre that the goods leave empty.
    pub filler: Option<Dose>,
    /// Per metre of seam.
    pub tape: Option<Dose>,
    /// Per square metre of the inner surface.
    pub insulation: Option<Dose>,
    /// Per litre inside and hour on the way.
    pub coolant: Option<Dose>,
    /// Bags that its goods may go into in the place of a carton, by index.
    pub bags: Vec<usize>,
}

/// The rules of all industries. Without any, a parcel is goods and a carton of new fibre.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SolutionRules {
    /// The first that an industry's name matches holds.
    pub industries: Vec<IndustryRule>,
    /// The bags that rules name.
    pub bags: Vec<BagKind>,
    /// Sets of rules by index: goods of two rules of one set do not share a parcel.
    pub apart: Vec<Vec<usize>>,
}

/// No rules at all.
pub static NO_RULES: SolutionRules =
    SolutionRules { industries: Vec::new(), bags: Vec::new(), apart: Vec::new() };

/// A parcel in a carton, as the rules see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filled<'a> {
    /// Inner length, width and height of the carton as it is made; the flaps close over the height.
    pub inner: [Length; 3],
    /// Mass of the carton, where it is new.
    pub new_board: Option<Mass>,
    /// What the goods leave empty.
    pub void: Volume,
    /// The rule of each piece inside, by index; `None` is a piece without a rule.
    pub rules: &'a [Option<usize>],
    /// From the site that packs to the hand-over.
    pub on_the_way: Duration,
}

/// A part of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// What for.
    pub part: Part,
    /// Of what.
    pub material: Material,
    /// How much; above zero.
    pub mass: Mass,
}

impl IndustryRule {
    /// Whether the rule is for an industry, whatever its capitals.
    fn matches(&self, industry: &str) -> bool {
        let industry = industry.to_lowercase();
        self.words.iter().any(|word| match word.strip_suffix('*') {
            Some(beginning) => industry.starts_with(beginning),
            None => industry.split(|sign: char| !sign.is_alphanumeric()).any(|part| part == word),
        })
    }
}

impl SolutionRules {
    /// The rule of an industry, by index; `None` where none is for it.
    pub fn rule_of(&self, industry: &str) -> Option<usize> {
        self.industries.iter().position(|rule| rule.matches(industry))
    }

    /// Goods of these rules may go into a bag together: each rule has it, and none asks for
    /// insulation or coolant.
    ///
    /// - `rules`: the rule of each piece, by index; `None` has no bag.
    /// - `bag`: by index.
    pub fn may_bag(&self, rules: &[Option<usize>], bag: usize) -> bool {
        let has_it = |rule: usize| {
            let rule = &self.industries[rule];
            rule.bags.contains(&bag) && rule.insulation.is_none() && rule.coolant.is_none()
        };
        rules.iter().all(|rule| rule.is_some_and(has_it))
    }

    /// A parcel in a bag holds nothing beside its goods but the bag.
    pub fn bag_material(&self, bag: usize) -> Used {
        let BagKind { material, tare, .. } = self.bags[bag];
        Used { part: Part::Bag, material, mass: tare }
    }

    /// The filler that goods of these rules ask for together.
    pub(crate) fn filler(&self, rules: &[Option<usize>]) -> Option<Dose> {
        self.most(rules, |rule| rule.filler)
    }

    /// What a parcel in a carton holds beside its goods, in the order of packing, to the milligram.
    pub fn materials(&self, parcel: &Filled) -> Vec<Used> {
        let mut used = self.board(parcel);
        let volume = Volume::of_sides(parcel.inner).cubic_millimetres();
        for (part, dose, units) in [
            (Part::Filler, self.filler(parcel.rules), per_litre(parcel.void)),
            (
                Part::Tape,
                self.most(parcel.rules, |rule| rule.tape),
                per_metre_of_seam(parcel.inner),
            ),
            (
                Part::Insulation,
                self.most(parcel.rules, |rule| rule.insulation),
                per_square_metre(parcel.inner),
            ),
            (
                Part::Coolant,
                self.most(parcel.rules, |rule| rule.coolant),
                (i128::from(volume) * i128::from(parcel.on_the_way.seconds()), 3_600_000_000),
            ),
        ] {
            if let Some(Dose { material, per_unit }) = dose {
                used.push(Used { part, material, mass: times(per_unit, units) });
            }
        }
        used.retain(|used| used.mass > Mass::ZERO);
        used
    }

    /// A new carton's board by its fibre: the least recycled content that a piece inside allows.
    fn board(&self, parcel: &Filled) -> Vec<Used> {
        let Some(tare) = parcel.new_board else { return Vec::new() };
        let shares = parcel.rules.iter().map(|rule| {
            rule.map_or(0.0, |rule| self.industries[rule].recycled_content.clamp(0.0, 1.0))
        });
        let share = shares.reduce(f64::min).unwrap_or(0.0);
        let recycled = Mass::new((tare.milligrams() as f64 * share).round() as i64);
        [(Material::NewBoard, tare - recycled), (Material::RecycledBoard, recycled)]
            .map(|(material, mass)| Used { part: Part::Board, material, mass })
            .into()
    }

    /// The largest dose that the rules of the pieces inside ask for; of equal ones the first rule's.
    fn most(
        &self,
        rules: &[Option<usize>],
        dose: impl Fn(&IndustryRule) -> Option<Dose>,
    ) -> Option<Dose> {
        let mut rules: Vec<usize> = rules.iter().flatten().copied().collect();
        rules.sort_unstable_by(|a, b| b.cmp(a));
        rules
            .into_iter()
            .filter_map(|rule| dose(&self.industries[rule]))
            .max_by_key(|dose| dose.per_unit)
    }
}

/// A number of units as a fraction.
type Units = (i128, i128);

fn per_litre(volume: Volume) -> Units {
    (volume.cubic_millimetres().max(0).into(), 1_000_000)
}

fn per_metre_of_seam([length, width, _]: [Length; 3]) -> Units {
    let seam = length.max(width).tenths_mm() + 2 * TAPE_OVERHANG.tenths_mm();
    (i128::from(SEAMS * seam), 10_000)
}

fn per_square_metre(inner: [Length; 3]) -> Units {
    let [length, width, height] = inner.map(|side| i128::from(side.tenths_mm()));
    (2 * (length * width + length * height + width * height), 100_000_000)
}

/// A mass so many times, rounded half up to the milligram.
fn times(mass: Mass, (units, whole): Units) -> Mass {
    let doubled = 2 * i128::from(mass.milligrams()) * units + whole;
    Mass::new((doubled / (2 * whole)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn dose(material: Material, milligrams: i64) -> Dose {
        Dose { material, per_unit: Mass::new(milligrams) }
    }

    /// Food, then fashion, then any other.
    pub(super) fn rules() -> SolutionRules {
        let rule = |name: &str, words: &[&str]| IndustryRule {
            name: name.into(),
            words: words.iter().map(|&word| word.into()).collect(),
            recycled_content: 0.5,
            ..IndustryRule::default()
        };
        SolutionRules {
            industries: vec![
                IndustryRule {
                    recycled_content: 0.25,
                    tape: Some(dose(Material::Polypropylene, 2_000)),
                    insulation: Some(dose(Material::Polystyrene, 600_000)),
                    coolant: Some(dose(Material::Gel, 7_000)),
                    ..rule("food", &["food", "aliment*"])
                },
                rule("fashion", &["fashion"]),
                IndustryRule {
                    filler: Some(dose(Material::Paper, 10_000)),
                    tape: Some(dose(Material::Paper, 5_000)),
                    ..rule("default", &["*"])
                },
            ],
            bags: Vec::new(),
            apart: vec![vec![0, 2]],
        }
    }

    /// 40 x 30 x 20 cm, 24 l inside, of which the goods leave 10 l; two hours.
    fn carton(rules: &[Option<usize>]) -> Filled<'_> {
        Filled {
            inner: [40.0, 30.0, 20.0].map(Length::from_centimetres),
            new_board: Some(Mass::from_grams(300)),
            void: Volume::from_litres(10.0),
            rules,
            on_the_way: Duration::from_hours(2.0),
        }
    }

    fn grams(rules: &SolutionRules, parcel: &Filled) -> Vec<(Part, Material, f64)> {
        let used = rules.materials(parcel).into_iter();
        used.map(|used| (used.part, used.material, used.mass.grams())).collect()
    }

    #[test]
    fn masses_by_hand() {
        let new = |recycled: f64| {
            [
                (Part::Board, Material::NewBoard, 300.0 * (1.0 - recycled)),
                (Part::Board, Material::RecycledBoard, 300.0 * recycled),
            ]
        };
        let food = [
            // Two seams of 40 cm and 5 cm at either end: 1 m.
            (Part::Tape, Material::Polypropylene, 2.0),
            // 2 x (0.12 + 0.08 + 0.06) = 0.52 m2.
            (Part::Insulation, Material::Polystyrene, 312.0),
            // 24 l for two hours.
            (Part::Coolant, Material::Gel, 336.0),
        ];
        let other = [(Part::Filler, Material::Paper, 100.0), (Part::Tape, Material::Paper, 5.0)];
        let both = [other[0], other[1], food[1], food[2]];
        for (inside, expect, why) in [
            (&[Some(0)][..], [&new(0.25)[..], &food].concat(), "food"),
            (&[Some(1)], new(0.5).to_vec(), "fashion asks for nothing"),
            (&[Some(2), Some(2)], [&new(0.5)[..], &other].concat(), "pieces do not add up"),
            (&[Some(2), Some(0)], [&new(0.25)[..], &both].concat(), "of each the most"),
            (&[None], vec![new(0.0)[0]], "nothing without a rule"),
            (&[None, Some(2)], [&new(0.0)[..1], &other].concat(), "new fibre for the one without"),
        ] {
            assert_eq!(grams(&rules(), &carton(inside)), expect, "{why}");
        }
    }

    #[test]
    fn a_used_carton_brings_no_board_and_a_full_one_no_filler() {
        let reused = Filled { new_board: None, void: Volume::ZERO, ..carton(&[Some(2)]) };
        assert_eq!(grams(&rules(), &reused), [(Part::Tape, Material::Paper, 5.0)]);
    }

    #[test]
    fn of_equal_doses_the_first_rules_is_taken() {
        let mut rules = rules();
        rules.industries[0].tape = Some(dose(Material::Polypropylene, 5_000));
        let tape = grams(&rules, &carton(&[Some(2), Some(0)]))[3];
        assert_eq!(tape, (Part::Tape, Material::Polypropylene, 5.0));
    }

    #[test]
    fn the_first_rule_that_matches_holds() {
        let rules = rules();
        for (industry, expect, why) in [
            ("food", Some(0), "the word"),
            ("Pet FOOD", Some(0), "a word of several, whatever its capitals"),
            ("fresh_food", Some(0), "an underscore parts words"),
            ("foodstuff", Some(2), "a longer word is another"),
            ("alimentos_bebidas", Some(0), "by how it begins"),
            ("ração e alimentos", Some(2), "a beginning is not an end"),
            ("", Some(2), "any"),
        ] {
            assert_eq!(rules.rule_of(industry), expect, "{industry}: {why}");
        }
        assert_eq!(SolutionRules::default().rule_of("food"), None, "there are no rules");
    }

    proptest! {
        #[test]
        fn the_order_of_pieces_changes_nothing(
            inside in prop::collection::vec(prop::option::of(0_usize..3), 1..6)
        ) {
            let mut turned = inside.clone();
            turned.reverse();
            prop_assert_eq!(rules().materials(&carton(&inside)), rules().materials(&carton(&turned)));
        }

        #[test]
        fn board_is_the_tare_and_more_void_is_never_less_filler(
            tare in 1_i64..2_000_000, void in 0_i64..24_000_000, more in 0_i64..24_000_000,
            rule in 0_usize..3,
        ) {
            let inside = [Some(rule)];
            let mass = |void, part| -> Mass {
                let void = Volume::new(void);
                let parcel = Filled { new_board: Some(Mass::new(tare)), void, ..carton(&inside) };
                let used = rules().materials(&parcel).into_iter();
                used.filter(|used| used.part == part).map(|used| used.mass).sum()
            };
            prop_assert_eq!(mass(void, Part::Board), Mass::new(tare));
            prop_assert!(mass(void, Part::Filler) <= mass(void + more, Part::Filler));
        }
    }
}
