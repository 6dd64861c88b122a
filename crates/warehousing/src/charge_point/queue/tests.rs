use super::*;
use proptest::prelude::*;

const HOUR: Duration = Duration::from_seconds(3_600);

fn stay(id: &str, arrival: usize, departure: usize, kwh: f64, kw: f64) -> Stay {
    let (energy, power) = (Energy::from_kilowatt_hours(kwh), Power::from_kilowatts(kw));
    Stay { id: id.into(), arrival, departure, energy, power }
}

fn kw(powers: &[f64]) -> Vec<Power> {
    powers.iter().map(|&kw| Power::from_kilowatts(kw)).collect()
}

/// Stay, plug, from, until.
type Told = (usize, usize, usize, usize);

/// The windows, and kWh that lack.
fn told(queue: &Queue) -> (Vec<Told>, Vec<(usize, f64)>) {
    let windows = queue.windows.iter().map(|w| (w.stay, w.plug, w.from, w.until)).collect();
    let short = queue.short.iter().map(|s| (s.stay, s.missing.kilowatt_hours())).collect();
    (windows, short)
}

#[test]
fn who_leaves_first_comes_first() {
    for (stays, plugs, windows, short, why) in [
        (
            vec![stay("a", 0, 8, 20.0, 10.0), stay("b", 0, 4, 20.0, 10.0)],
            kw(&[11.0]),
            vec![(0, 0, 2, 8), (1, 0, 0, 2)],
            vec![],
            "b leaves first; a stays plugged in until it leaves",
        ),
        (
            vec![stay("a", 0, 8, 20.0, 10.0), stay("b", 1, 6, 20.0, 10.0)],
            kw(&[11.0, 11.0]),
            vec![(0, 0, 0, 8), (1, 1, 1, 6)],
            vec![],
            "a plug for each: nobody leaves one early",
        ),
        (
            vec![stay("a", 0, 9, 80.0, 40.0), stay("b", 0, 3, 60.0, 40.0)],
            kw(&[22.0, 11.0]),
            vec![(0, 1, 0, 9), (1, 0, 0, 3)],
            vec![],
            "b needs the strong plug, the weak one is enough for a",
        ),
        (
            vec![stay("a", 0, 2, 20.0, 10.0), stay("b", 0, 3, 20.0, 10.0)],
            kw(&[10.0]),
            vec![(0, 0, 0, 2), (1, 0, 2, 3)],
            vec![(1, 10.0)],
            "b has what is left and lacks the rest",
        ),
        (
            vec![
                stay("a", 0, 9, 20.0, 10.0),
                stay("b", 1, 4, 20.0, 10.0),
                stay("c", 0, 2, 20.0, 10.0),
            ],
            kw(&[10.0]),
            vec![(0, 0, 4, 9), (1, 0, 2, 4), (2, 0, 0, 2)],
            vec![],
            "b came after a, but leaves before it",
        ),
        (
            vec![stay("a", 0, 2, 50.0, 10.0), stay("b", 0, 4, 20.0, 10.0)],
            kw(&[10.0]),
            vec![(0, 0, 0, 0), (1, 0, 0, 4)],
            vec![(0, 50.0)],
            "who cannot finish gives way to who can",
        ),
        (vec![stay("a", 3, 3, 5.0, 10.0)], kw(&[10.0]), vec![], vec![(0, 5.0)], "no stay at all"),
        (vec![stay("a", 0, 3, 0.0, 10.0)], kw(&[10.0]), vec![], vec![], "wants nothing"),
        (vec![stay("a", 0, 3, 5.0, 10.0)], kw(&[]), vec![], vec![(0, 5.0)], "no plug"),
    ] {
        let found = queue(&stays, &plugs, HOUR);
        let windows: Vec<_> =
            windows.into_iter().filter(|&(_, _, from, until)| until > from).collect();
        assert_eq!(told(&found), (windows, short), "{why}");
        assert_eq!(judge(&stays, &plugs, &found), Ok(()), "{why}");
    }
}

#[test]
fn a_shortfall_says_why() {
    let stays =
        [stay("a", 0, 2, 30.0, 10.0), stay("b", 0, 2, 20.0, 10.0), stay("c", 0, 2, 20.0, 10.0)];
    let found = queue(&stays, &kw(&[10.0]), HOUR);
    let reasons: Vec<_> = found.short.iter().map(|short| (short.stay, short.reason)).collect();
    assert_eq!(reasons, [(0, Reason::StayTooShort), (2, Reason::NoPlugInTime)]);
}

/// Shares the types with the queue and none of its arithmetic.
fn judge(stays: &[Stay], plugs: &[Power], queue: &Queue) -> Result<(), String> {
    for (place, window) in queue.windows.iter().enumerate() {
        let stay = &stays[window.stay];
        if window.from < stay.arrival || window.until > stay.departure {
            return Err(format!("{window:?} is outside {stay:?}"));
        }
        let kw = stay.power.kilowatts().min(plugs[window.plug].kilowatts());
        let most = kw * (window.until - window.from) as f64;
        if window.energy.kilowatt_hours() > most + 1e-6 {
            return Err(format!("{window:?} holds at most {most} kWh"));
        }
        for other in &queue.windows[place + 1..] {
            if other.stay == window.stay {
                return Err(format!("{window:?} and {other:?} are one vehicle's"));
            }
            if other.plug == window.plug && other.from < window.until && window.from < other.until {
                return Err(format!("{window:?} and {other:?} are at one plug"));
            }
        }
    }
    for (place, stay) in stays.iter().enumerate() {
        let of = |s: usize| s == place;
        let had: Energy =
            queue.windows.iter().filter(|w| of(w.stay)).map(|window| window.energy).sum();
        let short: Energy = queue.short.iter().filter(|s| of(s.stay)).map(|s| s.missing).sum();
        if had + short != stay.energy {
            return Err(format!("{stay:?} has {had:?} and lacks {short:?}"));
        }
    }
    Ok(())
}

/// Whether some order serves all from one plug, everybody being there from the start.
fn some_order_serves_all(lengths: &[(usize, usize)], now: usize) -> bool {
    lengths.is_empty()
        || (0..lengths.len()).any(|first| {
            let (steps, departure) = lengths[first];
            let mut rest = lengths.to_vec();
            rest.remove(first);
            now + steps <= departure && some_order_serves_all(&rest, now + steps)
        })
}

proptest! {
    #[test]
    fn every_queue_stands_before_the_judge(
        stays in prop::collection::vec((0_usize..20, 0_usize..12, 0_i64..60, 1_i64..30), 0..12),
        plugs in prop::collection::vec(0_i64..30, 0..4)
    ) {
        let stays: Vec<Stay> = stays.iter().map(|&(arrival, length, kwh, kw)| Stay {
            id: "v".into(),
            arrival,
            departure: arrival + length,
            energy: Energy::new(kwh * 1_000_000),
            power: Power::new(kw * 1_000_000),
        }).collect();
        let plugs: Vec<Power> = plugs.iter().map(|&kw| Power::new(kw * 1_000_000)).collect();
        let found = queue(&stays, &plugs, HOUR);
        prop_assert_eq!(judge(&stays, &plugs, &found), Ok(()));
        prop_assert_eq!(queue(&stays, &plugs, HOUR), found);
    }

    #[test]
    fn one_plug_serves_all_who_are_there_where_some_order_does(
        wants in prop::collection::vec((1_usize..5, 0_usize..16), 1..6)
    ) {
        let stays: Vec<Stay> = wants.iter()
            .map(|&(steps, slack)| stay("v", 0, steps + slack, 10.0 * steps as f64, 10.0)).collect();
        let lengths: Vec<_> = wants.iter().map(|&(steps, slack)| (steps, steps + slack)).collect();
        let found = queue(&stays, &kw(&[10.0]), HOUR);
        prop_assert_eq!(found.short.is_empty(), some_order_serves_all(&lengths, 0));
    }

    #[test]
    fn with_a_plug_each_all_stay_plugged_in(
        stays in prop::collection::vec((0_usize..20, 4_usize..12, 1_i64..40), 1..6)
    ) {
        let stays: Vec<Stay> = stays.iter()
            .map(|&(arrival, length, kwh)| stay("v", arrival, arrival + length, kwh as f64, 11.0))
            .collect();
        let found = queue(&stays, &vec![Power::from_kilowatts(11.0); stays.len()], HOUR);
        for (place, window) in found.windows.iter().enumerate() {
            prop_assert_eq!(
                (window.from, window.until), (stays[place].arrival, stays[place].departure)
            );
        }
        prop_assert!(found.short.is_empty());
    }
}
