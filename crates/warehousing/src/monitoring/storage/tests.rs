use super::*;
use crate::monitoring::balance::{GridMeter, balance, grid_meter};
use crate::monitoring::made_up::{amounts, meters, roof};
use crate::monitoring::reading::Measured::{
    self, BatteryIn, BatteryOut, Charging, Export, Generation, Import, Load,
};
use crate::monitoring::series::QUARTER_S;
use crate::monitoring::settle::{settle, settle_days};
use crate::monitoring::site::SiteMeters;
use proptest::prelude::*;
use quantity::{Day, Fixed, Instant, Zone};

fn kwh(kwh: f64) -> Energy {
    Energy::from_kilowatt_hours(kwh)
}

fn days(count: usize) -> Vec<Day> {
    let first = Day::parse("2025-06-01").unwrap();
    std::iter::successors(Some(first), |day| Some(day.next())).take(count).collect()
}

/// Another factor in each of the first hours.
fn grid(hours: i64) -> Vec<(Instant, Fixed)> {
    let begin = Instant::parse("2025-06-01T00:00:00Z").unwrap().unix();
    let row = |hour: i64| {
        let factor = Fixed::from_billionths(i128::from(100_000_000 + 50_000_000 * (hour % 7)));
        (Instant::from_unix(begin + hour * 4 * QUARTER_S), factor)
    };
    (0..hours).map(row).collect()
}

fn settled(site: &SiteMeters, count: usize) -> Vec<SettledDay> {
    let zone = Zone::parse("UTC").unwrap();
    settle_days(&roof(site), &zone, &days(count), &grid(24 * count as i64))
}

/// kWh of quarter hours of days: in the quarter that begins so many hours after the beginning.
fn at(count: usize, amounts: &[(f64, f64)]) -> Vec<f64> {
    let mut quarters = vec![0.0; 96 * count];
    for &(hour, kwh) in amounts {
        quarters[(hour * 4.0) as usize] = kwh;
    }
    quarters
}

type Table<'a> = &'a [(Measured, &'a [(f64, f64)])];

fn site(count: usize, table: Table) -> SiteMeters {
    let channels: Vec<_> =
        table.iter().map(|&(of, rows)| amounts("A", "m", of, &at(count, rows))).collect();
    meters(&channels)
}

#[test]
fn a_stored_kwh_counts_when_it_comes_out() {
    // Self-consumed, sold of own, sold and bought, kWh.
    for (table, expect, why) in [
        (
            vec![
                (Generation, vec![(12.0, 10.0)]),
                (BatteryIn, vec![(12.0, 10.0)]),
                (BatteryOut, vec![(19.0, 9.0)]),
                (Export, vec![(19.0, 9.0)]),
                (Import, vec![]),
            ],
            [0.0, 9.0, 9.0, 0.0],
            "stored, then sold: sold, and not used as well",
        ),
        (
            vec![
                (Generation, vec![]),
                (Import, vec![(3.0, 10.0)]),
                (BatteryIn, vec![(3.0, 10.0)]),
                (BatteryOut, vec![(19.0, 9.0)]),
                (Export, vec![(19.0, 4.0)]),
            ],
            [0.0, 0.0, 4.0, 10.0],
            "bought, then used and sold: never own",
        ),
        (
            vec![
                (Generation, vec![(12.0, 10.0)]),
                (Load, vec![(12.0, 5.0), (19.0, 6.0)]),
                (BatteryIn, vec![(12.0, 5.0)]),
                (BatteryOut, vec![(19.0, 4.0)]),
            ],
            [9.0, 0.0, 0.0, 2.0],
            "used at noon and in the evening",
        ),
        (
            vec![
                (Generation, vec![(12.0, 6.0)]),
                (Import, vec![(3.0, 2.0)]),
                (BatteryIn, vec![(3.0, 2.0), (12.0, 6.0)]),
                (BatteryOut, vec![(19.0, 4.0)]),
                (Export, vec![(19.0, 1.0)]),
            ],
            [2.25, 0.75, 1.0, 2.0],
            "three quarters of what is in are own",
        ),
        (
            vec![
                (Generation, vec![(19.0, 3.0)]),
                (BatteryOut, vec![(19.0, 1.0)]),
                (Export, vec![(19.0, 4.0)]),
                (Import, vec![]),
            ],
            [0.0, 3.0, 4.0, 0.0],
            "nobody knows whose the battery's was",
        ),
    ] {
        let channels: Vec<_> =
            table.iter().map(|(of, rows)| amounts("A", "m", *of, &at(1, rows))).collect();
        let found = day_sums(&settled(&meters(&channels), 1))[0].flows;
        let told = [found.self_consumed, found.exported_own(), found.exported, found.imported];
        assert_eq!(told, expect.map(kwh), "{why}");
    }
}

#[test]
fn the_night_takes_what_the_last_day_left() {
    let site = site(
        3,
        &[
            // Sun on the first day, grid on the second.
            (Generation, &[(12.0, 10.0)]),
            (Import, &[(27.0, 8.0)]),
            (BatteryIn, &[(12.0, 10.0), (27.0, 8.0)]),
            (BatteryOut, &[(20.0, 6.0), (26.0, 3.0), (44.0, 7.0), (50.0, 2.0)]),
            (Export, &[(50.0, 1.0)]),
        ],
    );
    let found: Vec<DaySums> = day_sums(&settled(&site, 3));
    let used: Vec<Energy> = found.iter().map(|day| day.flows.self_consumed).collect();
    assert_eq!(used[..2], [kwh(6.0), kwh(3.0)], "the second day's own is of the first");
    // One kWh of the second day's, all bought, then one of the first's.
    assert_eq!(used[2] + found[2].flows.exported_own(), kwh(1.0));
    assert_eq!(found[2].flows.exported_own(), kwh(0.5));
    // At 2 o'clock of the second day the grid is that of hour 26: 0.1 + 5 times 0.05.
    assert_eq!(found[1].carbon.self_consumed.kilograms().to_string(), "1.05");
    assert_eq!(found[1].matched.in_the_hour, kwh(3.0));
}

#[test]
fn what_never_comes_out_is_lost_in_a_month() {
    let rows = |hour: f64| {
        site(
            40,
            &[
                (Generation, &[(12.0, 10.0)]),
                (Import, &[]),
                (BatteryIn, &[(12.0, 10.0)]),
                (BatteryOut, &[(hour, 10.0)]),
            ],
        )
    };
    for (day, expect) in [(31.0, 10.0), (32.0, 0.0)] {
        let site = rows(24.0 * day + 1.0);
        let sum: DaySums = day_sums(&settled(&site, 40)).into_iter().sum();
        assert_eq!(sum.flows.self_consumed, kwh(expect), "after {day} days");
    }
}

#[test]
fn days_settled_before_there_was_an_account_stand_as_they_were() {
    let site = site(1, &[(Generation, &[(12.0, 10.0)]), (Export, &[(12.0, 4.0)])]);
    let day = settled(&site, 1).remove(0);
    let mut value = serde_json::to_value(&day).unwrap();
    value.as_object_mut().unwrap().remove("battery");
    value["flows"].as_object_mut().unwrap().remove("resold");
    assert_eq!(serde_json::from_value::<SettledDay>(value).unwrap(), day);
}

const DAYS: usize = 4;

/// Quarter hours of a random site, in tenths of a watt-hour; some are missing. Meters agree or not.
#[derive(Clone, Debug)]
struct Made {
    channels: Vec<(Measured, Vec<Option<u16>>)>,
}

impl Made {
    fn site(&self) -> SiteMeters {
        let channel = |(of, values): &(Measured, Vec<Option<u16>>)| {
            let kwh: Vec<f64> =
                values.iter().map(|value| f64::from(value.unwrap_or_default()) / 1e4).collect();
            let mut channel = amounts("A", "m", *of, &kwh);
            let mut known = values.iter().map(Option::is_some);
            channel.readings.retain(|_| known.next() == Some(true));
            channel
        };
        meters(&self.channels.iter().map(channel).collect::<Vec<_>>())
    }
}

fn made() -> impl Strategy<Value = Made> {
    let value = prop_oneof![
        1 => Just(None), 10 => Just(Some(0)), 20 => (0_u16..10_000).prop_map(Some)
    ];
    let values = || prop::collection::vec(value.clone(), 96 * DAYS);
    let all = [Generation, BatteryIn, BatteryOut, Charging, Load, Import, Export];
    let channels = all.map(|of| (Just(of), values()));
    (channels, prop::array::uniform7(prop::bool::weighted(0.8))).prop_map(|(channels, is_there)| {
        let there =
            channels.into_iter().zip(is_there).filter(|&((of, _), is)| is || of == Generation);
        Made { channels: there.map(|(channel, _)| channel).collect() }
    })
}

/// Own generation that stayed in the battery on all days, less what later days took.
fn left_of(days: &[SettledDay]) -> Energy {
    let mut store = Store::default();
    for day in days {
        store.day(day);
    }
    store.0.iter().map(|layer| layer.own).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_kwh_generated_is_used_or_sold_or_stays_behind(made in made()) {
        let site = made.site();
        let days = settled(&site, DAYS);
        let found: DaySums = day_sums(&days).into_iter().sum();
        let flows = &found.flows;
        let left = left_of(&days);
        if grid_meter(&site) == GridMeter::Unknown {
            prop_assert_eq!(flows.self_consumed + flows.exported, Energy::ZERO);
        } else {
            // What is split by origin on a later day is rounded down, once for use and once for sale.
            let told = flows.self_consumed + flows.exported_own() + left;
            let rounded = (flows.generation - told).milliwatt_hours();
            prop_assert!((0..=2 * DAYS as i64).contains(&rounded), "{rounded}");
        }
        prop_assert!(Energy::ZERO <= flows.resold && flows.resold <= flows.exported);
        prop_assert!(Energy::ZERO <= flows.self_consumed && flows.self_consumed <= flows.generation);
        prop_assert!(found.matched.in_the_hour <= found.matched.own_supply.min(flows.used));
        prop_assert!(found.matched.own_supply + left <= flows.generation);
        for (day, sums) in days.iter().zip(day_sums(&days)) {
            prop_assert!(day.battery.own_left <= day.battery.left);
            prop_assert!(sums.carbon.self_consumed >= day.carbon.self_consumed);
        }
    }

    /// Avoided carbon is at most what the same energies weigh at the worst grid, and at least at the best.
    #[test]
    fn avoided_emissions_count_a_kwh_once(made in made()) {
        let found: DaySums = day_sums(&settled(&made.site(), DAYS)).into_iter().sum();
        let own = found.flows.self_consumed + found.flows.exported_own();
        let kg = (found.carbon.self_consumed + found.carbon.exported).kilograms_f64();
        let own = own.kilowatt_hours();
        prop_assert!(kg >= 0.1 * own - 1e-4 && kg <= 0.4 * own + 1e-4, "{kg} {own}");
        prop_assert_eq!(found.carbon.without_factor, Energy::ZERO);
    }

    /// Where use is not metered the meters agree: all that is used is own, bought, or out of a battery
    /// whose content is of other origin.
    #[test]
    fn what_is_used_is_own_or_bought(made in made()) {
        let mut made = made;
        made.channels.retain(|(of, _)| !matches!(of, Import | Export));
        prop_assume!(made.channels.iter().any(|(of, _)| *of == Load));
        let days = settled(&made.site(), DAYS);
        for (day, sums) in days.iter().zip(day_sums(&days)) {
            let flows = sums.flows;
            let other = flows.used - flows.self_consumed;
            prop_assert!(other >= Energy::ZERO);
            // Bought and used, or bought, stored and not own when it came out.
            prop_assert!(other <= flows.imported + flows.battery_out);
            // Generated + bought + out = used + sold + in, by origin: what is not own comes from the
            // grid or the battery, and goes into use, sale or the battery.
            let own_in = flows.generation - day.flows.self_consumed - day.flows.exported_own();
            let own_out = sums.flows.self_consumed + sums.flows.exported_own() - day.flows.self_consumed
                - day.flows.exported_own();
            let stored = flows.battery_in - flows.battery_out;
            let other_stored = stored - own_in + own_out;
            prop_assert_eq!(flows.imported, other + flows.resold + other_stored);
        }
    }

    #[test]
    fn late_readings_change_the_record_of_their_own_day_alone(
        made in made(), day in 1..DAYS, quarter in 0_usize..96, value in 0_u16..10_000
    ) {
        let before = settled(&made.site(), DAYS);
        let mut late = made.clone();
        let last = late.channels.last_mut().unwrap();
        // A meter's first reading says since when it is there.
        prop_assume!(last.1[..96].iter().any(Option::is_some));
        last.1[96 * day + quarter] = Some(value);
        let site = late.site();
        let zone = Zone::parse("UTC").unwrap();
        let again = settle(&roof(&site), &zone, days(DAYS)[day], &grid(24 * DAYS as i64));
        let mut mended = before;
        mended[day] = again;
        prop_assert_eq!(&mended, &settled(&site, DAYS));
    }

    #[test]
    fn without_a_battery_own_use_is_generation_less_what_is_sold(made in made()) {
        let mut made = made;
        made.channels.retain(|(of, _)| !matches!(of, BatteryIn | BatteryOut));
        let site = made.site();
        let is_known = grid_meter(&site) != GridMeter::Unknown;
        for day in settled(&site, DAYS) {
            prop_assert_eq!(day.battery, BatteryDay::default());
            prop_assert_eq!(day.matched.own_supply, day.flows.generation);
        }
        for number in site.numbers() {
            let mut today = Today::default();
            let found = balance(&site, number, &mut today).flows;
            let own = (found.generation - found.exported).or_zero();
            prop_assert_eq!(found.self_consumed, if is_known { own } else { Energy::ZERO });
            prop_assert_eq!(found.exported_own(), found.exported.min(found.generation));
        }
    }
}
