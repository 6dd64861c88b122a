use super::super::reading::Measured;
use super::*;
use proptest::prelude::*;

/// Minutes from midnight and values, from row 2 on.
fn channel(form: Form, readings: &[(i64, f64)]) -> Channel {
    let midnight = Instant::parse("2025-06-01T00:00:00Z").unwrap().unix();
    let readings = (2..)
        .zip(readings)
        .map(|(row, &(minute, value))| Reading {
            file: 0,
            row,
            at: Instant::from_unix(midnight + 60 * minute),
            value,
        })
        .collect();
    let (site, device) = ("A".into(), "m1".into());
    Channel { site, device, measured: Measured::Import, form, readings }
}

/// kWh of each quarter hour, unknown ones as none.
fn kwh(quarters: &Quarters) -> Vec<Option<f64>> {
    let of = |number| quarters.is_known(number).then(|| quarters.energy(number).kilowatt_hours());
    (quarters.first..quarters.end()).map(of).collect()
}

fn odd(notices: &[Notice]) -> Vec<(u64, Oddity)> {
    notices.iter().map(|notice| (notice.row, notice.oddity)).collect()
}

#[test]
fn means_amounts_and_registers_say_the_same() {
    for (form, readings, why) in [
        (Form::Mean, &[(0, 4.0), (30, 8.0)][..], "kW"),
        (Form::Amount, &[(0, 2.0), (30, 4.0)], "kWh of the half hour"),
        (Form::Counter, &[(0, 90.0), (30, 92.0), (60, 96.0)], "a register"),
    ] {
        let (found, notices) = quarters(&channel(form, readings));
        assert_eq!(kwh(&found), [Some(1.0), Some(1.0), Some(2.0), Some(2.0)], "{why}");
        assert_eq!(notices, [], "{why}");
    }
}

/// Form, minutes and values, kWh in all, what is odd, why.
type Case<'a> = (Form, &'a [(i64, f64)], f64, Vec<(u64, Oddity)>, &'a str);

fn hold(cases: Vec<Case>) {
    for (form, readings, total, expect, why) in cases {
        let (found, notices) = quarters(&channel(form, readings));
        assert_eq!(odd(&notices), expect, "{why}");
        assert!((found.total().kilowatt_hours() - total).abs() < 1e-9, "{why}");
    }
}

#[test]
fn odd_registers_are_named_by_row() {
    let midnight = Instant::parse("2025-06-01T00:00:00Z").unwrap();
    let missing = |after_min: i64, steps| Oddity::Missing {
        after: Instant::from_unix(midnight.unix() + 60 * after_min),
        steps,
    };
    hold(vec![
        (
            Form::Counter,
            &[(0, 90.0), (15, 91.0), (60, 97.0), (75, 98.0)],
            8.0,
            vec![(4, missing(15, 2))],
            "a register keeps what was missed",
        ),
        (
            Form::Amount,
            &[(0, 1.0), (15, 1.0), (60, 1.0), (75, 1.0)],
            4.0,
            vec![(4, missing(15, 2))],
            "amounts do not",
        ),
        (
            Form::Counter,
            &[(0, 90.0), (15, 91.0), (30, 0.5), (45, 1.5)],
            2.5,
            vec![(4, Oddity::CounterReset { before_kwh: 91.0, after_kwh: 0.5 })],
            "a reset counts from zero",
        ),
        (
            Form::Counter,
            &[(0, 90.0), (15, 91.0), (30, 0.0), (45, 93.0)],
            3.0,
            vec![(4, Oddity::CounterSpike { shown_kwh: 0.0, before_kwh: 91.0 })],
            "a dropout does not add the whole register",
        ),
        (
            Form::Counter,
            &[(0, 90.0), (15, 9_100.0), (30, 92.0), (45, 93.0)],
            3.0,
            vec![(3, Oddity::CounterSpike { shown_kwh: 9_100.0, before_kwh: 90.0 })],
            "nor does a spike",
        ),
    ]);
}

#[test]
fn odd_stamps_are_named_by_row() {
    hold(vec![
        (
            Form::Amount,
            &[(0, 1.0), (15, 1.0), (15, 1.0), (30, 1.0), (30, 2.0)],
            3.0,
            vec![
                (4, Oddity::Doubled { first_row: 3, is_equal: true }),
                (6, Oddity::Doubled { first_row: 5, is_equal: false }),
            ],
            "the first of doubled stamps counts",
        ),
        (
            Form::Amount,
            &[(0, 1.0), (15, 1.0), (45, 1.0), (30, 1.0), (60, 1.0)],
            5.0,
            vec![(5, Oddity::Backwards { by_s: 900 })],
            "rows out of order are sorted",
        ),
        (
            Form::Amount,
            &[(0, 1.0), (15, 1.0), (30, 1.0), (50, 1.0), (65, 1.0), (80, 1.0)],
            6.0,
            vec![(5, Oddity::ClockStep { by_s: 300 })],
            "a clock set 5 minutes ahead is named once",
        ),
        (
            Form::Amount,
            &[(0, 1.0), (15, 1.0), (30, 1.0), (45, 1.0), (0, 1.0), (15, 1.0)],
            4.0,
            vec![
                (6, Oddity::Backwards { by_s: 2_700 }),
                (6, Oddity::Doubled { first_row: 2, is_equal: true }),
                (7, Oddity::Doubled { first_row: 3, is_equal: true }),
            ],
            "an hour shown twice without its offset",
        ),
        (Form::Counter, &[(0, 90.0)], 0.0, vec![], "one reading of a register says nothing"),
        (Form::Mean, &[], 0.0, vec![], "no reading"),
    ]);
}

#[test]
fn a_stamp_of_another_century_is_left_out() {
    let century = 100 * 365 * 24 * 60;
    let (found, notices) = quarters(&channel(Form::Amount, &[(0, 1.0), (15, 1.0), (century, 1.0)]));
    assert_eq!(odd(&notices), [(4, Oddity::FarAway)]);
    assert_eq!(kwh(&found), [Some(1.0), Some(1.0)]);
}

#[test]
fn a_quarter_is_known_where_it_was_measured() {
    let (found, _) = quarters(&channel(Form::Amount, &[(0, 1.0), (15, 1.0), (45, 1.0)]));
    assert_eq!(kwh(&found), [Some(1.0), Some(1.0), None, Some(1.0)]);
    let level = Quarters::from_levels(&[(0, 3_600, 500.0), (3_600, 7_200, 0.25)]);
    assert_eq!((level.level(3), level.level(4), level.level(8)), (Some(500.0), Some(0.25), None));
    let (one, _) = quarters(&channel(Form::Amount, &[(0, 1.0), (15, 2.0)]));
    let sum = Quarters::sum(&[&one, &found]);
    assert_eq!(kwh(&sum), [Some(2.0), Some(3.0), None, None], "known where all devices are");
    assert_eq!(sum.total(), one.total() + found.total());
}

proptest! {
    #[test]
    fn a_register_gains_what_it_gained_whatever_is_missing(
        gains in prop::collection::vec((1_i64..200, 0_i64..9_000_000), 1..80)
    ) {
        let (mut minute, mut mwh) = (7, 5_000_000_i64);
        let mut readings = vec![(minute, mwh as f64 / 1e6)];
        for (minutes, gain) in &gains {
            minute += minutes;
            mwh += gain;
            readings.push((minute, mwh as f64 / 1e6));
        }
        let (found, notices) = quarters(&channel(Form::Counter, &readings));
        prop_assert_eq!(found.total().milliwatt_hours(), mwh - 5_000_000);
        for notice in notices {
            prop_assert!(
                matches!(notice.oddity, Oddity::Missing { .. } | Oddity::ClockStep { .. }),
                "{:?}", notice
            );
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_energy(
        mut readings in prop::collection::vec((0_i64..2_000, 0_i64..90), 1..60), form in 0..3
    ) {
        readings.sort_unstable();
        readings.dedup_by_key(|reading| reading.0);
        let rows: Vec<(i64, f64)> = readings.iter().map(|&(m, v)| (m, v as f64)).collect();
        let form = [Form::Mean, Form::Amount, Form::Counter][form as usize];
        let reversed: Vec<(i64, f64)> = rows.iter().rev().copied().collect();
        prop_assert_eq!(
            quarters(&channel(form, &rows)).0, quarters(&channel(form, &reversed)).0
        );
    }
}
