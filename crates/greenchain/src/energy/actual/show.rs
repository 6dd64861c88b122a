//! What was measured, as JSON and as text.

use super::ActualArgs;
use super::gather::Known;
use quantity::{Carbon, Energy};
use serde_json::{Value, json};
use std::fmt::Write;
use warehousing::monitoring::balance::{Flows, GridMeter};
use warehousing::monitoring::growth::Growth;
use warehousing::monitoring::overview::{Overview, SiteOverview};
use warehousing::monitoring::performance::Yields;
use warehousing::monitoring::string_alarm::Alarm;

/// Notices that are told one by one; all are counted.
const NOTICES_TOLD: usize = 50;

pub(super) fn as_json(args: &ActualArgs, known: &Known, found: &Overview) -> Value {
    let Overview { footprint, matching, .. } = found;
    let kg = |carbon: Carbon| carbon.to_string();
    let alarms: Vec<Value> = found
        .sites
        .iter()
        .flat_map(|site| site.alarms.iter().map(move |alarm| alarm_json(site, alarm)))
        .collect();
    let notices: Vec<Value> = known
        .notices
        .iter()
        .take(NOTICES_TOLD)
        .map(|notice| {
            json!({
                "site_id": notice.site, "device": notice.device, "quantity": notice.quantity,
                "file": args.readings[usize::from(notice.file)].display().to_string(),
                "row": notice.row, "timestamp": args.zone.rfc3339(notice.at),
                "message": notice.oddity.to_string(),
            })
        })
        .collect();
    json!({
        "name": args.name,
        "first_day": found.days.map(|(first, _)| first.to_string()),
        "last_day": found.days.map(|(_, last)| last.to_string()),
        "installed_mw": found.installed.kilowatts() / 1e3,
        "energy": flows_json(&found.flows),
        "avoided": {
            "self_consumed_kg_co2e": kg(footprint.self_consumed),
            "exported_kg_co2e": kg(footprint.exported),
        },
        "scope2": {
            "location_based_kg_co2e": kg(footprint.location_based),
            "market_based_kg_co2e": footprint.market_based.map(kg),
            "certificates_cancelled_mwh": args.cancelled_mwh,
            "without_factor_kwh": footprint.without_factor.kilowatt_hours(),
        },
        "matching": {
            "hourly": matching.hourly,
            "annual": matching.annual,
            "annual_with_certificates": matching.annual_with_certificates,
        },
        "growth": found.growth.map(growth_json),
        "growth_like_for_like": found.like_for_like.map(growth_json),
        "sites": found.sites.iter().map(site_json).collect::<Vec<_>>(),
        "alarms": alarms,
        "notices": notices,
        "notice_count": known.notices.len(),
    })
}

fn growth_json(growth: Growth) -> Value {
    let (now, before) = (growth.now.kilowatt_hours(), growth.before.kilowatt_hours());
    json!({
        "sites": growth.sites, "days": growth.days, "kwh": now, "kwh_year_before": before,
        "share": growth.share(),
    })
}

fn flows_json(flows: &Flows) -> Value {
    json!({
        "generation_kwh": flows.generation.kilowatt_hours(),
        "self_consumed_kwh": flows.self_consumed.kilowatt_hours(),
        "exported_kwh": flows.exported.kilowatt_hours(),
        "resold_kwh": flows.resold.kilowatt_hours(),
        "imported_kwh": flows.imported.kilowatt_hours(),
        "used_kwh": flows.used.kilowatt_hours(),
        "charging_kwh": flows.charging.kilowatt_hours(),
        "battery_in_kwh": flows.battery_in.kilowatt_hours(),
        "battery_out_kwh": flows.battery_out.kilowatt_hours(),
        "unexplained_kwh": flows.unexplained.kilowatt_hours(),
    })
}

fn yields_json(yields: &Yields) -> Value {
    json!({
        "final_yield_h": yields.final_h,
        "reference_yield_h": yields.reference_h,
        "performance_ratio": yields.performance_ratio(),
        "performance_ratio_stc": yields.performance_ratio_stc(),
    })
}

fn site_json(site: &SiteOverview) -> Value {
    let against = site.against_expected.map(|(had, expected)| {
        let [had, expected] = [had, expected].map(Energy::kilowatt_hours);
        json!({"kwh": had, "expected_kwh": expected, "share": (expected > 0.0).then(|| had / expected)})
    });
    let days: Vec<Value> = site
        .days
        .iter()
        .map(|day| {
            json!({
                "day": day.day.to_string(), "generation_kwh": day.flows.generation.kilowatt_hours(),
                "performance_ratio": day.yields.performance_ratio(),
                "performance_ratio_stc": day.yields.performance_ratio_stc(), "known": day.known,
            })
        })
        .collect();
    let strings: Vec<Value> = site
        .strings
        .iter()
        .map(|string| {
            let mut value = yields_json(&string.yields);
            value["device"] = json!(string.device);
            value["kwp"] = json!(string.peak.kilowatts());
            value
        })
        .collect();
    json!({
        "site_id": site.site,
        "kwp": site.peak.kilowatts(),
        "grid_meter": match site.grid_meter {
            GridMeter::Metered => "metered",
            GridMeter::FromLoad => "from load",
            GridMeter::Unknown => "unknown",
        },
        "light": if site.is_light_measured { "measured" } else { "modelled" },
        "energy": flows_json(&site.flows),
        "kwh_per_kwp": site.kwh_per_kwp(),
        "kwh_per_kwp_day_last_year": site.last_year.kwh_per_kwp_day(),
        "yields": yields_json(&site.yields),
        "against_expected": against,
        "strings": strings,
        "days": days,
    })
}

fn alarm_json(site: &SiteOverview, alarm: &Alarm) -> Value {
    json!({
        "site_id": site.site,
        "device": site.strings[alarm.string].device,
        "raised": alarm.raised.to_string(),
        "cleared": alarm.cleared.map(|day| day.to_string()),
        "of_siblings": alarm.at_raise.of_siblings,
        "of_expected": alarm.at_raise.of_expected,
        "lost_kwh": alarm.lost.kilowatt_hours(),
    })
}

pub(super) fn as_text(args: &ActualArgs, known: &Known, found: &Overview) -> String {
    let mut text = String::new();
    let Overview { flows, footprint, matching, .. } = found;
    if let Some((first, last)) = found.days {
        let _ = writeln!(text, "{first} to {last}, {} sites", found.sites.len());
    }
    let mut row = |name: &str, value: f64, unit: &str| {
        let _ = writeln!(text, "{name:<28} {value:>14.1} {unit}");
    };
    row("installed", found.installed.kilowatts() / 1e3, "MW");
    for (name, energy) in [
        ("generated", flows.generation),
        ("used where it was generated", flows.self_consumed),
        ("sold", flows.exported),
        ("of that not generated here", flows.resold),
        ("bought", flows.imported),
        ("used", flows.used),
        ("of that by vehicles", flows.charging),
    ] {
        row(name, energy.kilowatt_hours(), "kWh");
    }
    row("not bought", footprint.self_consumed.kilograms_f64(), "kg CO2e");
    row("sold to others", footprint.exported.kilograms_f64(), "kg CO2e");
    row("bought, location-based", footprint.location_based.kilograms_f64(), "kg CO2e");
    if let Some(carbon) = footprint.market_based {
        row("bought, market-based", carbon.kilograms_f64(), "kg CO2e");
    }
    for (name, share) in
        [("matched by the hour", matching.hourly), ("over the time", matching.annual)]
    {
        if let Some(share) = share {
            row(name, 100.0 * share, "%");
        }
    }
    for site in &found.sites {
        let ratio = site.yields.performance_ratio().map_or("-".into(), |pr| format!("{pr:.3}"));
        let (id, kwh) = (&site.site, site.flows.generation.kilowatt_hours());
        let _ = writeln!(text, "{id:<28} {kwh:>14.1} kWh, performance ratio {ratio}");
    }
    for site in &found.sites {
        for alarm in site.alarms.iter().filter(|alarm| alarm.cleared.is_none()) {
            let (device, lost) = (&site.strings[alarm.string].device, alarm.lost.kilowatt_hours());
            let (id, raised) = (&site.site, alarm.raised);
            let _ = writeln!(text, "alarm: {id} {device} since {raised}, {lost:.1} kWh lost");
        }
    }
    for notice in known.notices.iter().take(NOTICES_TOLD) {
        let (site, device, quantity) = (&notice.site, &notice.device, notice.quantity);
        let (file, row) = (args.readings[usize::from(notice.file)].display(), notice.row);
        let _ = writeln!(text, "{file}:{row}: {site} {device} {quantity}: {}", notice.oddity);
    }
    let more = known.notices.len().saturating_sub(NOTICES_TOLD);
    if more > 0 {
        let _ = writeln!(text, "and {more} more");
    }
    text
}
