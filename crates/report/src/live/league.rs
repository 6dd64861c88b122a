//! The sites beside one another, and where they are.

use super::Live;
use crate::document::{Block, Column, Figure, Section, Table};
use crate::drawing::{Drawing, Frame, Words, shortened};
use crate::font::Face;
use crate::map::{LABEL_MAX, MAP, Projection, WIDTH, draw_scale, free_place};
use crate::number::{figure, grouped, plural};
use network::Site;
use quantity::{Energy, Point};
use warehousing::monitoring::overview::SiteOverview;

/// Radius of the largest site; a label stands 8 from its middle.
const RADIUS_MAX: f64 = 7.5;
const RADIUS_MIN: f64 = 2.5;

pub(super) fn section(live: &Live) -> Section {
    let mut blocks = vec![Block::Table(table(live))];
    if let Some(figure) = drawn(live) {
        blocks.insert(0, Block::Figures(vec![figure]));
    }
    Section { id: "sites", title: "Sites", blocks }
}

/// By yield for each kWp and day of the last twelve months, the best first.
fn ranked<'a>(live: &Live<'a>) -> Vec<&'a SiteOverview> {
    let mut sites: Vec<&SiteOverview> = live.overview.sites.iter().collect();
    let per_kwp = |site: &SiteOverview| site.last_year.kwh_per_kwp_day().unwrap_or(-1.0);
    sites.sort_by(|a, b| per_kwp(b).total_cmp(&per_kwp(a)));
    sites
}

fn table(live: &Live) -> Table {
    let shown = |value: Option<f64>, places: usize| {
        value.map_or_else(|| "\u{2013}".to_owned(), |value| grouped(value, places))
    };
    let rows = ranked(live)
        .into_iter()
        .enumerate()
        .map(|(place, site)| {
            let open = site.alarms.iter().filter(|alarm| alarm.cleared.is_none()).count();
            let against = site.against_expected.and_then(|(had, expected)| {
                let [had, expected] = [had, expected].map(Energy::kilowatt_hours);
                (expected > 0.0).then(|| 100.0 * had / expected)
            });
            vec![
                site.site.clone(),
                grouped(place as f64 + 1.0, 0),
                figure(site.peak.kilowatts()),
                figure(site.flows.generation.kilowatt_hours()),
                shown(site.last_year.kwh_per_kwp_day(), 2),
                shown(site.kwh_per_kwp(), 1),
                shown(site.yields.performance_ratio(), 3),
                shown(site.yields.performance_ratio_stc(), 3),
                shown(against, 1),
                grouped(open as f64, 0),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Site"),
        Column::numbers("Place", ""),
        Column::numbers("Modules", "kWp"),
        Column::numbers("Generated", "kWh"),
        Column::numbers("A day, last twelve months", "kWh/kWp"),
        Column::numbers("Since the beginning", "kWh/kWp"),
        Column::numbers("Performance ratio", ""),
        Column::numbers("at 25 °C", ""),
        Column::numbers("Of expected", "%"),
        Column::numbers("Alarms", ""),
    ];
    Table::new("League of sites, by yield of the last twelve months", columns, rows)
}

/// Sites with their modules' power as area; those with an alarm are ringed.
fn drawn(live: &Live) -> Option<Figure> {
    let place = |site: &SiteOverview| live.sites.iter().find(|known| known.id == site.site);
    let mut sites: Vec<(&SiteOverview, &Site)> =
        live.overview.sites.iter().filter_map(|site| Some((site, place(site)?))).collect();
    sites.sort_by_key(|(site, _)| std::cmp::Reverse(site.peak));
    let points: Vec<Point> = sites.iter().map(|(_, known)| known.point).collect();
    let projection = Projection::of(&points)?;
    let largest = sites.first().map_or(0.0, |(site, _)| site.peak.kilowatts()).max(1e-6);
    let mut drawing = Drawing::default();
    drawing.rect("frame", MAP);
    let mut taken: Vec<Frame> = Vec::new();
    for (site, known) in &sites {
        let at = projection.at(known.point);
        let radius = (RADIUS_MAX * (site.peak.kilowatts() / largest).sqrt()).max(RADIUS_MIN);
        drawing.circle("roof", at, radius);
        if site.alarms.iter().any(|alarm| alarm.cleared.is_none()) {
            drawing.circle("alarmed", at, radius + 3.0);
        }
        let side = 2.0 * radius;
        taken.push(Frame { x: at.0 - radius, y: at.1 - radius, width: side, height: side });
    }
    let face = Face::regular();
    for (_, known) in &sites {
        let label = shortened(&known.id, LABEL_MAX);
        let at = projection.at(known.point);
        if let Some(frame) = free_place(at, face.width(&label, 11.0), &taken) {
            taken.push(frame);
            drawing.text("halo", (frame.x, frame.y + 10.0), &label);
            drawing.text("start", (frame.x, frame.y + 10.0), &label);
        }
    }
    draw_scale(&mut drawing, &projection);
    let y = MAP.y + MAP.height + 18.0;
    drawing.circle("roof", (12.0, y - 4.0), 6.0);
    drawing.text("start", (24.0, y), "modules, area by their power");
    drawing.circle("alarmed", (224.0, y - 4.0), 6.0);
    drawing.text("start", (236.0, y), "a string is behind");
    let alarmed = super::alarms::open(live).count();
    let words = Words {
        id: "sites-map".into(),
        title: format!(
            "{} with {} MW, {} open",
            plural(sites.len(), "site"),
            figure(live.overview.installed.kilowatts() / 1e3),
            plural(alarmed, "alarm")
        ),
        description: "Map, north up, of the sites as circles, their area by the power of their \
                      modules; a ring marks a site of which a string is behind. The table has the \
                      figures."
            .into(),
    };
    Some(drawing.finish(words, WIDTH, y + 10.0))
}
