//! IFRS S2 Climate-related Disclosures (ISSB, June 2023), metrics and targets.

use super::{At, Given, Requirement, ask};

pub(super) const REQUIREMENTS: &[Requirement] = &[
    ask("IFRS S2 22", "req.scenario", At::Missing("missing.strategy")),
    ask("IFRS S2 29(a)(i)(1)", "req.scope1", At::Figures(&["ghg.scope1"])),
    ask("IFRS S2 29(a)(i)(2)", "req.scope2", At::Figures(&["ghg.scope2_location"])),
    ask("IFRS S2 29(a)(i)(3)", "req.scope3", At::Figures(&["ghg.scope3"])),
    ask("IFRS S2 29(a)(ii)", "req.ghg_protocol", At::Section("methods")),
    ask("IFRS S2 29(a)(iii)", "req.approach", At::Section("methods")),
    ask("IFRS S2 29(a)(iv)", "req.group", At::Missing("missing.group")),
    ask("IFRS S2 29(a)(v)", "req.scope2_location", At::Figures(&["ghg.scope2_location"])),
    ask("IFRS S2 29(a)(v)", "req.contracts", At::Figures(&["ghg.scope2_market"])),
    ask("IFRS S2 29(a)(vi)(1)", "req.categories", At::Figures(&["ghg.scope3."])),
    ask("IFRS S2 29(b)", "req.transition", At::Missing("missing.risks")),
    ask("IFRS S2 29(c)", "req.physical", At::Missing("missing.risks")),
    ask("IFRS S2 29(d)", "req.opportunities", At::Missing("missing.risks")),
    ask("IFRS S2 29(e)", "req.capital", At::Missing("missing.finance")),
    ask("IFRS S2 29(f)", "req.price", At::Given(Given::CarbonPrice, "price")),
    ask("IFRS S2 29(g)", "req.remuneration", At::Missing("missing.remuneration")),
    ask("IFRS S2 32", "req.industry", At::Figures(&["iso.intensity_wtw", "iso.tkm"])),
    ask("IFRS S2 33", "req.targets", At::Given(Given::Targets, "targets")),
    ask("IFRS S2 35", "req.progress", At::Given(Given::Targets, "targets")),
    ask("IFRS S2 36(e)", "req.credits", At::Section("price")),
    ask(
        "IFRS S2 B56(a)",
        "req.data_kinds",
        At::Figures(&["quality.primary", "quality.modelled", "quality.default"]),
    ),
    ask("IFRS S2 B56(b)", "req.verification", At::Section("methods")),
];
