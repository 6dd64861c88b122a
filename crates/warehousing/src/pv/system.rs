//! What stands on a site: arrays of modules, each on one plane, behind one inverter.

use super::irradiance::{Plane, Transposition};
use super::module::{
    DC_AC_RATIO, Dc, ETA_NOM, ETA_REF, Inverter, LOSSES_PCT, Racking, TEMP_COEFF_PER_C,
};

/// Share of the light that the ground throws back, where nobody has measured it.
pub const ALBEDO: f64 = 0.25;

/// Modules on one plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array {
    /// How they lie.
    pub plane: Plane,
    /// What share of the light the ground throws back, `0.0..=1.0`.
    pub albedo: f64,
    /// The model of the sky.
    pub transposition: Transposition,
    /// How they are mounted.
    pub racking: Racking,
    /// The modules.
    pub dc: Dc,
    /// What light on their backs counts, as a share of the same light on their fronts; 0 for modules
    /// of one face. Structure and rows in the way of the back are to be taken off it.
    /// Source: IEC TS 60904-1-2, bifaciality.
    pub bifaciality: f64,
}

impl Array {
    /// Modules of one face with PVWatts' losses.
    pub fn usual(plane: Plane, kwp: f64) -> Self {
        Self {
            plane,
            albedo: ALBEDO,
            transposition: Transposition::default(),
            racking: Racking::default(),
            dc: Dc { kwp, temp_coeff_per_c: TEMP_COEFF_PER_C, losses_pct: LOSSES_PCT },
            bifaciality: 0.0,
        }
    }
}

/// Arrays behind one inverter.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// At least one.
    pub arrays: Vec<Array>,
    /// The inverter.
    pub inverter: Inverter,
}

impl System {
    /// One usual array behind an inverter of `kwp` over [`DC_AC_RATIO`].
    pub fn usual(plane: Plane, kwp: f64) -> Self {
        Self { arrays: vec![Array::usual(plane, kwp)], inverter: usual_inverter(kwp) }
    }

    /// DC power at standard test conditions in kW.
    pub fn kwp(&self) -> f64 {
        self.arrays.iter().map(|array| array.dc.kwp).sum()
    }
}

/// An inverter of `kwp` over [`DC_AC_RATIO`].
pub fn usual_inverter(kwp: f64) -> Inverter {
    Inverter { ac_kw: kwp / DC_AC_RATIO, eta_nom: ETA_NOM, eta_ref: ETA_REF }
}
