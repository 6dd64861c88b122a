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

/// The last scan of each even parcel, in a list that is not read.
struct Lasts;

impl Projection for Lasts {
    fn name(&self) -> &'static str {
        "lasts"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn takes(&self, kind: &str) -> bool {
        kind == "parcel"
    }

    fn keys(&self, _: &Event) -> Vec<String> {
        Vec::new()
    }

    fn unread_keys(&self, event: &Event) -> Vec<String> {
        vec![event.stream.to_string()]
    }

    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault> {
        if event.version.is_multiple_of(2) {
            rows.put(&event.stream.to_string(), event.version.to_string())
        } else {
            rows.remove(&event.stream.to_string())
        }
    }
}

/// Of streams that nobody writes to.
struct Idle;

impl Projection for Idle {
    fn name(&self) -> &'static str {
        "idle"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn takes(&self, kind: &str) -> bool {
        kind == "nothing"
    }

    fn keys(&self, _: &Event) -> Vec<String> {
        panic!("it is not asked about others")
    }

    fn apply(&self, _: &Event, _: &mut Rows) -> Result<(), ApplyFault> {
        panic!("it is not asked about others")
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
fn projections_that_go_together_show_what_each_would_alone() {
    on_both("together", &async |bed| {
        let store = bed.open().await;
        let all: [&dyn Projection; 3] = [&Scans, &Lasts, &Idle];
        assert_eq!(store.project_together(&acme(), &all).await.unwrap(), None, "none is there");
        for projection in all {
            store.project(&acme(), projection).await.unwrap();
        }
        let mut touched = std::collections::BTreeSet::new();
        for n in 0..200 {
            scan(&store, n).await;
            if n == 100 {
                // One runs ahead of the others.
                while !store.project(&acme(), &Lasts).await.unwrap().caught_up {}
            }
            if n % 30 == 0 {
                let step = store.project_together(&acme(), &all).await.unwrap().unwrap();
                assert!(step.position > step.from);
                touched.extend(step.touched);
            }
        }
        while !store.project_together(&acme(), &all).await.unwrap().unwrap().caught_up {}
        assert_eq!(touched.into_iter().collect::<Vec<_>>(), ["lasts", "scans"]);
        let head = store.head(&acme()).await.unwrap().0;
        for projection in all {
            let live = store.rows_at(&acme(), projection.name()).await.unwrap().unwrap();
            assert_eq!(live.position, head, "{}", projection.name());
            store.rebuild(&acme(), projection, None).await.unwrap();
            let anew = store.rows_at(&acme(), projection.name()).await.unwrap().unwrap();
            assert_eq!(anew, live, "{}", projection.name());
        }
        let stand = store.project_together(&acme(), &all).await.unwrap().unwrap();
        assert_eq!((stand.from, stand.position, stand.caught_up), (head, head, true));
        let other: [&dyn Projection; 2] = [&Later, &Lasts];
        let fault = store.project_together(&acme(), &other).await.unwrap_err();
        assert!(matches!(fault, EventsError::Revision { found: 1, wanted: 2, .. }), "{fault}");
    });
}

#[test]
fn two_servers_that_project_together_count_each_event_once() {
    on_both("together_at_once", &async |bed| {
        let stores = [bed.open().await, bed.open().await];
        for projection in [&Scans as &dyn Projection, &Lasts] {
            scan(&stores[0], 0).await;
            stores[0].project(&acme(), projection).await.unwrap();
        }
        let servers = stores.clone().map(|store| {
            tokio::spawn(async move {
                for n in 0..60 {
                    scan(&store, n).await;
                    let all: [&dyn Projection; 2] = [&Scans, &Lasts];
                    store.project_together(&acme(), &all).await.unwrap();
                }
            })
        });
        for server in servers {
            server.await.unwrap();
        }
        let all: [&dyn Projection; 2] = [&Scans, &Lasts];
        while !stores[0].project_together(&acme(), &all).await.unwrap().unwrap().caught_up {}
        let head = stores[0].head(&acme()).await.unwrap().0;
        let counted = stores[0].row(&acme(), "scans", "all").await.unwrap().unwrap();
        assert_eq!(counted, head.to_string());
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
