//! A piece of a round in time: when it may begin, how long it takes, by how much it is late.
//!
//! Source: time warp segments, Vidal, Crainic, Gendreau and Prins (2013), which merge in constant
//! time. All numbers are seconds; instants count from the start of the shift.

/// Later than any day: the end of a window that nothing closes.
pub(crate) const FAR: i64 = 1 << 40;

/// A piece of a round in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Beginning earlier only adds waiting.
    pub(crate) early: i64,
    /// Beginning later misses a window.
    pub(crate) late: i64,
    /// Driving, service and the waiting that cannot be avoided.
    pub(crate) duration: i64,
    /// By how much windows are missed in all; a round has none.
    pub(crate) warp: i64,
}

impl Segment {
    /// A visit that may begin from `open` until `close` and takes so long.
    pub(crate) const fn visit(open: i64, close: i64, service: i64) -> Self {
        Self { early: open, late: close, duration: service, warp: 0 }
    }
    /// A departure not before `open`.
    pub(crate) const fn from(open: i64) -> Self {
        Self::visit(open, FAR, 0)
    }
    /// This piece, then a way of `drive`, then the next.
    #[inline]
    pub(crate) fn then(self, drive: i64, next: Self) -> Self {
        let until_next = self.duration - self.warp + drive;
        let wait = (next.early - until_next - self.late).max(0);
        let warp = (self.early + until_next - next.late).max(0);
        Self {
            early: (next.early - until_next).max(self.early) - wait,
            late: (next.late - until_next).min(self.late) + warp,
            duration: self.duration + next.duration + drive + wait,
            warp: self.warp + next.warp + warp,
        }
    }
    /// The same, not beginning before `release`.
    #[inline]
    pub(crate) fn not_before(self, release: i64) -> Self {
        Self::from(release).then(0, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_departure_is_as_late_as_it_need_not_wait() {
        let round = Segment::from(0)
            .then(600, Segment::visit(3_600, 7_200, 60))
            .then(600, Segment::from(0));
        assert_eq!((round.early, round.late, round.duration, round.warp), (3_000, 6_600, 1_260, 0));
        assert_eq!(round.not_before(7_000).warp, 400, "released 400 s after the last departure");
    }

    fn visit() -> impl Strategy<Value = Segment> {
        (0_i64..5_000, 0_i64..3_000, 0_i64..900)
            .prop_map(|(open, width, service)| Segment::visit(open, open + width, service))
    }

    proptest! {
        #[test]
        fn merging_is_associative(a in visit(), b in visit(), c in visit(), ab in 0_i64..900, bc in 0_i64..900) {
            prop_assert_eq!(a.then(ab, b).then(bc, c), a.then(ab, b.then(bc, c)));
        }

        #[test]
        fn a_merged_round_ends_when_a_simulated_one_does(
            visits in prop::collection::vec((visit(), 0_i64..900), 1..8), depart in 0_i64..6_000
        ) {
            let mut merged = Segment::from(0);
            let (mut clock, mut in_time) = (depart, true);
            for &(visit, drive) in &visits {
                merged = merged.then(drive, visit);
                clock = (clock + drive).max(visit.early);
                in_time &= clock <= visit.late;
                clock += visit.duration;
            }
            prop_assert_eq!(in_time, merged.warp == 0 && depart <= merged.late);
            if in_time {
                prop_assert_eq!(depart.max(merged.early) + merged.duration, clock);
            }
        }
    }
}
