//! The widths of DejaVu Sans, read from the font itself: paper has no browser to break its lines.
//!
//! Source: OpenType 1.9, tables `head`, `hhea`, `hmtx` and `cmap` (format 12).

/// What stands for a character that the font lacks.
pub(crate) const REPLACEMENT: char = '\u{fffd}';

/// A font file and where its tables lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face {
    bytes: &'static [u8],
    units_per_em: f64,
    /// Offset of `hmtx` and how many glyphs have a width of their own there.
    widths: (usize, usize),
    /// Offset of the first group of characters and how many groups there are.
    groups: (usize, usize),
}

impl Face {
    /// DejaVu Sans.
    pub(crate) fn regular() -> Self {
        Self::read(dejavu::sans::regular()).expect("the font is part of the program")
    }
    /// DejaVu Sans Bold.
    pub(crate) fn bold() -> Self {
        Self::read(dejavu::sans::bold()).expect("the font is part of the program")
    }
    /// The font file.
    pub(crate) const fn bytes(&self) -> &'static [u8] {
        self.bytes
    }
    /// Width of a text in the unit of `size`, without kerning.
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        text.chars().map(|letter| self.advance(letter)).sum::<f64>() * size / self.units_per_em
    }
    /// The text with a visible mark for each character that the font lacks or that has no shape;
    /// ends of lines stay.
    pub(crate) fn printable(&self, text: &str) -> String {
        text.chars()
            .map(|letter| {
                let has_shape = !letter.is_control() && self.glyph(letter).is_some();
                if has_shape || letter == '\n' { letter } else { REPLACEMENT }
            })
            .collect()
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let units_per_em = f64::from(u16_at(bytes, table(bytes, *b"head")? + 18)?);
        let own_widths = u16_at(bytes, table(bytes, *b"hhea")? + 34)?;
        let cmap = table(bytes, *b"cmap")?;
        let subtable = (0..usize::from(u16_at(bytes, cmap + 2)?))
            .filter_map(|n| Some(cmap + u32_at(bytes, cmap + 4 + 8 * n + 4)? as usize))
            .find(|&at| u16_at(bytes, at) == Some(12))?;
        let groups = (subtable + 16, u32_at(bytes, subtable + 12)? as usize);
        let widths = (table(bytes, *b"hmtx")?, usize::from(own_widths));
        Some(Self { bytes, units_per_em, widths, groups })
    }

    fn glyph(&self, letter: char) -> Option<usize> {
        let (first, count) = self.groups;
        let code = u32::from(letter);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = usize::midpoint(low, high);
            let group = first + 12 * middle;
            if u32_at(self.bytes, group + 4)? < code { low = middle + 1 } else { high = middle }
        }
        let group = first + 12 * low;
        let start = u32_at(self.bytes, group)?;
        (low < count && start <= code)
            .then(|| Some((u32_at(self.bytes, group + 8)? + code - start) as usize))?
    }

    fn advance(&self, letter: char) -> f64 {
        let (first, own) = self.widths;
        let glyph = self.glyph(letter).unwrap_or(0).min(own.saturating_sub(1));
        u16_at(self.bytes, first + 4 * glyph).map_or(0.0, f64::from)
    }
}

fn table(bytes: &[u8], tag: [u8; 4]) -> Option<usize> {
    (0..usize::from(u16_at(bytes, 4)?))
        .map(|n| 12 + 16 * n)
        .find(|&record| bytes.get(record..record + 4) == Some(&tag[..]))
        .and_then(|record| Some(u32_at(bytes, record + 8)? as usize))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_the_font_lacks_is_shown_as_lacking() {
        let face = Face::regular();
        assert_eq!(face.printable("São Paulo, Łódź, Αθήνα"), "São Paulo, Łódź, Αθήνα");
        assert_eq!(face.printable("上海 1"), "\u{fffd}\u{fffd} 1");
        assert_eq!(face.printable("a\u{0}b\n"), "a\u{fffd}b\n");
        assert!(face.glyph(REPLACEMENT).is_some());
    }
}
