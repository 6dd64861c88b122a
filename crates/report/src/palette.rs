//! The colours of both forms, by what they mean. Text colours keep 4.5:1 and marks 3:1 against
//! their ground in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11); a test measures them.

/// A colour of the report.
pub(crate) struct Colour {
    /// Name of the custom property, without dashes in front.
    pub name: &'static str,
    /// On light ground and on paper.
    pub light: &'static str,
    /// On dark ground.
    pub dark: &'static str,
}

const fn colour(name: &'static str, light: &'static str, dark: &'static str) -> Colour {
    Colour { name, light, dark }
}

/// All of them.
pub(crate) const PALETTE: [Colour; 18] = [
    colour("ground", "#f3f6f4", "#0f1512"),
    colour("paper", "#ffffff", "#18201c"),
    colour("ink", "#16211c", "#e6eeea"),
    colour("muted", "#52615a", "#a7b6ae"),
    colour("line", "#d3dcd7", "#33403a"),
    colour("stripe", "#f6f9f7", "#1d2722"),
    colour("accent", "#0a6847", "#5fcf9f"),
    colour("plan", "#0a6847", "#4fc495"),
    colour("baseline", "#76837d", "#8f9d96"),
    colour("baseline-ground", "#e6ebe8", "#2c3833"),
    colour("load", "#6b7f8e", "#8ea3b3"),
    colour("charging", "#1d67b0", "#6fb1f2"),
    colour("battery", "#8653ad", "#bf9ce6"),
    colour("sun", "#b06f00", "#f0b442"),
    colour("diesel", "#8a4b1f", "#dca06e"),
    colour("petrol", "#b3372f", "#f08f86"),
    colour("electric", "#0a6847", "#4fc495"),
    colour("robot", "#1d67b0", "#6fb1f2"),
];

/// The colour on paper, as red, green and blue.
pub(crate) fn on_paper(name: &str) -> [u8; 3] {
    let colour =
        PALETTE.iter().find(|colour| colour.name == name).expect("the palette has every name");
    rgb(colour.light)
}

fn rgb(hex: &str) -> [u8; 3] {
    let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two hex digits");
    [channel(1), channel(3), channel(5)]
}

/// Custom properties for a stylesheet: light, and dark where the reader prefers it.
pub(crate) fn custom_properties() -> String {
    let list = |value: fn(&Colour) -> &'static str| {
        let list: Vec<String> =
            PALETTE.iter().map(|colour| format!("--{}:{};", colour.name, value(colour))).collect();
        list.concat()
    };
    format!(
        ":root{{color-scheme:light dark;{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}\n\
         @media print{{:root{{color-scheme:light;{}}}}}\n",
        list(|colour| colour.light),
        list(|colour| colour.dark),
        list(|colour| colour.light)
    )
}

/// A stylesheet with every custom property replaced by its colour on paper.
pub(crate) fn resolved(stylesheet: &str) -> String {
    PALETTE.iter().fold(stylesheet.to_owned(), |text, colour| {
        text.replace(&format!("var(--{})", colour.name), colour.light)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(hex: &str) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = rgb(hex);
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_marks_stand_out_from_their_ground() {
        let of = |name: &str| PALETTE.iter().find(|colour| colour.name == name).unwrap();
        for (names, least) in [
            (vec!["ink", "muted", "accent"], 4.5),
            (
                vec![
                    "plan", "baseline", "load", "charging", "battery", "sun", "diesel", "petrol",
                    "electric", "robot",
                ],
                3.0,
            ),
        ] {
            for (name, ground) in
                names.iter().flat_map(|&n| ["ground", "paper", "stripe"].map(|g| (n, g)))
            {
                let (mark, ground) = (of(name), of(ground));
                assert!(contrast(mark.light, ground.light) >= least, "{name}, light");
                assert!(contrast(mark.dark, ground.dark) >= least, "{name}, dark");
            }
        }
    }

    #[test]
    fn no_custom_property_is_left_on_paper() {
        assert!(!resolved(crate::drawing::STYLESHEET).contains("var("));
    }
}
