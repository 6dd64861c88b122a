//! Fonts that stand in for one another: each letter is printed by the first that has it.

use crate::font::{Face, Fonts, REPLACEMENT};

/// A font of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// DejaVu Sans.
    Regular,
    /// DejaVu Sans Bold.
    Bold,
    /// The caller's, in its one weight.
    Given,
}

/// Fonts in the order in which they are asked for a letter.
#[derive(Clone, Debug)]
pub(super) struct Typeface<'a> {
    faces: Vec<(Source, Face<'a>)>,
}

/// A stretch of a text in one font.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run<'t> {
    /// Which.
    pub source: Source,
    /// Its letters.
    pub text: &'t str,
    /// From the start of the text, in the unit of the size.
    pub x: f64,
}

/// The regular and the bold typeface; none where the caller's font cannot be read.
pub(super) fn both<'a>(given: Option<&'a Fonts>) -> Option<[Typeface<'a>; 2]> {
    let regular = (Source::Regular, Face::regular());
    let mut last = Vec::new();
    if let Some(Fonts { bytes, index }) = given {
        last.push((Source::Given, Face::read(bytes, *index)?));
    }
    let of = |first: &[(Source, Face<'a>)]| Typeface { faces: [first, &last].concat() };
    // DejaVu's bold lacks some letters that its regular has.
    Some([of(&[regular]), of(&[(Source::Bold, Face::bold()), regular])])
}

impl Typeface<'_> {
    /// Whether no font has this letter. A control character is no letter: it has a mark.
    pub(super) fn lacks(&self, letter: char) -> bool {
        !letter.is_control() && self.find(letter).is_none()
    }
    /// Width of a text in the unit of `size`, without kerning.
    pub(super) fn width(&self, text: &str, size: f64) -> f64 {
        text.chars().map(|letter| self.advance(letter)).sum::<f64>() * size
    }
    /// Width at a size of 1 of a letter as it is printed.
    pub(super) fn advance(&self, letter: char) -> f64 {
        match self.shape(letter) {
            Some(face) => face.advance(letter),
            None => self.faces[0].1.advance(REPLACEMENT),
        }
    }
    /// The text with a visible mark for each character that no font has or that has no shape;
    /// ends of lines stay.
    pub(super) fn printable(&self, text: &str) -> String {
        let printed = |letter: char| match self.shape(letter) {
            None if letter != '\n' => REPLACEMENT,
            _ => letter,
        };
        text.chars().map(printed).collect()
    }
    /// A printable text by the font that prints it.
    pub(super) fn runs<'t>(&self, text: &'t str, size: f64) -> Vec<Run<'t>> {
        let source = |letter| self.find(letter).map_or(self.faces[0].0, |(source, _)| source);
        let mut runs: Vec<Run<'t>> = Vec::new();
        let mut begin = 0;
        for (at, letter) in text.char_indices() {
            let (end, source) = (at + letter.len_utf8(), source(letter));
            if let Some(run) = runs.last_mut().filter(|run| run.source == source) {
                run.text = &text[begin..end];
            } else {
                begin = at;
                let x = self.width(&text[..at], size);
                runs.push(Run { source, text: &text[at..end], x });
            }
        }
        runs
    }

    fn find(&self, letter: char) -> Option<(Source, &Face<'_>)> {
        let found = self.faces.iter().find(|(_, face)| face.has(letter))?;
        Some((found.0, &found.1))
    }

    fn shape(&self, letter: char) -> Option<&Face<'_>> {
        self.find(letter).filter(|_| !letter.is_control()).map(|(_, face)| face)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::of_this_machine;

    #[test]
    fn what_no_font_has_is_shown_as_lacking() {
        let [regular, bold] = both(None).unwrap();
        for face in [&regular, &bold] {
            assert_eq!(face.printable("São Paulo, Łódź, Αθήνα"), "São Paulo, Łódź, Αθήνα");
            assert_eq!(face.printable("上海 1"), "\u{fffd}\u{fffd} 1");
            assert_eq!(face.printable("a\u{0}b\n"), "a\u{fffd}b\n");
            assert!(!face.lacks(REPLACEMENT) && face.lacks('上') && !face.lacks('\u{0}'));
        }
    }

    #[test]
    fn a_lacking_letter_is_as_wide_as_its_mark() {
        let [regular, _] = both(None).unwrap();
        let printed = regular.printable("上\u{0}海");
        assert!((regular.width("上\u{0}海", 9.0) - regular.width(&printed, 9.0)).abs() < 1e-9);
    }

    #[test]
    fn each_letter_is_printed_by_the_first_font_that_has_it() {
        for fonts in of_this_machine::chinese() {
            let [regular, bold] = both(Some(&fonts)).unwrap();
            let text = "共12吨CO2e。";
            for (face, own) in [(&regular, Source::Regular), (&bold, Source::Bold)] {
                let runs = face.runs(text, 10.0);
                let found: Vec<(Source, &str)> =
                    runs.iter().map(|run| (run.source, run.text)).collect();
                let given = Source::Given;
                let expect =
                    [(given, "共"), (own, "12"), (given, "吨"), (own, "CO2e"), (given, "。")];
                assert_eq!(found, expect);
                let (last, width) = (runs.last().unwrap(), face.width(text, 10.0));
                assert!((last.x + face.width(last.text, 10.0) - width).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_file_that_is_no_font_is_refused() {
        let fonts = Fonts { bytes: b"not a font".to_vec(), index: 0 };
        assert!(both(Some(&fonts)).is_none());
    }
}
