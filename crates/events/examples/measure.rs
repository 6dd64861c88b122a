//! Durable events per second: `measure URL SECONDS` with an empty store (0: only makes it). Prints a JSON line for each
//! case: writers that each wait for their answer, events of one append, tenants; then reads,
//! and what reads all of it.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a program that measures")]

use events::{
    Append, ApplyFault, Clock, Digest, Event, Expected, NewEvent, Once, Payload, Projection, Rows,
    Store, StreamId, SystemClock, Tenant, Write,
};
use std::time::{Duration, Instant};

/// Streams that a writer writes to in turn.
const STREAMS: usize = 1_000;

/// Writers, events of one append, tenants.
const CASES: [(usize, usize, usize); 11] = [
    (1, 1, 1),
    (16, 1, 1),
    (200, 1, 1),
    (200, 1, 20),
    (1, 100, 1),
    (16, 100, 1),
    (200, 100, 1),
    (1, 1_000, 1),
    (16, 1_000, 1),
    (200, 1_000, 1),
    (16, 1_000, 16),
];

fn payload(n: usize) -> Payload {
    Payload::new(format!(
        r#"{{"parcel":"P-{n}","van":"V-{}","stop":{},"lat":52.{:06},"lon":13.{:06},"weight_g":{},"carton":"C-{}","reused":{}}}"#,
        n % 40, n % 120, n % 1_000_000, n * 7 % 1_000_000, n % 20_000, n % 12, n.is_multiple_of(3)
    ))
    .expect("JSON")
}

fn append(tenant: &Tenant, case: usize, writer: usize, turn: usize, n_events: usize) -> Append {
    let mut append = Append::new(tenant.clone(), format!("device:{writer}"), SystemClock.now());
    for n in 0..n_events {
        let n = turn * n_events + n;
        let id = format!("P-{case}-{writer}-{}", n % STREAMS);
        append.writes.push(Write {
            stream: StreamId::new("parcel", &id).expect("a name"),
            expected: Expected::Any,
            events: vec![NewEvent {
                event_type: "parcel-scanned".into(),
                schema_version: 1,
                payload: payload(n),
            }],
        });
    }
    let key = format!("{case}-{writer}-{turn}");
    let request = Digest::of(key.as_bytes());
    append.once = Some(Once { key, request, answer: r#"{"status":"recorded"}"#.into() });
    append
}

async fn measure(store: &Store, case: usize, seconds: u64) {
    let (writers, n_events, tenants) = CASES[case];
    let begin = Instant::now();
    let end = begin + Duration::from_secs(seconds);
    let write = |writer: usize| {
        let store = store.clone();
        let tenant = Tenant::new(&format!("t{case}-{}", writer % tenants)).expect("a name");
        tokio::spawn(async move {
            let mut waits = Vec::new();
            while Instant::now() < end {
                let append = append(&tenant, case, writer, waits.len(), n_events);
                let asked = Instant::now();
                store.append(append).await.expect("recorded");
                waits.push(asked.elapsed());
            }
            waits
        })
    };
    let tasks: Vec<_> = (0..writers).map(write).collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.append(&mut task.await.expect("a writer"));
    }
    let elapsed = begin.elapsed().as_secs_f64();
    println!(
        r#"{{"writers":{writers},"events_per_append":{n_events},"tenants":{tenants},"events_per_s":{:.0},{}}}"#,
        (waits.len() * n_events) as f64 / elapsed,
        told(&mut waits, elapsed),
    );
}

/// Streams of ten events and the last ten events of a tenant, by sixteen readers.
async fn measure_reads(store: &Store, seconds: u64) {
    for what in ["stream", "tail"] {
        let begin = Instant::now();
        let end = begin + Duration::from_secs(seconds);
        let read = |reader: usize| {
            let store = store.clone();
            let tenant = Tenant::new("t0-0").expect("a name");
            tokio::spawn(async move {
                let (head, _) = store.head(&tenant).await.expect("readable");
                let mut waits = Vec::new();
                while Instant::now() < end {
                    let id = format!("P-0-0-{}", (waits.len() * 16 + reader) % STREAMS);
                    let stream = StreamId::new("parcel", &id).expect("a name");
                    let asked = Instant::now();
                    let events = match what {
                        "stream" => store.stream(&tenant, &stream, 0, 10).await,
                        _ => store.events(&tenant, head.saturating_sub(10), 10).await,
                    };
                    waits.push(asked.elapsed());
                    assert!(!events.expect("readable").is_empty());
                }
                waits
            })
        };
        let tasks: Vec<_> = (0..16).map(read).collect();
        let mut waits = Vec::new();
        for task in tasks {
            waits.append(&mut task.await.expect("a reader"));
        }
        let elapsed = begin.elapsed().as_secs_f64();
        println!(r#"{{"readers":16,"read":"{what}",{}}}"#, told(&mut waits, elapsed));
    }
}

/// A projection with a row for each stream.
struct Scans;

impl Projection for Scans {
    fn name(&self) -> &'static str {
        "scans"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn keys(&self, event: &Event) -> Vec<String> {
        vec![event.stream.to_string()]
    }

    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault> {
        let payload = event.payload.as_str();
        rows.put(&event.stream.to_string(), format!("[{},{payload}]", event.version))
    }
}

/// What reads the whole store, or all events of one tenant.
async fn measure_whole(store: &Store) {
    let tenant = Tenant::new("t8-0").expect("a name");
    let begin = Instant::now();
    let rebuilt = store.rebuild(&tenant, &Scans, None).await.expect("rebuilt");
    tell("rebuild", rebuilt.n_events, begin);
    let begin = Instant::now();
    let summary = store.backup(&mut std::io::sink()).await.expect("readable");
    tell("backup", summary.n_events, begin);
    let begin = Instant::now();
    let checked = store.check(&[]).await.expect("readable");
    assert_eq!(checked.findings, [], "the store is sound");
    tell("check", checked.n_events, begin);
}

fn tell(what: &str, n_events: u64, begin: Instant) {
    let elapsed = begin.elapsed().as_secs_f64();
    let rate = n_events as f64 / elapsed;
    println!(
        r#"{{"whole":"{what}","events":{n_events},"seconds":{elapsed:.2},"events_per_s":{rate:.0}}}"#
    );
}

fn told(waits: &mut [Duration], elapsed: f64) -> String {
    waits.sort_unstable();
    let milliseconds = |share: f64| {
        let at = ((waits.len() - 1) as f64 * share) as usize;
        waits[at].as_secs_f64() * 1_000.0
    };
    format!(
        r#""calls_per_s":{:.0},"p50_ms":{:.2},"p99_ms":{:.2}"#,
        waits.len() as f64 / elapsed,
        milliseconds(0.5),
        milliseconds(0.99)
    )
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("URL of an empty store");
    let seconds = arguments.next().map_or(5, |seconds| seconds.parse().expect("seconds"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("threads").block_on(async {
        let store = Store::open(&url).await.expect("a store");
        if seconds > 0 {
            for case in 0..CASES.len() {
                measure(&store, case, seconds).await;
            }
            measure_reads(&store, seconds).await;
            measure_whole(&store).await;
        }
        store.close().await;
    });
}
