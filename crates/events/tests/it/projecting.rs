//! Projections: kept up to date, made anew, the same to the byte.

use crate::bed::{acme, append, at, on_both, parcel};
use events::{
    ApplyFault, Event, EventsError, Expected, Payload, Projection, Rows, Snapshot, Store,
};

/// How often each parcel was scanned; every seventh scan takes it off the list.
pub(crate) struct Scans;

impl Projection for Scans {
    fn name(&self) -> &'static str {
        "scans"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn keys(&self, event: &Event) -> Vec<String> {
        vec![event.stream.to_string(), "all".into()]
    }

    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault> {
        for key in self.keys(event) {
            let count = rows.get(&key)?.map_or(0, |text| text.parse::<u64>().expect("ours")) + 1;
            if event.version.is_multiple_of(7) && key != "all" {
                rows.remove(&key)?;
            } else {
                rows.put(&key, count.to_string())?;
            }
        }
        Ok(())
    }
}

/// As [`Scans`], of a later revision, and with a bad event at position 5.
struct Later;

impl Projection for Later {
    fn name(&self) -> &'static str {
        "scans"
    }

    fn revision(&self) -> u32 {
        2
    }

    fn keys(&self, _: &Event) -> Vec<String> {
        Vec::new()
    }

    fn apply(&self, event: &Event, _: &mut Rows) -> Result<(), ApplyFault> {
        if event.position == 5 { Err(ApplyFault::Content("no weight".into())) } else { Ok(()) }
    }
}

async fn scan(store: &Store, n: usize) {
    store.append(append(&(n % 13).to_string(), Expected::Any, 1 + n % 20)).await.unwrap();
}

#[test]
fn a_rebuild_gives_the_same_rows_byte_for_byte() {
    on_both("rebuild", &async |bed| {
        let store = bed.open().await;
        let mut kept = None;
        for n in 0..300 {
            scan(&store, n).await;
            if n % 40 == 0 {
                store.project(&acme(), &Scans).await.unwrap();
            }
            if n == 120 {
                kept = store.rows_at(&acme(), "scans").await.unwrap();
            }
        }
        while !store.project(&acme(), &Scans).await.unwrap().caught_up {}
        let live = store.rows_at(&acme(), "scans").await.unwrap().unwrap();
        assert_eq!(live.position, store.head(&acme()).await.unwrap().0);
        assert_eq!(
            store.row(&acme(), "scans", "all").await.unwrap().unwrap(),
            live.position.to_string()
        );
        assert!(live.rows.len() > 5);
        let rebuilt = store.rebuild(&acme(), &Scans, None).await.unwrap();
        assert_eq!((rebuilt.position, rebuilt.n_events), (live.position, live.position));
        let anew = store.rows_at(&acme(), "scans").await.unwrap().unwrap();
        assert_eq!((anew.digest(), &anew), (live.digest(), &live), "from the first event");
        let kept = kept.unwrap();
        let rebuilt = store.rebuild(&acme(), &Scans, Some(&kept)).await.unwrap();
        assert_eq!(rebuilt.n_events, live.position - kept.position);
        assert_eq!(
            store.rows_at(&acme(), "scans").await.unwrap().unwrap(),
            live,
            "from a snapshot"
        );
        let few = store.rows(&acme(), "scans", "parcel/", "parcel0", 3).await.unwrap();
        assert_eq!(few, live.rows[1..4]);
    });
}

#[test]
fn a_rebuild_under_way_disturbs_nobody() {
    on_both("rebuild_live", &async |bed| {
        let store = bed.open().await;
        for n in 0..400 {
            scan(&store, n).await;
        }
        while !store.project(&acme(), &Scans).await.unwrap().caught_up {}
        let writer = {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..200 {
                    scan(&store, n).await;
                    store.project(&acme(), &Scans).await.unwrap();
                    let all = store.row(&acme(), "scans", "all").await.unwrap();
                    assert!(all.is_some(), "there are rows at any moment");
                }
            })
        };
        for _ in 0..5 {
            store.rebuild(&acme(), &Scans, None).await.unwrap();
        }
        writer.await.unwrap();
        while !store.project(&acme(), &Scans).await.unwrap().caught_up {}
        let live = store.rows_at(&acme(), "scans").await.unwrap().unwrap();
        store.rebuild(&acme(), &Scans, None).await.unwrap();
        assert_eq!(store.rows_at(&acme(), "scans").await.unwrap().unwrap(), live);
    });
}

#[test]
fn rows_of_other_code_are_not_touched_and_a_fault_moves_nothing() {
    on_both("revision", &async |bed| {
        let store = bed.open().await;
        store.append(append("1", Expected::Any, 4)).await.unwrap();
        store.project(&acme(), &Scans).await.unwrap();
        let fault = store.project(&acme(), &Later).await;
        assert!(matches!(fault, Err(EventsError::Revision { found: 1, wanted: 2, .. })));
        store.append(append("1", Expected::Any, 1)).await.unwrap();
        let before = store.rows_at(&acme(), "scans").await.unwrap();
        let fault = store.rebuild(&acme(), &Later, None).await.unwrap_err().to_string();
        assert_eq!(fault, "projection `scans` stops at position 5: no weight");
        assert_eq!(store.rows_at(&acme(), "scans").await.unwrap(), before, "the old rows stay");
        let fault = store.rebuild(&acme(), &Later, before.as_ref()).await;
        assert!(matches!(fault, Err(EventsError::Revision { .. })));
    });
}

#[test]
fn a_snapshot_never_goes_back() {
    on_both("snapshot", &async |bed| {
        let store = bed.open().await;
        let of = |version, state: &str| Snapshot {
            version,
            schema_version: 1,
            state: Payload::new(state).unwrap(),
        };
        assert_eq!(store.snapshot(&acme(), &parcel("1")).await.unwrap(), None);
        for (version, state) in [(3, "3"), (9, "9"), (5, "5")] {
            store.keep_snapshot(&acme(), &parcel("1"), &of(version, state)).await.unwrap();
        }
        assert_eq!(store.snapshot(&acme(), &parcel("1")).await.unwrap(), Some(of(9, "9")));
        assert_eq!(at(0).month(), 202611);
    });
}
