//! What the options say of modules, inverter, losses and the sky.

use super::args::{PvArgs, Racking, Transposition};
use anyhow::{Result, anyhow};
use warehousing::pv::derate::Derate;
use warehousing::pv::irradiance::{self, Plane};
use warehousing::pv::module::{self, Dc, Inverter, LOSSES_PCT};
use warehousing::pv::read::WeatherFile;
use warehousing::pv::simulate::Clock;
use warehousing::pv::sums::MONTHS;
use warehousing::pv::system::{Array, System};

/// An array as it is where a table of sites does not say otherwise.
pub(super) fn array(args: &PvArgs) -> Array {
    Array {
        plane: Plane { tilt_deg: 0.0, azimuth_deg: 0.0 },
        albedo: args.albedo,
        transposition: match args.transposition {
            Transposition::HayDavies => irradiance::Transposition::HayDavies,
            Transposition::Perez => irradiance::Transposition::Perez,
        },
        racking: match args.racking {
            Racking::OpenRackGlassPolymer => module::Racking::OpenRackGlassPolymer,
            Racking::OpenRackGlassGlass => module::Racking::OpenRackGlassGlass,
            Racking::CloseMountGlassGlass => module::Racking::CloseMountGlassGlass,
            Racking::InsulatedBackGlassPolymer => module::Racking::InsulatedBackGlassPolymer,
        },
        dc: Dc {
            kwp: 0.0,
            temp_coeff_per_c: args.temp_coeff,
            losses_pct: args.losses_pct.unwrap_or(LOSSES_PCT),
        },
        bifaciality: args.bifaciality,
    }
}

/// Arrays behind one inverter, of the rating given or by their power.
pub(super) fn system(args: &PvArgs, arrays: Vec<Array>, inverter_ac_kw: Option<f64>) -> System {
    let kwp: f64 = arrays.iter().map(|array| array.dc.kwp).sum();
    let inverter = Inverter {
        ac_kw: inverter_ac_kw.unwrap_or(kwp / module::DC_AC_RATIO),
        eta_nom: args.eta_nom,
        eta_ref: args.eta_ref,
    };
    System { arrays, inverter }
}

/// The planes that the options give a single site.
pub(super) fn arrays(args: &PvArgs) -> Vec<Array> {
    let usual = array(args);
    let array = |&[tilt_deg, azimuth_deg, kwp]: &[f64; 3]| Array {
        plane: Plane { tilt_deg, azimuth_deg },
        dc: Dc { kwp, ..usual.dc },
        ..usual
    };
    let one = [args.tilt, args.azimuth, args.kwp].map(Option::unwrap_or_default);
    if args.plane.is_empty() { vec![array(&one)] } else { args.plane.iter().map(array).collect() }
}

/// Losses by month and age.
pub(super) fn losses(args: &PvArgs) -> Result<Derate> {
    let by_month = |given: &[f64], flag: &str| match given {
        [] => Ok([0.0; MONTHS]),
        [all] => Ok([*all; MONTHS]),
        months => <[f64; MONTHS]>::try_from(months)
            .map_err(|_| anyhow!("{flag}: has {} numbers. Give 1 or 12", months.len())),
    };
    Ok(Derate {
        soiling_pct: by_month(&args.soiling_pct, "--soiling-pct")?,
        snow_pct: by_month(&args.snow_pct, "--snow-pct")?,
        degradation_pct: args.degradation_pct,
    })
}

/// How a file's stamps become moments of the sun.
pub(super) fn clock(args: &PvArgs, weather: &WeatherFile) -> Clock {
    Clock {
        sun_offset_min: args.sun_offset_min.unwrap_or(weather.sun_offset_min),
        delta_t_s: args.delta_t,
    }
}
