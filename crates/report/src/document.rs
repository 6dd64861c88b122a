//! What a report says, whatever it is printed on.

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// In which language it is written.
    pub lang: crate::Lang,
    /// What it is called.
    pub title: String,
    /// Which days and orders it covers.
    pub scope: String,
    /// What came out, in a sentence.
    pub finding: String,
    /// What it was made from and how exact it is, at its end.
    pub footer: String,
    /// In the order of reading.
    pub sections: Vec<Section>,
}

/// A part under one heading.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Section {
    /// Anchor of its heading: lower case, no spaces.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Block {
    /// A heading below the section's.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Figures of the plan beside those of the baseline.
    KeyFigures(Vec<KeyFigure>),
    /// Drawings, side by side where there is room.
    Figures(Vec<Figure>),
    /// A table.
    Table(Table),
    /// Terms, each with what is said of it.
    Notes(Vec<(String, String)>),
}

/// A figure of the plan beside that of the baseline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyFigure {
    /// What it counts.
    pub name: &'static str,
    /// In which unit; empty for a plain count.
    pub unit: String,
    /// Of the plan.
    pub plan: String,
    /// Of the baseline; empty where there is none.
    pub baseline: String,
    /// Plan against baseline, in words; empty where there is none.
    pub difference: String,
    /// How it was obtained.
    pub method: String,
}

/// A drawing: the inside of an SVG element, styled by class.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    /// Unique in the document; prefix of every id inside.
    pub id: String,
    /// What it shows, as a finding.
    pub title: String,
    /// What is drawn, for those who do not see it.
    pub description: String,
    /// Width of the drawing in its own units; a text of the body is 12 of them high.
    pub width: f64,
    /// Height of the drawing in the same units.
    pub height: f64,
    /// Its elements.
    pub body: String,
}

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    /// Its heading.
    pub name: String,
    /// Unit of every cell; empty where there is none.
    pub unit: String,
    /// Where its text stands.
    pub align: Align,
}

/// A table. Every row has a cell for each column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// What it lists.
    pub caption: String,
    /// Its columns; the first names the row.
    pub columns: Vec<Column>,
    /// Its rows, as many as the longer form shows.
    pub rows: Vec<Vec<String>>,
    /// Sums, under the rows.
    pub total: Option<Vec<String>>,
    /// Where not all rows are shown.
    pub cut: Option<Cut>,
    /// Detail that HTML folds away until it is asked for.
    pub folded: bool,
    /// The section to which the last cell of each row leads; empty where none of them does.
    pub leads_to: Vec<Option<&'static str>>,
}

/// How much of a long table is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Rows shown on paper.
    pub rows_max_pdf: usize,
    /// Rows there are.
    pub rows: usize,
    /// Where all of them are: `parcels.csv`.
    pub file: &'static str,
}

impl Column {
    /// A column of words.
    pub(crate) fn words(name: &str) -> Self {
        Self { name: name.into(), unit: String::new(), align: Align::Left }
    }
    /// A column of numbers; the unit is empty for plain counts.
    pub(crate) fn numbers(name: &str, unit: &str) -> Self {
        Self { name: name.into(), unit: unit.into(), align: Align::Right }
    }
}

impl Table {
    /// A table of all its rows.
    pub(crate) fn new(
        caption: impl Into<String>,
        columns: Vec<Column>,
        rows: Vec<Vec<String>>,
    ) -> Self {
        debug_assert!(rows.iter().all(|row| row.len() == columns.len()), "a cell a column");
        Self {
            caption: caption.into(),
            columns,
            rows,
            total: None,
            cut: None,
            folded: false,
            leads_to: Vec::new(),
        }
    }
    /// With sums under the rows.
    #[must_use]
    pub(crate) fn with_total(mut self, total: Vec<String>) -> Self {
        debug_assert!(total.len() == self.columns.len(), "a cell a column");
        self.total = Some(total);
        self
    }
    /// Says how many of how many rows are shown, and where the others are; nothing when all are.
    pub(crate) fn cut_note(&self, shown: usize) -> Option<String> {
        let cut = self.cut.as_ref().filter(|cut| shown < cut.rows)?;
        Some(format!(
            "The first {} of {} rows; {} has all of them.",
            crate::number::count(shown),
            crate::number::count(cut.rows),
            cut.file
        ))
    }
    /// Rows shown on paper.
    pub(crate) fn rows_pdf(&self) -> &[Vec<String>] {
        let most = self.cut.as_ref().map_or(usize::MAX, |cut| cut.rows_max_pdf);
        &self.rows[..self.rows.len().min(most)]
    }
}
