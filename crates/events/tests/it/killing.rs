//! A process that writes is killed (`kill -9`) at any moment: nothing that it was told to be recorded is
//! lost, and what it asks for again is not recorded twice.
//!
//! `EVENTS_KILLS` says how often (20). With `EVENTS_KILL_SERVER`, a command that stops the PostgreSQL server
//! at once and starts it again, the server dies under the process as well. What a kill of the process cannot show is a loss of power: the
//! system keeps what was handed to it. That the log is on the disk before the answer is the databases'
//! own promise at `synchronous = FULL` and `synchronous_commit = on`.

use crate::bed::{Bed, acme, append, assert_sound, message, on_both, once, parcel};
use events::{Append, Expected, Store};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Writers of the process.
const WRITERS: usize = 8;
const URL: &str = "EVENTS_CHILD_URL";
const ROUND: &str = "EVENTS_CHILD_ROUND";

/// The `n`th append of a writer: most of one event, some of many.
fn nth(round: usize, writer: usize, n: usize) -> Append {
    let count = if n % 5 == 4 { 60 } else { 1 };
    let before = (n / 5 * 64 + n % 5) as u64;
    let key = format!("{round}-{writer}-{n}");
    let mut append = append(&format!("{round}-{writer}"), Expected::Version(before), count);
    append.messages = vec![message(&key, "1")];
    append.once = Some(once(&key, &key));
    append
}

/// The process: writes until it is killed and says what was recorded.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let (Ok(url), Ok(round)) = (std::env::var(URL), std::env::var(ROUND)) else { return };
    let round: usize = round.parse().unwrap();
    crate::bed::runtime().block_on(async {
        let store = Store::open(&url).await.unwrap();
        let write = |writer: usize| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0.. {
                    let answer = store.append(nth(round, writer, n)).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "recorded {writer} {n} {}", answer.last).unwrap();
                }
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(write).collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

fn start(bed: &Bed, round: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["killing::child", "--exact", "--ignored", "--nocapture"])
        .env(URL, bed.url())
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets the process write a while, kills it; the position of each append that was said to be recorded,
/// by writer.
fn kill(bed: &Bed, round: usize) -> Vec<Vec<u64>> {
    let mut child = start(bed, round);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut recorded = vec![Vec::new(); WRITERS];
        for line in lines.map_while(Result::ok) {
            let words: Vec<&str> = line.split(' ').collect();
            // The last line may be cut.
            if let ["recorded", writer, n, position] = words[..]
                && let (Ok(writer), Ok(n)) = (writer.parse::<usize>(), n.parse::<usize>())
            {
                assert_eq!(n, recorded[writer].len());
                recorded[writer].push(position.parse().unwrap());
                sender.send(()).unwrap_or_default();
            }
        }
        recorded
    });
    receiver.recv_timeout(Duration::from_mins(1)).expect("it writes");
    // Any moment will do: 0 to 126 ms after the first append.
    std::thread::sleep(Duration::from_millis((round as u64 * 37) % 127));
    if let Ok(command) = std::env::var("EVENTS_KILL_SERVER")
        && !bed.is_sqlite()
    {
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn a_killed_writer_loses_nothing_and_doubles_nothing() {
    let kills = std::env::var("EVENTS_KILLS").map_or(20, |kills| kills.parse().unwrap());
    on_both("kill", &async |bed| {
        bed.open().await.close().await;
        let (mut n_recorded, mut n_again, mut n_in_flight) = (0, 0, 0);
        for round in 0..kills {
            let recorded = kill(bed, round);
            let store = bed.open().await;
            for (writer, positions) in recorded.iter().enumerate() {
                for (n, position) in positions.iter().enumerate() {
                    let again = store.append(nth(round, writer, n)).await.unwrap();
                    assert!(again.replayed, "round {round}: append {n} of {writer} was lost");
                    assert_eq!(again.last, *position);
                    n_recorded += 1;
                }
                // The one that was under way: recorded or not, after it was asked for again it is there once.
                let next = nth(round, writer, positions.len());
                let Expected::Version(before) = next.writes[0].expected else { unreachable!() };
                let version = before + next.n_events() as u64;
                n_in_flight += usize::from(store.append(next).await.unwrap().replayed);
                n_again += 1;
                let stream = parcel(&format!("{round}-{writer}"));
                assert_eq!(store.version(&acme(), &stream).await.unwrap(), version);
            }
            if round % 50 == 49 || round + 1 == kills {
                assert_sound(&store).await;
            }
            store.close().await;
        }
        report(bed, kills, n_recorded, n_again, n_in_flight);
    });
}

fn report(bed: &Bed, kills: usize, n_recorded: usize, n_again: usize, n_in_flight: usize) {
    let database = if bed.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    eprintln!(
        "{database}: {kills} kills, {n_recorded} appends acknowledged, 0 lost; {n_again} asked for \
        again, {n_in_flight} of them recorded before the kill, 0 doubled"
    );
}
