//! Every figure that a report may hold: unit, query, section, formula, and the lines it rests on.

/// Which lines a figure rests on; the editions of their factors stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// All lines of the entity.
    Entity,
    /// Lines of a scope.
    Scope(&'static str),
    /// Lines of a category of scope 3.
    Category(&'static str),
    /// The entity's lines of a link.
    Link(&'static str),
    /// Lines of a class, whoever runs them.
    Class(&'static str),
    /// Lines of transport, whoever runs them.
    Transport,
    /// No lines: a measure, which has no factor.
    Measure,
}

/// A figure before it has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// Its name in the CSV; `figure.ID` is its name in words.
    pub id: &'static str,
    /// Unit of its value.
    pub unit: &'static str,
    /// The query that it is read from.
    pub query: &'static str,
    /// The section that shows it.
    pub section: &'static str,
    /// How it comes of the query's columns, or of other figures.
    pub formula: &'static str,
    /// The lines that it rests on.
    pub of: Of,
}

const fn figure(
    id: &'static str,
    unit: &'static str,
    (query, section): (&'static str, &'static str),
    formula: &'static str,
    of: Of,
) -> Definition {
    Definition { id, unit, query, section, formula, of }
}

const KG: &str = "kg CO2e";
const SCOPES: (&str, &str) = ("scopes", "scopes");
const CATEGORIES: (&str, &str) = ("scopes", "categories");
const LINKS: (&str, &str) = ("links", "links");
const ISO: (&str, &str) = ("transport", "iso14083");
const HUBS: (&str, &str) = ("hubs", "iso14083");
const ENERGY: (&str, &str) = ("energy", "energy");
const MATERIALS: (&str, &str) = ("materials", "packaging");
const PACKAGING: (&str, &str) = ("measures", "packaging");
const WASTE: (&str, &str) = ("waste", "waste");
const FLEET: (&str, &str) = ("measures", "fleet");
const SOLAR: (&str, &str) = ("measures", "solar");
const AVOIDED: (&str, &str) = ("measures", "avoided");
const QUALITY: (&str, &str) = ("quality", "quality");
const SUM: &str = "sum(kg_co2e)";
const SHARE: &str = "sum(kg_co2e) of the kind / sum(kg_co2e)";
const AMOUNT: &str = "sum(amount)";

/// All of them, in the order of the report. Fuels and materials by factor come of the answers.
pub(super) const DEFINITIONS: [Definition; 92] = [
    figure("ghg.total_location", KG, SCOPES, "scopes 1 + 2 + 3, sum(kg_co2e)", Of::Entity),
    figure("ghg.total_market", KG, SCOPES, "scopes 1 + 2 + 3, sum(market_kg_co2e)", Of::Entity),
    figure("ghg.scope1", KG, SCOPES, SUM, Of::Scope("1")),
    figure("ghg.scope2_location", KG, SCOPES, SUM, Of::Scope("2")),
    figure("ghg.scope2_market", KG, SCOPES, "sum(market_kg_co2e)", Of::Scope("2")),
    figure("ghg.scope3", KG, SCOPES, SUM, Of::Scope("3")),
    figure(
        "intensity.revenue_location",
        "kg CO2e per million",
        SCOPES,
        "ghg.total_location / net revenue in millions",
        Of::Entity,
    ),
    figure(
        "intensity.revenue_market",
        "kg CO2e per million",
        SCOPES,
        "ghg.total_market / net revenue in millions",
        Of::Entity,
    ),
    figure(
        "intensity.parcel",
        "kg CO2e per parcel",
        SCOPES,
        "ghg.total_location / measure parcels",
        Of::Entity,
    ),
    figure("ghg.scope3.1", KG, CATEGORIES, SUM, Of::Category("3.1")),
    figure("ghg.scope3.2", KG, CATEGORIES, SUM, Of::Category("3.2")),
    figure("ghg.scope3.3", KG, CATEGORIES, SUM, Of::Category("3.3")),
    figure("ghg.scope3.4", KG, CATEGORIES, SUM, Of::Category("3.4")),
    figure("ghg.scope3.5", KG, CATEGORIES, SUM, Of::Category("3.5")),
    figure("ghg.scope3.6", KG, CATEGORIES, SUM, Of::Category("3.6")),
    figure("ghg.scope3.7", KG, CATEGORIES, SUM, Of::Category("3.7")),
    figure("ghg.scope3.8", KG, CATEGORIES, SUM, Of::Category("3.8")),
    figure("ghg.scope3.9", KG, CATEGORIES, SUM, Of::Category("3.9")),
    figure("ghg.scope3.10", KG, CATEGORIES, SUM, Of::Category("3.10")),
    figure("ghg.scope3.11", KG, CATEGORIES, SUM, Of::Category("3.11")),
    figure("ghg.scope3.12", KG, CATEGORIES, SUM, Of::Category("3.12")),
    figure("ghg.scope3.13", KG, CATEGORIES, SUM, Of::Category("3.13")),
    figure("ghg.scope3.14", KG, CATEGORIES, SUM, Of::Category("3.14")),
    figure("ghg.scope3.15", KG, CATEGORIES, SUM, Of::Category("3.15")),
    figure("link.ordering", KG, LINKS, SUM, Of::Link("ordering")),
    figure("link.packaging", KG, LINKS, SUM, Of::Link("packaging")),
    figure("link.transportation", KG, LINKS, SUM, Of::Link("transportation")),
    figure("link.warehousing", KG, LINKS, SUM, Of::Link("warehousing")),
    figure("link.recycling", KG, LINKS, SUM, Of::Link("recycling")),
    figure("iso.wtw", KG, ISO, "sum(wtt_kg_co2e) + sum(ttw_kg_co2e)", Of::Transport),
    figure("iso.wtt", KG, ISO, "sum(wtt_kg_co2e)", Of::Transport),
    figure("iso.ttw", KG, ISO, "sum(ttw_kg_co2e)", Of::Transport),
    figure("iso.tkm", "tkm", ISO, "sum(tkm)", Of::Transport),
    figure("iso.tkm_sfd", "tkm", ISO, "sum(tkm) of distance_kind sfd", Of::Transport),
    figure("iso.tkm_gcd", "tkm", ISO, "sum(tkm) of distance_kind gcd", Of::Transport),
    figure("iso.intensity_wtw", "g CO2e/tkm", ISO, "1000 * iso.wtw / iso.tkm", Of::Transport),
    figure("iso.intensity_wtt", "g CO2e/tkm", ISO, "1000 * iso.wtt / iso.tkm", Of::Transport),
    figure("iso.intensity_ttw", "g CO2e/tkm", ISO, "1000 * iso.ttw / iso.tkm", Of::Transport),
    figure("iso.primary", "%", ISO, "100 * WTW of primary data / iso.wtw", Of::Transport),
    figure("iso.modelled", "%", ISO, "100 * WTW of modelled data / iso.wtw", Of::Transport),
    figure("iso.default", "%", ISO, "100 * WTW of default data / iso.wtw", Of::Transport),
    figure("iso.hub_wtw", KG, HUBS, "sum(wtt_kg_co2e) + sum(ttw_kg_co2e)", Of::Class("hub")),
    figure("iso.hub_wtt", KG, HUBS, "sum(wtt_kg_co2e)", Of::Class("hub")),
    figure("iso.hub_ttw", KG, HUBS, "sum(ttw_kg_co2e)", Of::Class("hub")),
    figure("iso.hub_t", "t", HUBS, "sum(tonnes)", Of::Class("hub")),
    figure("iso.hub_intensity", "kg CO2e/t", HUBS, "iso.hub_wtw / iso.hub_t", Of::Class("hub")),
    figure("energy.electricity", "kWh", ENERGY, AMOUNT, Of::Class("electricity")),
    figure("energy.own_power", "kWh", ENERGY, AMOUNT, Of::Class("own power")),
    figure(
        "energy.electricity_all",
        "kWh",
        ENERGY,
        "energy.electricity + energy.own_power",
        Of::Class("electricity"),
    ),
    figure(
        "energy.own_share",
        "%",
        ENERGY,
        "100 * energy.own_power / energy.electricity_all",
        Of::Class("own power"),
    ),
    figure("packaging.material", "t", MATERIALS, AMOUNT, Of::Class("material")),
    figure(
        "packaging.recycled_material",
        "t",
        MATERIALS,
        "sum(amount) where the factor says recycled or closed loop",
        Of::Class("material"),
    ),
    figure(
        "packaging.recycled_share",
        "%",
        MATERIALS,
        "100 * packaging.recycled_material / packaging.material",
        Of::Class("material"),
    ),
    figure(
        "packaging.per_parcel",
        "kg per parcel",
        MATERIALS,
        "1000 * packaging.material / measure parcels",
        Of::Class("material"),
    ),
    figure("packaging.board_new", "kg", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.bag", "kg", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.saved_original", "kg", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.saved_reused", "kg", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.saved_bagged", "kg", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.saved_right_sized", "kg", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.cartons_reused", "", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.cartons_handed_back", "", PACKAGING, AMOUNT, Of::Measure),
    figure("packaging.cartons_to_mill", "", PACKAGING, AMOUNT, Of::Measure),
    figure("waste.all", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("waste.diverted", "t", WASTE, "reuse + recycling + composting", Of::Class("waste")),
    figure("waste.reuse", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("waste.recycling", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("waste.composting", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure(
        "waste.disposal",
        "t",
        WASTE,
        "energy recovery + incineration + landfill",
        Of::Class("waste"),
    ),
    figure("waste.energy_recovery", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("waste.incineration", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("waste.landfill", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("waste.other", "t", WASTE, AMOUNT, Of::Class("waste")),
    figure("fleet.deliveries", "", FLEET, AMOUNT, Of::Measure),
    figure("fleet.short_urban", "", FLEET, AMOUNT, Of::Measure),
    figure("fleet.short_urban_electric", "", FLEET, AMOUNT, Of::Measure),
    figure(
        "fleet.electric_share",
        "%",
        FLEET,
        "100 * fleet.short_urban_electric / fleet.short_urban",
        Of::Measure,
    ),
    figure("fleet.robot_deliveries", "", FLEET, AMOUNT, Of::Measure),
    figure("fleet.distance", "km", FLEET, AMOUNT, Of::Measure),
    figure("solar.installed", "kWp", ("solar", "solar"), "sum(kwp) of the year", Of::Measure),
    figure("solar.before", "kWp", ("solar", "solar"), "sum(kwp) of the year before", Of::Measure),
    figure(
        "solar.growth",
        "%",
        ("solar", "solar"),
        "100 * (solar.installed - solar.before) / solar.before",
        Of::Measure,
    ),
    figure("solar.generated", "kWh", SOLAR, AMOUNT, Of::Measure),
    figure("solar.self_used", "kWh", SOLAR, AMOUNT, Of::Measure),
    figure("solar.exported", "kWh", SOLAR, AMOUNT, Of::Measure),
    figure("solar.bought", "kWh", SOLAR, AMOUNT, Of::Measure),
    figure("avoided.self_used", KG, AVOIDED, AMOUNT, Of::Measure),
    figure("avoided.exported", KG, AVOIDED, AMOUNT, Of::Measure),
    figure("quality.primary", "%", QUALITY, SHARE, Of::Entity),
    figure("quality.modelled", "%", QUALITY, SHARE, Of::Entity),
    figure("quality.default", "%", QUALITY, SHARE, Of::Entity),
    figure("ghg.outside", KG, ("scopes", "methods"), SUM, Of::Scope("outside")),
];

/// Biogenic CO2 is beside every scope and has an order of its own.
pub(super) const BIOGENIC: [Definition; 2] = [
    figure(
        "biogenic.own",
        "kg CO2",
        ("biogenic", "biogenic"),
        "sum(biogenic_kg_co2) where operator is the entity",
        Of::Entity,
    ),
    figure(
        "biogenic.other",
        "kg CO2",
        ("biogenic", "biogenic"),
        "sum(biogenic_kg_co2) where operator is another",
        Of::Entity,
    ),
];

/// Figures that are read from a measure of the ledger, and that measure.
pub(super) const MEASURES: [(&str, &str); 21] = [
    ("packaging.board_new", "board_new"),
    ("packaging.bag", "bag"),
    ("packaging.saved_original", "board_saved_original"),
    ("packaging.saved_reused", "board_saved_reused"),
    ("packaging.saved_bagged", "board_saved_bagged"),
    ("packaging.saved_right_sized", "board_saved_right_sized"),
    ("packaging.cartons_reused", "cartons_reused"),
    ("packaging.cartons_handed_back", "cartons_handed_back"),
    ("packaging.cartons_to_mill", "cartons_to_mill"),
    ("fleet.deliveries", "deliveries"),
    ("fleet.short_urban", "short_urban_deliveries"),
    ("fleet.short_urban_electric", "short_urban_electric_deliveries"),
    ("fleet.robot_deliveries", "robot_deliveries"),
    ("fleet.distance", "distance"),
    ("solar.generated", "pv_generated"),
    ("solar.self_used", "pv_self_used"),
    ("solar.exported", "pv_exported"),
    ("solar.bought", "electricity_bought"),
    ("avoided.self_used", "avoided_self_used"),
    ("avoided.exported", "avoided_exported"),
    ("parcels", "parcels"),
];
