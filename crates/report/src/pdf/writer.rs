//! From pages of marks to the file.

use super::drawn;
use super::sheet::{Element, Ink, Kind, Mark, PAGE_HEIGHT, PAGE_WIDTH, Sheet, Type};
use super::typeface::{Source, Typeface};
use crate::document::{Document, Figure};
use crate::drawing::{At, Frame};
use crate::font::{Face, Fonts};
use crate::palette::on_paper;
use crate::{Lang, ReportError, words};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ContentTag, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, TextDirection};
use krilla_svg::{SurfaceExt, SvgSettings};
use std::num::NonZeroU16;
use std::sync::Arc;

/// The caller's font has one weight: bold is an outline of so much of its size.
const OUTLINE: f64 = 0.025;

/// Fonts and the way figures are read.
pub(super) struct Press {
    regular: Font,
    bold: Font,
    given: Option<Font>,
    options: usvg::Options<'static>,
}

/// The sheet as a PDF file: no date, the same bytes for the same sheet. The press has the font of
/// the sheet's typefaces.
pub(super) fn write(
    document: &Document,
    sheet: &Sheet<'_>,
    press: &Press,
) -> Result<Vec<u8>, ReportError> {
    let mut file = krilla::Document::new();
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); sheet.elements.len()];
    let size = PageSettings::from_wh(PAGE_WIDTH as f32, PAGE_HEIGHT as f32)
        .ok_or_else(|| ReportError::Writer("no such paper".into()))?;
    for marks in &sheet.pages {
        let mut page = file.start_page_with(size.clone());
        let mut surface = page.surface();
        // One tag for a run of marks of the same part.
        for run in marks.chunk_by(|a, b| a.owner == b.owner) {
            let owner = run.first().and_then(|mark| mark.owner);
            let tag = match owner {
                Some(_) => ContentTag::Other,
                None => ContentTag::Artifact(Artifact::default()),
            };
            let leaf = surface.start_tagged(tag);
            if let Some(owner) = owner {
                leaves[owner].push(leaf);
            }
            for mark in run {
                press.print(&mut surface, sheet, mark)?;
            }
            surface.end_tagged();
        }
        surface.finish();
        page.finish();
    }
    file.set_tag_tree(tag_tree(&sheet.elements, leaves, document.lang));
    file.set_outline(outline(sheet));
    file.set_metadata(
        Metadata::new()
            .title(words::named(document.lang, &document.title))
            .description(document.finding.clone())
            .creator("greenchain".into())
            .language(document.lang.tag().into()),
    );
    file.finish().map_err(|fault| ReportError::Writer(fault.to_string()))
}

fn outline(sheet: &Sheet<'_>) -> Outline {
    let mut outline = Outline::new();
    for bookmark in &sheet.outline {
        let place = Point::from_xy(0.0, bookmark.y as f32);
        let target = XyzDestination::new(bookmark.page, place);
        outline.push_child(OutlineNode::new(bookmark.title.clone(), target));
    }
    outline
}

/// The tree of parts. An element's parent is always an earlier one, so the last are done first.
fn tag_tree(elements: &[Element], leaves: Vec<Vec<Identifier>>, lang: Lang) -> TagTree {
    let mut children: Vec<Vec<Node>> =
        leaves.into_iter().map(|ids| ids.into_iter().map(Node::from).collect()).collect();
    let mut roots = Vec::new();
    for (index, element) in elements.iter().enumerate().rev() {
        let mut own = std::mem::take(&mut children[index]);
        // Parts were added last first.
        if matches!(element.kind, Kind::Table | Kind::Row) {
            own.reverse();
        }
        let group = Node::from(TagGroup::with_children(tag(&element.kind), own));
        match element.parent {
            Some(parent) => children[parent].push(group),
            None => roots.push(group),
        }
    }
    roots.reverse();
    TagTree::from(roots).with_lang(Some(lang.tag().into()))
}

fn tag(kind: &Kind) -> TagKind {
    match kind {
        Kind::Heading(level, words) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(words.clone())).into()
        }
        Kind::Paragraph => Tag::P.into(),
        Kind::Figure(words) => Tag::Figure(Some(words.clone())).into(),
        Kind::Table => Tag::Table.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnHeading => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHeading => Tag::TH(TableHeaderScope::Row).into(),
        Kind::Cell => Tag::TD.into(),
    }
}

fn colour(name: &str) -> rgb::Color {
    let [red, green, blue] = on_paper(name);
    rgb::Color::new(red, green, blue)
}

fn fill(name: &str) -> Fill {
    Fill {
        paint: colour(name).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }
}

fn stroke(width: f64, name: &str) -> Stroke {
    Stroke { paint: colour(name).into(), width: width as f32, ..Stroke::default() }
}

fn line(from: At, to: At) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(from.0 as f32, from.1 as f32);
    path.line_to(to.0 as f32, to.1 as f32);
    path.finish()
}

fn rectangle(frame: Frame) -> Option<Path> {
    let Frame { x, y, width, height } = frame;
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x as f32, y as f32, width as f32, height as f32)?);
    path.finish()
}

impl Press {
    /// A press with the built-in fonts and the caller's; none where that cannot be read.
    pub(super) fn new(given: Option<&Fonts>) -> Option<Self> {
        let given = given.map(|fonts| (Arc::new(fonts.bytes.clone()), fonts.index));
        Some(Self {
            regular: Font::new(Face::regular().bytes().into(), 0)?,
            bold: Font::new(Face::bold().bytes().into(), 0)?,
            options: drawn::options(given.clone())?,
            given: match given {
                None => None,
                Some((bytes, index)) => Some(Font::new(bytes.into(), index)?),
            },
        })
    }

    fn print(
        &self,
        surface: &mut Surface<'_>,
        sheet: &Sheet<'_>,
        mark: &Mark<'_>,
    ) -> Result<(), ReportError> {
        match &mark.ink {
            Ink::Text { at, text, look } => {
                self.print_text(surface, sheet.typeface(look.bold), *at, (text, *look));
            }
            Ink::Rule { from, to, width, colour: name } => {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(*width, name)));
                if let Some(path) = line(*from, *to) {
                    surface.draw_path(&path);
                }
            }
            Ink::Fill { frame, colour } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(colour)));
                if let Some(path) = rectangle(*frame) {
                    surface.draw_path(&path);
                }
            }
            Ink::Figure { figure, frame } => {
                let tree = drawn::tree(figure, sheet.typeface(false), &self.options)?;
                print_figure(surface, figure, &tree, *frame)?;
            }
        }
        Ok(())
    }

    fn print_text(
        &self,
        surface: &mut Surface<'_>,
        typeface: &Typeface<'_>,
        at: At,
        (text, look): (&str, Type),
    ) {
        surface.set_fill(Some(fill(look.colour)));
        for run in typeface.runs(&typeface.printable(text), look.size) {
            let (font, outline) = match run.source {
                Source::Regular => (&self.regular, None),
                Source::Bold => (&self.bold, None),
                Source::Given => {
                    let font = self.given.as_ref().expect("the press has the sheet's fonts");
                    (font, look.bold.then(|| stroke(OUTLINE * look.size, look.colour)))
                }
            };
            surface.set_stroke(outline);
            let start = Point::from_xy((at.0 + run.x) as f32, at.1 as f32);
            let size = look.size as f32;
            surface.draw_text(start, font.clone(), size, run.text, false, TextDirection::Auto);
        }
    }
}

fn print_figure(
    surface: &mut Surface<'_>,
    figure: &Figure,
    tree: &usvg::Tree,
    frame: Frame,
) -> Result<(), ReportError> {
    let fault = |fault: &str| {
        let (figure, fault) = (figure.id.clone(), fault.into());
        ReportError::Figure { figure, fault }
    };
    let size = Size::from_wh(frame.width as f32, frame.height as f32)
        .ok_or_else(|| fault("it has no size"))?;
    surface.push_transform(&Transform::from_translate(frame.x as f32, frame.y as f32));
    let drawn = surface.draw_svg(tree, size, SvgSettings::default());
    surface.pop();
    drawn.ok_or_else(|| fault("it cannot be drawn"))
}
