//! Commands: asked and recorded without a gap, once.

use crate::bed::{acme, all, assert_sound, at, on_both, once, parcel};
use events::{
    Append, Command, Decision, Event, Executed, History, NewEvent, Payload, Refusal, StreamId,
};

/// Loads a parcel, which may be loaded once.
struct Load(&'static str);

impl Command for Load {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![parcel(self.0)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        if !history.stream(&parcel(self.0)).is_empty() {
            return Err(Refusal::state("parcel-already-loaded", "it is on a van"));
        }
        let payload = Payload::new("{}").unwrap();
        let event = NewEvent { event_type: "parcel-loaded".into(), schema_version: 1, payload };
        let writes = vec![history.write(parcel(self.0), vec![event])];
        Ok(Decision { writes, persons: Vec::new() })
    }
}

/// Counts: the next number of a stream, whatever it is at.
struct Count;

impl Command for Count {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![parcel("count")])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let next = history.stream(&parcel("count")).len() + 1;
        let payload = Payload::of(&next).unwrap();
        let event = NewEvent { event_type: "counted".into(), schema_version: 1, payload };
        let writes = vec![history.write(parcel("count"), vec![event])];
        Ok(Decision { writes, persons: Vec::new() })
    }
}

fn head(key: Option<&str>) -> Append {
    let once = key.map(|key| once(key, "load"));
    Append { once, ..Append::new(acme(), "anna", at(0)) }
}

#[test]
fn a_rule_is_asked_once_and_a_request_sent_again_has_its_answer() {
    on_both("command", &async |bed| {
        let store = bed.open().await;
        let done = store.execute(&head(Some("k")), &Load("1"), &|_| ()).await.unwrap();
        let Executed::Done(first) = done else { panic!("{done:?}") };
        assert!(!first.replayed);
        let again = store.execute(&head(Some("k")), &Load("1"), &|_| ()).await.unwrap();
        let Executed::Done(again) = again else { panic!("{again:?}") };
        assert_eq!((again.replayed, again.first, again.last), (true, first.first, first.last));
        let refused = store.execute(&head(None), &Load("1"), &|_| ()).await.unwrap();
        let Executed::Refused(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.rule, "parcel-already-loaded");
        assert_eq!(all(&store, &acme()).await.len(), 1);
        assert_sound(&store).await;
    });
}

#[test]
fn identical_commands_at_once_give_one_result() {
    on_both("command_at_once", &async |bed| {
        let store = bed.open().await;
        let asked: Vec<_> = (0..16)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(
                    async move { store.execute(&head(Some("k")), &Load("1"), &|_| ()).await },
                )
            })
            .collect();
        let mut written = 0;
        for answer in asked {
            match answer.await.unwrap().unwrap() {
                Executed::Done(appended) => written += usize::from(!appended.replayed),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((written, all(&store, &acme()).await.len()), (1, 1));
    });
}

#[test]
fn commands_at_once_on_one_stream_are_each_decided_on_what_is_there() {
    // More than a command is tried over: they take turns.
    const AT_ONCE: usize = 200;
    on_both("command_race", &async |bed| {
        let store = bed.open().await;
        let asked: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.execute(&head(None), &Count, &|_| ()).await })
            })
            .collect();
        for answer in asked {
            let answer = answer.await.unwrap();
            assert!(matches!(answer, Ok(Executed::Done(_))), "{answer:?}");
        }
        let counted: Vec<String> =
            all(&store, &acme()).await.iter().map(|e: &Event| e.payload.as_str().into()).collect();
        let wanted: Vec<String> = (1..=AT_ONCE).map(|n| n.to_string()).collect();
        assert_eq!(counted, wanted);
    });
}

#[test]
fn what_another_server_wrote_is_read_though_the_stream_is_remembered() {
    on_both("command_two_servers", &async |bed| {
        let (one, other) = (bed.open().await, bed.open().await);
        for turn in 0..6 {
            let store = if turn % 2 == 0 { &one } else { &other };
            let done = store.execute(&head(None), &Count, &|_| ()).await.unwrap();
            assert!(matches!(done, Executed::Done(_)), "{done:?}");
            for store in [&one, &other] {
                let history = store.history(&acme(), &[parcel("count")]).await.unwrap();
                let read = store.stream(&acme(), &parcel("count"), 0, 100).await.unwrap();
                let remembered: Vec<Event> =
                    history.stream(&parcel("count")).iter().map(|one| Event::clone(one)).collect();
                assert_eq!((remembered, read.len()), (read, turn + 1));
            }
        }
    });
}
