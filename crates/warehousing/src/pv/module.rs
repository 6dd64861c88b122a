//! From irradiance to AC: cell temperature, DC, inverter.

use super::elementary::{exp, positive};

/// How modules are mounted; coefficients of the Sandia Array Performance Model (King et al. 2004).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Racking {
    /// Free behind, a polymer back.
    #[default]
    OpenRackGlassPolymer,
    /// Free behind, a glass back.
    OpenRackGlassGlass,
    /// Close to the roof, a glass back.
    CloseMountGlassGlass,
    /// In the roof, a polymer back without air.
    InsulatedBackGlassPolymer,
}

impl Racking {
    /// All, by their names in the Sandia model's tables.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("open_rack_glass_polymer", Self::OpenRackGlassPolymer),
        ("open_rack_glass_glass", Self::OpenRackGlassGlass),
        ("close_mount_glass_glass", Self::CloseMountGlassGlass),
        ("insulated_back_glass_polymer", Self::InsulatedBackGlassPolymer),
    ];

    /// a, b and the cell's excess over the module's back in °C at 1000 W/m2.
    const fn coefficients(self) -> [f64; 3] {
        match self {
            Self::OpenRackGlassPolymer => [-3.56, -0.075, 3.0],
            Self::OpenRackGlassGlass => [-3.47, -0.0594, 3.0],
            Self::CloseMountGlassGlass => [-2.98, -0.0471, 1.0],
            Self::InsulatedBackGlassPolymer => [-2.81, -0.0455, 0.0],
        }
    }

    /// Temperature of the cells in °C; wind in m/s at 10 m.
    #[inline]
    pub fn cell_temperature_c(self, poa_w_m2: f64, temp_air_c: f64, wind_m_s: f64) -> f64 {
        let [a, b, excess] = self.coefficients();
        poa_w_m2 * exp(a + b * wind_m_s) + temp_air_c + poa_w_m2 * (1.0 / 1_000.0) * excess
    }
}

/// Soiling 2, shading 3, mismatch 2, wiring 2, connections 0.5, light-induced degradation 1.5,
/// nameplate 1, availability 3 %, multiplied. Source: PVWatts version 5 (Dobos 2014).
pub const LOSSES_PCT: f64 = 14.075660688264469;
/// Change of power per °C of the cell above 25 °C, of a usual module.
pub const TEMP_COEFF_PER_C: f64 = -0.0035;
/// DC power at standard test conditions over the inverter's AC rating.
pub const DC_AC_RATIO: f64 = 1.2;
/// Nominal efficiency of an inverter in PVWatts.
pub const ETA_NOM: f64 = 0.96;
/// Efficiency of the inverter to which PVWatts' curve was fitted.
pub const ETA_REF: f64 = 0.9637;

/// Modules and their losses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dc {
    /// Power at standard test conditions in kW.
    pub kwp: f64,
    /// Change of power per °C of the cell above 25 °C, as a share.
    pub temp_coeff_per_c: f64,
    /// Losses in percent, `0.0..=100.0`.
    pub losses_pct: f64,
}

impl Dc {
    /// Power in W after losses, not cut. Source: PVWatts version 5 (Dobos 2014).
    #[inline]
    pub fn power_w(&self, poa_w_m2: f64, cell_temp_c: f64) -> f64 {
        self.kwp
            * poa_w_m2
            * (1.0 + self.temp_coeff_per_c * (cell_temp_c - 25.0))
            * (1.0 - self.losses_pct / 100.0)
    }
}

/// An inverter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inverter {
    /// AC rating in kW.
    pub ac_kw: f64,
    /// Nominal efficiency, a share.
    pub eta_nom: f64,
    /// Reference efficiency, a share.
    pub eta_ref: f64,
}

impl Inverter {
    /// AC power in W, from 0 to the rating. Source: PVWatts version 5 (Dobos 2014).
    #[inline]
    pub fn power_w(&self, dc_w: f64) -> f64 {
        let (unclipped_w, rated_w) = (self.unclipped_w(dc_w), self.ac_kw * 1_000.0);
        positive(if unclipped_w > rated_w { rated_w } else { unclipped_w })
    }

    /// AC power in W that the rating cuts off.
    #[inline]
    pub fn clipped_w(&self, dc_w: f64) -> f64 {
        positive(self.unclipped_w(dc_w) - self.ac_kw * 1_000.0)
    }

    /// Efficiency by load, multiplied out with the load, so that nothing is divided by a dark hour's 0.
    #[inline]
    fn unclipped_w(&self, dc_w: f64) -> f64 {
        let full_w = self.ac_kw * 1_000.0 / self.eta_nom;
        let load = dc_w * (1.0 / full_w);
        self.eta_nom / self.eta_ref * ((0.9858 - 0.0162 * load) * dc_w - 0.0059 * full_w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INVERTER: Inverter = Inverter { ac_kw: 100.0, eta_nom: ETA_NOM, eta_ref: ETA_REF };

    #[test]
    fn the_inverter_neither_creates_energy_nor_exceeds_its_rating() {
        for (dc_w, expect, why) in [
            (0.0, 0.0, "night"),
            (-1.0, 0.0, "never takes from the grid"),
            (300.0, 0.0, "below its own use"),
            (100_000.0 / 0.96, 100_000.0, "the rating at full load"),
            (150_000.0, 100_000.0, "cut above it"),
        ] {
            let found = INVERTER.power_w(dc_w);
            assert!((found - expect).abs() < 50.0, "{why}: {found}");
            let clipped = INVERTER.clipped_w(dc_w);
            assert_eq!(clipped > 1.0, dc_w > 105_000.0, "{why}: {clipped} W cut");
        }
    }

    #[test]
    fn heat_costs_power() {
        let rack = Racking::OpenRackGlassPolymer;
        assert!((rack.cell_temperature_c(0.0, 20.0, 0.0) - 20.0).abs() < 1e-12, "as the air");
        // 1000 W/m2 without wind: 1000 exp(-3.56) + 3 = 31.4 above the air.
        assert!((rack.cell_temperature_c(1_000.0, 20.0, 0.0) - 51.44).abs() < 0.01);
        let dc = Dc { kwp: 100.0, temp_coeff_per_c: TEMP_COEFF_PER_C, losses_pct: LOSSES_PCT };
        assert!((dc.power_w(1_000.0, 25.0) - 85_924.0).abs() < 1.0);
        assert!((dc.power_w(1_000.0, 45.0) - 85_924.0 * 0.93).abs() < 1.0);
    }

    #[test]
    fn the_standard_losses_are_their_product() {
        let parts = [2.0, 3.0, 0.0, 2.0, 2.0, 0.5, 1.5, 1.0, 0.0, 3.0];
        let kept: f64 = parts.iter().map(|part| 1.0 - part / 100.0).product();
        assert!((LOSSES_PCT - 100.0 * (1.0 - kept)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn ac_is_below_dc_and_the_rating(dc_w in 0.0..300_000.0_f64) {
            let ac_w = INVERTER.power_w(dc_w);
            prop_assert!((0.0..=100_000.0).contains(&ac_w) && ac_w <= dc_w);
        }
    }
}
