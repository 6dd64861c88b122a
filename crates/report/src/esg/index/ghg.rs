//! GHG Protocol: Corporate Standard (revised edition, 2004), chapter 9, required information; Scope
//! 2 Guidance (2015), chapter 7; Scope 3 Standard (2011), chapter 11.

use super::{At, Given, Requirement, ask};

pub(super) const REQUIREMENTS: &[Requirement] = &[
    ask("Corporate Standard ch. 9: boundary", "req.org_boundary", At::Section("methods")),
    ask(
        "Corporate Standard ch. 9: boundary",
        "req.operational_boundary",
        At::Section("categories"),
    ),
    ask("Corporate Standard ch. 9: boundary", "req.period", At::Section("summary")),
    ask(
        "Corporate Standard ch. 9: emissions",
        "req.scope12",
        At::Figures(&["ghg.scope1", "ghg.scope2_location", "ghg.scope2_market"]),
    ),
    ask("Corporate Standard ch. 9: emissions", "req.scope1", At::Figures(&["ghg.scope1"])),
    ask("Corporate Standard ch. 9: emissions", "req.gases", At::Missing("missing.gases")),
    ask("Corporate Standard ch. 9: emissions", "req.biogenic_own", At::Figures(&["biogenic.own"])),
    ask(
        "Corporate Standard ch. 9: emissions",
        "req.base_year",
        At::Given(Given::BaseYear, "base-year"),
    ),
    ask("Corporate Standard ch. 9: emissions", "req.trend", At::Section("trend")),
    ask("Corporate Standard ch. 9: emissions", "req.recalculation", At::Section("base-year")),
    ask("Corporate Standard ch. 9: emissions", "req.methods", At::Section("methods")),
    ask("Corporate Standard ch. 9: emissions", "req.exclusions", At::Section("methods")),
    ask(
        "Scope 2 Guidance ch. 7",
        "req.scope2_both",
        At::Figures(&["ghg.scope2_location", "ghg.scope2_market"]),
    ),
    ask("Scope 2 Guidance ch. 7", "req.instruments", At::Missing("missing.instruments")),
    ask("Scope 3 Standard ch. 11", "req.scope3", At::Figures(&["ghg.scope3"])),
    ask("Scope 3 Standard ch. 11", "req.categories", At::Figures(&["ghg.scope3."])),
    ask("Scope 3 Standard ch. 11", "req.excluded_categories", At::Section("categories")),
    ask("Scope 3 Standard ch. 11", "req.base_year", At::Given(Given::BaseYear, "base-year")),
    ask("Scope 3 Standard ch. 11", "req.biogenic_other", At::Figures(&["biogenic.other"])),
    ask(
        "Scope 3 Standard ch. 11",
        "req.data_quality",
        At::Figures(&["quality.primary", "quality.modelled", "quality.default"]),
    ),
    ask("Scope 3 Standard ch. 11", "req.methods", At::Section("methods")),
    ask("Scope 3 Standard ch. 11", "req.supplier_share", At::Missing("missing.supplier_share")),
    ask(
        "Scope 3 Standard ch. 11, optional",
        "req.uncertainty",
        At::Given(Given::Intervals, "uncertainty"),
    ),
];
