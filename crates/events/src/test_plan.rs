use super::*;
use crate::append::{Once, Write};
use crate::event::{NewEvent, Payload};
use proptest::prelude::*;

fn tenant() -> Tenant {
    Tenant::new("acme").unwrap()
}

fn stream(id: &str) -> StreamId {
    StreamId::new("parcel", id).unwrap()
}

fn nothing() -> Known {
    Known {
        head: Head::EMPTY,
        versions: BTreeMap::new(),
        kept: BTreeMap::new(),
        erased: BTreeSet::new(),
    }
}

fn append(id: &str, expected: Expected, n_events: usize) -> Append {
    let event = NewEvent {
        event_type: "scanned".into(),
        schema_version: 1,
        payload: Payload::new("{}").unwrap(),
    };
    let mut append = Append::new(tenant(), "user", Timestamp::from_micros(5));
    append.writes.push(Write { stream: stream(id), expected, events: vec![event; n_events] });
    append
}

fn once(mut append: Append, key: &str, request: &str) -> Append {
    append.once = Some(Once {
        key: key.into(),
        request: Digest::of(request.as_bytes()),
        answer: format!("answer to {request}"),
    });
    append
}

#[test]
fn each_of_a_batch_sees_what_those_before_it_did() {
    let appends = vec![
        append("a", Expected::Version(0), 2),
        append("a", Expected::Version(0), 1),
        append("a", Expected::Version(2), 1),
    ];
    let (planned, answers) = plan(&tenant(), nothing(), appends);
    assert_eq!(answers[0].as_ref().unwrap().last, 2);
    let conflict = answers[1].as_ref().unwrap_err().to_string();
    assert_eq!(
        conflict,
        "stream parcel/a is at version 2, not at 0. Read it again and decide anew"
    );
    assert_eq!(answers[2].as_ref().unwrap().first, 3);
    let month = Timestamp::from_micros(5).month();
    let moved = Moved { version: 3, first_month: month, last_month: month };
    assert_eq!(planned.moved, BTreeMap::from([(stream("a"), moved)]));
    assert_eq!(planned.months, BTreeMap::from([(month, 1)]));
    assert_eq!(planned.head.digest, planned.events[2].digest);
}

#[test]
fn the_same_key_answers_the_same_request_and_refuses_another() {
    let appends = vec![
        once(append("a", Expected::Any, 1), "k", "one"),
        once(append("a", Expected::Any, 1), "k", "one"),
        once(append("a", Expected::Any, 1), "k", "two"),
    ];
    let (planned, answers) = plan(&tenant(), nothing(), appends);
    let (first, second) = (answers[0].clone().unwrap(), answers[1].clone().unwrap());
    assert_eq!(second, Appended { replayed: true, ..first });
    assert!(matches!(&answers[2], Err(EventsError::KeyReused { key }) if key == "k"));
    assert_eq!((planned.events.len(), planned.kept.len()), (1, 1));
}

#[test]
fn an_append_to_two_streams_is_refused_whole() {
    let mut both = append("a", Expected::Version(0), 1);
    both.writes.extend(append("b", Expected::Version(4), 1).writes);
    let (planned, answers) = plan(&tenant(), nothing(), vec![both]);
    assert!(matches!(answers[0], Err(EventsError::Conflict { actual: 0, .. })));
    assert!(planned.is_empty());
}

#[test]
fn two_writes_to_one_stream_in_one_append_follow_each_other() {
    let mut twice = append("a", Expected::Version(0), 1);
    twice.writes.extend(append("a", Expected::Version(1), 2).writes);
    let (planned, answers) = plan(&tenant(), nothing(), vec![twice]);
    assert!(answers[0].is_ok());
    let versions: Vec<u64> = planned.events.iter().map(|event| event.version).collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[test]
fn a_clock_that_runs_backwards_is_held() {
    let mut known = nothing();
    known.head.recorded_at = Timestamp::from_micros(9);
    let (planned, _) = plan(&tenant(), known, vec![append("a", Expected::Any, 1)]);
    assert_eq!(planned.events[0].recorded_at, Timestamp::from_micros(9));
}

#[test]
fn an_erased_person_does_not_come_back() {
    let mut known = nothing();
    known.erased.insert("p-1".into());
    let mut back = append("a", Expected::Any, 1);
    let data = Payload::new("{}").unwrap();
    back.persons.push(Person { person: "p-1".into(), data, keep_until: None });
    let (planned, answers) = plan(&tenant(), known, vec![back]);
    assert!(matches!(answers[0], Err(EventsError::Erased { .. })));
    assert!(planned.is_empty());
}

proptest! {
    /// One batch or many: the same events, chain and answers.
    #[test]
    fn how_appends_are_batched_changes_nothing(
        asked in prop::collection::vec((0..3_u8, prop::option::of(0..4_u64), 0..3_usize, 0..5_u8), 1..30),
        cut in 0..30_usize,
    ) {
        let appends: Vec<Append> = asked.iter().map(|&(id, expected, n_events, key)| {
            let expected = expected.map_or(Expected::Any, Expected::Version);
            let plain = append(&id.to_string(), expected, n_events);
            if key < 3 { once(plain, &key.to_string(), &format!("{id}{n_events}")) } else { plain }
        }).collect();
        let (whole, answers) = plan(&tenant(), nothing(), appends.clone());
        let cut = cut.min(appends.len());
        let (first, mut first_answers) = plan(&tenant(), nothing(), appends[..cut].to_vec());
        let known = Known {
            head: first.head,
            versions: first.moved.iter().map(|(id, moved)| (id.clone(), moved.version)).collect(),
            kept: first.kept.iter().map(|kept| (kept.key.clone(), kept.clone())).collect(),
            erased: BTreeSet::new(),
        };
        let (second, second_answers) = plan(&tenant(), known, appends[cut..].to_vec());
        first_answers.extend(second_answers);
        prop_assert_eq!(format!("{answers:?}"), format!("{first_answers:?}"));
        prop_assert_eq!(whole.head, second.head);
        prop_assert_eq!(whole.events, [first.events, second.events].concat());
    }
}
