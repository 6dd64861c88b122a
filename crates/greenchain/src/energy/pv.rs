//! `energy pv`: weather files in, hours of generation out.

use super::args::{Format, PvArgs, Racking, Transposition};
use crate::{Answer, folder};
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;
use warehousing::pv::derate::Derate;
use warehousing::pv::horizon::Horizon;
use warehousing::pv::irradiance::{self, Plane};
use warehousing::pv::module::{self, Dc, Inverter, LOSSES_PCT};
use warehousing::pv::observer::Site;
use warehousing::pv::read::{self, WeatherFile};
use warehousing::pv::simulate::{Array, Clock, SiteYear, simulate};
use warehousing::pv::test_point::{TestValue, test_point};

/// Faults of a file that are told; the rest are counted.
const FAULTS_TOLD: usize = 20;
const MONTHS: usize = 12;

/// A file's hours and what they give.
struct Year {
    weather: WeatherFile,
    found: SiteYear,
}

pub(super) fn pv(args: &PvArgs) -> Result<Answer> {
    if args.check_spa {
        return check_spa(args.json);
    }
    let array = array(args);
    let derate = derate(args)?;
    let mut years: Vec<Year> =
        args.weather.iter().map(|file| year(file, args, &array)).collect::<Result<_>>()?;
    refuse_overlap(args, &years)?;
    if let Some(derate) = derate {
        let mut age_h = 0.0;
        for Year { weather, found } in &mut years {
            let step_h = weather.step_s as f64 / 3_600.0;
            let (months, inverter) = (&weather.months, array.inverter);
            derate.apply(&mut found.generation, inverter, months, (age_h, step_h));
            age_h += months.len() as f64 * step_h;
        }
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.csv {
        write_csv(&mut out, &years)?;
    } else if args.json {
        writeln!(out, "{}", as_json(&years, &array))?;
    } else {
        write!(out, "{}", as_text(&years, &array))?;
    }
    out.flush()?;
    Ok(Answer::Yes)
}

/// The array that the arguments describe.
fn array(args: &PvArgs) -> Array {
    let kwp = args.kwp.unwrap_or_default();
    let plane = Plane {
        tilt_deg: args.tilt.unwrap_or_default(),
        azimuth_deg: args.azimuth.unwrap_or_default(),
    };
    Array {
        plane,
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
            kwp,
            temp_coeff_per_c: args.temp_coeff,
            losses_pct: args.losses_pct.unwrap_or(LOSSES_PCT),
        },
        inverter: Inverter {
            ac_kw: args.inverter_ac_kw.unwrap_or(kwp / module::DC_AC_RATIO),
            eta_nom: args.eta_nom,
            eta_ref: args.eta_ref,
        },
    }
}

/// Losses by month and age; none where none are given, so that figures stay as they are.
fn derate(args: &PvArgs) -> Result<Option<Derate>> {
    let by_month = |given: &[f64], flag: &str| match given {
        [] => Ok([0.0; MONTHS]),
        [all] => Ok([*all; MONTHS]),
        months => <[f64; MONTHS]>::try_from(months)
            .map_err(|_| anyhow!("{flag}: has {} numbers. Give 1 or 12", months.len())),
    };
    let derate = Derate {
        soiling_pct: by_month(&args.soiling_pct, "--soiling-pct")?,
        snow_pct: by_month(&args.snow_pct, "--snow-pct")?,
        degradation_pct: args.degradation_pct,
    };
    let given = !args.soiling_pct.is_empty() || !args.snow_pct.is_empty();
    Ok((given || args.degradation_pct > 0.0).then_some(derate))
}

/// Reads a file and computes its hours.
fn year(file: &Path, args: &PvArgs, array: &Array) -> Result<Year> {
    let mut weather = weather(file, args)?;
    let place = |given: Option<f64>, own: Option<f64>, flag: &str| {
        given.or(own).with_context(|| {
            format!("{}: does not say where it is from. Give {flag}", file.display())
        })
    };
    let site = Site {
        lat_deg: place(args.lat, weather.lat_deg, "--lat")?,
        lon_deg: place(args.lon, weather.lon_deg, "--lon")?,
        altitude_m: place(args.altitude, weather.altitude_m, "--altitude")?,
        pressure_pa: args.pressure_pa,
        temperature_c: args.spa_temperature_c,
    };
    let clock = Clock {
        sun_offset_min: args.sun_offset_min.unwrap_or(weather.sun_offset_min),
        delta_t_s: args.delta_t,
    };
    let mut found = simulate(&weather.hours, clock, &site, array);
    if !args.horizon.is_empty() {
        let horizon = Horizon::new(&args.horizon)
            .context("--horizon: two heights at one azimuth. Give each azimuth once")?;
        let dni_w_m2 = &mut weather.hours.dni_w_m2;
        horizon.shade(dni_w_m2, &found.apparent_zenith_deg, &found.azimuth_deg);
        found = simulate(&weather.hours, clock, &site, array);
    }
    Ok(Year { weather, found })
}

/// The hours of a file, or all its faults.
fn weather(file: &Path, args: &PvArgs) -> Result<WeatherFile> {
    let bytes = folder::bytes(file)?;
    // Figures are ASCII; a name or a comment above them may be Latin-1.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
    let format = match args.format {
        None => read::Format::of(&text),
        Some(Format::Csv) => read::Format::Csv,
        Some(Format::Epw) => read::Format::Epw,
        Some(Format::Tmy3) => read::Format::Tmy3,
        Some(Format::Pvgis) => read::Format::Pvgis,
    };
    let weather = match read::read(&file.display().to_string(), &text, format, args.utc_offset) {
        Ok(weather) => weather,
        Err(faults) => {
            let told: Vec<String> =
                faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
            let more = faults.len().saturating_sub(FAULTS_TOLD);
            let rest = if more > 0 { format!("\nand {more} more faults") } else { String::new() };
            bail!("the weather is not valid\n{}{rest}", told.join("\n"));
        }
    };
    for column in &weather.unread {
        let file = file.display();
        writeln!(std::io::stderr(), "warning: {file}: column `{column}` is not read")?;
    }
    Ok(weather)
}

/// Years that begin before the one above has ended would be counted twice.
fn refuse_overlap(args: &PvArgs, years: &[Year]) -> Result<()> {
    for (pair, files) in years.windows(2).zip(args.weather.windows(2)) {
        let [above, below] = [&pair[0], &pair[1]].map(|year| &year.weather);
        let (last, first) = (above.hours.unix_s.last(), below.hours.unix_s.first());
        if first <= last {
            bail!(
                "{}: begins at {}, before the end of {}. Name files by time, each hour once",
                files[1].display(),
                below.stamps[0],
                files[0].display()
            );
        }
    }
    Ok(())
}

fn write_csv(out: &mut impl Write, years: &[Year]) -> Result<()> {
    writeln!(out, "timestamp,apparent_zenith_deg,azimuth_deg,poa_w_m2,cell_temp_c,dc_w,ac_w")?;
    for Year { weather, found } in years {
        let generation = &found.generation;
        for (row, stamp) in weather.stamps.iter().enumerate() {
            writeln!(
                out,
                "{stamp},{},{},{},{},{},{}",
                found.apparent_zenith_deg[row],
                found.azimuth_deg[row],
                generation.poa_w_m2[row],
                generation.cell_temp_c[row],
                generation.dc_w[row],
                generation.ac_w[row]
            )?;
        }
    }
    Ok(())
}

/// Sums over all hours.
#[derive(Default)]
struct Sums {
    rows: usize,
    hours: f64,
    poa_kwh_m2: f64,
    dc_kwh: f64,
    ac_kwh: f64,
    clipped_kwh: f64,
    ac_kwh_by_month: [f64; MONTHS],
}

fn sums(years: &[Year], inverter: &Inverter) -> Sums {
    let mut sums = Sums::default();
    for Year { weather, found } in years {
        let generation = &found.generation;
        let step_h = weather.step_s as f64 / 3_600.0;
        let kilo = step_h / 1_000.0;
        sums.rows += weather.stamps.len();
        sums.hours += weather.stamps.len() as f64 * step_h;
        sums.poa_kwh_m2 += generation.poa_w_m2.iter().sum::<f64>() * kilo;
        sums.dc_kwh += generation.dc_w.iter().sum::<f64>() * kilo;
        sums.ac_kwh += generation.ac_w.iter().sum::<f64>() * kilo;
        let clipped_w = generation.dc_w.iter().map(|&dc_w| inverter.clipped_w(dc_w));
        sums.clipped_kwh += clipped_w.sum::<f64>() * kilo;
        for (month, ac_w) in weather.months.iter().zip(&generation.ac_w) {
            sums.ac_kwh_by_month[usize::from(*month) - 1] += ac_w * kilo;
        }
    }
    sums
}

/// Energy for each kWp over what its plane received. Source: IEC 61724-1, performance ratio.
fn performance_ratio(sums: &Sums, kwp: f64) -> Option<f64> {
    (sums.poa_kwh_m2 > 0.0).then(|| sums.ac_kwh / kwp / sums.poa_kwh_m2)
}

fn as_json(years: &[Year], array: &Array) -> Value {
    let (sums, kwp) = (sums(years, &array.inverter), array.dc.kwp);
    let column = |of: fn(&Year) -> &[f64]| -> Vec<f64> {
        years.iter().flat_map(|year| of(year).iter().copied()).collect()
    };
    let stamps: Vec<&String> = years.iter().flat_map(|year| &year.weather.stamps).collect();
    json!({
        "rows": sums.rows,
        "hours": sums.hours,
        "poa_kwh_m2": sums.poa_kwh_m2,
        "dc_kwh": sums.dc_kwh,
        "ac_kwh": sums.ac_kwh,
        "clipped_kwh": sums.clipped_kwh,
        "ac_kwh_by_month": sums.ac_kwh_by_month,
        "kwh_per_kwp": sums.ac_kwh / kwp,
        "performance_ratio": performance_ratio(&sums, kwp),
        "timestamp": stamps,
        "apparent_zenith_deg": column(|year| &year.found.apparent_zenith_deg),
        "azimuth_deg": column(|year| &year.found.azimuth_deg),
        "poa_w_m2": column(|year| &year.found.generation.poa_w_m2),
        "cell_temp_c": column(|year| &year.found.generation.cell_temp_c),
        "dc_w": column(|year| &year.found.generation.dc_w),
        "ac_w": column(|year| &year.found.generation.ac_w),
    })
}

fn as_text(years: &[Year], array: &Array) -> String {
    let (sums, kwp) = (sums(years, &array.inverter), array.dc.kwp);
    let mut text = String::new();
    let _ = writeln!(text, "{} rows, {:.0} h", sums.rows, sums.hours);
    for (number, kwh) in (1..).zip(sums.ac_kwh_by_month) {
        let _ = writeln!(text, "month {number:>2}  {kwh:>14.1} kWh");
    }
    let _ = writeln!(text, "AC        {:>14.1} kWh", sums.ac_kwh);
    let _ = writeln!(text, "clipped   {:>14.1} kWh", sums.clipped_kwh);
    let _ = writeln!(text, "DC        {:>14.1} kWh", sums.dc_kwh);
    let _ = writeln!(text, "on plane  {:>14.1} kWh/m2", sums.poa_kwh_m2);
    let _ = writeln!(text, "yield     {:>14.1} kWh/kWp", sums.ac_kwh / kwp);
    if let Some(ratio) = performance_ratio(&sums, kwp) {
        let _ = writeln!(text, "performance ratio {ratio:.3}");
    }
    text
}

/// The report's own example: yes if every figure agrees to the digits published.
fn check_spa(as_json: bool) -> Result<Answer> {
    let values = test_point();
    let holds = values.iter().all(TestValue::holds);
    let mut out = std::io::stdout();
    if as_json {
        let rows: Vec<Value> = values
            .iter()
            .map(|value| json!({"name": value.name, "found": value.found, "published": value.published, "holds": value.holds()}))
            .collect();
        writeln!(out, "{}", json!({"holds": holds, "values": rows}))?;
    } else {
        for value in &values {
            let verdict = if value.holds() { "" } else { "  differs" };
            let (name, found, published) = (value.name, value.found, value.published);
            writeln!(out, "{name:<32} {found:>18.10}  published {published}{verdict}")?;
        }
    }
    Ok(if holds { Answer::Yes } else { Answer::No })
}
