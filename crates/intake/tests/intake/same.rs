//! What may differ in the files and changes nothing.

use crate::good::Folder;
use proptest::prelude::*;

/// The same rows in another order; the header stays first.
fn shuffled(text: &str, keys: &[u32]) -> String {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let mut rows: Vec<(u32, &str)> = keys.iter().copied().cycle().zip(lines).collect();
    rows.sort_unstable();
    rows.iter().fold(format!("{header}\n"), |text, (_, row)| text + row + "\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_rows_and_files(keys in prop::collection::vec(any::<u32>(), 7), turn in 0..11_usize) {
        let good = Folder::good();
        let mut other = good.clone();
        for (name, bytes) in &mut other.0 {
            if *name != "greenchain.toml" {
                *bytes = shuffled(&good.text(name), &keys).into_bytes();
            }
        }
        other.0.rotate_left(turn);
        prop_assert_eq!(good.checked(), other.checked());
    }
}

#[test]
fn how_the_text_is_written() {
    let good = Folder::good();
    let mut crlf = good.clone();
    for (_, bytes) in &mut crlf.0 {
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace('\n', "\r\n").into_bytes();
    }
    let mut marked = good.clone();
    for (_, bytes) in &mut marked.0 {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    }
    let columns = good.clone().with(
        "grid.csv",
        "kg_co2e_per_kwh , timestamp\n0.09,2017-11-24T03:00:00Z\n 0 ,\"2017-11-24T04:00:00Z\"",
    );
    for (folder, why) in [
        (crlf, "lines that end as on Windows"),
        (marked, "a byte order mark"),
        (columns, "columns in another order, blanks, quotes, another offset, no last line feed"),
    ] {
        assert_eq!(folder.checked().scenario, good.checked().scenario, "{why}");
    }
}
