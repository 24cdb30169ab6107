//! How long to wait after a failure: longer each time, never long, never in step with others.

use super::pace::Pace;
use super::trouble::Trouble;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// The wait after a first failure.
const FIRST: Duration = Duration::from_millis(250);

/// Counts failures in a row.
#[derive(Clone, Debug)]
pub struct Backoff {
    failures: u32,
    pace: Pace,
}

impl Backoff {
    /// No failure yet.
    pub fn new(pace: Pace) -> Self {
        Self { failures: 0, pace }
    }

    /// After a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures in a row so far.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// How long to wait after this failure.
    pub fn next(&mut self, trouble: &Trouble) -> Duration {
        let longest = match trouble {
            Trouble::Denied(_) | Trouble::Absent | Trouble::Refused(_) => self.pace.retry_refused,
            Trouble::Unauthenticated(_)
            | Trouble::Gone
            | Trouble::Busy(..)
            | Trouble::Failed(_)
            | Trouble::Unreachable(_)
            | Trouble::Broken(_) => self.pace.retry,
        };
        let wait = FIRST
            .saturating_mul(1 << self.failures.min(10))
            .min(longest);
        self.failures = self.failures.saturating_add(1);
        let wait = wait.mul_f64(0.75 + random() / 2.0);
        match trouble {
            Trouble::Busy(Some(after), _) => wait.max(*after),
            _ => wait,
        }
    }
}

/// From 0 to 1; good enough to keep clients out of step.
fn random() -> f64 {
    let number = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(number >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// A time between two, different each time.
pub fn between(low: Duration, high: Duration) -> Duration {
    low + high.saturating_sub(low).mul_f64(random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let check = |trouble: &Trouble, longest: u64| {
            let mut backoff = Backoff::new(Pace::default());
            let waits: Vec<Duration> = (0..20).map(|_| backoff.next(trouble)).collect();
            let (first, last) = (waits.first(), waits.last());
            assert!(first <= Some(&Duration::from_millis(320)), "{waits:?}");
            let most = Duration::from_secs(longest).mul_f64(1.25);
            assert!(waits.iter().all(|wait| *wait <= most), "{waits:?}");
            assert!(
                last >= Some(&Duration::from_secs(longest).mul_f64(0.75)),
                "{waits:?}"
            );
        };
        check(&Trouble::Unreachable(String::new()), 4);
        check(&Trouble::Denied(String::new()), 20);
        let asked = Trouble::Busy(Some(Duration::from_secs(7)), String::new());
        assert_eq!(
            Backoff::new(Pace::default()).next(&asked),
            Duration::from_secs(7)
        );
    }
}
