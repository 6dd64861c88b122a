use super::*;
use proptest::prelude::*;
use std::fmt::Write;

const CSV: &str = "timestamp,ghi_w_m2,dni_w_m2,dhi_w_m2,temp_air_c,wind_speed_m_s,note
2025-01-01T10:00:00+01:00,100,200,50,3.5,2,a
2025-01-01T11:00:00+01:00,110,210,55,4.5,2.5,b
2025-01-01T12:00:00+01:00,-0.0,0,0,5,3,c
";

fn unix_s(text: &str) -> i64 {
    quantity::Instant::parse(text).unwrap().unix()
}

/// Line, column and fault of each.
fn faults(text: &str, format: Format) -> Vec<(u32, String, Fault)> {
    let wrong = read("w", text, format, None).unwrap_err();
    wrong.into_iter().map(|wrong| (wrong.row, wrong.column, wrong.fault)).collect()
}

#[test]
fn our_csv() {
    assert_eq!(Format::of(CSV), Format::Csv);
    let file = read("w.csv", CSV, Format::Csv, None).unwrap();
    assert_eq!(file.hours.unix_s[0], unix_s("2025-01-01T09:00:00Z"));
    assert_eq!(file.stamps[1], "2025-01-01T11:00:00+01:00", "as the file has it");
    assert_eq!(file.hours.temp_air_c, [3.5, 4.5, 5.0]);
    assert!(file.hours.ghi_w_m2[2].is_sign_positive(), "-0.0 is 0");
    assert_eq!(file.unread, ["note"]);
    assert_eq!((file.months, file.step_s), (vec![1, 1, 1], 3_600));
    assert!(file.sun_offset_min.abs() < f64::EPSILON);
}

#[test]
fn a_stamp_without_offset_needs_one_given() {
    let naive = CSV.replace("+01:00", "");
    assert!(faults(&naive, Format::Csv).iter().all(|(_, _, fault)| *fault == Fault::Naive));
    let file = read("w", &naive, Format::Csv, Some(-5 * 3_600)).unwrap();
    assert_eq!(file.hours.unix_s[0], unix_s("2025-01-01T10:00:00-05:00"));
}

#[test]
fn every_malformed_row_is_named() {
    let noon = "2025-01-01T12:00:00+01:00";
    for (from, to, expect, why) in [
        ("110,210", "9999,210", (3, "ghi_w_m2", Fault::Missing), "a number for none"),
        ("110,210", "110,NaN", (3, "dni_w_m2", Fault::Missing), "not a number by name"),
        ("110,210", "110,", (3, "dni_w_m2", Fault::Missing), "empty"),
        ("110,210", "110,inf", (3, "dni_w_m2", Fault::Outside(0.0, 2_000.0)), "endless"),
        ("110,210", "110,2e5", (3, "dni_w_m2", Fault::Outside(0.0, 2_000.0)), "too bright"),
        ("110,210", "110,x", (3, "dni_w_m2", Fault::NotANumber), "a word"),
        ("4.5,2.5,b", "99.9,2.5,b", (3, "temp_air_c", Fault::Missing), "EnergyPlus' own"),
        (",55,4.5,2.5,b", ",55", (3, "temp_air_c", Fault::Short), "cut off"),
        ("T11:00:00+01:00", "T11:00:00+02:00", (3, "timestamp", Fault::Doubled), "one hour twice"),
        ("T11", "T10", (3, "timestamp", Fault::Doubled), "doubled"),
        ("T11", "T09", (3, "timestamp", Fault::Backwards), "backwards"),
        (noon, "2025-01-01T14:00:00+01:00", (4, "timestamp", Fault::Gap(2)), "two are missing"),
        (noon, "2025-01-01T11:15:00+01:00", (4, "timestamp", Fault::OffStep(60)), "too near"),
        (noon, "1 January", (4, "timestamp", Fault::NotATime), "no stamp"),
        ("dni_w_m2", "dni", (1, "dni_w_m2", Fault::NoColumn), "another name"),
        ("timestamp", "time", (1, "timestamp", Fault::NoColumn), "another name of time"),
    ] {
        // Enough hours behind for the step to be plain.
        let mut text = CSV.replacen(from, to, 1);
        for hour in 13..20 {
            let _ = writeln!(text, "2025-01-01T{hour}:00:00+01:00,0,0,0,5,3,");
        }
        let found = faults(&text, Format::Csv);
        let (row, column, fault) = &expect;
        assert!(found.contains(&(*row, (*column).to_owned(), fault.clone())), "{why}: {found:?}");
    }
}

#[test]
fn mixed_offsets_are_named_by_row() {
    let mixed = CSV.replace("T12:00:00+01:00", "T13:00:00+02:00");
    let other = (4, "timestamp".to_owned(), Fault::OtherOffset(2));
    assert_eq!(faults(&mixed, Format::Csv), [other]);
}

#[test]
fn all_faults_are_told_with_place_value_and_mend() {
    let text = CSV.replace("110,210", "x,9999");
    let wrong = read("w.csv", &text, Format::Csv, None).unwrap_err();
    let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "w.csv:3: ghi_w_m2 is `x`: not a number. Write a number with a decimal point",
            "w.csv:3: dni_w_m2 is `9999`: stands for a missing value. Fill the hour from another source, or take another file",
        ]
    );
    assert_eq!(faults("", Format::Csv)[0].2, Fault::Empty);
}

#[test]
fn a_typical_year_skips_the_leap_day_and_no_other() {
    let days = |month: u32, day: u32| -> String {
        (0..24).fold(String::new(), |mut rows, hour| {
            let _ = writeln!(rows, "2024-{month:02}-{day:02}T{hour:02}:00:00-06:00,0,0,0,5,3");
            rows
        })
    };
    let header = "timestamp,ghi_w_m2,dni_w_m2,dhi_w_m2,temp_air_c,wind_speed_m_s\n";
    let leap = format!("{header}{}{}", days(2, 28), days(3, 1));
    assert_eq!(read("w", &leap, Format::Csv, None).unwrap().stamps.len(), 48);
    let other = format!("{header}{}{}", days(3, 1), days(3, 3));
    assert_eq!(faults(&other, Format::Csv), [(26, "timestamp".to_owned(), Fault::Gap(24))]);
}

/// EPW rows of some hours of a day; from hour 9 to 15 there is light.
fn epw_day(year: u32, month: u32, day: u32) -> String {
    (1..=24).fold(String::new(), |mut rows, hour| {
        let light = if (9..=15).contains(&hour) { 100 } else { 0 };
        let _ = writeln!(
            rows,
            "{year},{month},{day},{hour},60,C9*0?9,5.1,1.8,79,100100,0,1415,288,{light},{light},50,0,0,0,0,340,6.7,6,6"
        );
        rows
    })
}

fn epw() -> String {
    let mut text = String::from("LOCATION,MÜNCHEN,-,DEU,IWEC,108660,48.13,11.70,1.0,529.0\n");
    text += "DESIGN CONDITIONS,0\nTYPICAL/EXTREME PERIODS,0\nGROUND TEMPERATURES,0\n";
    text += "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\nCOMMENTS 1,\"a, b\"\nCOMMENTS 2,\n";
    text += "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n";
    // January is from 1995, February from 1982.
    text + &epw_day(1995, 1, 31) + &epw_day(1982, 2, 1)
}

#[test]
fn energyplus_weather() {
    let text = epw();
    assert_eq!(Format::of(&text), Format::Epw);
    let file = read("w.epw", &text, Format::Epw, None).unwrap();
    assert_eq!(file.stamps[0], "1995-01-31T00:00:00+01:00", "hour 1 begins at midnight");
    assert_eq!(file.stamps[24], "1982-02-01T00:00:00+01:00", "each month of its own year");
    assert_eq!(file.hours.unix_s[23], unix_s("1995-01-31T23:00:00+01:00"));
    assert_eq!(file.hours.ghi_w_m2[8..15], [100.0; 7]);
    assert!((file.hours.wind_speed_m_s[0] - 6.7).abs() < 1e-12);
    assert!((file.hours.temp_air_c[0] - 5.1).abs() < 1e-12);
    assert_eq!(
        (file.lat_deg, file.lon_deg, file.altitude_m),
        (Some(48.13), Some(11.7), Some(529.0))
    );
    assert!((file.sun_offset_min - 30.0).abs() < f64::EPSILON, "the middle of the hour");
    let broken = text.replace("1995,1,31,13,", "1995,1,31,25,");
    let found = faults(&broken, Format::Epw);
    assert_eq!(found[0], (21, "time".to_owned(), Fault::NotATime));
    assert_eq!(found[1], (22, "timestamp".to_owned(), Fault::Gap(1)), "and what it leaves");
}

const TMY3: &str = "723170,\"GREENSBORO, NC\",NC,-5.0,36.100,-79.950,273
Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),GHI source,DNI (W/m^2)),DHI (W/m^2),Dry-bulb (C),Wspd (m/s)
01/31/1988,22:00,10,1,20,5,3.3,2.6
01/31/1988,23:00,10,1,20,5,3.3,2.6
01/31/1988,24:00,10,1,20,5,3.3,2.6
02/01/1976,01:00,11,1,21,6,3.4,2.7
02/01/1976,02:00,11,1,21,6,3.4,2.7
";

#[test]
fn tmy3() {
    assert_eq!(Format::of(TMY3), Format::Tmy3);
    let file = read("w.csv", TMY3, Format::Tmy3, None).unwrap();
    assert_eq!(file.stamps[2], "1988-01-31T23:00:00-05:00", "24:00 is the end of the last hour");
    assert_eq!(file.stamps[3], "1976-02-01T00:00:00-05:00");
    assert_eq!(file.hours.dni_w_m2, [20.0, 20.0, 20.0, 21.0, 21.0]);
    assert_eq!(file.lon_deg, Some(-79.95), "behind a name with a comma");
    let midnight = TMY3.replace("01/31/1988,24:00", "02/01/1988,00:00");
    assert_eq!(read("w", &midnight, Format::Tmy3, None).unwrap().stamps, file.stamps);
    let missing = TMY3.replace("02/01/1976,01:00,11,1,21", "02/01/1976,01:00,11,1,-9900");
    assert_eq!(faults(&missing, Format::Tmy3), [(6, "DNI".to_owned(), Fault::Missing)]);
}

const PVGIS: &str = "Latitude (decimal degrees): 45.000
Longitude (decimal degrees): 8.000
Elevation (m): 250.0
Irradiance Time Offset (h): 0.1761
month,year
1,2018
time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP
20180131:2200,2.04,94.38,0.0,-0.0,0.0,283.58,0.75,257.0,99870.0
20180131:2300,1.98,95.45,0.0,-0.0,0.0,291.44,0.78,258.0,99800.0
20120201:0000,2.1,99.4,32.0,0.0,32.0,286.6,0.55,212.0,99580.0

T2m: 2-m air temperature (degree Celsius)
PVGIS (c) European Union, 2001-2021
";

#[test]
fn pvgis() {
    assert_eq!(Format::of(PVGIS), Format::Pvgis);
    let file = read("w.csv", PVGIS, Format::Pvgis, None).unwrap();
    assert_eq!(file.stamps[2], "2012-02-01T00:00:00+00:00");
    assert_eq!(file.hours.dhi_w_m2, [0.0, 0.0, 32.0]);
    assert!(file.hours.dni_w_m2[0].is_sign_positive());
    assert!((file.sun_offset_min - 10.566).abs() < 1e-9);
    assert_eq!(file.altitude_m, Some(250.0));
    let broken = PVGIS.replace("20180131:2300", "2018");
    assert!(faults(&broken, Format::Pvgis).contains(&(9, "time(UTC)".to_owned(), Fault::NotATime)));
    let tilted = PVGIS.replace("Gb(n)", "Gb(i)");
    assert_eq!(faults(&tilted, Format::Pvgis), [(7, "Gb(n)".to_owned(), Fault::NoColumn)]);
}

proptest! {
    #[test]
    fn no_text_brings_a_reader_down(text in "\\PC*", cut in 0..2_000_usize, noise in "[-0-9,:/T.\"\n]{0,12}") {
        for format in [Format::Csv, Format::Epw, Format::Tmy3, Format::Pvgis] {
            let _ = read("w", &text, format, Some(3_600));
            for known in [CSV, TMY3, PVGIS, &epw()] {
                let cut = known.floor_char_boundary(cut);
                let _ = read("w", &format!("{}{noise}{}", &known[..cut], &known[cut..]), format, None);
            }
        }
    }
}
