//! Many sites: one sky for all that share their moments, and several threads.

use super::simulate::{Clock, Sky};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The skies of some weather files, each computed once for all files of the same moments.
pub struct Skies {
    skies: Vec<Sky>,
    /// Which of them a file has.
    of_file: Vec<usize>,
}

impl Skies {
    /// Of the stamps and clocks of files.
    pub fn new(files: &[(&[i64], Clock)]) -> Self {
        let (mut known, mut of_file): (Vec<(&[i64], Clock)>, Vec<usize>) = Default::default();
        for file in files {
            let place = known.iter().position(|other| other == file);
            of_file.push(place.unwrap_or(known.len()));
            if place.is_none() {
                known.push(*file);
            }
        }
        let skies = known.iter().map(|(stamps, clock)| Sky::new(stamps, *clock)).collect();
        Self { skies, of_file }
    }

    /// Of a file, by its place among them.
    pub fn of(&self, file: usize) -> &Sky {
        &self.skies[self.of_file[file]]
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.skies.len()
    }
}

/// What `of` says of each item, in the items' order; `threads` work side by side, each at the next item
/// that nobody has begun.
pub fn each<I: Sync, T: Send>(items: &[I], threads: usize, of: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        loop {
            let idx = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(idx) else { break };
            found.push((idx, of(item)));
        }
        found
    };
    let mut found: Vec<(usize, T)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = others.into_iter().map(|thread| match thread.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        own.into_iter().chain(others.flatten().collect::<Vec<_>>()).collect()
    });
    found.sort_unstable_by_key(|(idx, _)| *idx);
    found.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use super::super::irradiance::Plane;
    use super::super::observer::Site;
    use super::super::simulate::{Hours, generate};
    use super::super::system::System;
    use super::*;

    #[test]
    fn any_number_of_threads_gives_the_same_in_the_same_order() {
        let items: Vec<u32> = (0..1_000).collect();
        for threads in [0, 1, 2, 3, 2_000] {
            let found = each(&items, threads, |item| item * 2);
            assert!(found.iter().zip(&items).all(|(found, item)| *found == 2 * item), "{threads}");
            assert_eq!(found.len(), items.len());
        }
        assert!(each(&[] as &[u32], 4, |item| *item).is_empty());
    }

    #[test]
    fn sites_of_the_same_moments_share_a_sky() {
        let (stamps, later): (Vec<i64>, Vec<i64>) = (
            (0..48).map(|hour| hour * 3_600).collect(),
            (1..49).map(|hour| hour * 3_600).collect(),
        );
        let (now, half_past) =
            (Clock::default(), Clock { sun_offset_min: 30.0, ..Clock::default() });
        let files = [(&stamps[..], now), (&later, now), (&stamps, half_past), (&stamps, now)];
        let skies = Skies::new(&files);
        assert_eq!(skies.count(), 3);
        assert!(std::ptr::eq(skies.of(0), skies.of(3)) && !std::ptr::eq(skies.of(0), skies.of(2)));
        let system = System::usual(Plane { tilt_deg: 20.0, azimuth_deg: 180.0 }, 5.0);
        let site = Site {
            lat_deg: 40.0,
            lon_deg: 8.0,
            altitude_m: 0.0,
            pressure_pa: None,
            temperature_c: 12.0,
        };
        let column = vec![100.0; 48];
        let hours = Hours {
            unix_s: stamps.clone(),
            ghi_w_m2: column.clone(),
            dni_w_m2: column.clone(),
            dhi_w_m2: column.clone(),
            temp_air_c: column.clone(),
            wind_speed_m_s: column,
        };
        let alone = generate(&hours, &Sky::new(&stamps, half_past), &site, &system);
        assert_eq!(generate(&hours, skies.of(2), &site, &system), alone);
    }
}
