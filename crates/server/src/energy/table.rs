//! Readings as a table, in the columns of `energy actual`, into the body of a request.

use crate::problem::{Place, Problem};
use axum::http::StatusCode;
use intake::File;
use operations::{
    ChannelReadings, Id, Milli, Moment, Quantity, Reading, ReadingForm, SiteReadings,
};
use warehousing::monitoring::reading as measured;
use warehousing::monitoring::reading::{Channel, Measured};

/// Readings of a channel in one part of a body.
const PART: usize = 5_000;
/// Faults that are told.
const TOLD_MAX: usize = 50;

/// The readings of a site's table. All faulty rows are named, and then none is taken.
pub(crate) fn readings(site: &Id, bytes: &[u8]) -> Result<SiteReadings, Problem> {
    let file = File { name: "readings.csv", bytes };
    let found = intake::metering::readings(file, 0)?;
    let mut faults = Vec::new();
    let mut channels = Vec::new();
    for channel in &found.value {
        if channel.site != **site {
            let detail = format!("the row is of site `{}`. Send it there", channel.site);
            faults.extend(channel.readings.first().map(|row| fault(row.row, "site_id", detail)));
            continue;
        }
        match body(channel) {
            Ok(parts) => channels.extend(parts),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        return Ok(SiteReadings { channels });
    }
    faults.truncate(TOLD_MAX);
    let detail = "rows of the table cannot be taken; the first of each channel is listed";
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "files", detail).with(faults))
}

fn fault(row: u64, column: &str, detail: String) -> Place {
    let (file, column) = (Some("readings.csv".into()), Some(column.to_owned()));
    Place { pointer: None, file, row: Some(row), column, detail }
}

fn body(channel: &Channel) -> Result<Vec<ChannelReadings>, Place> {
    let first = channel.readings.first().map_or(0, |row| row.row);
    let told = |column: &'static str| move |why: String| fault(first, column, why);
    let device = Id::new(channel.device.as_str());
    let device = device.map_err(|why| told("device")(why.to_string()))?;
    let quantity = quantity(channel.measured);
    // A table tells kW and kWh, a body W and Wh; other levels have one unit.
    let times = if matches!(quantity, Quantity::Irradiance | Quantity::ModuleTemperature) {
        1.0
    } else {
        1e3
    };
    let reading = |row: &measured::Reading| {
        let at = Moment::of_utc(row.at).ok_or_else(|| {
            let detail = "the stamp is not of our years. Look at the device's clock".to_owned();
            fault(row.row, "timestamp", detail)
        })?;
        let value = Milli::from_f64(row.value * times);
        let value = value.ok_or_else(|| fault(row.row, "value", "it is too large".into()))?;
        Ok(Reading { at, value })
    };
    let readings: Vec<Reading> = channel.readings.iter().map(reading).collect::<Result<_, _>>()?;
    let form = match channel.form {
        measured::Form::Mean => ReadingForm::Mean,
        measured::Form::Amount => ReadingForm::Amount,
        measured::Form::Counter => ReadingForm::Register,
    };
    let part = |readings: &[Reading]| ChannelReadings {
        device: device.clone(),
        quantity,
        form,
        correct: false,
        readings: readings.to_vec(),
    };
    Ok(readings.chunks(PART).map(part).collect())
}

fn quantity(measured: Measured) -> Quantity {
    match measured {
        Measured::Generation => Quantity::Generation,
        Measured::StringGeneration => Quantity::StringGeneration,
        Measured::Load => Quantity::Load,
        Measured::Import => Quantity::Import,
        Measured::Export => Quantity::Export,
        Measured::Charging => Quantity::Charging,
        Measured::BatteryIn => Quantity::BatteryIn,
        Measured::BatteryOut => Quantity::BatteryOut,
        Measured::Soc => Quantity::Soc,
        Measured::Irradiance => Quantity::Irradiance,
        Measured::ModuleTemperature => Quantity::ModuleTemperature,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> Result<SiteReadings, Problem> {
        let text = format!("timestamp,site_id,device,quantity,value,unit\n{rows}");
        readings(&Id::new("W1").unwrap(), text.as_bytes())
    }

    #[test]
    fn a_table_becomes_channels_in_watts_and_watt_hours() {
        let found = read(
            "2026-07-14T12:00:00Z,W1,inv-1,generation,41.2505,kW\n\
             2026-07-14T12:00:00Z,W1,m,import_register,1000.5,kWh\n\
             2026-07-14T12:00:00Z,W1,sun,irradiance,612.5,W/m2\n",
        )
        .unwrap();
        let told: Vec<(&str, ReadingForm, i64)> = found
            .channels
            .iter()
            .map(|one| (&*one.device, one.form, one.readings[0].value.thousandths()))
            .collect();
        let expect = [
            ("inv-1", ReadingForm::Mean, 41_250_500),
            ("m", ReadingForm::Register, 1_000_500_000),
            ("sun", ReadingForm::Mean, 612_500),
        ];
        assert_eq!(told, expect);
    }

    #[test]
    fn rows_of_another_site_and_devices_that_are_no_ids_are_named() {
        let long = "x".repeat(61);
        for (rows, column, why) in [
            ("2026-07-14T12:00:00Z,W2,a,load,1,kW\n".to_owned(), "site_id", "another site's"),
            (format!("2026-07-14T12:00:00Z,W1,{long},load,1,kW\n"), "device", "too long"),
            ("1969-07-14T12:00:00Z,W1,a,load,1,kW\n".to_owned(), "timestamp", "too early"),
        ] {
            let document = read(&rows).unwrap_err().document();
            let place = &document.errors[0];
            assert_eq!((place.row, place.column.as_deref()), (Some(2), Some(column)), "{why}");
        }
    }
}
