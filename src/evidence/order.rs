//! The order in which the runs of an asset were made, which no clock can turn around.
//!
//! The names of runs begin with the time of their evidence, by the clock of that moment. A clock that was wrong once
//! would put such a run before or behind all others for ever: then a list beside the runs says in which order they came.
//! Where times say the same there is none. Runs that are not in it (copied there) stand where their time puts them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rustix::fs::OFlags;

use super::store;

/// The list.
const ORDER: &str = ".order";
/// The largest that is read: tens of thousands of runs.
const LARGEST: u64 = 4 << 20;
/// Clocks that are right differ by less.
const SKEW: TimeDelta = TimeDelta::minutes(10);

/// Where a new run stands among those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its evidence was collected just now: behind all others, whatever the clock says.
    Newest,
    /// Its evidence is of another day: where its time puts it.
    ByTime,
}

/// The names of the runs in the directory of an asset, in the order in which they were made.
pub fn runs(asset_dir: &Path) -> io::Result<Vec<String>> {
    let mut there = BTreeSet::new();
    for entry in asset_dir.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        if let Some(name) = name.to_str().filter(|name| is_run(name))
            && entry.file_type()?.is_dir()
        {
            there.insert(name.to_owned());
        }
    }
    let mut runs: Vec<String> = Vec::new();
    for name in listed(asset_dir) {
        runs.extend(there.take(&name));
    }
    let mut others: Vec<String> = there.into_iter().collect();
    others.sort_by(|a, b| key(a).cmp(&key(b)));
    for name in others {
        insert(&mut runs, name);
    }
    Ok(runs)
}

/// Gives a run its place among those that are there. The list is written where their times say otherwise.
pub(super) fn add(asset_dir: &Path, run: &str, place: Place) -> io::Result<Vec<String>> {
    let mut runs = runs(asset_dir)?;
    runs.retain(|name| name != run);
    match place {
        Place::Newest => runs.push(run.to_owned()),
        Place::ByTime => insert(&mut runs, run.to_owned()),
    }
    let list = asset_dir.join(ORDER);
    if runs.is_sorted_by_key(|run| key(run).0) {
        if store::stands_there(&list)? {
            std::fs::remove_file(&list)?;
        }
    } else {
        let text: String = runs.iter().map(|name| format!("{name}\n")).collect();
        store::write(&list, text.as_bytes())?;
    }
    Ok(runs)
}

/// Behind the last that is not later.
fn insert(runs: &mut Vec<String>, run: String) {
    let at = runs.iter().rposition(|other| key(other) <= key(&run)).map_or(0, |at| at + 1);
    runs.insert(at, run);
}

/// What the list says. One that is not there or cannot be read says nothing: then times decide.
fn listed(asset_dir: &Path) -> Vec<String> {
    let mut options = std::fs::OpenOptions::new();
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    options.read(true).custom_flags(i32::try_from(flags).unwrap_or_default());
    let mut text = String::new();
    let read = options.open(asset_dir.join(ORDER)).and_then(|file| {
        if !file.metadata()?.is_file() {
            return Ok(0);
        }
        file.take(LARGEST).read_to_string(&mut text)
    });
    if read.is_ok() { text.lines().map(str::to_owned).collect() } else { Vec::new() }
}

/// The names of runs begin with their time.
fn is_run(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

/// By what a run is put among others: its time, and which of several with the same name.
fn key(run: &str) -> (&str, &str, u32) {
    let mut parts = run.splitn(3, '-');
    let mut part = || parts.next().unwrap_or_default();
    (part(), part(), part().parse().unwrap_or_default())
}

/// The time in the name of a run.
#[must_use]
pub fn time_of(run: &OsStr) -> Option<DateTime<Utc>> {
    let run = run.to_str()?;
    let time = NaiveDateTime::parse_from_str(run.split('-').next()?, "%Y%m%dT%H%M%SZ");
    time.ok().map(|time| time.and_utc())
}

/// Whether a time has not come yet: the clock that it was taken from was wrong, or this one is.
#[must_use]
pub fn is_future(time: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.checked_add_signed(SKEW).is_some_and(|latest| time > latest)
}

/// The newest of these that is not from the future, and the newest of all where there is none.
pub(super) fn newest(runs: &[String], now: DateTime<Utc>) -> Option<&String> {
    let past = |run: &&String| !time_of(OsStr::new(run)).is_some_and(|time| is_future(time, now));
    runs.iter().rfind(past).or(runs.last())
}

/// The directories of the runs of an asset, the newest first.
pub fn newest_first(asset_dir: &Path) -> io::Result<Vec<PathBuf>> {
    // A link in place of an asset is nobody's of ours.
    if asset_dir.symlink_metadata()?.is_symlink() {
        return Ok(Vec::new());
    }
    let names = runs(asset_dir)?;
    Ok(names.iter().rev().map(|name| asset_dir.join(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-06-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_wrong_clock_does_not_change_the_order_of_what_comes_after() {
        let dir = tempfile::tempdir().unwrap();
        let mut last = Vec::new();
        for (run, place) in [
            ("20260101T000000Z-a", Place::Newest),
            // The clock is wrong for a day, either way.
            ("20370101T000000Z-b", Place::Newest),
            ("19700101T000000Z-c", Place::Newest),
            ("20260201T000000Z-d", Place::Newest),
            // Evidence of last year, evaluated now.
            ("20250101T000000Z-e", Place::ByTime),
            ("20260115T000000Z-f", Place::ByTime),
        ] {
            std::fs::create_dir(dir.path().join(run)).unwrap();
            last = add(dir.path(), run, place).unwrap();
        }
        let letters = |runs: &[String]| runs.iter().map(|r| r.split('-').nth(1).unwrap()).collect::<String>();
        // What is of a time of its own stands behind the last that is not later: the clock of 1970 deceives it once.
        assert_eq!(letters(&last), "abcefd");
        assert_eq!(runs(dir.path()).unwrap(), last);
        assert_eq!(newest(&last, now()).unwrap(), "20260201T000000Z-d");
        assert!(dir.path().join(ORDER).is_file());
        std::fs::remove_dir(dir.path().join("20260201T000000Z-d")).unwrap();
        assert_eq!(letters(&runs(dir.path()).unwrap()), "abcef");
    }

    #[test]
    fn without_a_list_the_times_decide_and_the_tenth_of_a_name_comes_after_the_ninth() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["20260101T000000Z-a", "20260101T000000Z-a-2", "20260101T000000Z-a-10", "20260102T000000Z-a"];
        for run in names {
            std::fs::create_dir(dir.path().join(run)).unwrap();
        }
        assert_eq!(runs(dir.path()).unwrap(), names);
        add(dir.path(), names[3], Place::Newest).unwrap();
        assert!(!dir.path().join(ORDER).exists(), "the times say it all");
        std::os::unix::fs::symlink("/dev/zero", dir.path().join(ORDER)).unwrap();
        assert_eq!(runs(dir.path()).unwrap(), names, "a link is no list");
    }

    #[test]
    fn only_what_lies_far_ahead_is_from_the_future() {
        let at = |text: &str| is_future(text.parse().unwrap(), now());
        assert!(!at("2026-06-01T00:05:00Z") && at("2026-06-01T00:15:00Z") && at("2037-01-01T00:00:00Z"));
        let all_ahead = ["20370101T000000Z-a".to_owned(), "20380101T000000Z-b".to_owned()];
        assert_eq!(newest(&all_ahead, now()), all_ahead.last());
    }
}
