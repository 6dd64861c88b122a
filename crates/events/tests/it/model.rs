//! The same calls on both databases have the same answers, and those that a model of thirty lines has.

use crate::bed::{Bed, at, json, message, once, parcel, person, runtime, say_skipped, scanned};
use crate::projecting::Scans;
use events::{
    Append, Backoff, Claimed, Digest, EventsError, Expected, Retention, Snapshot, Store, Tenant,
    Wanted, Write,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
struct Asked {
    /// Stream, version less the one it has (or any), events.
    writes: Vec<(u8, Option<i8>, usize)>,
    key: Option<(u8, u8)>,
    n_messages: u8,
    person: Option<u8>,
}

#[derive(Debug, Clone)]
enum Call {
    Append(Asked),
    Claim(u32),
    Deliver,
    Fail,
    Revive(u64),
    Erase(u8),
    Project,
    Rebuild,
    Expire(u32),
    Snapshot(u8, u64),
    Wait(i64),
}

fn call() -> impl Strategy<Value = Call> {
    let write = (0..3_u8, prop::option::of(-1..2_i8), 0..4_usize);
    let key = prop::option::weighted(0.4, (0..4_u8, 0..2_u8));
    let person = prop::option::weighted(0.3, 0..3_u8);
    let asked = (prop::collection::vec(write, 1..3), key, 0..3_u8, person);
    prop_oneof![
        10 => asked.prop_map(|(writes, key, n_messages, person)| {
            Call::Append(Asked { writes, key, n_messages, person })
        }),
        2 => (1..4_u32).prop_map(Call::Claim),
        2 => Just(Call::Deliver),
        2 => Just(Call::Fail),
        1 => (0..6_u64).prop_map(Call::Revive),
        1 => (0..3_u8).prop_map(Call::Erase),
        1 => Just(Call::Project),
        1 => Just(Call::Rebuild),
        1 => (0..100_u32).prop_map(Call::Expire),
        1 => (0..3_u8, 0..9_u64).prop_map(|(stream, version)| Call::Snapshot(stream, version)),
        2 => (0..60_i64).prop_map(Call::Wait),
    ]
}

/// What appends come to, by other hands.
#[derive(Default)]
struct Model {
    streams: BTreeMap<u8, u64>,
    position: u64,
    keys: BTreeMap<u8, (u8, u64, u64)>,
    erased: BTreeSet<u8>,
}

impl Model {
    fn version(&self, stream: u8) -> u64 {
        self.streams.get(&stream).copied().unwrap_or_default()
    }

    fn append(&mut self, asked: &Asked, expected: &[Expected]) -> String {
        let n_events: usize = asked.writes.iter().map(|write| write.2).sum();
        if n_events == 0 && asked.key.is_none() && asked.n_messages == 0 && asked.person.is_none() {
            return "nothing".into();
        }
        match asked.key.and_then(|(key, request)| Some((request, self.keys.get(&key)?))) {
            Some((request, (kept, first, last))) if request == *kept => {
                return format!("{first}..{last} again");
            }
            Some(_) => return "reused".into(),
            None => {}
        }
        let mut streams = self.streams.clone();
        for ((stream, _, count), expected) in asked.writes.iter().zip(expected) {
            let version = streams.entry(*stream).or_default();
            if *expected != Expected::Any && *expected != Expected::Version(*version) {
                return format!("conflict at {version}");
            }
            *version += *count as u64;
        }
        if asked.person.is_some_and(|person| self.erased.contains(&person)) {
            return "erased".into();
        }
        let first = self.position + 1;
        self.position += n_events as u64;
        self.streams = streams;
        if let Some((key, request)) = asked.key {
            self.keys.insert(key, (request, first, self.position));
        }
        format!("{first}..{}", self.position)
    }
}

/// A store with what its user holds.
struct User {
    store: Store,
    claimed: Vec<Claimed>,
}

impl User {
    async fn append(
        &self,
        tenant: &Tenant,
        now: i64,
        asked: &Asked,
        expected: &[Expected],
    ) -> String {
        let mut append = Append::new(tenant.clone(), "user", at(now));
        for ((stream, _, count), expected) in asked.writes.iter().zip(expected) {
            let (stream, events) = (parcel(&stream.to_string()), scanned(*count));
            append.writes.push(Write { stream, expected: *expected, events });
        }
        append.once = asked.key.map(|(key, request)| once(&key.to_string(), &request.to_string()));
        let messages = 0..asked.n_messages;
        append.messages = messages.map(|n| message(&(n % 2).to_string(), &n.to_string())).collect();
        append.persons = asked.person.iter().map(|who| person(&who.to_string(), "{}")).collect();
        match self.store.append(append).await {
            Ok(answer) => {
                let again = if answer.replayed { " again" } else { "" };
                format!("{}..{}{again}", answer.first, answer.last)
            }
            Err(EventsError::Conflict { actual, .. }) => format!("conflict at {actual}"),
            Err(EventsError::KeyReused { .. }) => "reused".into(),
            Err(EventsError::Erased { .. }) => "erased".into(),
            Err(EventsError::Text { field: "append", .. }) => "nothing".into(),
            Err(other) => panic!("{other}"),
        }
    }

    /// Any call but an append, and its answer.
    async fn call(&mut self, tenant: &Tenant, now: i64, call: &Call) -> String {
        let (store, now) = (&self.store, at(now));
        match call {
            Call::Append(_) | Call::Wait(_) => String::new(),
            Call::Claim(limit) => {
                let wanted =
                    Wanted { topic: "webhook", lease_s: 20, limit: *limit, attempts_max: 3 };
                let claimed = store.claim(tenant, wanted, now).await.unwrap();
                let said = format!("{claimed:?}");
                self.claimed.extend(claimed);
                said
            }
            Call::Deliver => match self.claimed.pop() {
                Some(claimed) => format!("{:?}", store.delivered(tenant, &claimed).await.unwrap()),
                None => String::new(),
            },
            Call::Fail => match self.claimed.pop() {
                Some(claimed) => {
                    let backoff = Backoff { first_s: 5, longest_s: 9, attempts_max: 3 };
                    let failed = store.undelivered(tenant, &claimed, backoff, now, "no").await;
                    format!("{:?}", failed.unwrap())
                }
                None => String::new(),
            },
            Call::Revive(seq) => format!("{:?}", store.revive(tenant, *seq, now).await.unwrap()),
            Call::Erase(who) => {
                format!("{:?}", store.erase(tenant, &who.to_string(), now).await.unwrap())
            }
            Call::Project => format!("{:?}", store.project(tenant, &Scans).await.unwrap()),
            Call::Rebuild => format!("{:?}", store.rebuild(tenant, &Scans, None).await.unwrap()),
            Call::Expire(age_s) => {
                let retention = Retention { keys_s: u32::MAX, dead_letters_s: *age_s };
                format!("{:?}", store.expire(tenant, retention, now).await.unwrap())
            }
            Call::Snapshot(stream, version) => {
                let stream = parcel(&stream.to_string());
                let snapshot = Snapshot { version: *version, schema_version: 1, state: json("{}") };
                store.keep_snapshot(tenant, &stream, &snapshot).await.unwrap();
                format!("{:?}", store.snapshot(tenant, &stream).await.unwrap())
            }
        }
    }

    /// All that can be read of a tenant.
    async fn read(&self, tenant: &Tenant) -> String {
        let store = &self.store;
        let mut said = vec![
            format!("{:?}", store.events(tenant, 0, 1_000).await.unwrap()),
            format!("{:?}", store.head(tenant).await.unwrap()),
            format!("{:?}", store.rows_at(tenant, "scans").await.unwrap()),
            format!("{:?}", store.dead_letters(tenant, 0, 100).await.unwrap()),
            format!("{:?}", store.erasures(tenant).await.unwrap()),
        ];
        for n in 0..4_u8 {
            let name = n.to_string();
            said.push(format!("{:?}", store.stream(tenant, &parcel(&name), 1, 3).await.unwrap()));
            said.push(format!("{:?}", store.version(tenant, &parcel(&name)).await.unwrap()));
            said.push(format!("{:?}", store.person(tenant, &name).await.unwrap()));
            let answered = store.answered(tenant, &name, &Digest::of(b"0")).await;
            said.push(answered.map_or_else(|fault| fault.to_string(), |kept| format!("{kept:?}")));
        }
        said.join("\n")
    }
}

async fn run(users: &mut [User], tenant: &Tenant, calls: &[Call]) -> Result<(), TestCaseError> {
    let (mut model, mut now) = (Model::default(), 0);
    for user in &mut *users {
        user.claimed.clear();
    }
    for call in calls {
        let mut answers = Vec::new();
        if let Call::Append(asked) = call {
            let expected = |(stream, off, _): &(u8, Option<i8>, usize)| match off {
                None => Expected::Any,
                Some(off) => {
                    let version = model.version(*stream) as i64 + i64::from(*off);
                    Expected::Version(version.max(0) as u64)
                }
            };
            let expected: Vec<Expected> = asked.writes.iter().map(expected).collect();
            answers.push(model.append(asked, &expected));
            for user in &*users {
                answers.push(user.append(tenant, now, asked, &expected).await);
            }
        } else {
            for user in &mut *users {
                answers.push(user.call(tenant, now, call).await);
            }
        }
        match call {
            Call::Wait(seconds) => now += seconds,
            Call::Erase(who) => drop(model.erased.insert(*who)),
            _ => {}
        }
        prop_assert!(answers.iter().all(|answer| *answer == answers[0]), "{call:?}: {answers:#?}");
    }
    let mut read = Vec::new();
    for user in &*users {
        read.push(user.read(tenant).await);
    }
    prop_assert!(read.iter().all(|said| *said == read[0]), "{read:#?}");
    Ok(())
}

#[test]
fn random_calls_have_equal_answers_on_both_databases() {
    let runtime = runtime();
    let mut beds = vec![Bed::sqlite("model")];
    match runtime.block_on(Bed::postgres("model")) {
        Some(bed) => beds.push(bed),
        None => say_skipped(),
    }
    let mut users = Vec::new();
    for bed in &beds {
        users.push(User { store: runtime.block_on(bed.open()), claimed: Vec::new() });
    }
    let (users, case) = (std::cell::RefCell::new(users), std::cell::Cell::new(0));
    let calls = prop::collection::vec(call(), 1..60);
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let tested = TestRunner::new(config).run(&calls, |calls| {
        case.set(case.get() + 1);
        let tenant = Tenant::new(&format!("t{}", case.get())).unwrap();
        runtime.block_on(run(&mut users.borrow_mut(), &tenant, &calls))
    });
    tested.unwrap();
    let users = users.into_inner();
    runtime.block_on(async {
        let mut backups = Vec::new();
        for user in &users {
            crate::bed::assert_sound(&user.store).await;
            let mut bytes = Vec::new();
            user.store.backup(&mut bytes).await.unwrap();
            backups.push(String::from_utf8(bytes).unwrap());
        }
        for backup in &backups {
            for (line, first) in backup.lines().zip(backups[0].lines()) {
                assert_eq!(line, first, "one backup, to the byte");
            }
        }
        for (bed, user) in beds.into_iter().zip(users) {
            user.store.close().await;
            bed.clear().await;
        }
    });
}
