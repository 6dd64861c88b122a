//! The hybrid of run lengths and bit-packed groups, for codes and definition levels.
//!
//! A run is its length and one value; the rest goes in groups of eight values of `width` bits.

/// Values in a bit-packed group.
const GROUP: usize = 8;

/// Bits of the largest of some numbers.
pub(super) const fn width_of(largest: u32) -> u32 {
    u32::BITS - largest.leading_zeros()
}

/// Encodes numbers of at most `width` bits.
pub(super) fn encode(numbers: &[u32], width: u32, to: &mut Vec<u8>) {
    let (mut packed_from, mut at) = (0, 0);
    while at < numbers.len() {
        let first = numbers[at];
        let group = &numbers[at..numbers.len().min(at + GROUP)];
        // A shorter group at the end is filled up with zeros, which only a bit-packed run may be
        // that is the last.
        if group.iter().any(|&number| number != first) {
            at += group.len();
            continue;
        }
        let run = numbers[at..].iter().take_while(|&&number| number == first).count();
        encode_packed(&numbers[packed_from..at], width, to);
        encode_run(first, run, width, to);
        at += run;
        packed_from = at;
    }
    encode_packed(&numbers[packed_from..], width, to);
}

/// Encodes one number so many times.
pub(super) fn encode_run(number: u32, times: usize, width: u32, to: &mut Vec<u8>) {
    varint((times as u64) << 1, to);
    to.extend_from_slice(&number.to_le_bytes()[..width.div_ceil(8) as usize]);
}

fn encode_packed(numbers: &[u32], width: u32, to: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    varint((numbers.len().div_ceil(GROUP) as u64) << 1 | 1, to);
    pack(numbers, width, to);
}

/// Packs numbers of at most `width` bits, least bits first, the last group filled up with zeros.
fn pack(numbers: &[u32], width: u32, to: &mut Vec<u8>) {
    let n_bytes = numbers.len().div_ceil(GROUP) * width as usize;
    let end = to.len() + n_bytes;
    to.reserve(n_bytes);
    let (mut bits, mut held) = (0_u64, 0);
    for &number in numbers {
        debug_assert!(width_of(number) <= width, "{number} has more than {width} bits");
        bits |= u64::from(number) << held;
        held += width;
        if held >= u32::BITS {
            to.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= u32::BITS;
            held -= u32::BITS;
        }
    }
    to.extend_from_slice(&bits.to_le_bytes()[..held.div_ceil(8) as usize]);
    to.resize(end, 0);
}

/// Seven bits a byte, least first, the upper bit set on all but the last.
pub(super) fn varint(mut number: u64, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(numbers: &[u32], width: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(numbers, width, &mut bytes);
        bytes
    }

    /// The first row is the example of Encodings.md: 0 to 7 in three bits.
    #[test]
    fn runs_and_groups() {
        for (numbers, width, expect, why) in [
            (
                (0..8).collect::<Vec<u32>>(),
                3,
                vec![0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010],
                "one group",
            ),
            (vec![5; 100], 3, vec![200, 1, 5], "one run; its length takes two bytes"),
            (vec![0; 9], 0, vec![18], "one word needs no bits"),
            (vec![1, 0, 1], 1, vec![0b11, 0b101], "a short group at the end"),
            (
                [vec![0, 1, 0, 1, 0, 1, 0, 1], vec![1; 8]].concat(),
                1,
                vec![0b11, 0b1010_1010, 16, 1],
                "a group, then a run",
            ),
            (vec![300; 8], 9, vec![16, 44, 1], "a value of two bytes"),
        ] {
            assert_eq!(encoded(&numbers, width), expect, "{why}");
        }
    }
}
