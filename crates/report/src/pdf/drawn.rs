//! Figures on paper: SVG read with the fonts of the sheet.

use super::typeface::{Source, Typeface};
use crate::ReportError;
use crate::document::Figure;
use crate::drawing::STYLESHEET;
use crate::font::Face;
use crate::palette::resolved;
use std::sync::Arc;
use usvg::fontdb::{Database, ID, Source as FontFile};
use usvg::{FontFamily, FontResolver, Options, Tree};

/// What the caller's font is called inside a figure, whatever its own name.
const GIVEN: &str = "given";
/// Begins a stretch in the caller's font.
const OPEN: &str = "<tspan font-family=\"given\">";
/// The caller's font has one weight: where bold is asked for, an outline thickens it.
const BOLD: &str = "\n.strong tspan{stroke:var(--ink);stroke-width:.3}";

/// How figures are read; none where the caller's font cannot be.
///
/// - `given`: the caller's font file, and which font of it.
pub(super) fn options(given: Option<(Arc<Vec<u8>>, u32)>) -> Option<Options<'static>> {
    let mut fonts = Database::new();
    let mut own = Vec::new();
    for face in [Face::regular(), Face::bold()] {
        let ids = fonts.load_font_source(FontFile::Binary(Arc::new(face.bytes())));
        own.extend(ids.iter().map(|&id| (id, face)));
    }
    let mut options = Options {
        font_family: "DejaVu Sans".into(),
        style_sheet: Some(resolved(STYLESHEET)),
        ..Options::default()
    };
    if let Some((bytes, index)) = given {
        let faces = fonts.load_font_source(FontFile::Binary(bytes));
        let wanted = |id: &ID| fonts.face(*id).is_some_and(|face| face.index == index);
        let given = faces.iter().copied().find(wanted)?;
        options.font_resolver = resolver(own, given);
        options.style_sheet = Some(resolved(&format!("{STYLESHEET}{BOLD}")));
    }
    options.fontdb = Arc::new(fonts);
    Some(options)
}

/// The caller's font where it is asked for by name, and nowhere else: the reader of figures would
/// print a whole text with it as soon as one letter needs it.
fn resolver(own: Vec<(ID, Face<'static>)>, given: ID) -> FontResolver<'static> {
    let by_name = FontResolver::default_font_selector();
    FontResolver {
        select_font: Box::new(move |font, fonts| {
            let is_named = |family: &FontFamily| *family == FontFamily::Named(GIVEN.into());
            if font.families().iter().any(is_named) { Some(given) } else { by_name(font, fonts) }
        }),
        select_fallback: Box::new(move |letter, used, _| {
            own.iter().find(|(id, face)| !used.contains(id) && face.has(letter)).map(|&(id, _)| id)
        }),
    }
}

/// A figure, each letter in a font that has it.
pub(super) fn tree(
    figure: &Figure,
    typeface: &Typeface<'_>,
    options: &Options<'_>,
) -> Result<Tree, ReportError> {
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" \
         height=\"{1}\">{2}</svg>",
        figure.width,
        figure.height,
        in_fonts(&typeface.printable(&figure.body), typeface)
    );
    Tree::from_str(&svg, options).map_err(|refusal| ReportError::Figure {
        figure: figure.id.clone(),
        fault: refusal.to_string(),
    })
}

/// The texts of a figure's body: what stands between tags, with whether it is text at all.
fn parts(body: &str) -> impl Iterator<Item = (bool, &str)> {
    // A tag ends at the first `>`: in attributes it is escaped.
    body.split_inclusive(['<', '>']).scan(false, |in_tag, part| {
        let is_text = !*in_tag;
        *in_tag = part.ends_with('<');
        Some((is_text, part))
    })
}

/// Letters of a figure that are printed.
pub(super) fn letters(figure: &Figure) -> impl Iterator<Item = char> {
    parts(&figure.body).filter(|(is_text, _)| *is_text).flat_map(|(_, text)| text.chars())
}

fn in_fonts(body: &str, typeface: &Typeface<'_>) -> String {
    let mut marked = String::with_capacity(body.len());
    for (is_text, part) in parts(body) {
        if !is_text {
            marked.push_str(part);
            continue;
        }
        for run in typeface.runs(part, 1.0) {
            let is_given = run.source == Source::Given;
            let (open, close) = if is_given { (OPEN, "</tspan>") } else { ("", "") };
            marked.extend([open, run.text, close]);
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::{Drawing, Words};
    use crate::font::of_this_machine;
    use crate::pdf::typeface;

    fn figure() -> Figure {
        let mut drawing = Drawing::default();
        drawing.text("strong", (10.0, 30.0), "运输 <bold> 12 吨");
        drawing.text("end", (390.0, 60.0), "plain 千克");
        let words = Words { id: "图".into(), title: "t".into(), description: "d".into() };
        drawing.hatch("图", "baseline", crate::drawing::Hatch::Rising);
        drawing.finish(words, 400.0, 70.0)
    }

    /// Each glyph's letters with the family of its font.
    fn glyphs(tree: &Tree) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for node in tree.root().children() {
            let usvg::Node::Text(text) = node else { continue };
            for glyph in text.layouted().iter().flat_map(|span| &span.positioned_glyphs) {
                let face = tree.fontdb().face(glyph.font).unwrap();
                found.push((glyph.text.clone(), face.families[0].0.clone()));
            }
        }
        found
    }

    #[test]
    fn only_what_the_built_in_font_lacks_is_in_the_given_one() {
        for fonts in of_this_machine::chinese() {
            let [regular, _] = typeface::both(Some(&fonts)).unwrap();
            let given = Some((Arc::new(fonts.bytes.clone()), fonts.index));
            let glyphs = glyphs(&tree(&figure(), &regular, &options(given).unwrap()).unwrap());
            for (letters, family) in &glyphs {
                assert_eq!(family.starts_with("DejaVu"), letters.is_ascii(), "{letters} {family}");
            }
            let all: String = glyphs.iter().map(|(letters, _)| letters.as_str()).collect();
            assert_eq!(all, "运输 <bold> 12 吨plain 千克");
        }
    }

    #[test]
    fn letters_of_a_figure_are_those_between_tags() {
        let found: String = letters(&figure()).filter(|letter| !letter.is_ascii()).collect();
        assert_eq!(found, "运输吨千克", "not its ids");
    }
}
