//! Backups: of one moment, from either database into either, whole or not at all.

use crate::bed::{
    Bed, acme, all, append, assert_sound, at, message, on_both, once, parcel, person, runtime,
    say_skipped, scanned,
};
use crate::projecting::Scans;
use events::{Append, EventId, EventsError, Expected, Payload, Snapshot, Store, Tenant, Write};
use std::io::BufRead;

async fn fill(store: &Store) {
    for n in 0..30 {
        let tenant = Tenant::new(&format!("t{}", n % 3)).unwrap();
        let mut append = Append { tenant: tenant.clone(), ..append("ä '1\"", Expected::Any, 50) };
        append.recorded_at = at(n * 400_000);
        append.causation = (n % 2 == 0).then(|| EventId::from_bytes([n as u8; 16]));
        append.once = Some(once(&format!("k{n}"), "one"));
        append.messages = vec![message("a", r#""a\u0000""#)];
        append.persons = vec![person(&format!("p-{n}"), r#"{"name":"Ada"}"#)];
        store.append(append).await.unwrap();
        store.erase(&tenant, &format!("q-{n}"), at(n)).await.unwrap();
        let state = Payload::new("{}").unwrap();
        let snapshot = Snapshot { version: 3, schema_version: 1, state };
        store.keep_snapshot(&tenant, &parcel("1"), &snapshot).await.unwrap();
        store.project(&tenant, &Scans).await.unwrap();
    }
}

async fn backup(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    let summary = store.backup(&mut bytes).await.unwrap();
    assert_eq!(summary.n_rows + 2, bytes.lines().count() as u64);
    bytes
}

#[test]
fn a_backup_restores_into_either_database_and_is_sound_there() {
    runtime().block_on(async {
        let mut beds = vec![Bed::sqlite("backup_a"), Bed::sqlite("backup_b")];
        match (Bed::postgres("backup_a").await, Bed::postgres("backup_b").await) {
            (Some(one), Some(two)) => beds.extend([one, two]),
            _ => say_skipped(),
        }
        let mut stores = Vec::new();
        for bed in &beds {
            stores.push(bed.open().await);
        }
        // The same by the same calls on both, and each restored into the next.
        fill(&stores[0]).await;
        let original = backup(&stores[0]).await;
        let mut last = original.clone();
        for store in &stores[1..] {
            let summary = store.restore(&mut last.as_slice()).await.unwrap();
            assert_eq!(summary.n_events, 1_500);
            assert_sound(store).await;
            last = backup(store).await;
            assert!(last == original, "the backup of what was restored is the backup");
            let tenant = Tenant::new("t1").unwrap();
            assert_eq!(all(store, &tenant).await, all(&stores[0], &tenant).await);
        }
        let end = stores.last().unwrap();
        let refused = end.restore(&mut original.as_slice()).await;
        assert!(matches!(refused, Err(EventsError::NotEmpty)));
        fill(end).await;
        assert_sound(end).await;
        for (bed, store) in beds.into_iter().zip(stores) {
            store.close().await;
            bed.clear().await;
        }
    });
}

#[test]
fn a_backup_taken_while_events_come_is_of_one_moment() {
    on_both("backup_live", &async |bed| {
        let store = bed.open().await;
        store.append(append("1", Expected::Any, 1)).await.unwrap();
        let writer = |n: usize| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..100 {
                    let mut both = append(&format!("{n}"), Expected::Any, 1);
                    let (stream, expected) = (parcel(&format!("twin-{n}")), Expected::Any);
                    both.writes.push(Write { stream, expected, events: scanned(1) });
                    store.append(both).await.unwrap();
                }
            })
        };
        let tasks: Vec<_> = (0..6).map(writer).collect();
        let mut backups = Vec::new();
        for _ in 0..5 {
            backups.push(backup(&store).await);
        }
        for task in tasks {
            task.await.unwrap();
        }
        for (at, bytes) in backups.iter().enumerate() {
            let bed = Bed::sqlite(&format!("backup_live_{at}"));
            let restored = bed.open().await;
            restored.restore(&mut bytes.as_slice()).await.unwrap();
            assert_sound(&restored).await;
            for n in 0..6 {
                let one = restored.version(&acme(), &parcel(&n.to_string())).await.unwrap();
                let twin = restored.version(&acme(), &parcel(&format!("twin-{n}"))).await.unwrap();
                assert!(twin == one || n == 1 && one == twin + 1, "no append by half");
            }
        }
    });
}

#[test]
fn a_backup_with_a_byte_altered_or_cut_is_refused_and_leaves_the_store_empty() {
    on_both("backup_bad", &async |bed| {
        let store = bed.open().await;
        store.append(append("1", Expected::Any, 3)).await.unwrap();
        let good = String::from_utf8(backup(&store).await).unwrap();
        let fresh = Bed::sqlite(&format!("backup_bad_{}", bed.is_sqlite()));
        let fresh = fresh.open().await;
        let cut: String = good.split_inclusive('\n').take(4).collect();
        for (bad, said, why) in [
            (good.replace("\\\"n\\\":1", "\\\"n\\\":2"), "sum over the file", "altered"),
            (cut, "ends too early", "cut"),
            (good.replacen("[\"streams\"", "[\"streets\"", 1), "a row of no table", "renamed"),
            (
                good.replacen("\"schema\":3", "\"schema\":4", 1),
                "of schema Some(4)",
                "of a later release",
            ),
            (good.replacen("greenchain", "redchain", 1), "not a backup", "something else"),
            ("}".into(), "line 1: expected value", "no JSON"),
        ] {
            assert_ne!(bad, good, "{why}");
            let fault = fresh.restore(&mut bad.as_bytes()).await.unwrap_err().to_string();
            assert!(fault.contains(said), "{why}: {fault}");
            assert_eq!(fresh.tenants().await.unwrap(), [], "{why}");
        }
        fresh.restore(&mut good.as_bytes()).await.unwrap();
        assert_eq!(all(&fresh, &acme()).await, all(&store, &acme()).await);
    });
}
