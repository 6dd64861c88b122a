//! Why a document cannot be printed as it is.

use crate::ReportError;

/// Letters named in a message: more would hide the mend.
const NAMED_MAX: usize = 20;

/// Why a document cannot be printed as a PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// No font has some letters.
    #[error(
        "no font has the letters {}. Name a font file that has them, or install one: Debian's \
         package fonts-wqy-microhei has the Chinese ones",
        named(letters)
    )]
    NoGlyph {
        /// Each once, in the order of their codes.
        letters: Vec<char>,
    },
    /// The font that was given cannot be read.
    #[error(
        "the font cannot be read, or its file has no font number {index}. Name a TrueType or \
         OpenType file with outlines, alone or a collection; the first font is number 0"
    )]
    Font {
        /// Which font of the file was asked for.
        index: u32,
    },
    /// The printer refuses the document.
    #[error(transparent)]
    Printer(#[from] ReportError),
}

/// `温 (U+6E29), 室 (U+5BA4) and 3 more`.
fn named(letters: &[char]) -> String {
    let list: Vec<String> = letters
        .iter()
        .take(NAMED_MAX)
        .map(|&letter| format!("{letter} (U+{:04X})", u32::from(letter)))
        .collect();
    let rest = letters.len().saturating_sub(NAMED_MAX);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_letters_and_the_mend() {
        let text = PdfError::NoGlyph { letters: vec!['室', '\u{1f69a}'] }.to_string();
        assert!(text.contains("室 (U+5BA4), \u{1f69a} (U+1F69A). Name a font file"), "{text}");
        let text = PdfError::NoGlyph { letters: ('一'..).take(120).collect() }.to_string();
        assert!(text.contains(" and 100 more. Name"), "{text}");
    }
}
