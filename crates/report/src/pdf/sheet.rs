//! What lies where: pages of marks, and the tree of what the marks mean.

use super::line_break::pieces;
use super::typeface::Typeface;
use crate::document::Figure;
use crate::drawing::{At, Frame};

/// A4 in points.
pub(super) const PAGE_WIDTH: f64 = 595.276;
/// A4 in points.
pub(super) const PAGE_HEIGHT: f64 = 841.890;
/// Left and right of the text.
pub(super) const LEFT: f64 = 45.0;
/// Width of the text.
pub(super) const WIDTH: f64 = PAGE_WIDTH - 2.0 * LEFT;
const TOP: f64 = 48.0;
/// Below it only the page number stands.
const BOTTOM: f64 = PAGE_HEIGHT - 56.0;

/// How a text looks. The palette has the colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Type {
    /// Height of the letters in points.
    pub size: f64,
    /// Bold, or regular.
    pub bold: bool,
    /// Name of its colour.
    pub colour: &'static str,
}

impl Type {
    /// From one baseline to the next.
    pub(super) fn leading(self) -> f64 {
        self.size * 1.38
    }
}

/// Something to print.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ink<'a> {
    /// A line of text from the start of its baseline.
    Text {
        /// Start of the baseline.
        at: At,
        /// The words; what no font has is printed as a mark.
        text: String,
        /// How it looks.
        look: Type,
    },
    /// A straight line.
    Rule {
        /// One end.
        from: At,
        /// The other end.
        to: At,
        /// Thickness in points.
        width: f64,
        /// Name of its colour.
        colour: &'static str,
    },
    /// A filled rectangle.
    Fill {
        /// Where.
        frame: Frame,
        /// Name of its colour.
        colour: &'static str,
    },
    /// A figure, scaled into a frame.
    Figure {
        /// Which.
        figure: &'a Figure,
        /// Where.
        frame: Frame,
    },
}

/// Something to print and which element of the tree it belongs to; none is decoration.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark<'a> {
    /// What.
    pub ink: Ink<'a>,
    /// Index of the element.
    pub owner: Option<usize>,
}

/// What a part of the document is to a reader who does not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading of a level, with its words.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A figure, with what it shows in words.
    Figure(String),
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A heading over a column.
    ColumnHeading,
    /// A heading before a row.
    RowHeading,
    /// A cell.
    Cell,
}

/// A part of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// What it is.
    pub kind: Kind,
    /// The part that it is in, by index; always an earlier one.
    pub parent: Option<usize>,
}

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bookmark {
    /// Its words.
    pub title: String,
    /// Index of the page.
    pub page: usize,
    /// How far down.
    pub y: f64,
}

/// The pages under way.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    /// Marks by page.
    pub pages: Vec<Vec<Mark<'a>>>,
    /// Parts in order of reading.
    pub elements: Vec<Element>,
    /// Headings of sections.
    pub outline: Vec<Bookmark>,
    /// Where the next piece begins.
    pub y: f64,
    regular: Typeface<'a>,
    bold: Typeface<'a>,
}

impl Mark<'_> {
    /// Is this very text.
    #[cfg(test)]
    pub(super) fn is_text(&self, wanted: &str) -> bool {
        matches!(&self.ink, Ink::Text { text, .. } if text == wanted)
    }
}

impl<'a> Sheet<'a> {
    /// One empty page.
    pub(super) fn new([regular, bold]: [Typeface<'a>; 2]) -> Self {
        Self {
            pages: vec![Vec::new()],
            elements: Vec::new(),
            outline: Vec::new(),
            y: TOP,
            regular,
            bold,
        }
    }
    /// Puts something on the current page.
    pub(super) fn put(&mut self, owner: Option<usize>, ink: Ink<'a>) {
        self.pages.last_mut().expect("there is a first page").push(Mark { ink, owner });
    }
    /// Puts a line of text.
    pub(super) fn put_text(&mut self, owner: Option<usize>, at: At, text: &str, look: Type) {
        self.put(owner, Ink::Text { at, text: text.to_owned(), look });
    }
    /// Begins a new part.
    pub(super) fn element(&mut self, kind: Kind, parent: Option<usize>) -> usize {
        self.elements.push(Element { kind, parent });
        self.elements.len() - 1
    }
    /// Goes to a new page where less than `height` is left; says whether it did.
    pub(super) fn make_room(&mut self, height: f64) -> bool {
        let is_full = self.y + height > BOTTOM && self.y > TOP;
        if is_full {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
        is_full
    }
    /// Height of an empty page.
    pub(super) const fn page_room() -> f64 {
        BOTTOM - TOP
    }
    /// Width of a text in points.
    pub(super) fn width(&self, text: &str, look: Type) -> f64 {
        self.typeface(look.bold).width(text, look.size)
    }
    /// A text in lines no wider than `width`; a word that is wider is broken. No words, no lines.
    pub(super) fn lines(&self, text: &str, look: Type, width: f64) -> Vec<String> {
        let typeface = self.typeface(look.bold);
        let fits = |used: f64| used * look.size <= width;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        // Width of the line at a size of 1. Measured anew with each piece, a long line of Chinese
        // would be measured once a letter.
        let mut used = 0.0;
        for piece in pieces(text) {
            let space = if piece.is_apart && !line.is_empty() { " " } else { "" };
            let joined = used + typeface.width(space, 1.0) + typeface.width(piece.text, 1.0);
            if fits(joined) {
                line.push_str(space);
                line.push_str(piece.text);
                used = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            for letter in piece.text.chars() {
                let advance = typeface.advance(letter);
                if !line.is_empty() && !fits(used + advance) {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += advance;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
    /// Lays lines of text from the left edge `x` on, over pages where need be.
    pub(super) fn flow(&mut self, owner: usize, x: f64, lines: &[String], look: Type) {
        for line in lines {
            self.make_room(look.leading());
            self.put_text(Some(owner), (x, self.y + look.size), line, look);
            self.y += look.leading();
        }
    }
    /// The fonts of bold or of regular text.
    pub(super) const fn typeface(&self, is_bold: bool) -> &Typeface<'a> {
        if is_bold { &self.bold } else { &self.regular }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::typeface;
    use proptest::prelude::*;

    const LOOK: Type = Type { size: 9.0, bold: false, colour: "ink" };

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in ".{0,200}", width in 20.0..300.0_f64) {
            let sheet = Sheet::new(typeface::both(None).unwrap());
            let lines = sheet.lines(&text, LOOK, width);
            for line in &lines {
                prop_assert!(sheet.width(line, LOOK) <= width, "{line}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }

    #[test]
    fn a_full_page_is_followed_by_another() {
        let mut sheet = Sheet::new(typeface::both(None).unwrap());
        assert!(!sheet.make_room(10_000.0), "an empty page is as much room as there is");
        sheet.y = BOTTOM - 10.0;
        assert!(!sheet.make_room(10.0));
        assert!(sheet.make_room(10.1));
        assert_eq!((sheet.pages.len(), sheet.y), (2, TOP));
    }
}
