//! From pages of marks to the file.

use super::sheet::{Element, Ink, Kind, Mark, PAGE_HEIGHT, PAGE_WIDTH, Sheet};
use crate::ReportError;
use crate::document::{Document, Figure};
use crate::drawing::{At, Frame, STYLESHEET};
use crate::font::Face;
use crate::palette::{on_paper, resolved};
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
use usvg::fontdb::Database;

/// Fonts and the way figures are read.
struct Press {
    regular: Font,
    bold: Font,
    face: Face,
    options: usvg::Options<'static>,
}

/// The sheet as a PDF file: no date, the same bytes for the same sheet.
pub(super) fn write(document: &Document, sheet: &Sheet<'_>) -> Result<Vec<u8>, ReportError> {
    let press = Press::new()?;
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
                press.print(&mut surface, mark)?;
            }
            surface.end_tagged();
        }
        surface.finish();
        page.finish();
    }
    file.set_tag_tree(tag_tree(&sheet.elements, leaves));
    file.set_outline(outline(sheet));
    file.set_metadata(
        Metadata::new()
            .title(format!("{}: greenchain report", document.title))
            .description(document.finding.clone())
            .creator("greenchain".into())
            .language("en".into()),
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
fn tag_tree(elements: &[Element], leaves: Vec<Vec<Identifier>>) -> TagTree {
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
    TagTree::from(roots).with_lang(Some("en".into()))
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
    fn new() -> Result<Self, ReportError> {
        let (regular, bold) = (Face::regular(), Face::bold());
        let font = |face: &Face| {
            Font::new(face.bytes().into(), 0)
                .ok_or_else(|| ReportError::Writer("the font cannot be read".into()))
        };
        let mut fonts = Database::new();
        fonts.load_font_data(regular.bytes().to_vec());
        fonts.load_font_data(bold.bytes().to_vec());
        let options = usvg::Options {
            font_family: "DejaVu Sans".into(),
            fontdb: Arc::new(fonts),
            style_sheet: Some(resolved(STYLESHEET)),
            ..usvg::Options::default()
        };
        Ok(Self { regular: font(&regular)?, bold: font(&bold)?, face: regular, options })
    }

    fn print(&self, surface: &mut Surface<'_>, mark: &Mark<'_>) -> Result<(), ReportError> {
        match &mark.ink {
            Ink::Text { at, text, look } => {
                let font = if look.bold { &self.bold } else { &self.regular };
                surface.set_stroke(None);
                surface.set_fill(Some(fill(look.colour)));
                let start = Point::from_xy(at.0 as f32, at.1 as f32);
                let size = look.size as f32;
                if !text.is_empty() {
                    surface.draw_text(start, font.clone(), size, text, false, TextDirection::Auto);
                }
            }
            Ink::Rule { from, to, width, colour: name } => {
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke {
                    paint: colour(name).into(),
                    width: *width as f32,
                    ..Stroke::default()
                }));
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
            Ink::Figure { figure, frame } => self.print_figure(surface, figure, *frame)?,
        }
        Ok(())
    }

    fn print_figure(
        &self,
        surface: &mut Surface<'_>,
        figure: &Figure,
        frame: Frame,
    ) -> Result<(), ReportError> {
        let fault = |fault: String| ReportError::Figure { figure: figure.id.clone(), fault };
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" \
             height=\"{1}\">{2}</svg>",
            figure.width,
            figure.height,
            self.face.printable(&figure.body)
        );
        let tree = usvg::Tree::from_str(&svg, &self.options)
            .map_err(|refusal| fault(refusal.to_string()))?;
        let size = Size::from_wh(frame.width as f32, frame.height as f32)
            .ok_or_else(|| fault("it has no size".into()))?;
        surface.push_transform(&Transform::from_translate(frame.x as f32, frame.y as f32));
        let drawn = surface.draw_svg(&tree, size, SvgSettings::default());
        surface.pop();
        drawn.ok_or_else(|| fault("it cannot be drawn".into()))
    }
}
