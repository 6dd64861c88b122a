//! Tables on paper: columns as wide as they need, the heading again on every page.

use super::line_break::{is_wide, pieces};
use super::sheet::{Ink, Kind, LEFT, Sheet, Type, WIDTH};
use crate::document::{Align, Column, Table};
use crate::drawing::Frame;
use crate::{Lang, words};

const CAPTION: Type = Type { size: 8.5, bold: true, colour: "ink" };
const HEAD: Type = Type { size: 6.8, bold: true, colour: "muted" };
const HEAD_UNIT: Type = Type { size: 6.3, bold: false, colour: "muted" };
const CELL: Type = Type { size: 7.0, bold: false, colour: "ink" };
const TOTAL: Type = Type { size: 7.0, bold: true, colour: "ink" };
const NOTE: Type = Type { size: 7.0, bold: false, colour: "muted" };

/// Left and right inside a cell.
const PAD: f64 = 3.5;
/// Above and below inside a row.
const PAD_ROW: f64 = 1.8;
/// A word that is longer may be broken.
const WORD_MAX: f64 = 70.0;
/// A column of Chinese has room for so many letters.
const LETTERS_MIN: f64 = 5.0;
/// What a column gets beyond its need where there is room.
const STRETCH_MAX: f64 = 45.0;
/// A longer cell ends in an ellipsis: a row stays on one page.
const LINES_MAX: usize = 30;

/// Lays a table with its caption and the note of what is not shown.
pub(super) fn lay_table(sheet: &mut Sheet<'_>, lang: Lang, table: &Table) {
    sheet.y += 4.0;
    let rows = table.rows_pdf();
    let widths = widths(sheet, table, rows);
    let head = head_lines(sheet, &table.columns, &widths);
    let caption = sheet.lines(&table.caption, CAPTION, WIDTH);
    let caption_height = CAPTION.leading() * caption.len() as f64;
    sheet.make_room(caption_height + head_height(&head) + 3.0 * row_height(1));
    let paragraph = sheet.element(Kind::Paragraph, None);
    sheet.flow(paragraph, LEFT, &caption, CAPTION);
    sheet.y += 2.0;

    let element = sheet.element(Kind::Table, None);
    let mut layout = Layout { columns: &table.columns, widths, head, element };
    layout.lay_head(sheet, true);
    for (number, row) in rows.iter().enumerate() {
        layout.lay_row(sheet, row, CELL, number % 2 == 1);
    }
    if let Some(total) = &table.total {
        layout.lay_row(sheet, total, TOTAL, false);
    }
    rule(sheet, layout.width());
    sheet.y += 3.0;
    if let Some(note) = words::cut_note(lang, table, rows.len()) {
        let paragraph = sheet.element(Kind::Paragraph, None);
        let lines = sheet.lines(&note, NOTE, WIDTH);
        sheet.flow(paragraph, LEFT, &lines, NOTE);
    }
    sheet.y += 8.0;
}

/// A column's heading: its name, then its unit.
type Head = Vec<(String, Type)>;

struct Layout<'a> {
    columns: &'a [Column],
    /// Of the text in each column, without padding.
    widths: Vec<f64>,
    head: Vec<Head>,
    element: usize,
}

fn row_height(lines: usize) -> f64 {
    CELL.leading() * lines as f64 + 2.0 * PAD_ROW
}

fn head_height(head: &[Head]) -> f64 {
    let height = |lines: &Head| lines.iter().map(|(_, look)| look.leading()).sum::<f64>();
    head.iter().map(height).fold(0.0, f64::max) + 2.0 * PAD_ROW
}

fn head_lines(sheet: &Sheet<'_>, columns: &[Column], widths: &[f64]) -> Vec<Head> {
    columns
        .iter()
        .zip(widths)
        .map(|(column, &width)| {
            let lines = |text: &str, look| {
                sheet.lines(text, look, width).into_iter().map(move |line| (line, look))
            };
            lines(&column.name, HEAD).chain(lines(&column.unit, HEAD_UNIT)).collect()
        })
        .collect()
}

fn rule(sheet: &mut Sheet<'_>, width: f64) {
    let (from, to) = ((LEFT, sheet.y), (LEFT + width, sheet.y));
    sheet.put(None, Ink::Rule { from, to, width: 0.6, colour: "muted" });
}

/// Width of the longest word. Chinese has no spaces: a column of single letters is hard to read, so
/// [`LETTERS_MIN`] of them count as a word.
fn longest_word(sheet: &Sheet<'_>, text: &str, look: Type) -> f64 {
    let words = pieces(text).iter().map(|piece| sheet.width(piece.text, look)).fold(0.0, f64::max);
    if text.chars().any(is_wide) {
        words.max(sheet.width(text, look).min(LETTERS_MIN * look.size))
    } else {
        words
    }
}

/// Width of each column: its widest text where all fit, else between that and its longest word.
fn widths(sheet: &Sheet<'_>, table: &Table, rows: &[Vec<String>]) -> Vec<f64> {
    let room = WIDTH - 2.0 * PAD * table.columns.len() as f64;
    let longest_word = |text: &str, look| longest_word(sheet, text, look);
    let mut least = Vec::new();
    let mut wanted = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let cells = || {
            rows.iter()
                .map(|row| (&row[place], CELL))
                .chain(table.total.iter().map(|row| (&row[place], TOTAL)))
        };
        let head = longest_word(&column.name, HEAD).max(longest_word(&column.unit, HEAD_UNIT));
        let widest = cells().map(|(text, look)| sheet.width(text, look)).fold(head, f64::max);
        let word = cells().map(|(text, look)| longest_word(text, look)).fold(0.0, f64::max);
        // A number is never broken, a word only when it is very long.
        least.push(match column.align {
            Align::Right => widest,
            Align::Left => word.min(WORD_MAX).max(head),
        });
        wanted.push(widest);
    }
    let (least_sum, wanted_sum): (f64, f64) = (least.iter().sum(), wanted.iter().sum());
    // A hair more than the text: a sum of widths must not break a line that just fits.
    let slack = 0.01;
    if wanted_sum <= room {
        let stretch = ((room - wanted_sum) / wanted.len().max(1) as f64).min(STRETCH_MAX);
        return wanted.iter().map(|width| width + stretch.max(slack)).collect();
    }
    if least_sum >= room {
        return least.iter().map(|width| (width * room / least_sum).max(4.0)).collect();
    }
    let share = (room - least_sum) / (wanted_sum - least_sum);
    least
        .iter()
        .zip(&wanted)
        .map(|(least, wanted)| least + (wanted - least) * share + slack)
        .collect()
}

impl Layout<'_> {
    fn width(&self) -> f64 {
        self.widths.iter().sum::<f64>() + 2.0 * PAD * self.widths.len() as f64
    }

    /// The heading; only the first is read aloud, the others are repeated for the eye.
    fn lay_head(&mut self, sheet: &mut Sheet<'_>, is_first: bool) {
        let row = is_first.then(|| sheet.element(Kind::Row, Some(self.element)));
        let height = head_height(&self.head);
        let mut x = LEFT;
        for ((column, &width), lines) in self.columns.iter().zip(&self.widths).zip(&self.head) {
            let cell = row.map(|row| sheet.element(Kind::ColumnHeading, Some(row)));
            let text_height: f64 = lines.iter().map(|(_, look)| look.leading()).sum();
            let mut y = sheet.y + height - PAD_ROW - text_height;
            for (line, look) in lines {
                let at = aligned(sheet, column.align, x, width, line, *look);
                sheet.put_text(cell, (at, y + look.size), line, *look);
                y += look.leading();
            }
            x += width + 2.0 * PAD;
        }
        sheet.y += height;
        rule(sheet, self.width());
    }

    fn lay_row(&mut self, sheet: &mut Sheet<'_>, row: &[String], look: Type, is_striped: bool) {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&self.widths)
            .map(|(text, &width)| shortened(sheet.lines(text, look, width)))
            .collect();
        let height = row_height(cells.iter().map(Vec::len).max().unwrap_or(1).max(1));
        debug_assert!(height < Sheet::page_room());
        if sheet.make_room(height) {
            self.lay_head(sheet, false);
        }
        if is_striped {
            let frame = Frame { x: LEFT, y: sheet.y, width: self.width(), height };
            sheet.put(None, Ink::Fill { frame, colour: "stripe" });
        }
        if look == TOTAL {
            rule(sheet, self.width());
        }
        let element = sheet.element(Kind::Row, Some(self.element));
        let mut x = LEFT;
        for (place, (lines, &width)) in cells.iter().zip(&self.widths).enumerate() {
            let kind = if place == 0 { Kind::RowHeading } else { Kind::Cell };
            let cell = sheet.element(kind, Some(element));
            if lines.is_empty() {
                // An empty cell is a cell too: without a mark the row would lose a column.
                sheet.put_text(Some(cell), (x + PAD, sheet.y + PAD_ROW + look.size), " ", look);
            }
            for (number, line) in lines.iter().enumerate() {
                let x = aligned(sheet, self.columns[place].align, x, width, line, look);
                let y = sheet.y + PAD_ROW + look.size + look.leading() * number as f64;
                sheet.put_text(Some(cell), (x, y), line, look);
            }
            x += width + 2.0 * PAD;
        }
        sheet.y += height;
    }
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        lines.last_mut().expect("there are lines").push('\u{2026}');
    }
    lines
}

fn aligned(sheet: &Sheet<'_>, align: Align, x: f64, width: f64, text: &str, look: Type) -> f64 {
    match align {
        Align::Left => x + PAD,
        Align::Right => x + PAD + width - sheet.width(text, look),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::typeface;

    fn table(rows: usize, text: &str) -> Table {
        let columns = vec![
            Column::words("Name"),
            Column::words("Reason"),
            Column::numbers("Amount", "kg CO2e"),
        ];
        let rows = (0..rows).map(|n| vec![n.to_string(), text.into(), "1,234.5".into()]).collect();
        Table::new("A table", columns, rows)
    }

    #[test]
    fn a_table_is_never_wider_than_the_page() {
        for (text, why) in [
            ("short", "room to spare"),
            (&*"some words ".repeat(40), "words to wrap"),
            (&*"x".repeat(500), "a word to break"),
        ] {
            let table = table(3, text);
            let sheet = Sheet::new(typeface::both(None).unwrap());
            let widths = widths(&sheet, &table, &table.rows);
            let all = widths.iter().sum::<f64>() + 6.0 * PAD;
            assert!(all <= WIDTH + 0.1, "{why}: {all}");
        }
    }

    #[test]
    fn a_column_of_chinese_is_not_one_letter_wide() {
        let columns = ["名", "说明"].map(Column::words).to_vec();
        let row = vec!["柴油车队".into(), "说明很长。".repeat(60)];
        let table = Table::new("表", columns, vec![row]);
        let sheet = Sheet::new(typeface::both(None).unwrap());
        let widths = widths(&sheet, &table, &table.rows);
        assert_eq!(sheet.lines(&table.rows[0][0], CELL, widths[0]).len(), 1, "{widths:?}");
    }

    #[test]
    fn the_heading_stands_on_every_page_and_is_read_once() {
        let table = table(200, "reason");
        let mut sheet = Sheet::new(typeface::both(None).unwrap());
        lay_table(&mut sheet, Lang::En, &table);
        assert!(sheet.pages.len() > 2);
        for page in &sheet.pages {
            assert_eq!(page.iter().filter(|mark| mark.is_text("Amount")).count(), 1);
        }
        let headings =
            sheet.elements.iter().filter(|element| element.kind == Kind::ColumnHeading).count();
        assert_eq!(headings, 3);
    }
}
