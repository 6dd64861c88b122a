//! OR-Library's container loading files (`thpack1` to `thpack8`).
//!
//! Whole numbers with blanks between: the count of instances; for each its number and, but for
//! `thpack8`, its seed on one line, then length, width and height of the container, the count of
//! types, and a line a type: its number, three times a side and 1 if it may stand vertical or 0,
//! and how many there are. Sides are taken as centimetres.

use super::{BoxType, COUNT_MAX, Container};
use quantity::{Length, Mass};

/// One loading problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// As the file counts it.
    pub number: u32,
    /// What is loaded; without overhang and limit of mass.
    pub container: Container,
    /// In the order of the file.
    pub boxes: Vec<BoxType>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThpackError {
    /// A line does not say what it has to.
    #[error("line {line}: `{value}`: {fault}. {mend}.")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        fault: &'static str,
        /// What to write.
        mend: &'static str,
    },
    /// The text ends where more has to come.
    #[error(
        "line {line}: the file ends, and {expected} has to come. Complete or shorten the file."
    )]
    Ends {
        /// The last line, counted from 1.
        line: usize,
        /// What has to come.
        expected: &'static str,
    },
}

/// Longest side, in centimetres.
const SIDE_MAX: u32 = 5_000;

/// The instances of a file.
pub fn parse(text: &str) -> Result<Vec<Instance>, ThpackError> {
    let mut rows = Rows { lines: text.lines(), line: 0 };
    let [count] = rows.numbers("the count of instances", COUNT_MAX)?;
    let mut instances = Vec::new();
    for _ in 0..count {
        instances.push(instance(&mut rows)?);
    }
    match rows.next() {
        None => Ok(instances),
        Some((line, text)) => Err(ThpackError::Line {
            line,
            value: text.to_string(),
            fault: "after the last instance that the first line counts",
            mend: "Count all instances on the first line",
        }),
    }
}

fn instance(rows: &mut Rows) -> Result<Instance, ThpackError> {
    let (line, text) = rows.expect("the number of an instance")?;
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 2 {
        let fault = "more than the number of an instance and its seed";
        return Err(fault_of(line, text, fault, "Write one or two whole numbers"));
    }
    let number = number(line, words[0], u32::MAX)?;
    let sides: [u32; 3] = rows.numbers("length, width and height of the container", SIDE_MAX)?;
    let [types] = rows.numbers("the count of types", COUNT_MAX)?;
    let container =
        Container { sides: sides.map(centimetres), overhang: Length::ZERO, max_load: None };
    let mut boxes = Vec::new();
    for _ in 0..types {
        boxes.push(box_type(rows)?);
    }
    Ok(Instance { number, container, boxes })
}

fn box_type(rows: &mut Rows) -> Result<BoxType, ThpackError> {
    let what = "a type: its number, three times a side and 0 or 1, and how many";
    let [_, length, lies, width, leans, height, stands, count] = rows.numbers(what, COUNT_MAX)?;
    let text = |number: u32| number.to_string();
    if let Some(side) =
        [length, width, height].into_iter().find(|&side| side == 0 || side > SIDE_MAX)
    {
        let fault = "not a side of a box";
        return Err(fault_of(rows.line, &text(side), fault, "Write 1 to 5000 centimetres"));
    }
    if let Some(flag) = [lies, leans, stands].into_iter().find(|&flag| flag > 1) {
        let fault = "does not say whether the side may stand vertical";
        return Err(fault_of(rows.line, &text(flag), fault, "Write 1 where it may, or 0"));
    }
    Ok(BoxType {
        sides: [length, width, height].map(centimetres),
        vertical: [lies, leans, stands].map(|flag| flag == 1),
        count,
        mass: Mass::ZERO,
        fragile: false,
    })
}

fn centimetres(side: u32) -> Length {
    Length::new(i64::from(side) * 100)
}

fn fault_of(line: usize, value: &str, fault: &'static str, mend: &'static str) -> ThpackError {
    ThpackError::Line { line, value: value.to_string(), fault, mend }
}

fn number(line: usize, word: &str, most: u32) -> Result<u32, ThpackError> {
    let value: u32 = word.parse().map_err(|_| {
        fault_of(line, word, "not a whole number", "Write digits only, at most 4294967295")
    })?;
    if value > most {
        return Err(fault_of(line, word, "too large", "Sides go to 5000, counts to 1000000"));
    }
    Ok(value)
}

/// The lines that are not blank.
struct Rows<'a> {
    lines: std::str::Lines<'a>,
    /// Of the last one taken, counted from 1.
    line: usize,
}

impl<'a> Rows<'a> {
    fn next(&mut self) -> Option<(usize, &'a str)> {
        for text in self.lines.by_ref() {
            self.line += 1;
            if !text.trim().is_empty() {
                return Some((self.line, text.trim()));
            }
        }
        None
    }

    fn expect(&mut self, expected: &'static str) -> Result<(usize, &'a str), ThpackError> {
        self.next().ok_or(ThpackError::Ends { line: self.line, expected })
    }

    /// A line of so many whole numbers.
    fn numbers<const N: usize>(
        &mut self,
        expected: &'static str,
        most: u32,
    ) -> Result<[u32; N], ThpackError> {
        let (line, text) = self.expect(expected)?;
        let mut numbers = [0; N];
        let mut words = text.split_whitespace();
        for slot in &mut numbers {
            let Some(word) = words.next() else {
                return Err(fault_of(
                    line,
                    text,
                    "too few numbers",
                    "Write all numbers of the line",
                ));
            };
            *slot = number(line, word, most)?;
        }
        if words.next().is_some() {
            return Err(fault_of(
                line,
                text,
                "too many numbers",
                "Write each instance and type on lines of its own",
            ));
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: &str = " 1\n 1 2502505\n 587 233 220\n 1\n 1 108 0 76 0 30 1 40\n";

    #[test]
    fn an_instance_is_read() {
        let instances = parse(ONE).unwrap();
        let [instance] = &instances[..] else { panic!("{instances:?}") };
        assert_eq!(instance.number, 1);
        assert_eq!(instance.container.sides.map(Length::tenths_mm), [58_700, 23_300, 22_000]);
        let [box_type] = &instance.boxes[..] else { panic!("{instance:?}") };
        assert_eq!(box_type.sides.map(Length::tenths_mm), [10_800, 7_600, 3_000]);
        assert_eq!((box_type.vertical, box_type.count), ([false, false, true], 40));
    }

    #[test]
    fn a_file_without_seeds_is_read() {
        assert_eq!(parse(&ONE.replace("1 2502505", "1")), parse(ONE));
    }

    #[test]
    fn faults_name_line_value_and_mend() {
        for (from, to, expect) in [
            (
                " 1\n 1 2502505",
                "x\n 1 2502505",
                "line 1: `x`: not a whole number. Write digits only, at most 4294967295.",
            ),
            (
                " 1\n 1 2502505",
                "2\n 1 2502505",
                "line 5: the file ends, and the number of an instance has to come. Complete or shorten the file.",
            ),
            (
                " 1\n 1 2502505",
                "0\n 1 2502505",
                "line 2: `1 2502505`: after the last instance that the first line counts. Count all instances on the first line.",
            ),
            (
                "2502505",
                "2502505 7",
                "line 2: `1 2502505 7`: more than the number of an instance and its seed. Write one or two whole numbers.",
            ),
            (
                "587 233",
                "587",
                "line 3: `587 220`: too few numbers. Write all numbers of the line.",
            ),
            ("587", "58700", "line 3: `58700`: too large. Sides go to 5000, counts to 1000000."),
            (
                "108 0",
                "108 2",
                "line 5: `2`: does not say whether the side may stand vertical. Write 1 where it may, or 0.",
            ),
            ("108 0", "0 0", "line 5: `0`: not a side of a box. Write 1 to 5000 centimetres."),
            (
                "30 1 40",
                "30 1 40 5",
                "line 5: `1 108 0 76 0 30 1 40 5`: too many numbers. Write each instance and type on lines of its own.",
            ),
            (
                "30 1 40",
                "30 1 -4",
                "line 5: `-4`: not a whole number. Write digits only, at most 4294967295.",
            ),
        ] {
            let text = ONE.replacen(from, to, 1);
            assert_eq!(parse(&text).unwrap_err().to_string(), expect);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9 \\-x\n]{0,120}") {
            let _ = parse(&text);
        }
    }
}
