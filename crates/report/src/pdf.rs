//! The form for paper: a tagged PDF on A4, laid out here and not by a browser.
//!
//! Read: [`sheet`] (what lies where on which page), [`blocks`] and [`table`] (how the document's
//! pieces are laid), [`writer`] (from the sheet to the file).

mod sheet;
mod blocks;
mod table;
mod writer;

use crate::ReportError;
use crate::document::Document;

/// The document as a PDF.
pub(crate) fn print(document: &Document) -> Result<Vec<u8>, ReportError> {
    writer::write(document, &blocks::lay_out(document))
}

#[cfg(test)]
mod tests {
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
        let pages = lay_out(&document).pages;
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
