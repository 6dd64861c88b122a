//! What is sold: industries, the forms their products come in, and the products drawn from them.
//!
//! Every range is an assumption, set by what such packages measure in a shop. A side is drawn from
//! its form's range, triangular about the middle; the weight is the bounding box's volume times a
//! density drawn in the same way.

use crate::draw::between;
use quantity::Seed;
use std::fmt::Write as _;

/// How a form must be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    /// Any way up, anything on top.
    Plain,
    /// Nothing may rest on it.
    Fragile,
    /// The height stays vertical.
    Upright,
    /// Nothing may rest on it and the height stays vertical.
    FragileUpright,
    /// Ships in the package it came in.
    OwnPackage,
}

/// A form: name, products, weight among its industry's forms, length, width and height in cm from
/// the least to the most, density of the bounding box in g/cm3, handling.
type Form = (&'static str, u32, u32, [f64; 2], [f64; 2], [f64; 2], [f64; 2], Handling);

/// An industry.
pub(crate) struct Industry {
    /// As `products.csv` names it.
    pub(crate) name: &'static str,
    /// Orders of it, per 100.
    pub(crate) orders: u32,
    /// Orders of several pieces, per 100 of its orders.
    pub(crate) several: u32,
    /// Forms of its products.
    forms: &'static [Form],
}

/// A product.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Product {
    /// Form and number.
    pub(crate) sku: String,
    /// Index of its industry.
    pub(crate) industry: usize,
    /// Weight among its industry's products.
    pub(crate) popularity: u32,
    /// Length, width, height in mm.
    pub(crate) sides_mm: [u32; 3],
    /// In g.
    pub(crate) weight_g: u32,
    /// How it must be handled.
    pub(crate) handling: Handling,
}

use Handling::{Fragile, FragileUpright, OwnPackage, Plain, Upright};

/// Industries with their forms.
#[rustfmt::skip] // a row a form, so that ranges can be compared down the columns
pub(crate) const INDUSTRIES: [Industry; 12] = [
    Industry { name: "fresh_food", orders: 12, several: 55, forms: &[
        ("vegetable_box", 5, 2, [28.0, 38.0], [20.0, 28.0], [10.0, 16.0], [0.25, 0.45], Upright),
        ("fruit_tray", 6, 4, [22.0, 30.0], [14.0, 19.0], [6.0, 9.0], [0.40, 0.60], Fragile),
        ("preserve_jar", 6, 3, [7.0, 9.0], [7.0, 9.0], [9.0, 14.0], [0.90, 1.20], FragileUpright),
        ("dairy_pack", 6, 4, [9.0, 14.0], [8.0, 11.0], [6.0, 12.0], [0.90, 1.05], Upright),
        ("bread", 5, 3, [20.0, 29.0], [11.0, 14.0], [8.0, 11.0], [0.20, 0.32], Fragile),
        ("coffee_pouch", 6, 3, [17.0, 25.0], [9.0, 12.0], [5.0, 8.0], [0.35, 0.50], Plain),
    ] },
    Industry { name: "fashion", orders: 16, several: 30, forms: &[
        ("shirt", 10, 5, [27.0, 33.0], [21.0, 25.0], [2.0, 4.0], [0.15, 0.28], Plain),
        ("trousers", 8, 4, [31.0, 37.0], [24.0, 29.0], [3.0, 6.0], [0.18, 0.30], Plain),
        ("dress", 6, 3, [32.0, 38.0], [24.0, 28.0], [2.5, 5.0], [0.12, 0.22], Plain),
        ("shoes", 8, 3, [29.0, 34.0], [17.0, 21.0], [10.5, 13.0], [0.12, 0.19], Plain),
        ("coat", 4, 1, [38.0, 46.0], [30.0, 36.0], [7.0, 11.0], [0.10, 0.15], Plain),
        ("accessory", 6, 3, [11.0, 19.0], [9.0, 13.0], [2.5, 5.5], [0.15, 0.30], Plain),
    ] },
    Industry { name: "electronics", orders: 11, several: 18, forms: &[
        ("cable", 7, 4, [11.0, 17.0], [8.0, 10.5], [2.0, 4.0], [0.20, 0.35], Plain),
        ("headphones", 6, 3, [17.0, 22.0], [15.0, 19.0], [6.0, 9.0], [0.14, 0.24], Fragile),
        ("phone", 6, 3, [16.0, 19.0], [9.0, 11.0], [4.0, 6.0], [0.40, 0.60], Fragile),
        ("laptop", 4, 2, [34.0, 41.0], [25.0, 30.0], [6.0, 8.0], [0.30, 0.42], Fragile),
        ("router", 5, 2, [20.0, 27.0], [17.0, 23.0], [7.0, 12.0], [0.18, 0.30], Fragile),
        ("monitor", 4, 1, [60.0, 74.0], [14.0, 18.0], [40.0, 47.0], [0.12, 0.18], OwnPackage),
    ] },
    Industry { name: "cosmetics", orders: 10, several: 42, forms: &[
        ("cream_tube", 9, 5, [12.0, 17.0], [4.0, 6.0], [3.5, 5.5], [0.50, 0.85], Plain),
        ("shampoo", 7, 3, [6.0, 8.0], [4.5, 7.5], [16.0, 22.0], [0.65, 0.90], Upright),
        ("perfume", 6, 2, [8.0, 11.0], [5.0, 7.0], [11.0, 15.0], [0.35, 0.60], FragileUpright),
        ("make_up", 8, 4, [7.0, 13.0], [4.0, 8.0], [1.5, 3.5], [0.30, 0.55], Plain),
        ("gift_set", 4, 1, [22.0, 30.0], [16.0, 22.0], [6.0, 9.0], [0.22, 0.38], Fragile),
    ] },
    Industry { name: "books", orders: 9, several: 32, forms: &[
        ("paperback", 12, 5, [17.0, 21.0], [11.0, 14.0], [1.4, 3.4], [0.60, 0.80], Plain),
        ("hardback", 8, 3, [22.0, 26.0], [15.0, 18.0], [2.4, 4.4], [0.60, 0.80], Plain),
        ("picture_book", 6, 2, [18.0, 28.0], [18.0, 24.0], [1.2, 2.6], [0.55, 0.75], Plain),
        ("art_book", 4, 1, [28.0, 33.0], [24.0, 28.0], [2.0, 4.0], [0.70, 0.90], Plain),
    ] },
    Industry { name: "home", orders: 10, several: 22, forms: &[
        ("mug_set", 5, 3, [22.0, 29.0], [15.0, 21.0], [10.0, 13.0], [0.28, 0.45], FragileUpright),
        ("bedding", 5, 3, [33.0, 39.0], [26.0, 33.0], [7.0, 12.0], [0.14, 0.24], Plain),
        ("utensil", 7, 4, [24.0, 34.0], [7.0, 11.0], [3.0, 6.0], [0.20, 0.40], Plain),
        ("pan", 4, 2, [42.0, 50.0], [26.0, 31.0], [7.0, 11.0], [0.15, 0.28], Plain),
        ("lamp", 3, 1, [26.0, 34.0], [24.0, 30.0], [30.0, 38.0], [0.07, 0.13], FragileUpright),
        ("shelf_kit", 3, 1, [78.0, 98.0], [36.0, 46.0], [8.0, 12.0], [0.32, 0.48], OwnPackage),
    ] },
    Industry { name: "toys", orders: 8, several: 24, forms: &[
        ("board_game", 6, 3, [26.0, 31.0], [26.0, 31.0], [5.5, 8.0], [0.20, 0.34], Plain),
        ("building_set", 7, 4, [24.0, 37.0], [17.0, 26.0], [5.5, 8.5], [0.20, 0.30], Plain),
        ("plush", 5, 2, [20.0, 29.0], [15.0, 21.0], [11.0, 17.0], [0.06, 0.11], Plain),
        ("figure", 6, 3, [18.0, 30.0], [8.0, 14.0], [5.0, 9.0], [0.12, 0.22], Plain),
        ("puzzle", 5, 2, [24.0, 33.0], [19.0, 25.0], [4.5, 6.5], [0.25, 0.38], Plain),
    ] },
    Industry { name: "pharmacy", orders: 8, several: 38, forms: &[
        ("tablets", 9, 5, [9.0, 13.0], [5.0, 8.0], [2.0, 4.0], [0.25, 0.45], Plain),
        ("syrup", 5, 2, [6.0, 8.0], [6.0, 8.0], [12.5, 17.0], [0.65, 0.85], FragileUpright),
        ("supplement_tub", 6, 3, [9.0, 12.0], [9.0, 12.0], [12.0, 18.0], [0.35, 0.55], Upright),
        ("bandage", 6, 3, [13.0, 21.0], [8.0, 12.0], [4.0, 8.0], [0.14, 0.26], Plain),
    ] },
    Industry { name: "pet_food", orders: 5, several: 28, forms: &[
        ("pet_can_tray", 5, 3, [24.0, 31.0], [16.0, 21.0], [8.0, 11.0], [0.75, 0.95], Plain),
        ("kibble_small", 5, 3, [24.0, 31.0], [14.0, 19.0], [7.0, 11.0], [0.48, 0.58], Plain),
        ("kibble_large", 4, 2, [50.0, 60.0], [32.0, 38.0], [10.0, 14.0], [0.48, 0.58], OwnPackage),
        ("pet_treat", 6, 4, [14.0, 21.0], [9.0, 13.0], [3.5, 6.5], [0.20, 0.38], Plain),
    ] },
    Industry { name: "sports", orders: 5, several: 18, forms: &[
        ("ball", 4, 2, [20.0, 23.5], [20.0, 23.5], [20.0, 23.5], [0.04, 0.07], Plain),
        ("yoga_mat", 4, 2, [61.0, 67.0], [12.0, 15.5], [12.0, 15.5], [0.10, 0.15], Plain),
        ("dumbbell", 4, 1, [18.0, 27.0], [10.0, 14.0], [10.0, 14.0], [1.00, 1.80], Plain),
        ("flask", 6, 3, [7.0, 9.0], [7.0, 9.0], [21.0, 27.0], [0.22, 0.38], Upright),
        ("sportswear", 7, 4, [25.0, 31.0], [19.0, 24.0], [2.5, 5.0], [0.15, 0.25], Plain),
    ] },
    Industry { name: "office", orders: 4, several: 40, forms: &[
        ("stationery", 8, 4, [14.0, 24.0], [7.0, 12.0], [2.0, 5.0], [0.28, 0.50], Plain),
        ("paper_ream", 4, 3, [29.7, 30.3], [21.0, 21.6], [5.0, 5.6], [0.72, 0.82], Plain),
        ("toner", 5, 2, [31.0, 37.0], [10.0, 14.0], [10.0, 14.5], [0.18, 0.30], Plain),
        ("binder", 4, 2, [31.0, 33.0], [28.0, 30.0], [5.0, 8.0], [0.18, 0.28], Plain),
    ] },
    Industry { name: "garden", orders: 2, several: 25, forms: &[
        ("hand_tool", 6, 4, [22.0, 35.0], [8.0, 12.0], [3.0, 6.0], [0.20, 0.40], Plain),
        ("seeds", 6, 3, [12.0, 18.0], [8.0, 12.0], [0.8, 2.0], [0.20, 0.40], Plain),
        ("plant_pot", 4, 2, [18.0, 26.0], [18.0, 26.0], [16.0, 23.0], [0.18, 0.32], FragileUpright),
    ] },
];

/// Two products that fit no carton and have no package of their own: the first by size, the second
/// by weight. Orders of them are refused, with the reason.
pub(crate) const UNPACKABLE: [(&str, [u32; 3], u32); 2] =
    [("paddle_board", [3_200, 800, 130], 11_500), ("barbell_set", [480, 360, 200], 42_000)];

/// Popularity within a form falls as one over the rank (Zipf's law, an assumption): this number is
/// shared by 1 to 12, the ranks there are.
const POPULARITY: u32 = 27_720;

/// All products: those of the forms in the order of the table, then the unpackable.
pub(crate) fn products(seed: Seed) -> Vec<Product> {
    let mut products = Vec::new();
    for (industry, Industry { forms, .. }) in INDUSTRIES.iter().enumerate() {
        for form in *forms {
            products.extend(products_of(form, industry, seed));
        }
    }
    let sports = INDUSTRIES.iter().position(|industry| industry.name == "sports");
    for (name, sides_mm, weight_g) in UNPACKABLE {
        products.push(Product {
            sku: name.into(),
            industry: sports.expect("the table has sports"),
            popularity: 0,
            sides_mm,
            weight_g,
            handling: Plain,
        });
    }
    products
}

/// The products of a form, the most popular first.
fn products_of(form: &Form, industry: usize, seed: Seed) -> impl Iterator<Item = Product> {
    let &(name, count, share, length, width, height, density, handling) = form;
    let ranks: u32 = (1..=count).map(|rank| POPULARITY / rank).sum();
    (1..=count).map(move |rank| {
        let sku = format!("{name}-{rank:02}");
        let mut draws = seed.named(&sku).sequence();
        // Whole millimetres: `products.csv` has cm with one decimal.
        let sides_mm = [length, width, height]
            .map(|side_cm| (between(&mut draws, side_cm) * 10.0).round() as u32);
        let volume_cm3 = sides_mm.iter().map(|&side| f64::from(side) / 10.0).product::<f64>();
        let weight_g = (volume_cm3 * between(&mut draws, density)).round() as u32;
        // A form's products together weigh as much as its share, however many they are.
        let popularity = share * 10_000 * (POPULARITY / rank) / ranks;
        Product { sku, industry, popularity, sides_mm, weight_g, handling }
    })
}

/// `products.csv`.
pub(crate) fn csv(products: &[Product]) -> String {
    let mut csv = String::from(
        "sku,industry,length_cm,width_cm,height_cm,weight_g,fragile,own_package,upright\n",
    );
    for product in products {
        let [length, width, height] = product.sides_mm.map(|side| f64::from(side) / 10.0);
        let fragile = matches!(product.handling, Fragile | FragileUpright);
        let own_package = product.handling == OwnPackage;
        let upright = matches!(product.handling, Upright | FragileUpright);
        let (sku, industry) = (&product.sku, INDUSTRIES[product.industry].name);
        let weight_g = product.weight_g;
        writeln!(
            csv,
            "{sku},{industry},{length:.1},{width:.1},{height:.1},{weight_g},{fragile},\
             {own_package},{upright}"
        )
        .expect("a string takes any text");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_the_industries_are_per_hundred() {
        assert_eq!(INDUSTRIES.iter().map(|industry| industry.orders).sum::<u32>(), 100);
    }

    #[test]
    fn a_product_lies_within_its_forms_ranges() {
        let products = products(Seed::new(3));
        for (industry, Industry { forms, .. }) in INDUSTRIES.iter().enumerate() {
            for &(name, count, _, length, width, height, density, _) in *forms {
                let of_form = |product: &&Product| {
                    product.sku.rsplit_once('-').is_some_and(|(form, _)| form == name)
                };
                assert_eq!(products.iter().filter(of_form).count(), count as usize, "{name}");
                for product in products.iter().filter(of_form) {
                    let sku = &product.sku;
                    assert_eq!(product.industry, industry, "{sku}");
                    let cm = product.sides_mm.map(|side| f64::from(side) / 10.0);
                    for (side, [low, high]) in cm.into_iter().zip([length, width, height]) {
                        assert!((low..=high).contains(&side), "{sku}: {side}");
                    }
                    // Half a gram of rounding shows in the density of a small packet.
                    let volume = cm.iter().product::<f64>();
                    let weight = f64::from(product.weight_g);
                    let [low, high] = density.map(|density| density * volume);
                    assert!((low - 0.5..=high + 0.5).contains(&weight), "{sku}: {weight}");
                }
            }
        }
    }

    #[test]
    fn popularity_falls_with_rank_and_a_form_keeps_its_share() {
        let products = products(Seed::new(3));
        let of = |form: &str| -> Vec<u32> {
            let form = format!("{form}-");
            let named = products.iter().filter(|product| product.sku.starts_with(&form));
            named.map(|product| product.popularity).collect()
        };
        let (shirts, coats) = (of("shirt"), of("coat"));
        assert!(shirts.is_sorted_by(|a, b| a > b), "{shirts:?}");
        let [shirts, coats] = [shirts, coats].map(|form| f64::from(form.iter().sum::<u32>()));
        assert!((shirts / coats - 5.0).abs() < 0.01, "{shirts} to {coats}, told 5 to 1");
    }
}
