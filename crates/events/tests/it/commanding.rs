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
    on_both("command_race", &async |bed| {
        let store = bed.open().await;
        let asked: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.execute(&head(None), &Count, &|_| ()).await })
            })
            .collect();
        for answer in asked {
            assert!(matches!(answer.await.unwrap().unwrap(), Executed::Done(_)));
        }
        let counted: Vec<String> =
            all(&store, &acme()).await.iter().map(|e: &Event| e.payload.as_str().into()).collect();
        assert_eq!(counted, ["1", "2", "3", "4", "5", "6", "7", "8"]);
    });
}
