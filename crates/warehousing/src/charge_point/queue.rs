//! More vehicles than plugs: windows in which each is plugged in, by earliest departure.

use quantity::{Duration, Energy, Power};

/// A vehicle that stays at the depot and wants energy. Steps are half-open: `arrival..departure`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Which vehicle.
    pub id: String,
    /// First step in which it is there.
    pub arrival: usize,
    /// First step in which it is gone.
    pub departure: usize,
    /// Wanted at the plug.
    pub energy: Energy,
    /// Most that it takes.
    pub power: Power,
}

/// A time at a plug; `from..until` are steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Place of the vehicle among the stays.
    pub stay: usize,
    /// Place of the plug among the plugs.
    pub plug: usize,
    /// First step plugged in.
    pub from: usize,
    /// First step unplugged.
    pub until: usize,
    /// What can be had in it of what is wanted.
    pub energy: Energy,
}

/// A vehicle that leaves with less than it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Place of the vehicle among the stays.
    pub stay: usize,
    /// What it lacks.
    pub missing: Energy,
    /// Why.
    pub reason: Reason,
}

/// Why a vehicle lacks energy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No plug could give so much, even to this vehicle alone.
    #[error("its stay is too short for any plug")]
    StayTooShort,
    /// Others, who leave earlier or were plugged in already, have the plugs.
    #[error("no plug is free for long enough before it leaves")]
    NoPlugInTime,
}

/// Who is plugged in when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// At most one for each stay, in the order of the stays.
    pub windows: Vec<Window>,
    /// In the order of the stays.
    pub short: Vec<Shortfall>,
}

/// Shares `plugs`, each with its greatest power, among the stays.
///
/// A vehicle is plugged in once and keeps its plug until it has what it wants. Whoever leaves
/// first comes first among those that wait; a vehicle that could not finish any more waits for
/// what the others leave. Where nobody follows, a vehicle stays plugged in until it leaves, so that
/// a schedule may choose its hours. Equals as given. Not every plan that exists is found: with
/// different arrivals, finding one is NP-hard.
pub fn queue(stays: &[Stay], plugs: &[Power], step: Duration) -> Queue {
    let mut depot = Depot { stays, plugs, step, windows: vec![Vec::new(); plugs.len()] };
    let late = depot.place_by_deadline();
    for stay in late {
        depot.place_in_longest_gap(stay);
    }
    depot.stay_plugged_in();
    depot.into_queue()
}

struct Depot<'a> {
    stays: &'a [Stay],
    plugs: &'a [Power],
    step: Duration,
    /// Of each plug, by time.
    windows: Vec<Vec<Window>>,
}

impl Depot<'_> {
    /// What a plug gives a vehicle in a step.
    fn per_step(&self, stay: usize, plug: usize) -> Energy {
        self.stays[stay].power.min(self.plugs[plug]).or_zero().over(self.step)
    }

    /// Steps that a vehicle needs at a plug; none where it never gets there.
    fn steps(&self, stay: usize, plug: usize) -> Option<usize> {
        let (want, per_step) = (self.stays[stay].energy, self.per_step(stay, plug));
        if want <= Energy::ZERO {
            return Some(0);
        }
        let steps = want.milliwatt_hours().checked_div(per_step.milliwatt_hours())?;
        let rest = want.milliwatt_hours() % per_step.milliwatt_hours();
        usize::try_from(steps + i64::from(rest > 0)).ok()
    }

    /// List scheduling by departure; returns those that could not be served whole.
    fn place_by_deadline(&mut self) -> Vec<usize> {
        let wants = |&stay: &usize| self.stays[stay].energy > Energy::ZERO;
        let mut waiting: Vec<usize> = (0..self.stays.len()).filter(wants).collect();
        waiting.sort_by_key(|&stay| (self.stays[stay].departure, self.stays[stay].arrival));
        let mut late = Vec::new();
        let mut now = waiting.iter().map(|&stay| self.stays[stay].arrival).min();
        while let Some(step) = now {
            waiting.retain(|&stay| {
                if self.stays[stay].arrival > step {
                    return true;
                }
                if let Some(plug) = self.plug_for(stay, step) {
                    self.plug_in(stay, plug, step);
                    return false;
                }
                let may_wait = self.may_finish_later(stay, step);
                if !may_wait {
                    late.push(stay);
                }
                may_wait
            });
            now = self.next_event(&waiting, step);
        }
        late.extend(waiting);
        late.sort_by_key(|&stay| self.stays[stay].departure);
        late
    }

    /// When a plug is free for good.
    fn free_from(&self, plug: usize) -> usize {
        self.windows[plug].last().map_or(0, |window| window.until)
    }

    /// The next step after `now` in which somebody comes or a plug comes free.
    fn next_event(&self, waiting: &[usize], now: usize) -> Option<usize> {
        let arrivals = waiting.iter().map(|&stay| self.stays[stay].arrival);
        let frees = (0..self.plugs.len()).map(|plug| self.free_from(plug));
        arrivals.chain(frees).filter(|&step| step > now).min()
    }

    /// A free plug at which the vehicle would finish in time: first one that nobody would have to
    /// leave, then the weakest that is enough, so that the strong ones stay for those in a hurry.
    fn plug_for(&self, stay: usize, now: usize) -> Option<usize> {
        let taken = |plug: usize| {
            self.windows[plug].last().is_some_and(|last| self.stays[last.stay].departure > now)
        };
        (0..self.plugs.len())
            .filter(|&plug| self.free_from(plug) <= now)
            .filter(|&plug| self.finishes(stay, plug, now))
            .min_by_key(|&plug| (taken(plug), self.plugs[plug]))
    }

    fn finishes(&self, stay: usize, plug: usize, from: usize) -> bool {
        self.steps(stay, plug).is_some_and(|steps| from + steps <= self.stays[stay].departure)
    }

    fn may_finish_later(&self, stay: usize, now: usize) -> bool {
        (0..self.plugs.len())
            .any(|plug| self.finishes(stay, plug, self.free_from(plug).max(now + 1)))
    }

    fn plug_in(&mut self, stay: usize, plug: usize, from: usize) {
        let until = from + self.steps(stay, plug).expect("a plug was chosen that gives power");
        let energy = self.stays[stay].energy;
        self.windows[plug].push(Window { stay, plug, from, until, energy });
    }

    /// The gap that gives most, between the windows that are placed.
    fn place_in_longest_gap(&mut self, stay: usize) {
        let Stay { arrival, departure, energy: want, .. } = self.stays[stay];
        let mut best: Option<Window> = None;
        for plug in 0..self.plugs.len() {
            let ends = self.windows[plug].iter().map(|window| window.until);
            let starts = self.windows[plug].iter().map(|window| window.from);
            let gaps = std::iter::once(0).chain(ends).zip(starts.chain([usize::MAX]));
            for (from, until) in gaps {
                let (from, until) = (from.max(arrival), until.min(departure));
                if from >= until {
                    continue;
                }
                let steps = (until - from).min(self.steps(stay, plug).unwrap_or(usize::MAX));
                let energy = (self.per_step(stay, plug) * steps as i64).min(want);
                if energy > best.as_ref().map_or(Energy::ZERO, |best| best.energy) {
                    best = Some(Window { stay, plug, from, until: from + steps, energy });
                }
            }
        }
        if let Some(window) = best {
            let windows = &mut self.windows[window.plug];
            let place = windows.partition_point(|other| other.from < window.from);
            windows.insert(place, window);
        }
    }

    /// Lengthens each window until the next one, or until the vehicle leaves.
    fn stay_plugged_in(&mut self) {
        for windows in &mut self.windows {
            for place in 0..windows.len() {
                let next = windows.get(place + 1).map_or(usize::MAX, |next| next.from);
                let window = &mut windows[place];
                window.until = next.min(self.stays[window.stay].departure).max(window.until);
            }
        }
    }

    fn into_queue(self) -> Queue {
        let mut windows: Vec<Window> = self.windows.iter().flatten().cloned().collect();
        windows.sort_by_key(|window| window.stay);
        let short = (0..self.stays.len())
            .filter_map(|stay| {
                let had: Energy =
                    windows.iter().filter(|w| w.stay == stay).map(|window| window.energy).sum();
                let missing = (self.stays[stay].energy - had).or_zero();
                let alone = (0..self.plugs.len())
                    .any(|plug| self.finishes(stay, plug, self.stays[stay].arrival));
                let reason = if alone { Reason::NoPlugInTime } else { Reason::StayTooShort };
                (missing > Energy::ZERO).then_some(Shortfall { stay, missing, reason })
            })
            .collect();
        Queue { windows, short }
    }
}

#[cfg(test)]
mod tests;
