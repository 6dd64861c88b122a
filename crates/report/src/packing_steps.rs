//! How an order is packed, step by step: a picture for each piece in the order of loading, the new
//! piece in colour, those before it pale, the carton as a frame seen from its front left corner.

use crate::document::Figure;
use crate::drawing::Words;
use packaging::{CartonKind, Placed};
use quantity::Length;
use std::fmt::Write;

const PANEL_WIDTH: f64 = 220.0;
const PANEL_HEIGHT: f64 = 230.0;
/// Room for the picture in a panel; the words stand below.
const PICTURE: f64 = 170.0;
const COLUMNS: usize = 4;
const WIDTH: f64 = COLUMNS as f64 * PANEL_WIDTH;
/// Room for the title of a file.
const TITLE: f64 = 40.0;
/// Pictures of a parcel at the most; with more pieces each picture shows several new ones.
const PICTURES_MAX: usize = 24;
const HEADING: f64 = 46.0;
/// cos 30°, sin 30°: the axes of an isometric picture.
const ACROSS: f64 = 0.866_025_403_784_438_6;
const DOWN: f64 = 0.5;

/// A piece where it lies, in cm from the corner of the carton's floor.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnPiece<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its nearest corner.
    pub at: [f64; 3],
    /// Its sides along the same axes.
    pub sides: [f64; 3],
}

/// A parcel, its pieces in the order of loading.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnParcel<'a> {
    /// Name of the carton.
    pub carton: &'a str,
    /// Its inner sides as it stands, the vertical one last, in cm.
    pub stands: [f64; 3],
    /// The pieces.
    pub pieces: Vec<DrawnPiece<'a>>,
}

impl<'a> DrawnParcel<'a> {
    /// Of pieces with their names, in the order of loading.
    pub fn new(
        carton: &'a CartonKind,
        placed: impl IntoIterator<Item = (&'a str, &'a Placed)>,
    ) -> Self {
        let pieces = placed.into_iter().map(|(name, placed)| DrawnPiece {
            name,
            at: placed.at.map(Length::centimetres),
            sides: placed.sides.map(Length::centimetres),
        });
        let stands = carton.inner.map(Length::centimetres);
        Self { carton: &carton.id, stands, pieces: pieces.collect() }
    }
}

/// The drawing of an order as an SVG file: nothing fetched, no script.
pub fn packing_steps(title: &str, parcels: &[DrawnParcel<'_>]) -> String {
    let title = escaped(title);
    let (body, height) = drawn(parcels, TITLE);
    let width = WIDTH;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"t\" x=\"12\" y=\"28\">{title}</text>\n{body}</svg>\n"
    )
}

/// The same drawing as a figure of a report, in its colours.
pub(crate) fn steps_figure(words: Words, parcels: &[DrawnParcel<'_>]) -> Figure {
    let (body, height) = drawn(parcels, 0.0);
    let Words { id, title, description } = words;
    let body = format!("<g class=\"packing\">{body}</g>");
    Figure { id, title, description, width: WIDTH, height, body }
}

/// The elements from a height on, and the height of it all.
fn drawn(parcels: &[DrawnParcel<'_>], top: f64) -> (String, f64) {
    let mut body = String::new();
    let mut y = top;
    for (number, parcel) in parcels.iter().enumerate() {
        let [x_cm, y_cm, z_cm] = parcel.stands;
        let of = parcels.len();
        let heading = format!(
            "Parcel {} of {of}: carton {}, {x_cm} × {y_cm} on the floor, {z_cm} cm high",
            number + 1,
            parcel.carton
        );
        words(&mut body, "h", 12.0, y + 20.0, &heading);
        y += HEADING - 10.0;
        let steps = steps(parcel.pieces.len());
        for (place, &(from, to)) in steps.iter().enumerate() {
            let left = (place % COLUMNS) as f64 * PANEL_WIDTH;
            let top = y + (place / COLUMNS) as f64 * PANEL_HEIGHT;
            panel(&mut body, (left, top), parcel, from, to);
        }
        y += steps.len().div_ceil(COLUMNS) as f64 * PANEL_HEIGHT;
    }
    (body, y + 10.0)
}

const STYLE: &str = "text{font-family:sans-serif;font-size:12px;fill:#1b1b1b}\
    .t{font-size:18px;font-weight:bold}.h{font-size:14px;font-weight:bold}.page{fill:#fff}\
    .frame{fill:none;stroke:#555;stroke-width:1}.back{fill:#f3efe6;stroke:#999;stroke-width:.7}\
    .old path{fill:#dfe4e8;stroke:#8a949c;stroke-width:.6}\
    .new .top{fill:#8fd0a8}.new .left{fill:#3f9d67}.new .right{fill:#66b888}\
    .new path{stroke:#14532d;stroke-width:.9}";

/// First and one past the last new piece of each picture.
fn steps(pieces: usize) -> Vec<(usize, usize)> {
    let pictures = pieces.min(PICTURES_MAX);
    let bound = |picture: usize| picture * pieces / pictures;
    (0..pictures).map(|picture| (bound(picture), bound(picture + 1))).collect()
}

fn panel(
    body: &mut String,
    (left, top): (f64, f64),
    parcel: &DrawnParcel<'_>,
    from: usize,
    to: usize,
) {
    let view = View::of(parcel.stands, (left, top));
    view.walls(body, parcel.stands);
    for &place in &seen_order(&parcel.pieces[..to]) {
        let class = if place >= from { "new" } else { "old" };
        let _ = write!(body, "<g class=\"{class}\">");
        view.block(body, &parcel.pieces[place]);
        body.push_str("</g>\n");
    }
    view.front(body, parcel.stands);
    let new = &parcel.pieces[from..to];
    let numbers = match to - from {
        1 => format!("{to}"),
        _ => format!("{}–{to}", from + 1),
    };
    let first = format!("{numbers}. {}", shortened(new.iter().map(|piece| piece.name)));
    words(body, "", left + 12.0, top + PICTURE + 24.0, &first);
    let [x, y, z] = new[0].sides;
    let other = |piece: &DrawnPiece<'_>| {
        piece.sides.iter().zip(new[0].sides).any(|(side, first)| (side - first).abs() > 1e-6)
    };
    let more = if new.iter().any(other) { " …" } else { "" };
    let sides = format!("{x} × {y} × {z} cm{more}");
    words(body, "", left + 12.0, top + PICTURE + 40.0, &sides);
    if let [piece] = new {
        let [x, y, z] = piece.at;
        let at = format!("at {x} right, {y} back, {z} up");
        words(body, "", left + 12.0, top + PICTURE + 55.0, &at);
    }
}

/// The different names, as many as there is room for.
fn shortened<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut different: Vec<&str> = Vec::new();
    for name in names {
        if !different.contains(&name) {
            different.push(name);
        }
    }
    let all = different.join(", ");
    if all.chars().count() <= 28 {
        return all;
    }
    all.chars().take(27).chain(['…']).collect()
}

/// From centimetres to the paper.
struct View {
    scale: f64,
    left: f64,
    top: f64,
}

impl View {
    fn of([x, y, z]: [f64; 3], (left, top): (f64, f64)) -> Self {
        let (wide, high) = ((x + y) * ACROSS, (x + y) * DOWN + z);
        let scale = ((PANEL_WIDTH - 30.0) / wide).min(PICTURE / high);
        let left = left + (PANEL_WIDTH - wide * scale) / 2.0;
        // The corner at the back is x wide from the left, and the floor lies at its foot.
        Self { scale, left: left + x * ACROSS * scale, top: top + 8.0 + z * scale }
    }

    /// The eye is before x and y: what lies far along either is nearer to the lower edge.
    fn point(&self, [x, y, z]: [f64; 3]) -> (f64, f64) {
        let across = (y - x) * ACROSS * self.scale;
        let down = ((x + y) * DOWN - z) * self.scale;
        (self.left + across, self.top + down)
    }

    fn face(&self, body: &mut String, class: &str, corners: [[f64; 3]; 4]) {
        let _ = write!(body, "<path class=\"{class}\" d=\"");
        for (place, corner) in corners.into_iter().enumerate() {
            let (x, y) = self.point(corner);
            let _ = write!(body, "{}{x:.1} {y:.1}", if place == 0 { 'M' } else { 'L' });
        }
        body.push_str("z\"/>");
    }

    /// Floor and the two walls behind.
    fn walls(&self, body: &mut String, [x, y, z]: [f64; 3]) {
        self.face(body, "back", [[0., 0., 0.], [x, 0., 0.], [x, y, 0.], [0., y, 0.]]);
        self.face(body, "back", [[0., 0., 0.], [x, 0., 0.], [x, 0., z], [0., 0., z]]);
        self.face(body, "back", [[0., 0., 0.], [0., y, 0.], [0., y, z], [0., 0., z]]);
        body.push('\n');
    }

    /// The edges before the pieces.
    fn front(&self, body: &mut String, [x, y, z]: [f64; 3]) {
        self.face(body, "frame", [[x, 0., 0.], [x, y, 0.], [x, y, z], [x, 0., z]]);
        self.face(body, "frame", [[0., y, 0.], [x, y, 0.], [x, y, z], [0., y, z]]);
        body.push('\n');
    }

    /// The three faces that are seen.
    fn block(&self, body: &mut String, piece: &DrawnPiece<'_>) {
        let [x, y, z] = piece.at;
        let [to_x, to_y, to_z]: [f64; 3] =
            std::array::from_fn(|axis| piece.at[axis] + piece.sides[axis]);
        self.face(
            body,
            "top",
            [[x, y, to_z], [to_x, y, to_z], [to_x, to_y, to_z], [x, to_y, to_z]],
        );
        self.face(
            body,
            "left",
            [[to_x, y, z], [to_x, to_y, z], [to_x, to_y, to_z], [to_x, y, to_z]],
        );
        self.face(
            body,
            "right",
            [[x, to_y, z], [to_x, to_y, z], [to_x, to_y, to_z], [x, to_y, to_z]],
        );
    }
}

/// The pieces from the farthest to the nearest: one is drawn after all that it may hide.
fn seen_order(pieces: &[DrawnPiece<'_>]) -> Vec<usize> {
    let behind = |a: &DrawnPiece<'_>, b: &DrawnPiece<'_>| {
        (0..3).any(|axis| a.at[axis] + a.sides[axis] <= b.at[axis] + 1e-9)
    };
    let mut waiting: Vec<usize> = (0..pieces.len()).collect();
    let far = |piece: &DrawnPiece<'_>| piece.at.iter().sum::<f64>();
    waiting.sort_by(|&a, &b| far(&pieces[a]).total_cmp(&far(&pieces[b])));
    let mut order = Vec::with_capacity(pieces.len());
    while !waiting.is_empty() {
        // One that no other must be drawn before. Rings of three are rare: the farthest breaks them.
        let free = waiting.iter().position(|&one| {
            let must_wait = |&other: &usize| {
                other != one
                    && behind(&pieces[other], &pieces[one])
                    && !behind(&pieces[one], &pieces[other])
            };
            !waiting.iter().any(must_wait)
        });
        order.push(waiting.remove(free.unwrap_or(0)));
    }
    order
}

fn words(body: &mut String, class: &str, x: f64, y: f64, text: &str) {
    let text = escaped(text);
    let _ = writeln!(body, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>");
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write the others.
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(name: &str, at: [f64; 3], sides: [f64; 3]) -> DrawnPiece<'_> {
        DrawnPiece { name, at, sides }
    }

    #[test]
    fn every_piece_is_the_new_one_once() {
        for (pieces, pictures) in [(1, 1), (2, 2), (24, 24), (25, 24), (100, 24), (0, 0)] {
            let steps = steps(pieces);
            assert_eq!(steps.len(), pictures, "{pieces}");
            assert!(steps.iter().all(|&(from, to)| from < to));
            assert!(steps.windows(2).all(|pair| pair[0].1 == pair[1].0));
            assert_eq!(steps.last().map_or(0, |last| last.1), pieces);
        }
    }

    #[test]
    fn what_is_nearer_is_drawn_later() {
        let pieces = [
            piece("near", [5., 5., 0.], [5., 5., 5.]),
            piece("on top", [0., 0., 5.], [5., 5., 5.]),
            piece("far", [0., 0., 0.], [5., 5., 5.]),
        ];
        let order = seen_order(&pieces);
        let place = |of: usize| order.iter().position(|&one| one == of).unwrap();
        assert!(place(2) < place(1) && place(2) < place(0));
    }

    #[test]
    fn any_name_makes_a_file_that_parses() {
        let names = ["<b>&\"", "a\u{0}b", "货物 ü", &"long ".repeat(50)];
        let pieces = names.map(|name| piece(name, [0., 0., 0.], [1., 2., 3.])).to_vec();
        let parcel = DrawnParcel { carton: "C<1>", stands: [30., 20., 10.], pieces };
        let svg = packing_steps("order <1>", &[parcel]);
        usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
        assert_eq!(svg.matches("class=\"new\"").count(), 4);
        assert_eq!(svg.matches("class=\"old\"").count(), 6);
    }
}
