//! `energy pv` of one site: weather files in, hours of generation out.

use super::args::PvArgs;
use super::check_spa::check_spa;
use super::network::network;
use super::sums::{sums_json, years_json, years_text};
use super::system::{arrays, clock, losses, system};
use super::weather::{warn_unread, weather};
use crate::Answer;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;
use warehousing::pv::derate::{Derate, derate};
use warehousing::pv::horizon::Horizon;
use warehousing::pv::observer::Site;
use warehousing::pv::read::WeatherFile;
use warehousing::pv::simulate::{SiteYear, simulate};
use warehousing::pv::sums::{Sums, YearSum, years};
use warehousing::pv::system::System;

/// Hours of a year; a leap year has a day more.
const YEAR_H: std::ops::RangeInclusive<f64> = 8_760.0..=8_784.0;

/// A file's hours and what they give.
struct Year {
    weather: WeatherFile,
    found: SiteYear,
}

pub(super) fn pv(args: &PvArgs) -> Result<Answer> {
    if args.check_spa {
        return check_spa(args.json);
    }
    if let Some(file) = &args.sites {
        return network(file, args);
    }
    let system = system(args, arrays(args), args.inverter_ac_kw);
    let losses = losses(args)?;
    let mut files: Vec<Year> =
        args.weather.iter().map(|file| year(file, args, &system)).collect::<Result<_>>()?;
    refuse_overlap(args, &files)?;
    lose(&mut files, &system, &losses);
    let lifetime = match args.years {
        Some(count) => lifetime(args, &files, &system, &losses, count)?,
        None => Vec::new(),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.csv {
        write_csv(&mut out, &files)?;
    } else if args.json {
        writeln!(out, "{}", as_json(&files, &system, &lifetime))?;
    } else {
        write!(out, "{}", as_text(&files, &system, &lifetime))?;
    }
    out.flush()?;
    Ok(Answer::Yes)
}

/// Takes losses by month and age off all years.
fn lose(files: &mut [Year], system: &System, losses: &Derate) {
    if *losses == Derate::NONE {
        return;
    }
    let mut age_h = 0.0;
    for Year { weather, found } in files {
        let (months, step_h) = (&weather.months, step_h(weather));
        derate(&mut found.generation, system.inverter, &losses.column(months, (age_h, step_h)));
        age_h += months.len() as f64 * step_h;
    }
}

/// Hours that a row of a file lasts.
pub(super) fn step_h(weather: &WeatherFile) -> f64 {
    weather.step_s as f64 / 3_600.0
}

/// The sums of the years for which a typical year stands.
fn lifetime(
    args: &PvArgs,
    files: &[Year],
    system: &System,
    losses: &Derate,
    count: u16,
) -> Result<Vec<YearSum>> {
    let [Year { weather, found }] = files else {
        bail!("--years: {} weather files. Give one, a typical year", files.len())
    };
    refuse_less_than_a_year(&args.weather[0], weather)?;
    let step_h = step_h(weather);
    Ok(years(&found.generation, system.inverter, losses, step_h, usize::from(count)))
}

/// Only a whole year can stand for years.
pub(super) fn refuse_less_than_a_year(file: &Path, weather: &WeatherFile) -> Result<()> {
    let hours = weather.stamps.len() as f64 * step_h(weather);
    if !YEAR_H.contains(&hours) {
        bail!(
            "{}: lasts {hours:.0} h. --years needs a typical year, of 8760 or 8784 h",
            file.display()
        );
    }
    Ok(())
}

/// Reads a file and computes its hours.
fn year(file: &Path, args: &PvArgs, system: &System) -> Result<Year> {
    let mut weather = weather(file, args)?;
    warn_unread(file, &weather.unread)?;
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
    let clock = clock(args, &weather);
    let mut found = simulate(&weather.hours, clock, &site, system);
    if !args.horizon.is_empty() {
        let horizon = Horizon::new(&args.horizon)
            .context("--horizon: two heights at one azimuth. Give each azimuth once")?;
        let dni_w_m2 = &mut weather.hours.dni_w_m2;
        horizon.shade(dni_w_m2, &found.apparent_zenith_deg, &found.azimuth_deg);
        found = simulate(&weather.hours, clock, &site, system);
    }
    Ok(Year { weather, found })
}

/// Years that begin before the one above has ended would be counted twice.
fn refuse_overlap(args: &PvArgs, files: &[Year]) -> Result<()> {
    for (pair, names) in files.windows(2).zip(args.weather.windows(2)) {
        let [above, below] = [&pair[0], &pair[1]].map(|file| &file.weather);
        let (last, first) = (above.hours.unix_s.last(), below.hours.unix_s.first());
        if first <= last {
            bail!(
                "{}: begins at {}, before the end of {}. Name files by time, each hour once",
                names[1].display(),
                below.stamps[0],
                names[0].display()
            );
        }
    }
    Ok(())
}

fn write_csv(out: &mut impl Write, files: &[Year]) -> Result<()> {
    writeln!(out, "timestamp,apparent_zenith_deg,azimuth_deg,poa_w_m2,cell_temp_c,dc_w,ac_w")?;
    for Year { weather, found } in files {
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

/// Sums over all hours of all files.
fn sums(files: &[Year], system: &System) -> Sums {
    let of = |Year { weather, found }: &Year| {
        Sums::of(&found.generation, system, &weather.months, step_h(weather))
    };
    Sums::in_time(&files.iter().map(of).collect::<Vec<Sums>>())
}

fn as_json(files: &[Year], system: &System, lifetime: &[YearSum]) -> Value {
    let sums = sums(files, system);
    let column = |of: fn(&Year) -> &[f64]| -> Vec<f64> {
        files.iter().flat_map(|file| of(file).iter().copied()).collect()
    };
    let stamps: Vec<&String> = files.iter().flat_map(|file| &file.weather.stamps).collect();
    let mut found = sums_json(&sums);
    found["years"] = json!(years_json(lifetime, sums.kwp));
    found["timestamp"] = json!(stamps);
    found["apparent_zenith_deg"] = json!(column(|file| &file.found.apparent_zenith_deg));
    found["azimuth_deg"] = json!(column(|file| &file.found.azimuth_deg));
    found["poa_w_m2"] = json!(column(|file| &file.found.generation.poa_w_m2));
    found["cell_temp_c"] = json!(column(|file| &file.found.generation.cell_temp_c));
    found["dc_w"] = json!(column(|file| &file.found.generation.dc_w));
    found["ac_w"] = json!(column(|file| &file.found.generation.ac_w));
    found
}

fn as_text(files: &[Year], system: &System, lifetime: &[YearSum]) -> String {
    let sums = sums(files, system);
    let mut text = String::new();
    let _ = writeln!(text, "{} rows, {:.0} h", sums.rows, sums.hours());
    for (number, kwh) in (1..).zip(sums.ac_kwh_by_month) {
        let _ = writeln!(text, "month {number:>2}  {kwh:>14.1} kWh");
    }
    let _ = writeln!(text, "AC        {:>14.1} kWh", sums.ac_kwh);
    let _ = writeln!(text, "clipped   {:>14.1} kWh", sums.clipped_kwh);
    let _ = writeln!(text, "DC        {:>14.1} kWh", sums.dc_kwh);
    let _ = writeln!(text, "on plane  {:>14.1} kWh/m2", sums.poa_kwh_m2);
    let _ = writeln!(text, "yield     {:>14.1} kWh/kWp", sums.kwh_per_kwp());
    let _ = writeln!(text, "capacity factor {:.4}", sums.capacity_factor());
    if let Some(ratio) = sums.performance_ratio() {
        let _ = writeln!(text, "performance ratio {ratio:.3}");
    }
    text + &years_text(lifetime, sums.kwp)
}
