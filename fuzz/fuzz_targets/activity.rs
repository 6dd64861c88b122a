//! An activity file of any bytes, its rounds shared.
#![no_main]

use lake::activity::{ActivityFile, RoundRows, shares};
use libfuzzer_sys::fuzz_target;

/// Columns of the specification, so that bytes become cells soon.
const HEADER: &str = "activity_id,tenant,case,link,activity,period,amount,unit,mass_kg,sfd_km,\
                      gcd_km,origin_lat,origin_lon,dest_lat,dest_lon,actual_km,factor_id,toc_id,\
                      hoc_id,round_id,order_id,data_kind\n";

fuzz_target!(|data: &[u8]| {
    read(data);
    read(&[HEADER.as_bytes(), data].concat());
});

fn read(bytes: &[u8]) {
    let Ok(file) = ActivityFile::from_bytes("activity", bytes.to_vec().into()) else { return };
    let mut rounds = RoundRows::default();
    match file {
        ActivityFile::Csv(mut csv) => {
            while let Some(chunk) = csv.next_chunk() {
                if let Ok((_, rows)) = chunk {
                    rounds.append(rows);
                }
            }
            let _ = ActivityFile::Csv(csv).repeated_ids();
        }
        ActivityFile::Parquet(parquet) => {
            for number in 0..parquet.chunks() {
                if let Ok((_, rows)) = parquet.chunk(number) {
                    rounds.append(rows);
                }
            }
        }
    }
    let _ = shares("activity", &rounds);
}
