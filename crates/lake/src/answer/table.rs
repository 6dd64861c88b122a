//! An answer as a table of aligned columns.

use super::{Answer, Kind};

/// Columns two spaces apart, numbers to the right; control letters are shown, never sent.
pub(super) fn draw(answer: &Answer) -> String {
    let header: Vec<String> = answer.columns.iter().map(|(name, _)| shown(name)).collect();
    let rows: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| shown(&cell.text())).collect())
        .collect();
    let mut widths: Vec<usize> = header.iter().map(|text| width(text)).collect();
    for row in &rows {
        for (column, text) in row.iter().enumerate() {
            widths[column] = widths[column].max(width(text));
        }
    }
    let mut text = String::new();
    let rule: Vec<String> = widths.iter().map(|&n| "-".repeat(n)).collect();
    for row in [&header, &rule].into_iter().chain(&rows) {
        line(&mut text, row, &widths, answer);
    }
    let n = rows.len();
    text + &format!("{n} {}\n", if n == 1 { "row" } else { "rows" })
}

fn line(text: &mut String, row: &[String], widths: &[usize], answer: &Answer) {
    let begins = text.len();
    for (column, cell) in row.iter().enumerate() {
        if column > 0 {
            text.push_str("  ");
        }
        let gap = " ".repeat(widths[column] - width(cell));
        let is_number =
            matches!(answer.columns[column].1, Kind::Integer | Kind::Decimal | Kind::Number);
        let (before, after) = if is_number { (gap.as_str(), "") } else { ("", gap.as_str()) };
        for part in [before, cell, after] {
            text.push_str(part);
        }
    }
    text.truncate(begins + text[begins..].trim_end().len());
    text.push('\n');
}

/// A text on one line, without letters that would steer a terminal.
fn shown(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, letter| {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
        shown
    })
}

/// Columns of a terminal that a text takes: two for each letter of the East Asian scripts.
fn width(text: &str) -> usize {
    let wide = |letter: char| {
        matches!(letter,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Cell, tests::answer};

    #[test]
    fn numbers_stand_to_the_right_and_wide_letters_take_two_columns() {
        let mut answer = answer();
        answer.rows[0][1] = Cell::Decimal("1.5".to_owned());
        assert_eq!(
            answer.to_table(),
            "name     kg   n\n\
             ------  ---  --\n\
             a, \"b\"  1.5  -3\n\
             包装         12\n\
             2 rows\n"
        );
    }

    #[test]
    fn a_cell_cannot_steer_the_terminal() {
        let mut answer = Answer { rows: Vec::new(), ..answer() };
        answer.rows.push(vec![Cell::Text("\u{1b}[2J\n".to_owned()), Cell::Null, Cell::Null]);
        assert!(answer.to_table().contains("\\u{1b}[2J\\n"));
    }
}
