//! How slow a source may be before it is given up.

use std::time::{Duration, Instant};

/// The least that must come of a file: so many bytes in every so much time. A source that sends nothing, or a
/// byte now and then, would otherwise hold a command up for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The time in which [`Self::bytes`] must come.
    pub window: Duration,
    /// What must come in each window, in bytes.
    pub bytes: u64,
}

impl Default for Pace {
    /// 64 KiB a minute: a twentieth of what a modem of the nineties did.
    fn default() -> Self {
        Self { window: Duration::from_secs(60), bytes: 1 << 16 }
    }
}

/// A source was slower than its [`Pace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only {got} bytes came in {} s, where at least {} are expected", pace.window.as_secs_f32(), pace.bytes)]
pub struct TooSlow {
    /// What was expected.
    pub pace: Pace,
    /// What came in the last window, in bytes.
    pub got: u64,
}

/// Holds a transfer to a pace.
pub(super) struct Pacer {
    pace: Pace,
    /// When this window began, and what had come by then.
    since: Instant,
    before: u64,
}

impl Pacer {
    pub(super) fn start(pace: Pace) -> Self {
        Self { pace, since: Instant::now(), before: 0 }
    }

    /// Whether it goes on fast enough now that `done` bytes have come.
    pub(super) fn check(&mut self, done: u64) -> Result<(), TooSlow> {
        self.check_at(done, self.since.elapsed())
    }

    fn check_at(&mut self, done: u64, elapsed: Duration) -> Result<(), TooSlow> {
        if elapsed < self.pace.window {
            return Ok(());
        }
        let got = done.saturating_sub(self.before);
        if got < self.pace.bytes {
            return Err(TooSlow { pace: self.pace, got });
        }
        (self.since, self.before) = (self.since + elapsed, done);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_window_must_bring_its_bytes() {
        let second = Duration::from_secs(1);
        let pace = Pace { window: second, bytes: 100 };
        let mut pacer = Pacer::start(pace);
        assert_eq!(pacer.check_at(0, second / 2), Ok(()));
        assert_eq!(pacer.check_at(100, second), Ok(()));
        assert_eq!(pacer.check_at(150, second / 2), Ok(()));
        let slow = pacer.check_at(199, second).unwrap_err();
        assert_eq!(slow, TooSlow { pace, got: 99 });
        let message = "only 99 bytes came in 1 s, where at least 100 are expected";
        assert_eq!(slow.to_string(), message);
        assert_eq!(pacer.check_at(200, second), Ok(()));
    }
}
