//! The report's words: one table a language, and numbers and periods as each writes them.

use super::meta::Span;
use crate::Lang;
use quantity::Fixed;
use std::collections::BTreeMap;

const EN: &str = include_str!("text/en.toml");
const ZH: &str = include_str!("text/zh.toml");

/// The words of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    lang: Lang,
    by_key: BTreeMap<&'static str, &'static str>,
}

/// Key and text of a line `"key" = "text"`: TOML without its escapes.
fn entry(line: &'static str) -> Option<(&'static str, &'static str)> {
    line.strip_prefix('"')?.strip_suffix('"')?.split_once("\" = \"")
}

impl Text {
    /// Those of a language.
    pub(super) fn new(lang: Lang) -> Self {
        let table = match lang {
            Lang::En => EN,
            Lang::Zh => ZH,
        };
        Self { lang, by_key: table.lines().filter_map(entry).collect() }
    }
    /// What is said under a key.
    pub(super) fn say(&self, key: &str) -> &'static str {
        self.by_key.get(key).expect("a test holds that both tables have every key")
    }
    /// A paragraph's citation; of most there is nothing to translate.
    pub(super) fn paragraph(&self, paragraph: &'static str) -> &'static str {
        self.by_key.get(&*format!("paragraph.{paragraph}")).copied().unwrap_or(paragraph)
    }
    /// The same with its placeholders filled: `{name}`.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        // Piece by piece: a value that looks like a placeholder stays what it is.
        let mut filled = String::new();
        let mut rest = self.say(key);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("a placeholder is closed");
            let value = values.iter().find(|(known, _)| *known == name);
            filled.push_str(before);
            filled.push_str(value.expect("a test holds the placeholders").1);
            rest = after;
        }
        filled + rest
    }
    /// A year or a month as people write it.
    pub(super) fn period(&self, period: &str) -> String {
        let (year, month) = period.split_once('-').unwrap_or((period, ""));
        let month = month.parse::<usize>().ok().filter(|month| (1..=12).contains(month));
        match (self.lang, month) {
            (Lang::En, Some(month)) => format!("{} {year}", MONTHS[month - 1]),
            (Lang::En, None) => year.into(),
            (Lang::Zh, Some(month)) => format!("{year}年{month}月"),
            (Lang::Zh, None) => format!("{year}年"),
        }
    }
    /// A span as people write it.
    pub(super) fn span(&self, span: Span) -> String {
        let [from, to] = [span.from, span.to].map(|period| self.period(&period.to_string()));
        if from == to { from } else { self.fill("span", &[("from", &from), ("to", &to)]) }
    }
}

/// A span as files write it: `2025`, `2025-04/2026-03`.
pub(super) fn span_code(span: Span) -> String {
    let Span { from, to } = span;
    if from == to { from.to_string() } else { format!("{from}/{to}") }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An exact decimal, thousands apart by commas, a true minus. English and Chinese write it alike.
pub(super) fn exact(value: Fixed) -> String {
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", &*text), |rest| ("\u{2212}", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// A figure with the places that suit it.
pub(super) fn rounded(value: Fixed) -> String {
    crate::number::figure(value.to_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Signs that are the same in both languages.
    const KEPT: [&str; 5] = ["term.wtw", "term.ttw", "term.wtt", "unit.kg", "unit.t"];

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
    }

    /// Every line of a table as key and text.
    fn lines(table: &'static str) -> Vec<(&'static str, &'static str)> {
        let written = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        written
            .map(|line| {
                let (key, text) = entry(line).expect(line);
                assert!(!key.contains('"') && !text.contains(['"', '\\']), "{line}");
                (key, text)
            })
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let (english, chinese) = (lines(EN), lines(ZH));
        assert_eq!(english.len(), chinese.len());
        assert_eq!(english.len(), Text::new(Lang::En).by_key.len(), "a key is there twice");
        for ((key, english), (key_of_chinese, chinese)) in english.iter().zip(&chinese) {
            assert_eq!(key, key_of_chinese, "the tables have one order");
            assert!(!english.is_empty() && !chinese.is_empty(), "{key}");
            assert_eq!(placeholders(english), placeholders(chinese), "{key}");
            let kept = KEPT.contains(key);
            assert!(kept || english != chinese, "{key} is not translated");
        }
    }

    /// Keys that are made of a word and a name known only at run time.
    const MADE: [&str; 9] = [
        "figure.",
        "category.",
        "section.",
        "standard.",
        "column.",
        "term.",
        "data.",
        "paragraph.",
        "trend.table.",
    ];

    #[test]
    fn every_key_is_asked_for_and_every_key_asked_for_is_there() {
        let sources = [
            include_str!("../esg.rs"),
            include_str!("view.rs"),
            include_str!("overview.rs"),
            include_str!("emissions.rs"),
            include_str!("operations.rs"),
            include_str!("targets.rs"),
            include_str!("evidence.rs"),
            include_str!("index.rs"),
            include_str!("index/ghg.rs"),
            include_str!("index/iso14083.rs"),
            include_str!("index/issb.rs"),
            include_str!("index/esrs.rs"),
            include_str!("index/gri.rs"),
            include_str!("index/hkex.rs"),
            include_str!("text.rs"),
        ];
        let text = Text::new(Lang::En);
        let asked: BTreeSet<&str> = sources
            .iter()
            .flat_map(|source| source.split('"').skip(1).step_by(2))
            .filter(|word| text.by_key.contains_key(word))
            .collect();
        // `plain` makes the keys of these sections.
        let plain = ["waste", "fleet", "solar", "avoided", "biogenic"];
        for key in text.by_key.keys() {
            let is_plain = key
                .split_once('.')
                .is_some_and(|(of, what)| plain.contains(&of) && ["text", "table"].contains(&what));
            let is_made = MADE.iter().any(|start| key.starts_with(start)) || is_plain;
            assert!(is_made || asked.contains(key), "nobody says {key}");
        }
        for source in sources {
            for start in ["say(\"", "fill(\"", "note(\""] {
                for rest in source.split(start).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    assert!(text.by_key.contains_key(key), "{key} is not in the table");
                }
            }
        }
    }

    #[test]
    fn chinese_is_chinese() {
        for (key, text) in lines(ZH) {
            for word in [" the ", " of ", " and ", " is "] {
                assert!(!text.contains(word), "{key}: {text}");
            }
            let kept = KEPT.contains(&key) || key == "target.chart";
            let ideographs = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
            assert!(kept || ideographs.count() > 0, "{key}: {text}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_only_a_value() {
        assert_eq!(Text::new(Lang::En).fill("span", &[("from", "{to}"), ("to", "x")]), "{to} to x");
    }

    #[test]
    fn numbers_and_periods_are_written_as_the_language_does() {
        let value = |text: &str| exact(text.parse().unwrap());
        assert_eq!(value("-1234567.000000001"), "\u{2212}1,234,567.000000001");
        assert_eq!(value("999"), "999");
        for (lang, period, expect) in [
            (Lang::En, "2025-07", "July 2025"),
            (Lang::En, "2025", "2025"),
            (Lang::Zh, "2025-07", "2025年7月"),
            (Lang::Zh, "2025", "2025年"),
        ] {
            assert_eq!(Text::new(lang).period(period), expect);
        }
    }
}
