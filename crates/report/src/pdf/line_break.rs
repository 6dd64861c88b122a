//! Where a line may end: at spaces, and in Chinese between any two ideographs but for marks that
//! begin no line or end none.
//!
//! Source: GB/T 15834-2011, 5.1 (marks at the ends of lines); UAX #14 for letters beside ideographs.

/// Marks that begin no line. Full and half width, closing brackets and quotes, dashes and dots
/// that come in pairs, units close behind their number.
const NEVER_FIRST: &str = "。，、；：！？）》」』】〕〉〗”’…—～·％℃‰.,;:!?)]}%°";
/// Marks that end no line.
const NEVER_LAST: &str = "（《「『【〔〈〖“‘([{￥¥$€№";

/// A stretch of text that no line end may split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// Its letters, none of them a space.
    pub text: &'a str,
    /// Whether a space is before it.
    pub is_apart: bool,
}

/// The pieces of a text in their order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let mut begin = 0;
        let mut before = None;
        for (at, letter) in word.char_indices() {
            if before.is_some_and(|before| may_break(before, letter)) {
                all.push(Piece { text: &word[begin..at], is_apart: begin == 0 });
                begin = at;
            }
            before = Some(letter);
        }
        all.push(Piece { text: &word[begin..], is_apart: begin == 0 });
    }
    all
}

fn may_break(before: char, after: char) -> bool {
    (is_wide(before) || is_wide(after))
        && !NEVER_LAST.contains(before)
        && !NEVER_FIRST.contains(after)
}

/// Whether a letter is written in a square of its own, without spaces between words: ideographs
/// with their marks, kana, full-width forms.
pub(super) const fn is_wide(letter: char) -> bool {
    matches!(letter,
        '\u{2e80}'..='\u{312f}'
        | '\u{3190}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_ends_where_the_language_allows_it() {
        for (text, expect, why) in [
            ("per tonne-km, (WTW)", "per|tonne-km,|(WTW)", "spaces alone in English"),
            ("碳排放", "碳|排|放", "between any two ideographs"),
            ("排放，减少。", "排|放，|减|少。", "no mark begins a line"),
            ("见《范围三》（千克）。", "见|《范|围|三》|（千|克）。", "no bracket ends one"),
            ("共 12.5 吨CO2e", "共|12.5|吨|CO2e", "numbers and words stay whole"),
            ("下降3.5%（约）", "下|降|3.5%|（约）", "a unit stays with its number"),
            ("说明——见“注”……", "说|明——|见|“注”……", "pairs stay pairs"),
            ("¥100元", "¥100|元", "a currency stays with its number"),
            (" \n\u{3000}", "", "no words, no pieces"),
        ] {
            let found: Vec<&str> = pieces(text).iter().map(|piece| piece.text).collect();
            assert_eq!(found.join("|"), expect, "{why}");
        }
    }

    #[test]
    fn a_space_is_kept_and_none_is_added() {
        let apart: Vec<bool> = pieces("共 12吨").iter().map(|piece| piece.is_apart).collect();
        assert_eq!(apart, [true, true, false]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_mark_stands_where_it_must_not(
            text in "[ a1%中文字。，（）《》—…]{0,60}",
        ) {
            let all = pieces(&text);
            let joined: String = all.iter().map(|piece| piece.text).collect();
            prop_assert_eq!(joined, text.split_whitespace().collect::<String>());
            for piece in all {
                prop_assert!(!piece.text.is_empty());
                let first = piece.text.chars().next().unwrap();
                let last = piece.text.chars().last().unwrap();
                prop_assert!(piece.is_apart || !NEVER_FIRST.contains(first));
                let is_end = text.contains(&format!("{} ", piece.text)) || text.ends_with(last);
                prop_assert!(is_end || !NEVER_LAST.contains(last));
            }
        }
    }
}
