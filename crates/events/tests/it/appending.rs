//! Appends: versions, conflicts, keys, many at once.

use crate::bed::{acme, all, append, assert_sound, at, on_both, once, parcel};
use events::{Append, Digest, EventId, EventsError, Expected, Payload};

#[test]
fn what_was_appended_is_read_back() {
    on_both("read_back", &async |bed| {
        let store = bed.open().await;
        let mut whole = append("ä/1", Expected::Version(0), 2);
        whole.correlation = Some("req-1".into());
        whole.causation = Some(EventId::from_bytes([3; 16]));
        whole.writes.extend(append("2", Expected::Any, 1).writes);
        let answer = store.append(whole).await.unwrap();
        assert_eq!((answer.first, answer.last, answer.replayed), (1, 3, false));
        let events = all(&store, &acme()).await;
        assert_eq!(
            events.iter().map(|e| (e.position, e.version)).collect::<Vec<_>>(),
            [(1, 1), (2, 2), (3, 1)]
        );
        assert_eq!(events[1].payload.as_str(), r#"{"n":1, "who":"p-1"}"#, "to the byte");
        assert_eq!(events[0].correlation.as_deref(), Some("req-1"));
        assert_eq!(events[0].causation, Some(EventId::from_bytes([3; 16])));
        assert_eq!(events[0].recorded_at, at(0));
        assert_eq!(store.stream(&acme(), &parcel("ä/1"), 1, 10).await.unwrap(), events[1..2]);
        assert_eq!(store.version(&acme(), &parcel("ä/1")).await.unwrap(), 2);
        assert_eq!(store.version(&acme(), &parcel("none")).await.unwrap(), 0);
        assert_eq!(store.head(&acme()).await.unwrap(), (3, events[2].digest));
        assert_eq!(store.tenants().await.unwrap(), [acme()]);
        assert_sound(&store).await;
        store.close().await;
        assert_eq!(all(&bed.open().await, &acme()).await, events, "after it was closed and opened");
    });
}

#[test]
fn a_writer_who_read_an_older_version_is_refused() {
    on_both("conflict", &async |bed| {
        let store = bed.open().await;
        store.append(append("1", Expected::Version(0), 2)).await.unwrap();
        for (expected, good, why) in [
            (0, false, "created twice"),
            (1, false, "older"),
            (3, false, "newer"),
            (2, true, "as it is"),
        ] {
            let answer = store.append(append("1", Expected::Version(expected), 1)).await;
            match answer {
                Ok(_) => assert!(good, "{why}"),
                Err(EventsError::Conflict { actual, .. }) => assert!(!good && actual == 2, "{why}"),
                Err(other) => panic!("{why}: {other}"),
            }
        }
        assert_eq!(all(&store, &acme()).await.len(), 3);
    });
}

#[test]
fn a_key_keeps_its_answer_and_refuses_another_request() {
    on_both("key", &async |bed| {
        let store = bed.open().await;
        let with = |key, request| Append {
            once: Some(once(key, request)),
            ..append("1", Expected::Any, 1)
        };
        let first = store.append(with("k", "load 1")).await.unwrap();
        let again = store.append(with("k", "load 1")).await.unwrap();
        assert_eq!(
            (again.first, again.last, &again.answer, again.replayed),
            (first.first, first.last, &first.answer, true)
        );
        let other = store.append(with("k", "load 2")).await;
        assert!(matches!(other, Err(EventsError::KeyReused { key }) if key == "k"));
        let kept = store.answered(&acme(), "k", &Digest::of(b"load 1")).await.unwrap().unwrap();
        assert_eq!(kept.answer, r#"{"answered":"load 1"}"#);
        assert!(store.answered(&acme(), "k", &Digest::of(b"load 2")).await.is_err());
        assert_eq!(store.answered(&acme(), "new", &Digest::of(b"")).await.unwrap(), None);
        assert_eq!(all(&store, &acme()).await.len(), 1);
    });
}

#[test]
fn concurrent_identical_writes_give_one_result() {
    on_both("identical", &async |bed| {
        // Two stores: two processes that share nothing but the database.
        let stores = [bed.open().await, bed.open().await];
        for round in 0..20 {
            let key = format!("k{round}");
            let send = |n: usize| {
                let store = stores[n % 2].clone();
                let append =
                    Append { once: Some(once(&key, "one")), ..append("1", Expected::Any, 1) };
                tokio::spawn(async move { store.append(append).await.unwrap() })
            };
            let tasks: Vec<_> = (0..16).map(send).collect();
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await.unwrap());
            }
            assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
            assert!(answers.iter().all(
                |answer| answer.first == answers[0].first && answer.answer == answers[0].answer
            ));
        }
        assert_eq!(all(&stores[0], &acme()).await.len(), 20);
        assert_sound(&stores[0]).await;
    });
}

#[test]
fn of_concurrent_writers_at_one_version_one_wins() {
    on_both("race", &async |bed| {
        let stores = [bed.open().await, bed.open().await];
        for version in 0..20 {
            let send = |n: usize| {
                let store = stores[n % 2].clone();
                let append = append("1", Expected::Version(version), 1);
                tokio::spawn(async move { store.append(append).await })
            };
            let tasks: Vec<_> = (0..12).map(send).collect();
            let mut n_won = 0;
            for task in tasks {
                match task.await.unwrap() {
                    Ok(_) => n_won += 1,
                    Err(EventsError::Conflict { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            assert_eq!(n_won, 1);
        }
        assert_eq!(stores[1].version(&acme(), &parcel("1")).await.unwrap(), 20);
        assert_sound(&stores[0]).await;
    });
}

#[test]
fn a_reader_behind_concurrent_writers_misses_nothing() {
    on_both("gap_free", &async |bed| {
        let stores = [bed.open().await, bed.open().await];
        let writer = |n: usize| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                for _ in 0..50 {
                    store.append(append(&n.to_string(), Expected::Any, 1 + n % 3)).await.unwrap();
                }
            })
        };
        let tasks: Vec<_> = (0..8).map(writer).collect();
        let wanted: usize = (0..8).map(|n| 50 * (1 + n % 3)).sum();
        let mut seen = 0;
        while seen < wanted as u64 {
            for event in stores[0].events(&acme(), seen, 100).await.unwrap() {
                assert_eq!(
                    event.position,
                    seen + 1,
                    "the next position is seen before any later one"
                );
                seen += 1;
            }
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(seen, wanted as u64);
    });
}

#[test]
fn what_no_store_should_hold_is_refused_at_the_door() {
    on_both("door", &async |bed| {
        let store = bed.open().await;
        let mut cases: Vec<(Append, &str)> = Vec::new();
        cases.push((
            Append { actor: String::new(), ..append("1", Expected::Any, 1) },
            "actor is ``",
        ));
        cases.push((append("1", Expected::Any, 10_001), "events is `10001`: more than"));
        cases.push((append("1", Expected::Any, 0), "append is ``: holds nothing"));
        let mut typed = append("1", Expected::Any, 1);
        typed.writes[0].events[0].event_type = "a b".into();
        cases.push((typed, "event type is `a b`"));
        let mut keyed = append("1", Expected::Any, 1);
        keyed.once = Some(once("a\0", ""));
        cases.push((keyed, "idempotency key is"));
        for (append, said) in cases {
            let fault = store.append(append).await.unwrap_err().to_string();
            assert!(fault.starts_with(said), "{fault}");
        }
        assert!(Payload::new("no").is_err());
        assert!(all(&store, &acme()).await.is_empty());
        // A zero as JSON writes it is a text like any other.
        let mut zero = append("1", Expected::Any, 1);
        zero.writes[0].events[0].payload = Payload::new(r#""a\u0000b""#).unwrap();
        zero.messages.push(crate::bed::message("k", r#""a\u0000b""#));
        store.append(zero).await.unwrap();
        assert_eq!(all(&store, &acme()).await[0].payload.as_str(), r#""a\u0000b""#);
    });
}

#[test]
fn an_append_of_many_events_is_whole() {
    on_both("many", &async |bed| {
        let store = bed.open().await;
        let answer = store.append(append("1", Expected::Version(0), 10_000)).await.unwrap();
        assert_eq!((answer.first, answer.last), (1, 10_000));
        assert_eq!(store.stream(&acme(), &parcel("1"), 9_990, 100).await.unwrap().len(), 10);
        assert_sound(&store).await;
    });
}

#[test]
fn months_follow_each_other() {
    on_both("months", &async |bed| {
        let store = bed.open().await;
        for month in 0..14 {
            let recorded_at = at(month * 2_678_400);
            store.append(Append { recorded_at, ..append("1", Expected::Any, 2) }).await.unwrap();
        }
        let back = Append { recorded_at: at(0), ..append("1", Expected::Version(28), 1) };
        store.append(back).await.unwrap();
        let events = store.stream(&acme(), &parcel("1"), 0, 100).await.unwrap();
        assert_eq!(events.len(), 29);
        assert_eq!(events[28].recorded_at, events[27].recorded_at, "the clock is held");
        assert_eq!(store.events(&acme(), 20, 100).await.unwrap(), events[20..]);
        assert_sound(&store).await;
    });
}

#[test]
fn an_append_that_the_database_refuses_does_not_take_others_down() {
    on_both("one_bad", &async |bed| {
        let store = bed.open().await;
        store.append(append("0", Expected::Any, 1)).await.unwrap();
        bed.sql(if bed.is_sqlite() {
            "CREATE TRIGGER bad BEFORE INSERT ON events WHEN new.actor = 'bad' \
            BEGIN SELECT RAISE(ABORT, 'bad'); END"
        } else {
            "ALTER TABLE greenchain.events ADD CHECK (actor <> 'bad')"
        })
        .await;
        let send = |n: usize| {
            let store = store.clone();
            let mut append = append(&n.to_string(), Expected::Any, 1);
            if n % 10 == 3 {
                append.actor = "bad".into();
            }
            tokio::spawn(async move { store.append(append).await })
        };
        let tasks: Vec<_> = (0..40).map(send).collect();
        for (n, task) in tasks.into_iter().enumerate() {
            match task.await.unwrap() {
                Ok(_) => assert_ne!(n % 10, 3),
                Err(EventsError::Database(_)) => assert_eq!(n % 10, 3),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(all(&store, &acme()).await.len(), 37);
        assert_sound(&store).await;
    });
}
