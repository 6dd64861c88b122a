//! The judge of a store finds what was done past the store.

use crate::bed::{Bed, acme, append, assert_sound, message, on_both, once};
use events::{Anchor, Checked, Expected, Store};

async fn fill(store: &Store) {
    for n in 0..12 {
        let mut append = append(&(n % 3).to_string(), Expected::Any, 2);
        append.once = Some(once(&n.to_string(), "one"));
        append.messages = vec![message("a", "1")];
        store.append(append).await.unwrap();
    }
    store.project(&acme(), &crate::projecting::Scans).await.unwrap();
}

fn said(checked: &Checked) -> Vec<String> {
    checked.findings.iter().map(|found| format!("{}: {}", found.place, found.fault)).collect()
}

async fn unlock(bed: &Bed) {
    if bed.is_sqlite() {
        bed.sql("DROP TRIGGER events_never_change; DROP TRIGGER events_never_go").await;
    }
}

fn schema(bed: &Bed) -> &'static str {
    if bed.is_sqlite() { "" } else { "greenchain." }
}

const ALTERED: &str = "its digest is not that of its content and the event before it";

/// What is done past the store, how it is undone, and what the check says; `{}` is the schema.
const ALTERATIONS: [(&str, &str, &str, &str); 12] = [
    (
        "UPDATE {}events SET actor = 'me' WHERE position = 5",
        "UPDATE {}events SET actor = 'user:4' WHERE position = 5",
        "position 5",
        ALTERED,
    ),
    (
        "UPDATE {}events SET payload = '{}' WHERE position = 9",
        r#"UPDATE {}events SET payload = '{"n":0, "who":"p-1"}' WHERE position = 9"#,
        "position 9",
        ALTERED,
    ),
    (
        "UPDATE {}events SET recorded_at = recorded_at + 1 WHERE position = 24",
        "UPDATE {}events SET recorded_at = recorded_at - 1 WHERE position = 24",
        "position 24",
        ALTERED,
    ),
    (
        "UPDATE {}events SET position = 99 WHERE position = 24",
        "UPDATE {}events SET position = 24 WHERE position = 99",
        "position 99",
        "follows position 23",
    ),
    (
        "UPDATE {}streams SET version = 9 WHERE id = '1'",
        "UPDATE {}streams SET version = 8 WHERE id = '1'",
        "stream parcel/1",
        "is said to be at version 9 of months 202611 to 202611, its 8 events are versions 1 to 8 of months 202611 to 202611",
    ),
    (
        "UPDATE {}streams SET id = 'x' WHERE id = '1'",
        "UPDATE {}streams SET id = '1' WHERE id = 'x'",
        "stream parcel/1",
        "is said to be at version 0 of months 0 to 0, its 8 events are versions 1 to 8 of months 202611 to 202611",
    ),
    (
        "UPDATE {}tenants SET position = 25",
        "UPDATE {}tenants SET position = 24",
        "chain",
        "is said to be at position 25, ends at 24",
    ),
    (
        "UPDATE {}idempotency SET last_position = 77 WHERE key = '1'",
        "UPDATE {}idempotency SET last_position = 4 WHERE key = '1'",
        "idempotency key 1",
        "names events past the last",
    ),
    (
        "UPDATE {}outbox SET seq = 99 WHERE seq = 12",
        "UPDATE {}outbox SET seq = 12 WHERE seq = 99",
        "message 99",
        "comes after the last",
    ),
    (
        "UPDATE {}projections SET position = 99",
        "UPDATE {}projections SET position = 24",
        "projection scans",
        "took events past the last",
    ),
    (
        "UPDATE {}months SET first_position = 3",
        "UPDATE {}months SET first_position = 1",
        "month 202611",
        "begins at position 1, not where it is said",
    ),
    (
        "UPDATE {}streams SET last_month = 202612 WHERE id = '2'",
        "UPDATE {}streams SET last_month = 202611 WHERE id = '2'",
        "stream parcel/2",
        "is said to be at version 8 of months 202611 to 202612, its 8 events are versions 1 to 8 of months 202611 to 202611",
    ),
];

#[test]
fn every_alteration_past_the_store_is_found() {
    on_both("alterations", &async |bed| {
        let store = bed.open().await;
        fill(&store).await;
        assert_sound(&store).await;
        unlock(bed).await;
        let schema = schema(bed);
        for (change, back, place, fault) in ALTERATIONS {
            bed.sql(&change.replacen("{}", schema, 1)).await;
            let found = said(&store.check(&[]).await.unwrap());
            assert!(found.contains(&format!("{place}: {fault}")), "{change}: {found:?}");
            bed.sql(&back.replacen("{}", schema, 1)).await;
            assert_sound(&store).await;
        }
    });
}

#[test]
fn an_event_that_was_removed_is_found_wherever_it_stood() {
    on_both("removals", &async |bed| {
        let store = bed.open().await;
        fill(&store).await;
        unlock(bed).await;
        bed.sql(&format!("DELETE FROM {}events WHERE position = 24", schema(bed))).await;
        let found = said(&store.check(&[]).await.unwrap());
        assert!(
            found.contains(&"chain: is said to be at position 24, ends at 23".to_owned()),
            "{found:?}"
        );
        bed.sql(&format!("DELETE FROM {}events WHERE position = 7", schema(bed))).await;
        let found = said(&store.check(&[]).await.unwrap());
        assert!(found.contains(&"position 8: follows position 6".to_owned()), "{found:?}");
        bed.sql(&format!("DELETE FROM {}tenants", schema(bed))).await;
        let found = said(&store.check(&[]).await.unwrap());
        assert_eq!(found, ["tenant: is not known"]);
    });
}

#[test]
fn a_chain_closed_again_after_a_change_is_found_by_what_was_kept_elsewhere() {
    on_both("anchors", &async |bed| {
        let store = bed.open().await;
        fill(&store).await;
        let heads = store.check(&[]).await.unwrap().heads;
        store.append(append("1", Expected::Any, 1)).await.unwrap();
        assert_eq!(store.check(&heads).await.unwrap().findings, [], "it has only grown");
        // Another store in which one payload was another: sound in itself.
        let other = Bed::sqlite(&format!("anchors_other_{}", bed.is_sqlite()));
        let other = other.open().await;
        let mut first = append("0", Expected::Any, 2);
        first.actor = "me".into();
        other.append(first).await.unwrap();
        for n in 1..13 {
            other.append(append(&(n % 3).to_string(), Expected::Any, 2)).await.unwrap();
        }
        assert_sound(&other).await;
        let found = said(&other.check(&heads).await.unwrap());
        assert_eq!(found, ["position 24: its digest is not the one that was kept"]);
        let beyond = [Anchor { position: 99, ..heads[0].clone() }];
        let found = said(&store.check(&beyond).await.unwrap());
        assert_eq!(found, ["chain: ends at 25, a digest of 99 was kept"]);
        let empty = Bed::sqlite(&format!("anchors_empty_{}", bed.is_sqlite()));
        let found = said(&empty.open().await.check(&heads).await.unwrap());
        assert_eq!(found, ["tenant: is gone"]);
    });
}

#[test]
fn sqlite_itself_refuses_to_change_an_event() {
    crate::bed::runtime().block_on(async {
        let bed = Bed::sqlite("triggers");
        let store = bed.open().await;
        fill(&store).await;
        let mut conn =
            <sqlx::SqliteConnection as sqlx::Connection>::connect(&bed.url()).await.unwrap();
        for (statement, said) in [
            ("UPDATE events SET actor = 'me'", "events never change"),
            ("DELETE FROM events", "events never go"),
        ] {
            let fault = sqlx::query(statement).execute(&mut conn).await.unwrap_err().to_string();
            assert!(fault.contains(said), "{fault}");
        }
    });
}
