use super::*;
use proptest::prelude::*;

fn part(path: &str) -> Part {
    let half = Emission {
        wtt: Carbon::from_kilograms("0.5".parse().unwrap()),
        ttw: Carbon::from_kilograms("-2".parse().unwrap()),
    };
    Part {
        path: path.to_owned(),
        sha256: seal::of_bytes(path.as_bytes()),
        rows: 3,
        tenant: "main".to_owned(),
        period: "2025-07".to_owned(),
        sums: BTreeMap::from([("plan".to_owned(), half), ("actual".to_owned(), half)]),
    }
}

fn manifest() -> Manifest {
    let mut manifest = Manifest::new("a year".to_owned(), Some("acme".to_owned()));
    manifest.add_batch("b0001".to_owned(), BatchKind::Calc, vec![part("a.parquet")]);
    manifest.add_batch("b0002".to_owned(), BatchKind::Reversal, vec![part("b.parquet")]);
    manifest.files.push(Listed {
        path: "scenario/orders.csv".to_owned(),
        sha256: seal::of_bytes(b""),
        bytes: 0,
    });
    manifest.notes.push(Note { subject: "grid".to_owned(), text: "Two\nlines".to_owned() });
    manifest
}

fn read(text: &str) -> Result<Manifest, Vec<ManifestFault>> {
    Manifest::read(text.as_bytes())
}

#[test]
fn a_manifest_reads_back() {
    let text = manifest().to_json().unwrap();
    let again = read(&text).unwrap();
    assert_eq!(again.batches(), manifest().batches());
    assert_eq!(again.to_json().unwrap(), text);
    assert_eq!(again.seal(), manifest().seal());
    assert!(text.contains("\"wtt\": \"0.5\""), "sums are exact decimals as text");
}

#[test]
fn faults_are_told_with_their_place() {
    let text = manifest().to_json().unwrap();
    for (from, to, place, why) in [
        ("\"format\": 1", "\"format\": 2", "format", "another version is not guessed at"),
        ("\"format\": 1,", "\"format\": 1, \"more\": 1,", "line 2, column 21", "an unknown field"),
        ("a year", "a month", "seal", "the name is sealed too"),
        ("{\n  \"format\"", "{ \n  \"format\"", "the whole", "a space more"),
        ("a year", "\\u0061 year", "the whole", "another way to write the same letter"),
        ("\"rows\": 3", "\"rows\": 4", "batch `b0001`", "a batch is sealed"),
        ("a.parquet", "../a.parquet", "line file 0", "a path that leads out"),
        ("a.parquet", "/a.parquet", "line file 0", "a path from the root"),
        ("a.parquet", "b.parquet", "files", "a file listed twice"),
        ("2025-07", "2025-7", "line file 0", "no period"),
        ("\"actual\"", "\"hoped\"", "line file 0", "no case"),
        ("b0002", "b0001", "batches", "a batch by the name of another"),
        ("\"0.5\"", "\"1e3\"", "line 26, column 9", "no decimal"),
        (seal::NONE, &seal::of_bytes(b"x"), "batch `b0001`", "the first batch follows none"),
    ] {
        assert!(text.contains(from), "{from}");
        let faults = read(&text.replacen(from, to, 1)).unwrap_err();
        assert!(faults.iter().any(|fault| fault.place == place), "{why}: {faults:?}");
    }
}

#[test]
fn a_batch_covers_the_batches_before() {
    let mut other = Manifest::new("a year".to_owned(), None);
    other.add_batch("b0001".to_owned(), BatchKind::Calc, vec![part("c.parquet")]);
    other.add_batch("b0002".to_owned(), BatchKind::Reversal, vec![part("b.parquet")]);
    assert_ne!(other.batches()[1].seal, manifest().batches()[1].seal);
}

#[test]
fn batches_in_another_order_do_not_follow_each_other() {
    let mut turned = manifest();
    turned.batches.reverse();
    let faults = turned.to_json().unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["batch `b0002`", "batch `b0001`"]);
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let mut faulty = manifest();
    faulty.files.push(Listed { path: FILE.to_owned(), sha256: String::new(), bytes: 0 });
    let places: Vec<_> = faulty.to_json().unwrap_err().into_iter().map(|f| f.fault).collect();
    assert_eq!(places, ["path is `manifest.json`", "sha256 is ``"]);
}

proptest! {
    #[test]
    fn any_changed_byte_is_found(at in any::<prop::sample::Index>(), by in 1_u8..) {
        let mut bytes = manifest().to_json().unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = bytes[at].wrapping_add(by);
        prop_assert!(Manifest::read(&bytes).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Manifest::read(&bytes).is_err());
    }
}
