//! A line on standard error while the work takes longer than a person waits.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Silent until then.
const QUIET: Duration = Duration::from_secs(2);
/// Between two lines of a log; a terminal's line is rewritten more often.
const EVERY: Duration = Duration::from_secs(2);
const EVERY_ON_TERMINAL: Duration = Duration::from_millis(200);

/// Where the work stands.
pub(crate) struct Progress {
    begin: Instant,
    told: Mutex<Option<Instant>>,
    terminal: bool,
}

impl Progress {
    #[expect(
        clippy::disallowed_methods,
        reason = "progress is told by the clock; it changes no result"
    )]
    pub(crate) fn start() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { begin: Instant::now(), told: Mutex::new(None), terminal }
    }

    /// Says where the work stands, if it is time to.
    pub(crate) fn tell(&self, text: &str) {
        if self.begin.elapsed() < QUIET {
            return;
        }
        let every = if self.terminal { EVERY_ON_TERMINAL } else { EVERY };
        let Ok(mut told) = self.told.lock() else { return };
        if told.is_some_and(|last| last.elapsed() < every) {
            return;
        }
        *told = Some(self.begin + self.begin.elapsed());
        let (before, after) = if self.terminal { ("\r\x1b[K", "") } else { ("", "\n") };
        // Nobody listening is no reason to stop.
        let _ = write!(std::io::stderr(), "{before}{text}{after}");
    }

    /// Wipes a terminal's line.
    pub(crate) fn end(&self) {
        if self.terminal && self.told.lock().is_ok_and(|told| told.is_some()) {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    /// Seconds since the start.
    pub(crate) fn seconds(&self) -> f64 {
        self.begin.elapsed().as_secs_f64()
    }
}
