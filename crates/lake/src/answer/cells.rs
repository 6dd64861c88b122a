//! From Arrow columns to cells.

use super::{Cell, Kind};
use datafusion::arrow::array::cast::AsArray;
use datafusion::arrow::array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

/// Names and kinds of the columns.
pub(crate) fn columns(schema: &Schema) -> Vec<(String, Kind)> {
    schema.fields().iter().map(|field| (field.name().clone(), kind(field.data_type()))).collect()
}

/// The rows of a batch.
pub(crate) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<Cell>>, ArrowError> {
    let mut rows = vec![Vec::with_capacity(batch.num_columns()); batch.num_rows()];
    for column in batch.columns() {
        let format = FormatOptions::new();
        let text = ArrayFormatter::try_new(column.as_ref(), &format)?;
        for (number, row) in rows.iter_mut().enumerate() {
            row.push(cell(column.as_ref(), number, &text)?);
        }
    }
    Ok(rows)
}

fn kind(of: &DataType) -> Kind {
    match of {
        DataType::Boolean => Kind::Truth,
        DataType::Decimal128(..) => Kind::Decimal,
        DataType::Float32 | DataType::Float64 => Kind::Number,
        _ if of.is_integer() => Kind::Integer,
        _ => Kind::Text,
    }
}

fn cell(column: &dyn Array, row: usize, text: &ArrayFormatter) -> Result<Cell, ArrowError> {
    macro_rules! integer {
        ($type:ty) => {
            Cell::Integer(i128::from(column.as_primitive::<$type>().value(row)))
        };
    }
    if column.is_null(row) {
        return Ok(Cell::Null);
    }
    Ok(match column.data_type() {
        DataType::Int8 => integer!(Int8Type),
        DataType::Int16 => integer!(Int16Type),
        DataType::Int32 => integer!(Int32Type),
        DataType::Int64 => integer!(Int64Type),
        DataType::UInt8 => integer!(UInt8Type),
        DataType::UInt16 => integer!(UInt16Type),
        DataType::UInt32 => integer!(UInt32Type),
        DataType::UInt64 => integer!(UInt64Type),
        DataType::Float32 => Cell::Number(column.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Truth(column.as_boolean().value(row)),
        DataType::Decimal128(..) => {
            let decimal = column.as_primitive::<Decimal128Type>().value_as_string(row);
            Cell::Decimal(shortest(&decimal).to_owned())
        }
        _ => Cell::Text(text.value(row).try_to_string()?),
    })
}

/// A decimal without the zeros behind its last digit.
fn shortest(decimal: &str) -> &str {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.')
    } else {
        decimal
    }
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn zeros_behind_the_last_digit_say_nothing() {
        for (decimal, expect) in
            [("1.500", "1.5"), ("0.000", "0"), ("100", "100"), ("-100.00", "-100")]
        {
            assert_eq!(shortest(decimal), expect);
        }
    }
}
