//! How often a caller may ask: a bucket of tokens each.

use events::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Buckets that are kept; past it those that are full again go.
const BUCKETS_MAX: usize = 10_000;
/// Tokens are counted in micro-tokens, so that no time is lost by rounding.
const TOKEN: i64 = 1_000_000;

/// The buckets of all callers.
pub(crate) struct Rates {
    per_s: u32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    /// In micro-tokens.
    held: i64,
    at: Timestamp,
}

impl Rates {
    /// Buckets that gain so many tokens a second and hold twice as many; 0: without limit.
    pub(crate) fn new(per_s: u32) -> Self {
        Self { per_s, buckets: Mutex::default() }
    }

    /// Takes a token; or says in how many seconds there is one.
    pub(crate) fn take(&self, caller: &str, now: Timestamp) -> Result<(), u64> {
        if self.per_s == 0 {
            return Ok(());
        }
        let per_s = i64::from(self.per_s);
        let most = 2 * per_s * TOKEN;
        let refilled = |bucket: &Bucket| {
            let micros = now.micros().saturating_sub(bucket.at.micros()).max(0);
            micros.saturating_mul(per_s).saturating_add(bucket.held).min(most)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(caller) {
            buckets.retain(|_, bucket| refilled(bucket) < most);
        }
        let bucket = buckets.entry(caller.to_owned()).or_insert(Bucket { held: most, at: now });
        bucket.held = refilled(bucket);
        bucket.at = now;
        if bucket.held >= TOKEN {
            bucket.held -= TOKEN;
            return Ok(());
        }
        let lacking = (TOKEN - bucket.held) as u64;
        Err(lacking.div_ceil(per_s as u64 * TOKEN as u64).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_a_second_s_worth_at_once_then_as_it_refills() {
        let rates = Rates::new(2);
        let at = |micros| Timestamp::from_micros(micros);
        for n in 0..4 {
            assert_eq!(rates.take("a", at(0)), Ok(()), "{n}");
        }
        assert_eq!(rates.take("a", at(0)), Err(1));
        assert_eq!(rates.take("b", at(0)), Ok(()), "another caller has tokens of its own");
        assert_eq!(rates.take("a", at(499_999)), Err(1));
        assert_eq!(rates.take("a", at(500_000)), Ok(()), "half a second is a token");
        assert_eq!(rates.take("a", at(400_000)), Err(1), "a clock that goes back gives none");
        assert_eq!(Rates::new(0).take("a", at(0)), Ok(()));
    }
}
