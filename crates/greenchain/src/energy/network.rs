//! `energy pv --sites`: a network of sites, computed side by side and told in the table's order.

use super::args::PvArgs;
use super::faults::told;
use super::pv::{refuse_less_than_a_year, step_h};
use super::sums::{sums_json, years_json, years_text};
use super::system::{array, clock, losses, system};
use super::weather::{warn_unread, weather};
use crate::{Answer, folder};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use warehousing::pv::derate::{Derate, derate};
use warehousing::pv::network::{Skies, each};
use warehousing::pv::observer::{Site, SunPath};
use warehousing::pv::read::{SiteRow, WeatherFile, sites};
use warehousing::pv::simulate::{Generation, generate};
use warehousing::pv::sums::{Sums, YearSum, years};
use warehousing::pv::system::System;

/// Sites a thread whose hours are held before they are printed.
const SITES_HELD: usize = 4;

/// A site, ready to be computed.
struct Member {
    site_id: String,
    /// Place of its weather among the files.
    file: usize,
    site: Site,
    system: System,
}

/// What is known before the first site is computed.
struct Network {
    members: Vec<Member>,
    files: Vec<WeatherFile>,
    skies: Skies,
    losses: Derate,
    /// By file: shares of DC power kept; none where nothing is lost.
    kept: Vec<Vec<f64>>,
    threads: usize,
}

/// What a site gave.
struct Found {
    sums: Sums,
    years: Vec<YearSum>,
}

pub(super) fn network(table: &Path, args: &PvArgs) -> Result<Answer> {
    let network = read(table, args)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.csv {
        network.write_csv(&mut out)?;
    } else {
        let of = |member: &Member| network.found(member, args.years.map_or(0, usize::from));
        let found = each(&network.members, network.threads, of);
        if args.json {
            writeln!(out, "{}", network.as_json(&found))?;
        } else {
            write!(out, "{}", network.as_text(&found))?;
        }
    }
    out.flush()?;
    Ok(Answer::Yes)
}

/// Reads the table and all weather that it names.
fn read(table: &Path, args: &PvArgs) -> Result<Network> {
    let name = table.display().to_string();
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let (rows, unread) = match sites(&name, &folder::text(table)?, &array(args)) {
        Ok(sites) => sites,
        Err(faults) => bail!("the sites are not valid\n{}", told(&faults)),
    };
    warn_unread(table, &unread)?;
    let (names, of_row) = weather_files(table, &rows);
    let files = each(&names, threads, |file| weather(file, args));
    let (files, faults): (Vec<_>, Vec<_>) = files.into_iter().partition(Result::is_ok);
    let faults: Vec<String> =
        faults.into_iter().filter_map(Result::err).map(|fault| format!("{fault:#}")).collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    let files: Vec<WeatherFile> = files.into_iter().flatten().collect();
    for (name, file) in names.iter().zip(&files) {
        warn_unread(name, &file.unread)?;
        if args.years.is_some() {
            refuse_less_than_a_year(name, file)?;
        }
    }
    let stamps: Vec<_> =
        files.iter().map(|file| (&file.hours.unix_s[..], clock(args, file))).collect();
    let skies = Skies::new(&stamps);
    let losses = losses(args)?;
    let kept = |file: &WeatherFile| losses.column(&file.months, (0.0, step_h(file)));
    let kept = if losses == Derate::NONE { Vec::new() } else { each(&files, threads, kept) };
    let members = rows.into_iter().zip(of_row);
    let members = members
        .map(|(row, file)| member(row, (file, &files[file]), &name, args))
        .collect::<Result<_>>()?;
    Ok(Network { members, files, skies, losses, kept, threads })
}

/// The weather files of the sites, each once, and which of them a site has.
fn weather_files(table: &Path, rows: &[SiteRow]) -> (Vec<PathBuf>, Vec<usize>) {
    let folder = table.parent().unwrap_or(Path::new(""));
    let mut names: Vec<PathBuf> = rows.iter().map(|row| folder.join(&row.weather_file)).collect();
    let of_row = names.clone();
    names.sort_unstable();
    names.dedup();
    let place = |name: &PathBuf| names.binary_search(name).expect("it is one of them");
    let of_row = of_row.iter().map(place).collect();
    (names, of_row)
}

/// A row's site, with the place that its weather says where the row does not.
fn member(
    row: SiteRow,
    (file, weather): (usize, &WeatherFile),
    table: &str,
    args: &PvArgs,
) -> Result<Member> {
    let place = |given: Option<f64>, own: Option<f64>, column: &str| {
        given.or(own).with_context(|| {
            let (line, weather_file) = (row.row, &row.weather_file);
            format!(
                "{table}:{line}: {column} is ``: {weather_file} does not say it either. Write it"
            )
        })
    };
    let site = Site {
        lat_deg: place(row.lat_deg, weather.lat_deg, "lat")?,
        lon_deg: place(row.lon_deg, weather.lon_deg, "lon")?,
        altitude_m: place(row.altitude_m, weather.altitude_m, "altitude")?,
        pressure_pa: args.pressure_pa,
        temperature_c: args.spa_temperature_c,
    };
    let system = system(args, row.arrays, row.inverter_ac_kw);
    Ok(Member { site_id: row.site_id, file, site, system })
}

impl Network {
    fn generation(&self, member: &Member) -> Generation {
        let hours = &self.files[member.file].hours;
        let mut found = generate(hours, self.skies.of(member.file), &member.site, &member.system);
        if let Some(kept) = self.kept.get(member.file) {
            derate(&mut found, member.system.inverter, kept);
        }
        found
    }

    fn found(&self, member: &Member, count: usize) -> Found {
        let (generation, file) = (self.generation(member), &self.files[member.file]);
        let (step_h, inverter) = (step_h(file), member.system.inverter);
        Found {
            sums: Sums::of(&generation, &member.system, &file.months, step_h),
            years: years(&generation, inverter, &self.losses, step_h, count),
        }
    }

    fn write_csv(&self, out: &mut impl Write) -> Result<()> {
        writeln!(
            out,
            "site_id,timestamp,apparent_zenith_deg,azimuth_deg,poa_w_m2,cell_temp_c,dc_w,ac_w"
        )?;
        let text = |member: &Member| {
            let path = self.skies.of(member.file).over(&member.site);
            self.hours_text(member, &path, &self.generation(member))
        };
        for members in self.members.chunks(SITES_HELD * self.threads.max(1)) {
            for text in each(members, self.threads, text) {
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    fn hours_text(&self, member: &Member, path: &SunPath, found: &Generation) -> String {
        let mut text = String::new();
        for (row, stamp) in self.files[member.file].stamps.iter().enumerate() {
            let _ = writeln!(
                text,
                "{},{stamp},{},{},{},{},{},{}",
                quoted(&member.site_id),
                path.apparent_zenith_deg[row],
                path.azimuth_deg[row],
                found.poa_w_m2[row],
                found.cell_temp_c[row],
                found.dc_w[row],
                found.ac_w[row]
            );
        }
        text
    }

    fn as_json(&self, found: &[Found]) -> Value {
        let site = |(member, found): (&Member, &Found)| {
            let mut row = sums_json(&found.sums);
            row["site_id"] = json!(member.site_id);
            row["planes"] = json!(member.system.arrays.len());
            row["inverter_ac_kw"] = json!(member.system.inverter.ac_kw);
            row["years"] = json!(years_json(&found.years, found.sums.kwp));
            row
        };
        let sites: Vec<Value> = self.members.iter().zip(found).map(site).collect();
        let (sums, years) = total(found);
        let mut all = sums_json(&sums);
        all["sites"] = json!(sites.len());
        all["mw_installed"] = json!(sums.kwp / 1_000.0);
        all["years"] = json!(years_json(&years, sums.kwp));
        json!({"sites": sites, "total": all})
    }

    fn as_text(&self, found: &[Found]) -> String {
        let ids = self.members.iter().map(|member| member.site_id.chars().count());
        let width = ids.max().unwrap_or_default().max("site_id".len());
        let mut text = format!(
            "{:<width$} {:>10} {:>14} {:>9} {:>9} {:>14}\n",
            "site_id", "kWp", "kWh", "kWh/kWp", "capacity", "clipped kWh"
        );
        let mut row = |name: &str, sums: &Sums| {
            let _ = writeln!(
                text,
                "{name:<width$} {:>10.1} {:>14.1} {:>9.1} {:>9.4} {:>14.1}",
                sums.kwp,
                sums.ac_kwh,
                sums.kwh_per_kwp(),
                sums.capacity_factor(),
                sums.clipped_kwh
            );
        };
        for (member, found) in self.members.iter().zip(found) {
            row(&member.site_id, &found.sums);
        }
        let (sums, years) = total(found);
        row("total", &sums);
        let (sites, mw) = (self.members.len(), sums.kwp / 1_000.0);
        let _ = writeln!(text, "{sites} sites, {mw:.3} MW installed");
        text + &years_text(&years, sums.kwp)
    }
}

/// All sites together; years where all have them.
fn total(found: &[Found]) -> (Sums, Vec<YearSum>) {
    let sums = Sums::of_network(found.iter().map(|found| &found.sums));
    let count = found.first().map_or(0, |found| found.years.len());
    let year = |year: usize| {
        let sites = found.iter().map(|found| found.years[year]);
        sites.fold(YearSum::default(), |sum, site| YearSum {
            dc_kwh: sum.dc_kwh + site.dc_kwh,
            ac_kwh: sum.ac_kwh + site.ac_kwh,
            clipped_kwh: sum.clipped_kwh + site.clipped_kwh,
        })
    };
    (sums, (0..count).map(year).collect())
}

/// A cell of CSV; quoted where a comma in it would part it.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
