//! The document's pieces, laid on pages.

use super::sheet::{Bookmark, Ink, Kind, LEFT, PAGE_HEIGHT, PAGE_WIDTH, Sheet, Type, WIDTH};
use super::table::lay_table;
use super::typeface::Typeface;
use crate::document::{Block, Document, Figure, KeyFigure, Section};
use crate::drawing::Frame;
use crate::{Lang, words};

const BODY: Type = Type { size: 9.0, bold: false, colour: "ink" };
const SMALL: Type = Type { size: 7.0, bold: false, colour: "muted" };
const LEAD: Type = Type { size: 11.0, bold: false, colour: "ink" };
const TITLE: Type = Type { size: 22.0, bold: true, colour: "ink" };
const MARK: Type = Type { size: 9.5, bold: true, colour: "accent" };
const HEADING: Type = Type { size: 14.0, bold: true, colour: "ink" };
const SUBHEADING: Type = Type { size: 10.0, bold: true, colour: "ink" };
const CAPTION: Type = Type { size: 8.5, bold: true, colour: "ink" };
const VALUE: Type = Type { size: 15.0, bold: true, colour: "ink" };
const UNIT: Type = Type { size: 8.0, bold: false, colour: "muted" };
const CHANGE: Type = Type { size: 8.0, bold: true, colour: "ink" };

/// Of a section's heading and what is around it.
const HEADING_HEIGHT: f64 = 34.0;
/// Below a heading there is room for something of the section.
const FIRST_HEIGHT: f64 = 100.0;
const GAP: f64 = 10.0;
const FIGURES_PER_ROW: usize = 2;
const FIGURE_GAP: f64 = 16.0;
/// Of the terms beside their notes.
const TERM_WIDTH: f64 = 104.0;
/// A figure alone is not wider: its text would outgrow the body's.
const FIGURE_WIDTH_MAX: f64 = 330.0;
/// A figure of more units takes the whole width, so that its words can be read.
const FIGURE_UNITS_MAX: f64 = 800.0;
const CARD_COLUMNS: usize = 3;
const CARD_WIDTH: f64 = (WIDTH - GAP * (CARD_COLUMNS - 1) as f64) / CARD_COLUMNS as f64;
const CARD_PAD: f64 = 7.0;
const TITLE_LINES_MAX: usize = 6;
/// A figure and its caption stay on one page.
const CAPTION_LINES_MAX: usize = 5;
const TERM_LINES_MAX: usize = 4;

/// The whole document on pages, numbered.
pub(super) fn lay_out<'a>(document: &'a Document, typefaces: [Typeface<'a>; 2]) -> Sheet<'a> {
    let mut sheet = Sheet::new(typefaces);
    lay_title(&mut sheet, document);
    for section in &document.sections {
        lay_section(&mut sheet, document.lang, section);
    }
    number_pages(&mut sheet, document.lang, &document.title);
    sheet
}

fn lay_title(sheet: &mut Sheet<'_>, document: &Document) {
    let mark = sheet.element(Kind::Paragraph, None);
    sheet.flow(mark, LEFT, &[words::mark(document.lang).into()], MARK);
    let title = sheet.element(Kind::Heading(1, document.title.clone()), None);
    let mut lines = sheet.lines(&document.title, TITLE, WIDTH);
    lines.truncate(TITLE_LINES_MAX);
    sheet.flow(title, LEFT, &lines, TITLE);
    let scope = sheet.element(Kind::Paragraph, None);
    let lines = sheet.lines(&document.scope, Type { colour: "muted", ..BODY }, WIDTH);
    sheet.flow(scope, LEFT, &lines, Type { colour: "muted", ..BODY });
    sheet.y += 8.0;
    let finding = sheet.element(Kind::Paragraph, None);
    let lines = sheet.lines(&document.finding, LEAD, WIDTH - 12.0);
    let height = LEAD.leading() * lines.len() as f64;
    let bar = Frame { x: LEFT, y: sheet.y, width: 3.0, height };
    sheet.put(None, Ink::Fill { frame: bar, colour: "accent" });
    sheet.flow(finding, LEFT + 12.0, &lines, LEAD);
    sheet.y += 6.0;
}

fn lay_section<'a>(sheet: &mut Sheet<'a>, lang: Lang, section: &'a Section) {
    sheet.y += 14.0;
    let first = match section.blocks.first() {
        Some(Block::Figures(figures)) => {
            let row = figures.chunks(FIGURES_PER_ROW).next().unwrap_or_default();
            Row::of(sheet, row, figures.len() > 1).height()
        }
        _ => FIRST_HEIGHT,
    };
    sheet.make_room(HEADING_HEIGHT + first);
    let bookmark =
        Bookmark { title: section.title.into(), page: sheet.pages.len() - 1, y: sheet.y };
    sheet.outline.push(bookmark);
    let heading = sheet.element(Kind::Heading(2, section.title.into()), None);
    sheet.flow(heading, LEFT, &[section.title.into()], HEADING);
    let rule = Ink::Rule {
        from: (LEFT, sheet.y),
        to: (LEFT + WIDTH, sheet.y),
        width: 0.8,
        colour: "accent",
    };
    sheet.put(None, rule);
    sheet.y += 8.0;
    for block in &section.blocks {
        lay_block(sheet, lang, block);
    }
}

fn lay_block<'a>(sheet: &mut Sheet<'a>, lang: Lang, block: &'a Block) {
    match block {
        Block::Heading(text) => {
            sheet.y += 6.0;
            sheet.make_room(40.0);
            let heading = sheet.element(Kind::Heading(3, text.clone()), None);
            let lines = sheet.lines(text, SUBHEADING, WIDTH);
            sheet.flow(heading, LEFT, &lines, SUBHEADING);
            sheet.y += 2.0;
        }
        Block::Paragraph(text) => {
            lay_paragraph(sheet, text, BODY);
            sheet.y += 6.0;
        }
        Block::KeyFigures(figures) => {
            let (first, others) = figures.split_at(figures.len().min(1));
            lay_cards(sheet, lang, first, WIDTH);
            for row in others.chunks(CARD_COLUMNS) {
                lay_cards(sheet, lang, row, CARD_WIDTH);
            }
            sheet.y += 4.0;
        }
        Block::Figures(figures) => {
            for row in figures.chunks(FIGURES_PER_ROW) {
                lay_figures(sheet, row, figures.len() > 1);
            }
        }
        Block::Table(table) => lay_table(sheet, lang, table),
        Block::Notes(notes) => {
            for (term, text) in notes {
                lay_note(sheet, term, text);
            }
            sheet.y += 4.0;
        }
    }
}

/// A term, and what is said of it to its right.
fn lay_note(sheet: &mut Sheet<'_>, term: &str, text: &str) {
    let look = Type { bold: true, ..BODY };
    let mut term = sheet.lines(term, look, TERM_WIDTH - GAP);
    term.truncate(TERM_LINES_MAX);
    let text = sheet.lines(text, BODY, WIDTH - TERM_WIDTH);
    let least = term.len().max(text.len().min(TERM_LINES_MAX)) as f64;
    sheet.make_room(least * BODY.leading());
    let top = sheet.y;
    let words = sheet.element(Kind::Paragraph, None);
    sheet.flow(words, LEFT, &term, look);
    let below_term = sheet.y;
    sheet.y = top;
    let page = sheet.pages.len();
    let words = sheet.element(Kind::Paragraph, None);
    sheet.flow(words, LEFT + TERM_WIDTH, &text, BODY);
    if sheet.pages.len() == page {
        sheet.y = sheet.y.max(below_term);
    }
    sheet.y += 3.0;
}

fn lay_paragraph(sheet: &mut Sheet<'_>, text: &str, look: Type) {
    let paragraph = sheet.element(Kind::Paragraph, None);
    let lines = sheet.lines(text, look, WIDTH);
    sheet.flow(paragraph, LEFT, &lines, look);
}

/// A row of figures and how much room it takes.
struct Row {
    /// Of each figure.
    width: f64,
    captions: Vec<Vec<String>>,
    caption_height: f64,
    /// Of the highest figure.
    figure_height: f64,
}

impl Row {
    fn of(sheet: &Sheet<'_>, figures: &[Figure], is_shared: bool) -> Self {
        let is_wide = figures.iter().any(|figure| figure.width > FIGURE_UNITS_MAX);
        let width = match (is_shared, is_wide) {
            (true, _) => (WIDTH - FIGURE_GAP) / 2.0,
            (false, true) => WIDTH,
            (false, false) => FIGURE_WIDTH_MAX,
        };
        let captions: Vec<Vec<String>> = figures
            .iter()
            .map(|figure| {
                let mut lines = sheet.lines(&figure.title, CAPTION, width);
                lines.truncate(CAPTION_LINES_MAX);
                lines
            })
            .collect();
        let lines = captions.iter().map(Vec::len).max().unwrap_or_default();
        let figure_height =
            figures.iter().map(|figure| scaled_height(figure, width)).fold(0.0, f64::max);
        let caption_height = CAPTION.leading() * lines as f64 + 4.0;
        Self { width, captions, caption_height, figure_height }
    }
    fn height(&self) -> f64 {
        self.caption_height + self.figure_height
    }
}

fn scaled_height(figure: &Figure, width: f64) -> f64 {
    figure.height * width / figure.width
}

fn lay_figures<'a>(sheet: &mut Sheet<'a>, figures: &'a [Figure], is_shared: bool) {
    let row = Row::of(sheet, figures, is_shared);
    sheet.make_room(row.height());
    let top = sheet.y;
    for (place, (figure, caption)) in figures.iter().zip(&row.captions).enumerate() {
        let x = LEFT + (row.width + FIGURE_GAP) * place as f64;
        let words = sheet.element(Kind::Paragraph, None);
        for (line, text) in caption.iter().enumerate() {
            let baseline = top + CAPTION.size + CAPTION.leading() * line as f64;
            sheet.put_text(Some(words), (x, baseline), text, CAPTION);
        }
        let drawing = sheet.element(Kind::Figure(figure.description.clone()), None);
        let height = scaled_height(figure, row.width);
        let frame = Frame { x, y: top + row.caption_height, width: row.width, height };
        sheet.put(Some(drawing), Ink::Figure { figure, frame });
    }
    sheet.y = top + row.height() + GAP;
}

/// The lines of a card, top to bottom.
fn card_lines(
    sheet: &Sheet<'_>,
    lang: Lang,
    figure: &KeyFigure,
    width: f64,
) -> Vec<(String, Type)> {
    let mut all = Vec::new();
    let baseline = match figure.baseline.as_str() {
        "" => String::new(),
        baseline => format!("{} {baseline}", words::baseline(lang)),
    };
    for (text, look) in [
        (figure.name, UNIT),
        (figure.plan.as_str(), VALUE),
        (figure.difference.as_str(), CHANGE),
        (baseline.as_str(), UNIT),
        (figure.method.as_str(), SMALL),
    ] {
        if text.is_empty() {
            continue;
        }
        all.extend(sheet.lines(text, look, width).into_iter().map(|line| (line, look)));
    }
    all
}

fn lay_cards(sheet: &mut Sheet<'_>, lang: Lang, figures: &[KeyFigure], width: f64) {
    let cards: Vec<Vec<(String, Type)>> = figures
        .iter()
        .map(|figure| card_lines(sheet, lang, figure, width - 2.0 * CARD_PAD))
        .collect();
    let height = |lines: &[(String, Type)]| -> f64 {
        lines.iter().map(|(_, look)| look.leading()).sum::<f64>() + 2.0 * CARD_PAD
    };
    let row_height = cards.iter().map(|lines| height(lines)).fold(0.0, f64::max);
    sheet.make_room(row_height);
    for (place, (figure, lines)) in figures.iter().zip(&cards).enumerate() {
        let x = LEFT + (width + GAP) * place as f64;
        let frame = Frame { x, y: sheet.y, width, height: row_height };
        sheet.put(None, Ink::Fill { frame, colour: "ground" });
        let card = sheet.element(Kind::Paragraph, None);
        let mut y = sheet.y + CARD_PAD;
        for (line, look) in lines {
            sheet.put_text(Some(card), (x + CARD_PAD, y + look.size), line, *look);
            // The unit stands behind the figure, on its baseline.
            if *look == VALUE {
                let behind = x + CARD_PAD + sheet.width(line, *look) + 4.0;
                sheet.put_text(Some(card), (behind, y + look.size), &figure.unit, UNIT);
            }
            y += look.leading();
        }
    }
    sheet.y += row_height + GAP * 0.8;
}

fn number_pages(sheet: &mut Sheet<'_>, lang: Lang, title: &str) {
    let count = sheet.pages.len();
    let y = PAGE_HEIGHT - 32.0;
    let title = sheet.lines(title, SMALL, WIDTH * 0.7).into_iter().next().unwrap_or_default();
    for number in 1..=count {
        let text = words::page(lang, number, count);
        let x = PAGE_WIDTH - LEFT - sheet.width(&text, SMALL);
        for (x, text) in [(LEFT, &title), (x, &text)] {
            let ink = Ink::Text { at: (x, y), text: text.clone(), look: SMALL };
            sheet.pages[number - 1].push(super::sheet::Mark { ink, owner: None });
        }
    }
}
