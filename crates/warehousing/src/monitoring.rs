//! What meters, inverters and batteries measured: readings in, quarter hours, days and alarms out.
//!
//! Read: [`reading`] (what is measured, in which form), [`series`] (readings of a device as quarter
//! hours, with what is odd about them), [`site`] (the devices of a site together), [`balance`]
//! (what was generated, used, bought and sold), [`storage`] (own generation through a battery, counted
//! once), [`performance`] (IEC 61724-1), [`string_alarm`]
//! (a string that falls behind), [`footprint`] (what it means in CO2e, with factors passed in),
//! [`hours`] (a day by hour), [`planned`] (what schedules foresaw of it), [`settle`](mod@settle)
//! (a site's day as sums that are kept), [`growth`] (against a year before),
//! [`overview`](mod@overview) (a network of sites since its beginning, made of settled days).

pub mod reading;
pub mod series;
pub mod site;
pub mod balance;
pub mod storage;
pub mod performance;
pub mod string_alarm;
pub mod footprint;
pub mod hours;
pub mod planned;
pub mod settle;
pub mod growth;
pub mod overview;
mod as_json;
#[cfg(test)]
mod made_up;
