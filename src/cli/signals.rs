//! SIGINT, SIGTERM and SIGHUP end every command, at every moment, within a second, and nothing half is left behind.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use super::{FAILED, output};
use crate::evidence::place;

/// A signal has come.
static CANCELED: AtomicBool = AtomicBool::new(false);
/// Tells those that end by themselves.
static TOLD: Notify = Notify::const_new();
/// So many of them are waiting to be told.
static LISTENING: AtomicUsize = AtomicUsize::new(0);
/// The program is being ended from here.
static ENDING: AtomicBool = AtomicBool::new(false);

/// So long has a survey to log out and go.
const GRACE: Duration = Duration::from_millis(600);
/// So long is waited for somebody to read why.
const SAYING: Duration = Duration::from_millis(100);

/// Looks out for signals from now on.
pub(super) fn watch() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let inside = runtime.enter();
    let mut signals = vec![("SIGINT", signal(SignalKind::interrupt())?), ("SIGTERM", signal(SignalKind::terminate())?)];
    // Who starts it with nohup wants it to outlive the terminal.
    if !ignored(SignalKind::hangup()) {
        signals.push(("SIGHUP", signal(SignalKind::hangup())?));
    }
    drop(inside);
    thread::Builder::new().name("signals".into()).spawn(move || {
        let name = runtime.block_on(async {
            let name = any(&mut signals).await;
            CANCELED.store(true, Ordering::SeqCst);
            TOLD.notify_waiters();
            if LISTENING.load(Ordering::SeqCst) > 0 {
                // A second signal means at once.
                let _ = tokio::time::timeout(GRACE, any(&mut signals)).await;
            }
            name
        });
        end(name)
    })?;
    Ok(())
}

/// The name of the first signal that comes.
async fn any(signals: &mut [(&'static str, Signal)]) -> &'static str {
    let waiting = signals.iter_mut().map(|(name, signal)| {
        Box::pin(async move {
            signal.recv().await;
            *name
        })
    });
    futures::future::select_all(waiting).await.0
}

/// Whether the program was started with this signal ignored.
fn ignored(kind: SignalKind) -> bool {
    let status =
        crate::input::named_text(std::path::Path::new("/proc/self/status"), crate::input::SMALL).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

/// Ends the program: what is not finished is removed, and nothing is published any more.
#[allow(clippy::exit, reason = "the thread that works may be waiting for anything")]
fn end(signal: &str) -> ! {
    ENDING.store(true, Ordering::SeqCst);
    place::abandon();
    // Standard error may be a pipe that is full, or held by a thread that waits for one.
    let message = format!("canceled by {signal}; what was not finished is removed");
    let (said, hear) = mpsc::channel();
    let saying = thread::Builder::new().spawn(move || {
        output::error(&message);
        said.send(())
    });
    if saying.is_ok() {
        let _ = hear.recv_timeout(SAYING);
    }
    std::process::exit(i32::from(FAILED))
}

/// Does this unless the program is being ended: then whoever works has no word left, as its directories are gone.
pub(super) fn unless_ending<T>(last: impl FnOnce() -> T) -> T {
    while ENDING.load(Ordering::SeqCst) {
        thread::park();
    }
    last()
}

/// Comes when somebody wants the program to stop, to those that have something to put in order first.
pub(super) async fn interrupted() {
    let told = TOLD.notified();
    let mut told = std::pin::pin!(told);
    told.as_mut().enable();
    let _listening = Listening::new();
    if !CANCELED.load(Ordering::SeqCst) {
        told.await;
    }
}

/// One that is waiting to be told.
struct Listening;

impl Listening {
    fn new() -> Self {
        LISTENING.fetch_add(1, Ordering::SeqCst);
        Listening
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.fetch_sub(1, Ordering::SeqCst);
    }
}
