//! The outbox: with the events or not at all; at least once, in order, until it is dead.

use crate::bed::{acme, append, at, message, on_both};
use events::{Backoff, Expected, Message, Store, Wanted};

const BACKOFF: Backoff = Backoff { first_s: 10, longest_s: 60, attempts_max: 3 };
const WANTED: Wanted<'_> =
    Wanted { topic: "webhook", lease_s: 30, limit: 10, attempts_max: BACKOFF.attempts_max };

async fn send(store: &Store, messages: Vec<Message>) {
    let mut append = append("1", Expected::Any, 1);
    append.messages = messages;
    store.append(append).await.unwrap();
}

async fn claimed(store: &Store, seconds: i64) -> Vec<(u64, u32)> {
    let claimed = store.claim(&acme(), WANTED, at(seconds)).await.unwrap();
    claimed.iter().map(|claimed| (claimed.seq, claimed.attempt)).collect()
}

#[test]
fn messages_of_a_key_leave_in_order_and_others_do_not_wait() {
    on_both("outbox_order", &async |bed| {
        let store = bed.open().await;
        let of = |key, n: u32| message(key, &n.to_string());
        send(&store, vec![of("a", 1), of("a", 2), of("b", 3), of("a", 4)]).await;
        assert_eq!(store.tenants_with_messages(at(0)).await.unwrap(), [acme()]);
        let first = store.claim(&acme(), WANTED, at(0)).await.unwrap();
        let said: Vec<&str> = first.iter().map(|c| c.message.payload.as_str()).collect();
        assert_eq!(said, ["1", "3"], "one of each key");
        assert_eq!(claimed(&store, 1).await, [], "all others wait for these");
        assert!(store.delivered(&acme(), &first[0]).await.unwrap());
        assert_eq!(claimed(&store, 2).await, [(2, 1)]);
        let other = Wanted { topic: "mqtt", ..WANTED };
        assert_eq!(store.claim(&acme(), other, at(2)).await.unwrap(), []);
        store.delivered(&acme(), &first[1]).await.unwrap();
        for (seconds, seq) in [(32, 2), (33, 4)] {
            let next = store.claim(&acme(), WANTED, at(seconds)).await.unwrap();
            assert_eq!(next[0].seq, seq);
            store.delivered(&acme(), &next[0]).await.unwrap();
        }
        assert_eq!(store.tenants_with_messages(at(99)).await.unwrap(), []);
    });
}

#[test]
fn a_carrier_that_goes_on_keeps_its_claim() {
    on_both("outbox_longer", &async |bed| {
        let store = bed.open().await;
        send(&store, vec![message("a", "1")]).await;
        let held = store.claim(&acme(), WANTED, at(0)).await.unwrap().remove(0);
        assert!(store.extend(&acme(), &held, 30, at(20)).await.unwrap());
        assert_eq!(claimed(&store, 49).await, []);
        assert!(store.delivered(&acme(), &held).await.unwrap());
    });
}

#[test]
fn a_carrier_that_does_not_come_back_loses_its_claim() {
    on_both("outbox_lease", &async |bed| {
        let store = bed.open().await;
        send(&store, vec![message("a", "1")]).await;
        let late = store.claim(&acme(), WANTED, at(0)).await.unwrap().remove(0);
        assert_eq!(claimed(&store, 29).await, []);
        assert_eq!(claimed(&store, 30).await, [(1, 2)], "the lease is over");
        assert!(!store.delivered(&acme(), &late).await.unwrap(), "its word no longer counts");
        assert!(!store.extend(&acme(), &late, 30, at(30)).await.unwrap(), "nor can it go on");
        let undelivered = store.undelivered(&acme(), &late, BACKOFF, at(31), "timeout").await;
        assert!(!undelivered.unwrap());
        assert_eq!(claimed(&store, 60).await, [(1, 3)]);
        assert_eq!(claimed(&store, 90).await, [], "three carriers are enough");
        let dead = store.dead_letters(&acme(), 0, 10).await.unwrap();
        assert_eq!((dead[0].attempts, dead[0].fault.as_str()), (3, "its carriers never came back"));
    });
}

#[test]
fn what_fails_is_tried_later_and_at_last_dead_and_can_be_revived() {
    on_both("outbox_dead", &async |bed| {
        let store = bed.open().await;
        send(&store, vec![message("a", "1"), message("a", "2")]).await;
        let mut now = 0;
        for (attempt, wait) in [(1, 10), (2, 20), (3, 0)] {
            assert_eq!(claimed(&store, now - 1).await, [], "not before it is due");
            let claimed = store.claim(&acme(), WANTED, at(now)).await.unwrap().remove(0);
            assert_eq!((claimed.seq, claimed.attempt), (1, attempt));
            let fault = format!("status 50{attempt}");
            store.undelivered(&acme(), &claimed, BACKOFF, at(now), &fault).await.unwrap();
            now += wait;
        }
        let dead = store.dead_letters(&acme(), 0, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].fault.as_str()), (1, "status 503"));
        assert_eq!(claimed(&store, now).await, [(2, 1)], "the dead no longer hold up the next");
        assert!(store.revive(&acme(), 1, at(now)).await.unwrap());
        assert!(!store.revive(&acme(), 1, at(now)).await.unwrap());
        assert_eq!(claimed(&store, now).await, [(1, 1)]);
    });
}

#[test]
fn many_carriers_never_hold_the_same_message() {
    on_both("outbox_carriers", &async |bed| {
        let stores = [bed.open().await, bed.open().await];
        let messages = (0..200).map(|n| message(&n.to_string(), &n.to_string())).collect();
        send(&stores[0], messages).await;
        let carry = |n: usize| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                let mut carried = Vec::new();
                loop {
                    let claimed = store.claim(&acme(), WANTED, at(0)).await.unwrap();
                    if claimed.is_empty() {
                        return carried;
                    }
                    for claimed in claimed {
                        assert!(store.delivered(&acme(), &claimed).await.unwrap());
                        carried.push(claimed.seq);
                    }
                }
            })
        };
        let tasks: Vec<_> = (0..6).map(carry).collect();
        let mut carried = Vec::new();
        for task in tasks {
            carried.append(&mut task.await.unwrap());
        }
        carried.sort_unstable();
        assert_eq!(carried, (1..=200).collect::<Vec<u64>>());
    });
}

#[test]
fn a_refused_append_sends_nothing() {
    on_both("outbox_refused", &async |bed| {
        let store = bed.open().await;
        let mut refused = append("1", Expected::Version(7), 1);
        refused.messages = vec![message("a", "1")];
        assert!(store.append(refused).await.is_err());
        send(&store, vec![message("a", "2")]).await;
        assert_eq!(claimed(&store, 0).await, [(1, 1)], "the first number is still free");
    });
}
