//! Keys of rows. A `/` within an id is written `%2F`, a `%` is `%25`: where one lists by a prefix, no
//! id reaches into another's.

use std::fmt::Write;

/// An id as it stands in a key.
pub fn part(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for sign in id.chars() {
        match sign {
            '/' | '%' => write!(text, "%{:02X}", sign as u32).expect("a String takes all"),
            _ => text.push(sign),
        }
    }
    text
}

/// The row of a thing. Of a site's day: [`site_day`].
pub fn id(id: &str) -> String {
    format!("id/{}", part(id))
}
/// The rows of all things begin so.
pub const IDS: &str = "id/";
/// The row of a site's meters on a day; of its readings, outlook and schedule of a day, and of its
/// energy of a month.
pub fn site_day(site: &str, day: &str) -> String {
    format!("{}{}", of_site(site), part(day))
}
/// Site and day, or month, of a stream's id: the day is what follows the last `/`.
pub(crate) fn halves(id: &str) -> Option<(&str, &str)> {
    id.rsplit_once('/')
}
/// The row of a stream whose id is a site and a day.
pub(crate) fn of_halves(stream_id: &str) -> String {
    halves(stream_id).map_or_else(|| id(stream_id), |(site, day)| site_day(site, day))
}
/// What is told by site and day: the rows of a site begin so.
pub fn of_site(site: &str) -> String {
    format!("id/{}/", part(site))
}
/// Orders, parcels, plans, rounds: rows of a status begin so.
pub fn of_status(status: &str) -> String {
    format!("status/{}/", part(status))
}
/// Parcels: rows of a round begin so.
pub fn of_round(round: &str) -> String {
    format!("round/{}/", part(round))
}
/// Parcels and rounds: rows of a plan begin so.
pub fn of_plan(plan: &str) -> String {
    format!("plan/{}/", part(plan))
}
/// Orders: rows of a scenario in a status begin so.
pub fn of_scenario(scenario: &str, status: &str) -> String {
    format!("scenario/{}/{}/", part(scenario), part(status))
}
/// The row of a thing in a list; `prefix` is one of those above.
pub fn listed(prefix: &str, id: &str) -> String {
    format!("{prefix}{}", part(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_reaches_into_another_list() {
        assert!(!listed(&of_round("a/b"), "P1").starts_with(&of_round("a")));
        assert_ne!(part("a%2Fb"), part("a/b"));
    }
}
