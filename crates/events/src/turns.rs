//! Turns: commands that meet at a stream go one after another.
//!
//! A command is decided on what it reads and recorded where nothing changed meanwhile. Of many at once on
//! one stream all but one would be in vain, again and again. So once two have met at a stream, whoever
//! comes for it waits for their turn; a stream at which nobody meets has none.

use crate::text::{StreamId, Tenant};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::OwnedMutexGuard;

/// Streams past which those that nobody waits for are forgotten.
const STREAMS_MAX: usize = 1_024;

/// The streams at which commands of this process met.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<ByStream>>);

type Turn = tokio::sync::Mutex<()>;
type ByStream = HashMap<(Tenant, StreamId), Weak<Turn>>;

impl Turns {
    /// Waits for the turn at each stream where the caller met others, and at those where others meet.
    /// Whoever waits holds only turns at streams before that one: nobody waits in a circle.
    pub(crate) async fn take(
        &self,
        tenant: &Tenant,
        streams: &[StreamId],
        met_at: &BTreeSet<StreamId>,
    ) -> Vec<OwnedMutexGuard<()>> {
        let wanted: Vec<Arc<Turn>> = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.is_empty() && met_at.is_empty() {
                return Vec::new();
            }
            if all.len() > STREAMS_MAX {
                all.retain(|_, turn| turn.strong_count() > 0);
            }
            let streams: BTreeSet<&StreamId> = streams.iter().chain(met_at).collect();
            let turns = streams.into_iter().filter_map(|stream| {
                let key = (tenant.clone(), stream.clone());
                let known = all.get(&key).and_then(Weak::upgrade);
                known.or_else(|| {
                    let turn = met_at.contains(stream).then(Arc::<Turn>::default)?;
                    all.insert(key, Arc::downgrade(&turn));
                    Some(turn)
                })
            });
            turns.collect()
        };
        let mut held = Vec::with_capacity(wanted.len());
        for turn in wanted {
            held.push(turn.lock_owned().await);
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn names(ids: &[&str]) -> Vec<StreamId> {
        ids.iter().map(|id| StreamId::new("stock", id).unwrap()).collect()
    }

    #[test]
    fn whoever_comes_where_others_met_waits_and_nobody_else() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (turns, acme) = (Turns::default(), Tenant::new("acme").unwrap());
            let (w1, w2) = (names(&["W1"]), names(&["W2"]));
            let (met, none) = (w1.iter().cloned().collect(), BTreeSet::new());
            assert!(turns.take(&acme, &w1, &none).await.is_empty());
            let first = turns.take(&acme, &names(&["W1", "W2"]), &met).await;
            assert_eq!(first.len(), 1, "they met at W1 alone");
            assert!(turns.take(&acme, &w2, &none).await.is_empty(), "nobody met there");
            let globex = Tenant::new("globex").unwrap();
            assert!(turns.take(&globex, &w1, &none).await.is_empty(), "another tenant's");
            let mut second = Box::pin(turns.take(&acme, &w1, &none));
            assert!((&mut second).now_or_never().is_none(), "the first has its turn");
            drop(first);
            assert_eq!(second.await.len(), 1);
            assert!(turns.take(&acme, &w1, &none).await.is_empty(), "all have gone");
        });
    }
}
