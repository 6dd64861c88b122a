use super::*;
use proptest::prelude::*;

const HEADER: &str = "timestamp,site_id,device,quantity,value,unit\n";

fn read(rows: &str) -> Result<Vec<Channel>, String> {
    let text = format!("{HEADER}{rows}");
    readings(File { name: "my.csv", bytes: text.as_bytes() }, 0)
        .map(|read| read.value)
        .map_err(|faults| faults.to_string())
}

#[test]
fn the_unit_says_what_a_value_is() {
    for (quantity, unit, value, measured, form, expect) in [
        ("import", "MW", "0.5", Measured::Import, Form::Mean, 500.0),
        ("generation", "Wh", "250", Measured::Generation, Form::Amount, 0.25),
        ("load_register", "MWh", "1.25", Measured::Load, Form::Counter, 1_250.0),
        ("soc", "kWh", "80", Measured::Soc, Form::Mean, 80.0),
        ("irradiance", "W/m2", "-3", Measured::Irradiance, Form::Mean, -3.0),
        ("module_temperature", "°C", "41.5", Measured::ModuleTemperature, Form::Mean, 41.5),
    ] {
        let rows = format!("2025-06-01T00:00:00+02:00,A,m1,{quantity},{value},{unit}\n");
        let channel = read(&rows).unwrap().remove(0);
        assert_eq!((channel.measured, channel.form), (measured, form), "{quantity} in {unit}");
        assert!((channel.readings[0].value - expect).abs() < 1e-9, "{quantity} in {unit}");
        assert_eq!(channel.readings[0].row, 2);
    }
}

#[test]
fn a_channel_keeps_the_order_of_its_rows() {
    let rows = "2025-06-01T00:15:00Z,A,m1,import,2,kWh\n2025-06-01T00:00:00Z,A,m2,import,3,kWh\n\
                2025-06-01T00:00:00Z,A,m1,import,1,kWh\n";
    let channels = read(rows).unwrap();
    let told: Vec<(&str, Vec<f64>)> = channels
        .iter()
        .map(|c| (c.device.as_str(), c.readings.iter().map(|r| r.value).collect()))
        .collect();
    assert_eq!(told, [("m1", vec![2.0, 1.0]), ("m2", vec![3.0])]);
}

#[test]
fn all_faults_are_told_with_row_column_value_and_mend() {
    for (row, expect) in [
        (
            "2025-06-01T00:00:00,A,m,import,1,kWh",
            "my.csv:2: timestamp is `2025-06-01T00:00:00`: has no offset from UTC. Add it",
        ),
        ("2025-06-01T00:00:00Z,,m,import,1,kWh", "my.csv:2: site_id is ``: empty"),
        (
            "2025-06-01T00:00:00Z,A,m,solar,1,kWh",
            "my.csv:2: quantity is `solar`: unknown. Write one of generation, string_generation",
        ),
        ("2025-06-01T00:00:00Z,A,m,soc_register,1,kWh", "my.csv:2: quantity is `soc_register`"),
        (
            "2025-06-01T00:00:00Z,A,m,import,1,kVA",
            "my.csv:2: unit is `kVA`: unknown. Write one of W, kW, MW, Wh, kWh, MWh",
        ),
        (
            "2025-06-01T00:00:00Z,A,m,import_register,1,kW",
            "my.csv:2: unit is `kW`: unknown. Write one of Wh, kWh, MWh",
        ),
        (
            "2025-06-01T00:00:00Z,A,m,import,NaN,kWh",
            "my.csv:2: value is `NaN`: not a finite number",
        ),
        ("2025-06-01T00:00:00Z,A,m,import_register,-1,kWh", "my.csv:2: value is `-1`: negative"),
        ("2025-06-01T00:00:00Z,A,m,irradiance,9999,W/m2", "my.csv:2: value is `9999`: too large"),
        ("x,A,m,import,y,kWh", "my.csv:2: value is `y`: not a number"),
        ("2025-06-01T00:00:00Z,A,m,import,1", "my.csv:2: has 5 fields where the header has 6"),
    ] {
        let told = read(&format!("{row}\n")).unwrap_err();
        assert!(told.contains(expect), "{told}");
    }
    assert!(read("").unwrap_err().contains("has no rows"));
}

#[test]
fn expected_steps_end_where_the_next_begins() {
    let text = "timestamp,apparent_zenith_deg,azimuth_deg,poa_w_m2,cell_temp_c,dc_w,ac_w\n\
                2025-06-01T11:00:00Z,30,180,800,40,70000,66000\n\
                2025-06-01T10:00:00Z,30,150,700,38,60000,57000\n";
    let steps = expected(File { name: "pv.csv", bytes: text.as_bytes() }).unwrap().value;
    let hour = Instant::parse("2025-06-01T11:00:00Z").unwrap();
    assert_eq!((steps[0].until, steps[1].from), (hour, hour));
    assert_eq!(steps[1].until, hour + warehousing::HOUR);
    let twice = text.replace("T10", "T11");
    let told = expected(File { name: "pv.csv", bytes: twice.as_bytes() }).unwrap_err().to_string();
    assert!(told.contains("pv.csv:3: timestamp"), "{told}");
}

#[test]
fn strings_have_a_power_each() {
    let read = |rows: &str| {
        let text = format!("site_id,device,kwp\n{rows}");
        strings(File { name: "s.csv", bytes: text.as_bytes() }).map_err(|faults| faults.to_string())
    };
    let found = read("A,s1,10\nA,s2,12.5\n").unwrap().value;
    assert_eq!(found[&("A".into(), "s2".into())], Power::from_kilowatts(12.5));
    assert!(read("A,s1,10\nA,s1,11\n").unwrap_err().contains("s.csv:3: device is `s1`"));
    assert!(read("A,s1,0\n").unwrap_err().contains("s.csv:2: kwp is `0`"));
}

proptest! {
    #[test]
    fn no_text_brings_the_reader_down(rows in "[0-9TZA-Za-z:,+\n_-]{0,120}") {
        let _ = read(&rows);
    }
}
