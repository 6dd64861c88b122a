//! Protocol Buffers as they lie in the bytes: varints and fields. Source: the encoding guide of
//! Protocol Buffers; only what the PBF format uses.

use super::BlobFault;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A varint.
    Number(u64),
    /// Text, bytes, a message, or packed numbers.
    Bytes(&'a [u8]),
    /// Four or eight bytes of fixed width; the format has none that we read.
    Fixed,
}

impl<'a> Value<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], BlobFault> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(BlobFault::Message),
        }
    }
    pub(super) fn number(self) -> Result<u64, BlobFault> {
        match self {
            Self::Number(number) => Ok(number),
            _ => Err(BlobFault::Message),
        }
    }
}

/// The fields of a message, one after another.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), BlobFault>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = field(&mut self.0);
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

fn field<'a>(bytes: &mut &'a [u8]) -> Result<(u64, Value<'a>), BlobFault> {
    let key = varint(bytes)?;
    let value = match key & 7 {
        0 => Value::Number(varint(bytes)?),
        1 => take(bytes, 8).map(|_| Value::Fixed)?,
        2 => {
            let length = varint(bytes)?;
            Value::Bytes(take(bytes, length)?)
        }
        5 => take(bytes, 4).map(|_| Value::Fixed)?,
        _ => return Err(BlobFault::Message),
    };
    Ok((key >> 3, value))
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], BlobFault> {
    let length = usize::try_from(length).map_err(|_| BlobFault::Message)?;
    let (taken, rest) = bytes.split_at_checked(length).ok_or(BlobFault::Message)?;
    *bytes = rest;
    Ok(taken)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, BlobFault> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            *bytes = &bytes[at + 1..];
            return Ok(value);
        }
    }
    Err(BlobFault::Message)
}

/// Packed varints.
pub(super) struct Packed<'a>(pub(super) &'a [u8]);

impl Iterator for Packed<'_> {
    type Item = Result<u64, BlobFault>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let value = varint(&mut self.0);
        if value.is_err() {
            self.0 = &[];
        }
        Some(value)
    }
}

/// A signed number in zigzag coding.
pub(super) const fn zigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Packed signed numbers, each told as the difference from the one before.
pub(super) fn deltas(bytes: &[u8]) -> impl Iterator<Item = Result<i64, BlobFault>> + '_ {
    let mut sum = 0_i64;
    Packed(bytes).map(move |value| {
        sum = sum.wrapping_add(zigzag(value?));
        Ok(sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_own_examples() {
        assert_eq!(varint(&mut &[0x96, 0x01][..]), Ok(150));
        for (coded, expect) in [(0, 0), (1, -1), (2, 1), (3, -2), (u64::MAX, i64::MIN)] {
            assert_eq!(zigzag(coded), expect);
        }
        let text = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67];
        let fields: Vec<_> = Fields(&text).collect();
        assert_eq!(fields, [Ok((2, Value::Bytes(b"testing")))]);
    }

    #[test]
    fn what_is_cut_off_is_a_fault_and_ends_the_reading() {
        for (bytes, why) in [
            (&[0x12, 0x07, 0x74][..], "shorter than it says"),
            (&[0x96][..], "a varint without an end"),
            (&[0xff; 11][..], "a varint of eleven bytes"),
            (&[0x0b][..], "a group, which the format has not"),
        ] {
            let fields: Vec<_> = Fields(bytes).collect();
            assert_eq!(fields, [Err(BlobFault::Message)], "{why}");
        }
    }
}
