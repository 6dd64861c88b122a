//! GRI 301: Materials 2016, 302: Energy 2016, 305: Emissions 2016 and 306: Waste 2020.

use super::{At, Given, Requirement, ask};

pub(super) const REQUIREMENTS: &[Requirement] = &[
    ask("GRI 301-1", "req.material", At::Figures(&["packaging.material", "packaging.material."])),
    ask(
        "GRI 301-2",
        "req.recycled_input",
        At::Figures(&["packaging.recycled_material", "packaging.recycled_share"]),
    ),
    ask(
        "GRI 301-3",
        "req.reclaimed",
        At::Figures(&["packaging.cartons_handed_back", "packaging.cartons_reused"]),
    ),
    ask("GRI 302-1 a, b", "req.fuels", At::Figures(&["energy.fuel."])),
    ask("GRI 302-1 c", "req.electricity_all", At::Figures(&["energy.electricity_all"])),
    ask("GRI 302-1 d", "req.sold", At::Figures(&["solar.exported"])),
    ask("GRI 302-1 e", "req.energy_total", At::Missing("missing.calorific")),
    ask("GRI 302-1 f, g", "req.methods", At::Section("methods")),
    ask("GRI 302-3", "req.energy_intensity", At::Missing("missing.calorific")),
    ask("GRI 302-4", "req.energy_reduction", At::Missing("missing.energy_base")),
    ask("GRI 305-1 a", "req.scope1", At::Figures(&["ghg.scope1"])),
    ask("GRI 305-1 b", "req.gases", At::Missing("missing.gases")),
    ask("GRI 305-1 c", "req.biogenic_own", At::Figures(&["biogenic.own"])),
    ask("GRI 305-1 d", "req.base_year", At::Given(Given::BaseYear, "base-year")),
    ask("GRI 305-1 e", "req.factor_sources", At::Section("factors")),
    ask("GRI 305-1 f", "req.org_boundary", At::Section("methods")),
    ask("GRI 305-1 g", "req.methods", At::Section("methods")),
    ask("GRI 305-2 a", "req.scope2_location", At::Figures(&["ghg.scope2_location"])),
    ask("GRI 305-2 b", "req.scope2_market", At::Figures(&["ghg.scope2_market"])),
    ask("GRI 305-2 c", "req.gases", At::Missing("missing.gases")),
    ask("GRI 305-3 a", "req.scope3", At::Figures(&["ghg.scope3"])),
    ask("GRI 305-3 c", "req.biogenic_other", At::Figures(&["biogenic.other"])),
    ask("GRI 305-3 d", "req.categories", At::Figures(&["ghg.scope3."])),
    ask(
        "GRI 305-4",
        "req.ghg_intensity",
        At::Figures(&[
            "intensity.revenue_location",
            "intensity.revenue_market",
            "intensity.parcel",
            "iso.intensity_wtw",
        ]),
    ),
    ask("GRI 305-5", "req.reductions", At::Given(Given::BaseYear, "base-year")),
    ask("GRI 305-6", "req.ozone", At::Missing("missing.air")),
    ask("GRI 305-7", "req.air", At::Missing("missing.air")),
    ask("GRI 306-3", "req.waste", At::Figures(&["waste.all"])),
    ask(
        "GRI 306-4",
        "req.waste_diverted",
        At::Figures(&["waste.diverted", "waste.reuse", "waste.recycling", "waste.composting"]),
    ),
    ask(
        "GRI 306-5",
        "req.waste_disposal",
        At::Figures(&[
            "waste.disposal",
            "waste.energy_recovery",
            "waste.incineration",
            "waste.landfill",
        ]),
    ),
];
