//! Arrow's numbers into decimals of nine places.

use super::cells::{BILLIONTHS_MAX, decimal, within};
use super::decode::{each_integer, each_text};
use super::wrong::Wrong;
use crate::columns::UNKNOWN;
use arrow_array::cast::AsArray;
use arrow_array::types as t;
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::DataType;
use quantity::Fixed;

/// Most places of a decimal column.
pub(super) const PLACES_MAX: i8 = 9;

/// The decimals of an array of a type that a column of numbers may have; see `decode::holds`. What
/// is no decimal is handed to `told` with its row and text.
pub(super) fn numbers(array: &dyn Array, mut told: impl FnMut(usize, Wrong, &str)) -> Vec<i64> {
    let mut told = |row: usize, wrong: Wrong, text: &str| {
        told(row, wrong, text);
        UNKNOWN
    };
    let mut numbers = Vec::with_capacity(array.len());
    match array.data_type() {
        DataType::Decimal64(_, places) => {
            let decimals = array.as_primitive::<t::Decimal64Type>();
            numbers = scaled(decimals, *places).unwrap_or_else(|| {
                let value =
                    |row: usize| (decimals.value(row).into(), decimals.value_as_string(row));
                told_decimals(array, *places, value, &mut told)
            });
        }
        DataType::Decimal128(_, places) => {
            let decimals = array.as_primitive::<t::Decimal128Type>();
            numbers = scaled(decimals, *places).unwrap_or_else(|| {
                let value = |row: usize| (decimals.value(row), decimals.value_as_string(row));
                told_decimals(array, *places, value, &mut told)
            });
        }
        DataType::Float64 => {
            for (row, value) in array.as_primitive::<t::Float64Type>().iter().enumerate() {
                numbers.push(value.map_or(UNKNOWN, |value| {
                    let finite =
                        if value.is_finite() { Wrong::TooLarge } else { Wrong::NotANumber };
                    let number = Fixed::from_f64(value).ok_or(finite);
                    number
                        .and_then(|number| within(number.billionths()))
                        .unwrap_or_else(|wrong| told(row, wrong, &value.to_string()))
                }));
            }
        }
        DataType::Utf8 | DataType::Binary => each_text(array, |text| {
            let (row, text) = (numbers.len(), text.unwrap_or_default().trim());
            let number = if text.is_empty() { Ok(UNKNOWN) } else { decimal(text) };
            numbers.push(number.unwrap_or_else(|wrong| told(row, wrong, text)));
        }),
        _ => each_integer(array, |value| {
            let row = numbers.len();
            numbers.push(value.map_or(UNKNOWN, |value| {
                let number = value.checked_mul(quantity::fixed::ONE);
                number
                    .map_or(Err(Wrong::TooLarge), within)
                    .unwrap_or_else(|wrong| told(row, wrong, &value.to_string()))
            }));
        }),
    }
    numbers
}

/// What a decimal of so many places is multiplied by to have nine.
fn to_nine(places: i8) -> i64 {
    10_i64.pow((PLACES_MAX - places).unsigned_abs().into())
}

/// Decimals with nine places; `None` where one of them is beyond the ledger's, be it a null's.
fn scaled<T: ArrowPrimitiveType>(decimals: &PrimitiveArray<T>, places: i8) -> Option<Vec<i64>>
where
    T::Native: Into<i128>,
{
    let scale = to_nine(places);
    let most: i128 = (BILLIONTHS_MAX / scale).into();
    let mut all_within = true;
    let scaled = |value: &T::Native| {
        let value: i128 = (*value).into();
        all_within &= -most <= value && value <= most;
        (value as i64).wrapping_mul(scale)
    };
    let mut numbers: Vec<i64> = decimals.values().iter().map(scaled).collect();
    if let Some(nulls) = decimals.nulls().filter(|nulls| nulls.null_count() > 0) {
        for (number, known) in numbers.iter_mut().zip(nulls) {
            *number = if known { *number } else { UNKNOWN };
        }
    }
    all_within.then_some(numbers)
}

/// The same one by one, to tell which are beyond; `value` is that of a row, and its text.
fn told_decimals(
    array: &dyn Array,
    places: i8,
    value: impl Fn(usize) -> (i128, String),
    told: &mut impl FnMut(usize, Wrong, &str) -> i64,
) -> Vec<i64> {
    let number = |row: usize| {
        if array.is_null(row) {
            return UNKNOWN;
        }
        let (value, text) = value(row);
        let number = value.checked_mul(to_nine(places).into()).map_or(Err(Wrong::TooLarge), within);
        number.unwrap_or_else(|wrong| told(row, wrong, &text))
    };
    (0..array.len()).map(number).collect()
}
