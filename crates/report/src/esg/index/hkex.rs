//! HKEX Listing Rules, Appendix C2 (ESG Reporting Code, from 1 January 2025): part C, aspects A1 and
//! A2, and part D, climate-related disclosures.

use super::{At, Given, Requirement, ask};

pub(super) const REQUIREMENTS: &[Requirement] = &[
    ask("HKEX C2 KPI A1.1", "req.air", At::Missing("missing.air")),
    ask("HKEX C2 KPI A1.3", "req.hazardous", At::Missing("missing.hazardous")),
    ask("HKEX C2 KPI A1.4", "req.waste", At::Figures(&["waste.all"])),
    ask("HKEX C2 KPI A1.5", "req.targets", At::Given(Given::Targets, "targets")),
    ask(
        "HKEX C2 KPI A1.6",
        "req.waste_handling",
        At::Figures(&["waste.diverted", "waste.disposal"]),
    ),
    ask(
        "HKEX C2 KPI A2.1",
        "req.energy_types",
        At::Figures(&["energy.electricity", "energy.own_power", "energy.fuel."]),
    ),
    ask("HKEX C2 KPI A2.2", "req.water", At::Missing("missing.water")),
    ask("HKEX C2 KPI A2.3", "req.energy_targets", At::Missing("missing.energy_base")),
    ask(
        "HKEX C2 KPI A2.5",
        "req.packaging",
        At::Figures(&["packaging.material", "packaging.per_parcel"]),
    ),
    ask("HKEX C2 D 26", "req.scenario", At::Missing("missing.strategy")),
    ask("HKEX C2 D 28(a)", "req.scope1", At::Figures(&["ghg.scope1"])),
    ask("HKEX C2 D 28(b)", "req.scope2", At::Figures(&["ghg.scope2_location"])),
    ask("HKEX C2 D 28(c)", "req.scope3", At::Figures(&["ghg.scope3"])),
    ask("HKEX C2 D 29(a), (b)", "req.approach", At::Section("methods")),
    ask("HKEX C2 D 29(c)", "req.contracts", At::Figures(&["ghg.scope2_market"])),
    ask("HKEX C2 D 29(d)", "req.categories", At::Figures(&["ghg.scope3."])),
    ask("HKEX C2 D 30", "req.transition", At::Missing("missing.risks")),
    ask("HKEX C2 D 31", "req.physical", At::Missing("missing.risks")),
    ask("HKEX C2 D 32", "req.opportunities", At::Missing("missing.risks")),
    ask("HKEX C2 D 33", "req.capital", At::Missing("missing.finance")),
    ask("HKEX C2 D 34", "req.price", At::Given(Given::CarbonPrice, "price")),
    ask("HKEX C2 D 35", "req.remuneration", At::Missing("missing.remuneration")),
    ask("HKEX C2 D 36", "req.industry", At::Figures(&["iso.intensity_wtw", "iso.tkm"])),
    ask("HKEX C2 D 37", "req.targets", At::Given(Given::Targets, "targets")),
    ask("HKEX C2 D 39", "req.progress", At::Given(Given::Targets, "targets")),
    ask("HKEX C2 D 40", "req.credits", At::Section("price")),
];
