//! The form for paper: a tagged PDF on A4, laid out here and not by a browser.
//!
//! Read: [`typeface`] (which font prints which letter), [`line_break`], [`sheet`] (what lies where
//! on which page), [`blocks`] and [`table`] (how the document's pieces are laid), [`drawn`]
//! (figures), [`writer`] (from the sheet to the file).

mod fault;
mod typeface;
mod line_break;
mod sheet;
mod blocks;
mod table;
mod drawn;
mod writer;
#[cfg(test)]
mod chinese;

pub use fault::PdfError;

use crate::ReportError;
use crate::document::Document;
use crate::font::Fonts;
use sheet::{Ink, Sheet};
use std::collections::BTreeSet;
use typeface::Typeface;
use writer::Press;

/// The document as a PDF with the built-in font. What it lacks is a visible mark: a run is not
/// refused for the name of a customer.
pub(crate) fn print(document: &Document) -> Result<Vec<u8>, ReportError> {
    let (typefaces, press) = fonts(None).expect("the built-in fonts are part of the program");
    writer::write(document, &blocks::lay_out(document, typefaces), &press)
}

/// The document as a PDF with every letter: the given font has what the built-in one lacks.
pub(crate) fn print_whole(document: &Document, given: Option<&Fonts>) -> Result<Vec<u8>, PdfError> {
    let index = given.map_or(0, |fonts| fonts.index);
    let (typefaces, press) = fonts(given).ok_or(PdfError::Font { index })?;
    let sheet = blocks::lay_out(document, typefaces);
    let letters = lacking(&sheet);
    if !letters.is_empty() {
        return Err(PdfError::NoGlyph { letters: letters.into_iter().collect() });
    }
    Ok(writer::write(document, &sheet, &press)?)
}

/// The same fonts, to measure and to print with; none where the given one cannot be read.
fn fonts(given: Option<&Fonts>) -> Option<([Typeface<'_>; 2], Press)> {
    Some((typeface::both(given)?, Press::new(given)?))
}

/// Letters of the sheet that no font has.
fn lacking(sheet: &Sheet<'_>) -> BTreeSet<char> {
    let mut letters = BTreeSet::new();
    for mark in sheet.pages.iter().flatten() {
        match &mark.ink {
            Ink::Text { text, look, .. } => {
                let typeface = sheet.typeface(look.bold);
                letters.extend(text.chars().filter(|&letter| typeface.lacks(letter)));
            }
            Ink::Figure { figure, .. } => {
                let typeface = sheet.typeface(false);
                letters.extend(drawn::letters(figure).filter(|&letter| typeface.lacks(letter)));
            }
            Ink::Rule { .. } | Ink::Fill { .. } => {}
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;
    use crate::pdf::blocks::lay_out;

    #[test]
    fn the_same_outcome_is_the_same_file() {
        let file = || crate::pdf(&made_up::scenario(), &made_up::outcome()).unwrap();
        let first = file();
        assert!(first.starts_with(b"%PDF-"));
        assert!(first == file());
    }

    #[test]
    fn every_page_has_its_number_and_there_are_several() {
        let document = crate::content::document(&made_up::scenario(), &made_up::outcome());
        let pages = lay_out(&document, typeface::both(None).unwrap()).pages;
        assert!(pages.len() > 2);
        let last = format!("{0} / {0}", pages.len());
        assert!(pages.last().unwrap().iter().any(|mark| mark.is_text(&last)));
        let file = crate::pdf::print(&document).unwrap();
        let count = format!("/Count {}", pages.len());
        assert!(file.windows(count.len()).any(|window| window == count.as_bytes()), "{count}");
    }

    #[test]
    fn a_run_in_which_nothing_happened_has_a_file() {
        let (scenario, outcome) = made_up::nothing();
        assert!(crate::pdf(&scenario, &outcome).unwrap().starts_with(b"%PDF-"));
    }

    #[test]
    fn names_that_no_font_has_are_printed_all_the_same() {
        let (mut scenario, mut outcome) = (made_up::scenario(), made_up::outcome());
        let name = "上海 \u{0}\u{1b}\u{202e}مرحبا 🚚 <&\"'> ".repeat(40);
        scenario.name.clone_from(&name);
        scenario.sites.iter_mut().for_each(|site| site.id.clone_from(&name));
        scenario.products.iter_mut().for_each(|product| product.industry.clone_from(&name));
        outcome.plan.unserved[0].reason = name.repeat(100);
        assert!(crate::pdf(&scenario, &outcome).unwrap().starts_with(b"%PDF-"));
    }
}
