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
        append_short(&text.as_bytes()[common..], &mut rest);
        bounds = Some(bounds.map_or((text, text), |bounds| widened(bounds, before, text, common)));
        before = text;
    }
    encode_numbers(&shared, to);
    encode_numbers(&lengths, to);
    to.extend_from_slice(&rest);
    bounds
}

/// Digits of a numbered text: nine hold any row of a file.
const DIGITS: usize = 9;

/// The same of `start`, `-` and each number in nine digits, as it would be of the texts.
pub(super) fn encode_numbered(start: &str, numbers: &[u32], to: &mut Vec<u8>) {
    let alike = start.len() + 1;
    let (mut shared, mut lengths) =
        (Vec::with_capacity(numbers.len()), Vec::with_capacity(numbers.len()));
    let mut rest = Vec::with_capacity(2 * numbers.len());
    let mut before = None;
    for &number in numbers {
        debug_assert!(number < 1_000_000_000, "{number} has more than nine digits");
        let differing = before.map_or(DIGITS, |before| differing_digits(before, number));
        if before.is_none() {
            rest.extend_from_slice(start.as_bytes());
            rest.push(b'-');
            shared.push(0);
            lengths.push((alike + DIGITS) as i64);
        } else {
            shared.push((alike + DIGITS - differing) as i64);
            lengths.push(differing as i64);
        }
        let mut digits = [0; DIGITS];
        let mut left = number;
        for digit in digits[DIGITS - differing..].iter_mut().rev() {
            *digit = b'0' + (left % 10) as u8;
            left /= 10;
        }
        append_short(&digits[DIGITS - differing..], &mut rest);
        before = Some(number);
    }
    encode_numbers(&shared, to);
    encode_numbers(&lengths, to);
    to.extend_from_slice(&rest);
}

/// Appends bytes of which there are mostly one to three: a call to copy them takes longer than they.
fn append_short(bytes: &[u8], to: &mut Vec<u8>) {
    if bytes.len() > 4 {
        return to.extend_from_slice(bytes);
    }
    for &byte in bytes {
        to.push(byte);
    }
}

/// How many of the last digits are not those of both.
fn differing_digits(mut a: u32, mut b: u32) -> usize {
    let mut n = 0;
    while a != b {
        (a, b) = (a / 10, b / 10);
        n += 1;
    }
    n
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
    // Differences of one block at a time, of neighbours in the column: no number waits for another.
    for (block, before) in rest.chunks(BLOCK).zip(numbers.chunks(BLOCK)) {
        let mut deltas = [0_i64; BLOCK];
        for ((delta, &number), &before) in deltas.iter_mut().zip(block).zip(before) {
            *delta = number.wrapping_sub(before);
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
    // Thirty-two numbers are a whole number of bytes, at the most eight each.
    let mut packed = [[0_u8; 8]; PART + 1];
    let (mut bits, mut held, mut n_words) = (0_u64, 0, 0);
    for &number in above {
        let number = number as u64;
        bits |= number << held;
        held += width;
        if held >= u64::BITS {
            packed[n_words] = bits.to_le_bytes();
            n_words += 1;
            held -= u64::BITS;
            // What found no room: nothing where the number ended with the word.
            bits = number.checked_shr(width - held).unwrap_or(0);
        }
    }
    packed[n_words] = bits.to_le_bytes();
    to.extend_from_slice(&packed.as_flattened()[..PART * width as usize / 8]);
}

/// A signed number as an unsigned one, the small ones small.
fn zigzag(number: i64, to: &mut Vec<u8>) {
    hybrid::varint(((number << 1) ^ (number >> 63)) as u64, to);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn numbers_are_encoded_as_their_texts(
            numbers in prop::collection::vec(0_u32..1_000_000_000, 0..50),
            step in 0_u32..300,
        ) {
            let in_turn = (0..20).map(|n| 99_999_900 + n * step);
            let numbers: Vec<u32> = numbers.into_iter().chain(in_turn).collect();
            let texts: Vec<String> = numbers.iter().map(|n| format!("b0001-{n:09}")).collect();
            let [mut expect, mut found] = [Vec::new(), Vec::new()];
            encode_texts(texts.iter().map(String::as_str), &mut expect);
            encode_numbered("b0001", &numbers, &mut found);
            prop_assert_eq!(found, expect);
        }
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
