//! Fonts, read only as far as paper needs: which letters they have and how wide those are. Paper
//! has no browser to break its lines. A font that lies about itself gives wrong widths, never a
//! panic.
//!
//! Source: OpenType 1.9, tables `head`, `hhea`, `hmtx` and `cmap` (formats 4 and 12), collections.

/// What stands for a character that the font lacks.
pub(crate) const REPLACEMENT: char = '\u{fffd}';

/// A font that the caller brings, for letters that the built-in one lacks: Chinese.
#[derive(Clone, PartialEq, Eq)]
pub struct Fonts {
    /// The file: TrueType or OpenType, alone or a collection (TTC).
    pub bytes: Vec<u8>,
    /// Which font of a collection, from 0; 0 where the file is no collection.
    pub index: u32,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts {{ bytes: {} of them, index: {} }}", self.bytes.len(), self.index)
    }
}

/// Whether a font can be printed with and has every letter of a sample. Spaces and control
/// characters are no letters.
///
/// - `bytes`: the file, whatever it is.
/// - `index`: which font of a collection, from 0.
pub fn covers(bytes: &[u8], index: u32, sample: &str) -> bool {
    let is_letter = |letter: &char| !letter.is_whitespace() && !letter.is_control();
    Face::read(bytes, index)
        .is_some_and(|face| sample.chars().filter(is_letter).all(|letter| face.has(letter)))
}

/// A font file and where its tables lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face<'a> {
    bytes: &'a [u8],
    units_per_em: f64,
    /// Offset of `hmtx` and how many glyphs have a width of their own there.
    widths: (usize, usize),
    letters: Letters,
}

/// Where a font says which glyph a letter has.
#[derive(Clone, Copy, Debug)]
enum Letters {
    /// `cmap` format 4: the first 65,536 letters.
    Segments {
        /// Offset of the table of last letters.
        ends: usize,
        /// How many segments there are.
        count: usize,
    },
    /// `cmap` format 12: all letters.
    Groups {
        /// Offset of the first group.
        first: usize,
        /// How many groups there are.
        count: usize,
    },
}

impl Face<'static> {
    /// DejaVu Sans.
    pub(crate) fn regular() -> Self {
        Self::read(dejavu::sans::regular(), 0).expect("the font is part of the program")
    }
    /// DejaVu Sans Bold.
    pub(crate) fn bold() -> Self {
        Self::read(dejavu::sans::bold(), 0).expect("the font is part of the program")
    }
}

impl<'a> Face<'a> {
    /// A font of a file; none where it is not one that can be printed with.
    pub(crate) fn read(bytes: &'a [u8], index: u32) -> Option<Self> {
        let font = font_at(bytes, index)?;
        let table = |tag| table(bytes, font, tag);
        // Bitmaps cannot be embedded, and the printer does not read variable outlines (`CFF2`).
        table(*b"glyf").or_else(|| table(*b"CFF "))?;
        let units_per_em = f64::from(u16_at(bytes, table(*b"head")?.checked_add(18)?)?);
        let own_widths = u16_at(bytes, table(*b"hhea")?.checked_add(34)?)?;
        let cmap = table(*b"cmap")?;
        let letters = [12, 4].iter().find_map(|&format| Letters::read(bytes, cmap, format))?;
        let widths = (table(*b"hmtx")?, usize::from(own_widths));
        (units_per_em > 0.0).then_some(Self { bytes, units_per_em, widths, letters })
    }
    /// The font file.
    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
    /// Whether it has a shape for a letter.
    pub(crate) fn has(&self, letter: char) -> bool {
        self.glyph(letter).is_some()
    }
    /// Width of a text in the unit of `size`, without kerning.
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        text.chars().map(|letter| self.advance(letter)).sum::<f64>() * size
    }
    /// Width of a letter at a size of 1, without kerning; of one that it lacks, that of the empty
    /// box.
    pub(crate) fn advance(&self, letter: char) -> f64 {
        let (first, own) = self.widths;
        let glyph = self.glyph(letter).unwrap_or(0).min(own.saturating_sub(1));
        u16_at(self.bytes, first.saturating_add(4 * glyph)).map_or(0.0, f64::from)
            / self.units_per_em
    }

    /// Never the first glyph of the font, which is the box for what it lacks.
    fn glyph(&self, letter: char) -> Option<usize> {
        let code = u32::from(letter);
        let glyph = match self.letters {
            Letters::Segments { ends, count } => segment_glyph(self.bytes, ends, count, code),
            Letters::Groups { first, count } => group_glyph(self.bytes, first, count, code),
        };
        glyph.filter(|&glyph| glyph > 0)
    }
}

impl Letters {
    /// As a table in this format says; none where the font has none.
    fn read(bytes: &[u8], cmap: usize, format: u16) -> Option<Self> {
        let records = usize::from(u16_at(bytes, cmap.checked_add(2)?)?);
        let at = (0..records)
            .map(|n| cmap + 4 + 8 * n)
            // Of the two platforms that number letters as Unicode does.
            .filter(|&record| matches!(place(bytes, record), Some((0, _) | (3, 1 | 10))))
            .filter_map(|record| cmap.checked_add(u32_at(bytes, record + 4)? as usize))
            .find(|&at| u16_at(bytes, at) == Some(format))?;
        match format {
            4 => {
                let count = usize::from(u16_at(bytes, at + 6)? / 2);
                Some(Self::Segments { ends: at + 14, count })
            }
            12 => Some(Self::Groups { first: at + 16, count: u32_at(bytes, at + 12)? as usize }),
            _ => None,
        }
    }
}

/// Platform and encoding of a record of `cmap`.
fn place(bytes: &[u8], record: usize) -> Option<(u16, u16)> {
    Some((u16_at(bytes, record)?, u16_at(bytes, record + 2)?))
}

/// First place at which `is_before` no longer holds.
fn first_not(count: usize, is_before: impl Fn(usize) -> Option<bool>) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if is_before(middle)? { low = middle + 1 } else { high = middle }
    }
    (low < count).then_some(low)
}

fn group_glyph(bytes: &[u8], first: usize, count: usize, code: u32) -> Option<usize> {
    let at = |group: usize| group.checked_mul(12)?.checked_add(first);
    let group = at(first_not(count, |group| Some(u32_at(bytes, at(group)? + 4)? < code))?)?;
    let start = u32_at(bytes, group)?;
    let glyph = u32_at(bytes, group + 8)?.checked_add(code.checked_sub(start)?)?;
    Some(glyph as usize)
}

fn segment_glyph(bytes: &[u8], ends: usize, count: usize, code: u32) -> Option<usize> {
    let code = u16::try_from(code).ok()?;
    let segment = first_not(count, |segment| Some(u16_at(bytes, ends + 2 * segment)? < code))?;
    // The tables of ends, starts, deltas and offsets follow each other, two bytes after the first.
    let column = |number: usize| ends + 2 + 2 * (number * count + segment);
    let start = u16_at(bytes, column(1))?;
    let (delta, offset) = (u16_at(bytes, column(2))?, u16_at(bytes, column(3))?);
    let step = code.checked_sub(start)?;
    if offset == 0 {
        return Some(usize::from(code.wrapping_add(delta)));
    }
    match u16_at(bytes, column(3) + usize::from(offset) + 2 * usize::from(step))? {
        0 => None,
        glyph => Some(usize::from(glyph.wrapping_add(delta))),
    }
}

/// Where a font of a file begins.
fn font_at(bytes: &[u8], index: u32) -> Option<usize> {
    match bytes.get(..4)? {
        b"ttcf" => {
            let record = (index as usize).checked_mul(4)?.checked_add(12)?;
            (index < u32_at(bytes, 8)?).then(|| u32_at(bytes, record))?.map(|at| at as usize)
        }
        [0, 1, 0, 0] | b"OTTO" | b"true" => (index == 0).then_some(0),
        _ => None,
    }
}

fn table(bytes: &[u8], font: usize, tag: [u8; 4]) -> Option<usize> {
    (0..usize::from(u16_at(bytes, font.checked_add(4)?)?))
        .map(|n| font + 12 + 16 * n)
        .find(|&record| bytes.get(record..record + 4) == Some(&tag[..]))
        .and_then(|record| Some(u32_at(bytes, record + 8)? as usize))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A Chinese font of this machine, for tests that need a real one.
#[cfg(test)]
pub(crate) mod of_this_machine {
    use super::Fonts;

    /// Where Debian's packages put a collection and a single font.
    const PLACES: [(&str, u32); 4] = [
        ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
        ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
        ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 1),
        ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ];

    /// Those that are there; says so where none is.
    #[expect(clippy::disallowed_methods, reason = "a test looks at what the machine has")]
    #[expect(clippy::print_stderr, reason = "a skipped test says why")]
    pub(crate) fn chinese() -> Vec<Fonts> {
        let found: Vec<Fonts> = PLACES
            .iter()
            .filter_map(|&(path, index)| Some(Fonts { bytes: std::fs::read(path).ok()?, index }))
            .collect();
        if found.is_empty() {
            eprintln!("skipped: install fonts-wqy-microhei or fonts-droid-fallback");
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // DejaVu Sans 2.37, advance widths out of 2048 as other tools read them.
        let face = Face::regular();
        for (letter, units) in [('0', 1303.0), ('i', 569.0), ('W', 2025.0), ('\u{2212}', 1716.0)] {
            assert!((face.width(&letter.to_string(), 2048.0) - units).abs() < 1e-9, "{letter}");
        }
        assert!(Face::bold().width("CO2e", 10.0) > face.width("CO2e", 10.0));
    }

    #[test]
    fn a_font_has_the_letters_of_its_sample() {
        let dejavu = dejavu::sans::regular();
        for (bytes, index, sample, expect, why) in [
            (dejavu, 0, "São Paulo, Łódź, Αθήνα", true, "letters of Europe"),
            (dejavu, 0, "上海", false, "no Chinese"),
            (dejavu, 0, " \n", true, "spaces are no letters"),
            (dejavu, 1, "a", false, "no second font in the file"),
            (b"ttcf", 0, "", false, "the head of a collection alone"),
            (b"", 0, "", false, "no file"),
        ] {
            assert_eq!(covers(bytes, index, sample), expect, "{why}");
        }
        for Fonts { bytes, index } in of_this_machine::chinese() {
            assert!(covers(&bytes, index, "温室气体排放，《范围三》（千克）。"));
            assert!(!covers(&bytes, index, "\u{10fffd}"), "nobody's letter");
            assert!(!covers(&bytes, index, "\u{ffff}"), "the end of the table, the empty box");
            assert!(!covers(&bytes, 7, "温"), "no eighth font in the file");
        }
    }

    /// Two fonts in one file: their tables are found from the start of the file, so they move.
    fn collection(fonts: [&[u8]; 2]) -> Vec<u8> {
        let first = 20;
        let begins = [first, first + fonts[0].len()];
        let mut file = b"ttcf\0\x01\0\0\0\0\0\x02".to_vec();
        file.extend(begins.iter().flat_map(|&begin| (begin as u32).to_be_bytes()));
        for (font, begin) in fonts.iter().zip(begins) {
            file.extend(*font);
            for table in 0..usize::from(u16_at(font, 4).unwrap()) {
                let record = 12 + 16 * table + 8;
                let moved = u32_at(font, record).unwrap() + begin as u32;
                file[begin + record..begin + record + 4].copy_from_slice(&moved.to_be_bytes());
            }
        }
        file
    }

    #[test]
    fn each_font_of_a_collection_is_found() {
        let [regular, bold] = [dejavu::sans::regular(), dejavu::sans::bold()];
        let file = collection([regular, bold]);
        for (index, alone) in [(0, Face::regular()), (1, Face::bold())] {
            let face = Face::read(&file, index).unwrap();
            assert!((face.width("CO2e", 9.0) - alone.width("CO2e", 9.0)).abs() < 1e-9, "{index}");
        }
        assert!(Face::read(&file, 2).is_none());
    }

    #[test]
    fn both_tables_of_a_font_name_the_same_glyphs() {
        let face = Face::regular();
        let cmap = table(face.bytes, 0, *b"cmap").unwrap();
        let letters = Letters::read(face.bytes, cmap, 4).unwrap();
        let by_segments = Face { letters, ..face };
        let both = ('\0'..'\u{ffff}').map(|letter| [&face, &by_segments].map(|f| f.glyph(letter)));
        let mut known = 0;
        for [groups, segments] in both {
            assert_eq!(groups, segments);
            known += usize::from(groups.is_some());
        }
        assert!(known > 5_000, "{known}");
        assert!(face.has('\u{1d7d8}') && !by_segments.has('\u{1d7d8}'), "past the first plane");
    }

    #[test]
    fn an_ideograph_is_as_wide_as_it_is_high() {
        for Fonts { bytes, index } in of_this_machine::chinese() {
            let face = Face::read(&bytes, index).unwrap();
            for letter in "碳排放。".chars() {
                assert!((face.advance(letter) - 1.0).abs() < 0.1, "{}", face.advance(letter));
            }
        }
    }

    proptest! {
        #[test]
        fn a_broken_font_is_refused_or_read(
            cuts in prop::collection::vec((0..4_000_usize, any::<u8>()), 1..40),
            length in 0..20_000_usize,
        ) {
            let mut bytes = dejavu::sans::regular()[..length].to_vec();
            for (at, value) in cuts {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
            covers(&bytes, 0, "a温\u{1f69a}");
        }

        #[test]
        fn a_font_with_wrong_tables_is_refused_or_read(
            cuts in prop::collection::vec((0..300_usize, any::<u8>()), 1..4),
        ) {
            let mut bytes = dejavu::sans::regular().to_vec();
            for (at, value) in cuts {
                bytes[at] = value;
            }
            if let Some(face) = Face::read(&bytes, 0) {
                let width = face.width("a温\u{1f69a}", 1.0);
                prop_assert!(width >= 0.0, "{}", width);
            }
        }
    }
}
