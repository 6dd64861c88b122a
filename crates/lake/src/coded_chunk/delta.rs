//! Delta encodings: of numbers by the one before, of texts by what they share with the one before.

use super::hybrid;

/// Differences in a block, which has one least difference.
const BLOCK: usize = 128;
/// Blocks are packed in so many parts, each of its own width.
const PARTS: usize = 4;
const PART: usize = BLOCK / PARTS;

/// Encodes texts as `DELTA_BYTE_ARRAY`: lengths of the parts shared, then the rest of each. Gives
/// back the least and the greatest.
pub(super) fn encode_texts<'a>(
    texts: impl Iterator<Item = &'a str>,
    to: &mut Vec<u8>,
) -> Option<(&'a str, &'a str)> {
    let n = texts.size_hint().0;
    let (mut shared, mut lengths) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut rest = Vec::with_capacity(4 * n);
    let mut bounds: Option<(&str, &str)> = None;
    let mut before = "";
    for text in texts {
        let common = shared_length(before.as_bytes(), text.as_bytes());
        shared.push(common as i64);
        lengths.push((text.len() - common) as i64);
        rest.extend_from_slice(&text.as_bytes()[common..]);
        bounds = Some(bounds.map_or((text, text), |bounds| widened(bounds, before, text, common)));
        before = text;
    }
    encode_numbers(&shared, to);
    encode_numbers(&lengths, to);
    to.extend_from_slice(&rest);
    bounds
}

/// The bounds with one more text, which has `common` bytes in common with the one before. Ids
/// mostly ascend: then this one is the greatest because the one before was.
fn widened<'a>(
    (least, greatest): (&'a str, &'a str),
    before: &'a str,
    text: &'a str,
    common: usize,
) -> (&'a str, &'a str) {
    if common == text.len() && common == before.len() {
        return (least, greatest);
    }
    let ascends = text.as_bytes().get(common) > before.as_bytes().get(common);
    if ascends {
        let is_greatest = std::ptr::eq(before, greatest) || text > greatest;
        (least, if is_greatest { text } else { greatest })
    } else {
        let is_least = std::ptr::eq(before, least) || text < least;
        (if is_least { text } else { least }, greatest)
    }
}

/// How many bytes two texts begin with alike.
fn shared_length(a: &[u8], b: &[u8]) -> usize {
    let alike = |(a, b): (&[u8; 8], &[u8; 8])| a == b;
    let (words_a, words_b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let whole = 8 * words_a.iter().zip(words_b).take_while(|&pair| alike(pair)).count();
    whole + a[whole..].iter().zip(&b[whole..]).take_while(|(a, b)| a == b).count()
}

/// Encodes numbers as `DELTA_BINARY_PACKED`. Differences wrap round, as the format says.
pub(super) fn encode_numbers(numbers: &[i64], to: &mut Vec<u8>) {
    hybrid::varint(BLOCK as u64, to);
    hybrid::varint(PARTS as u64, to);
    hybrid::varint(numbers.len() as u64, to);
    let Some((&first, rest)) = numbers.split_first() else {
        return zigzag(0, to);
    };
    zigzag(first, to);
    let mut before = first;
    for block in rest.chunks(BLOCK) {
        let mut deltas = [0_i64; BLOCK];
        for (delta, &number) in deltas.iter_mut().zip(block) {
            *delta = number.wrapping_sub(before);
            before = number;
        }
        encode_block(&mut deltas, block.len(), to);
    }
}

/// Encodes the first `n` differences.
fn encode_block(deltas: &mut [i64; BLOCK], n: usize, to: &mut Vec<u8>) {
    let least = deltas[..n].iter().copied().min().unwrap_or(0);
    zigzag(least, to);
    deltas[..n].iter_mut().for_each(|delta| *delta = delta.wrapping_sub(least));
    let parts = deltas.as_chunks::<PART>().0;
    let width = |part: &[i64; PART]| {
        u64::BITS - (part.iter().fold(0, |all, &above| all | above) as u64).leading_zeros()
    };
    to.extend(parts.iter().map(|part| width(part) as u8));
    // A part without differences is not written, only its width of 0 is.
    for part in parts.iter().take(n.div_ceil(PART)) {
        match width(part) {
            0 => {}
            width => pack(part, width, to),
        }
    }
}

/// Packs what lies above the least difference, `width` bits each, least bits first.
fn pack(above: &[i64; PART], width: u32, to: &mut Vec<u8>) {
    let (mut bits, mut held) = (0_u128, 0);
    for &number in above {
        bits |= u128::from(number as u64) << held;
        held += width;
        if held >= u64::BITS {
            to.extend_from_slice(&(bits as u64).to_le_bytes());
            bits >>= u64::BITS;
            held -= u64::BITS;
        }
    }
    // Thirty-two numbers are a whole number of bytes.
    to.extend_from_slice(&(bits as u64).to_le_bytes()[..held as usize / 8]);
}

/// A signed number as an unsigned one, the small ones small.
fn zigzag(number: i64, to: &mut Vec<u8>) {
    hybrid::varint(((number << 1) ^ (number >> 63)) as u64, to);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodings.md: 7, 5, 3, 1, 2, 3, 4, 5 has a least difference of -2 and differences above it
    /// of 0 0 0 3 3 3 3 in two bits.
    #[test]
    fn the_example_of_the_format() {
        let mut bytes = Vec::new();
        encode_numbers(&[7, 5, 3, 1, 2, 3, 4, 5], &mut bytes);
        let head = [128, 1, 4, 8, 14, 3, 2, 0, 0, 0];
        let packed = [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0];
        assert_eq!(bytes, [&head[..], &packed].concat());
    }

    #[test]
    fn what_two_texts_begin_with() {
        for (a, b, expect, why) in [
            ("b0001-000000041", "b0001-000000042", 14, "all but the last digit"),
            ("b0001-000000041", "b0001-0000000", 13, "the shorter ends first"),
            ("12345678", "12345678", 8, "a whole word of eight"),
            ("", "x", 0, "nothing before"),
        ] {
            assert_eq!(shared_length(a.as_bytes(), b.as_bytes()), expect, "{why}");
        }
    }
}
