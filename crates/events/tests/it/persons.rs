//! Personal data goes, events stay valid; what is kept long enough goes too.

use crate::bed::{Bed, acme, all, append, assert_sound, at, json, message, on_both, once, person};
use events::{Append, Backoff, EventsError, Expected, Expired, Person, Retention, Store, Wanted};

async fn register(store: &Store, person: Person) {
    let mut append = append("1", Expected::Any, 1);
    append.persons = vec![person];
    store.append(append).await.unwrap();
}

#[test]
fn an_erased_person_is_gone_and_the_events_are_sound() {
    on_both("erasure", &async |bed| {
        let store = bed.open().await;
        register(&store, person("p-1", r#"{"name":"Ada Unmistakable"}"#)).await;
        register(&store, person("p-2", r#"{"name":"Bo"}"#)).await;
        register(&store, person("p-1", r#"{"name":"Ada Unmistakable", "phone":"1"}"#)).await;
        let held = store.person(&acme(), "p-1").await.unwrap().unwrap();
        assert_eq!(held.data, json(r#"{"name":"Ada Unmistakable", "phone":"1"}"#), "the later one");
        let asked = ["p-2", "p-9", "p-1"].map(String::from);
        let both = store.persons(&acme(), &asked).await.unwrap();
        assert_eq!(both.keys().collect::<Vec<_>>(), ["p-1", "p-2"]);
        assert_eq!(both["p-1"], held.data);
        let before = all(&store, &acme()).await;
        assert!(store.erase(&acme(), "p-1", at(9)).await.unwrap());
        assert!(!store.erase(&acme(), "p-1", at(10)).await.unwrap(), "once");
        assert_eq!(store.person(&acme(), "p-1").await.unwrap(), None);
        assert!(store.person(&acme(), "p-2").await.unwrap().is_some());
        assert_eq!(store.erasures(&acme()).await.unwrap(), [("p-1".to_owned(), at(9))]);
        assert_eq!(all(&store, &acme()).await, before, "no event has changed");
        assert_sound(&store).await;
        let mut back = append("1", Expected::Any, 1);
        back.persons = vec![person("p-1", "{}")];
        let fault = store.append(back).await;
        assert!(matches!(fault, Err(EventsError::Erased { person }) if person == "p-1"));
        let mut backup = Vec::new();
        store.backup(&mut backup).await.unwrap();
        assert!(!String::from_utf8(backup).unwrap().contains("Unmistakable"));
        store.close().await;
        if let Bed::Sqlite { folder } = bed {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let mut bytes = Vec::new();
                let mut file = std::fs::File::open(entry.path()).unwrap();
                std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
                let found = bytes.windows(12).any(|window| window == b"Unmistakable");
                assert!(!found, "{} still holds the name", entry.path().display());
            }
        }
    });
}

#[test]
fn what_has_been_kept_long_enough_goes_and_events_do_not() {
    on_both("retention", &async |bed| {
        let store = bed.open().await;
        for (day, key) in [(0, "old"), (2, "new")] {
            let recorded_at = at(day * 86_400);
            let mut append = Append { recorded_at, ..append("1", Expected::Any, 1) };
            append.once = Some(once(key, key));
            append.messages = vec![message(key, "1")];
            append.persons = vec![Person {
                keep_until: Some(recorded_at.plus_seconds(86_400)),
                ..person(key, "{}")
            }];
            store.append(append).await.unwrap();
        }
        let now = at(2 * 86_400);
        let wanted = Wanted { topic: "webhook", lease_s: 1, limit: 9, attempts_max: 9 };
        for claimed in store.claim(&acme(), wanted, now).await.unwrap() {
            let no_more = Backoff { first_s: 1, longest_s: 1, attempts_max: 1 };
            store.undelivered(&acme(), &claimed, no_more, now, "gone").await.unwrap();
        }
        let retention = Retention { keys_s: 86_400, dead_letters_s: 86_400 };
        let expired = store.expire(&acme(), retention, now).await.unwrap();
        assert_eq!(expired, Expired { n_keys: 1, n_dead_letters: 1, n_persons: 1 });
        let again = store.expire(&acme(), retention, now).await.unwrap();
        assert_eq!(again, Expired { n_keys: 0, n_dead_letters: 0, n_persons: 0 });
        assert!(store.person(&acme(), "new").await.unwrap().is_some());
        let mut late = append("1", Expected::Any, 1);
        late.once = Some(once("old", "old"));
        assert!(!store.append(late).await.unwrap().replayed, "the key is new again");
        assert_eq!(all(&store, &acme()).await.len(), 3);
        assert_sound(&store).await;
    });
}
