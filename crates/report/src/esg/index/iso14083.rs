//! ISO 14083:2023, clause 13 (reporting), and the clauses whose choices a report must tell.

use super::{At, Given, Requirement, ask};

pub(super) const REQUIREMENTS: &[Requirement] = &[
    ask("ISO 14083 cl. 13", "req.period", At::Section("summary")),
    ask("ISO 14083 cl. 13", "req.iso_boundary", At::Section("iso14083")),
    ask("ISO 14083 cl. 13", "req.wtw", At::Figures(&["iso.wtw", "iso.hub_wtw"])),
    ask("ISO 14083 cl. 13", "req.ttw", At::Figures(&["iso.ttw", "iso.hub_ttw"])),
    ask("ISO 14083 cl. 13", "req.wtt", At::Figures(&["iso.wtt", "iso.hub_wtt"])),
    ask("ISO 14083 cl. 13", "req.activity", At::Figures(&["iso.tkm", "iso.hub_t"])),
    ask(
        "ISO 14083 cl. 13",
        "req.intensity",
        At::Figures(&["iso.intensity_wtw", "iso.intensity_ttw", "iso.hub_intensity"]),
    ),
    ask(
        "ISO 14083 cl. 13",
        "req.data_kinds",
        At::Figures(&["iso.primary", "iso.modelled", "iso.default"]),
    ),
    ask("ISO 14083 cl. 13", "req.factor_sources", At::Section("factors")),
    ask("ISO 14083 cl. 13", "req.verification", At::Section("iso14083")),
    ask("ISO 14083 cl. 5.2.3", "req.exclusions", At::Section("methods")),
    ask("ISO 14083 cl. 5.2.4", "req.not_included", At::Section("iso14083")),
    ask("ISO 14083 cl. 5.2.6", "req.black_carbon", At::Missing("missing.black_carbon")),
    ask("ISO 14083 cl. 5.2.7", "req.offsets", At::Section("price")),
    ask("ISO 14083 cl. 5.3.2", "req.gwp", At::Section("methods")),
    ask("ISO 14083 cl. 5.4.2", "req.distance", At::Figures(&["iso.tkm_sfd", "iso.tkm_gcd"])),
    ask("ISO 14083 cl. 5.6", "req.allocation", At::Section("iso14083")),
    ask("ISO 14083 cl. 4.5", "req.uncertainty", At::Given(Given::Intervals, "uncertainty")),
];
