//! The SCAP Security Guide's benchmarks and data streams, where Debian's packages have put them
//! (`ssg-base`, `ssg-debderived`, `ssg-debian`, `ssg-nondebian`, `ssg-applications`).
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use stigprobe::xccdf::apply::{Only, apply};
use stigprobe::xccdf::model::ComponentContent;
use stigprobe::xccdf::read::{AnyDocument, Content, read, read_any};
use stigprobe::xccdf::resolve::{AbstractProfiles, resolved};
use stigprobe::xccdf::stream::Choice;

const CONTENT: &str = "/usr/share/xml/scap/ssg/content";

/// The files whose names have that in them; none, said aloud, where the packages are not installed.
fn files(part: &str) -> Vec<PathBuf> {
    let Ok(entries) = Path::new(CONTENT).read_dir() else {
        let text = format!("SKIPPED: no SCAP Security Guide at {CONTENT}\n");
        let _ = std::io::stderr().write_all(text.as_bytes());
        return Vec::new();
    };
    let paths = entries.map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = paths.filter(|p| p.file_name().unwrap().to_string_lossy().contains(part)).collect();
    found.sort();
    found
}

fn open(path: &Path) -> AnyDocument {
    read_any(File::open(path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn benchmarks_are_read_and_every_profile_selects_something() {
    // A sample: all of them, unoptimised, take more than a minute.
    for path in files("-xccdf.xml").into_iter().step_by(4) {
        let document = read(File::open(&path).unwrap());
        let document = document.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let b = resolved(document.benchmark, AbstractProfiles::Remove).unwrap();
        assert!(b.rules().count() > 0);
        for profile in &b.profiles {
            let applied = apply(&b, Some(profile), &Only::default());
            let count = applied.rules.iter().filter(|r| r.selected).count();
            let name = path.display();
            assert!(count > 0, "{} of {name} selects nothing", profile.id);
            assert!(applied.values.iter().all(|v| v.value.is_some()));
        }
        let none = apply(&b, None, &Only::default());
        assert!(none.rules.iter().all(|r| !r.selected), "{}", path.display());
    }
}

/// A data stream says the same as the benchmark beside it.
#[test]
fn a_data_stream_holds_the_benchmark_beside_it() {
    // One of each product would do; the largest are some 24 MB, and this is not a race.
    for path in files("-ds.xml").into_iter().step_by(6) {
        let document = open(&path);
        let Content::Collection(collection) = &document.content else {
            panic!("{} is {}", path.display(), document.content.described());
        };
        let benchmarks = collection.components.iter();
        let first = benchmarks.filter(|c| matches!(c.content, ComponentContent::Benchmark(_))).count();
        if first != 1 {
            continue;
        }
        let chosen = document.benchmark(&Choice::default()).unwrap();
        assert!(!chosen.stream.unwrap().dictionary.items.is_empty());
        let name = path.to_string_lossy().replace("-ds.xml", "-xccdf.xml");
        if let Ok(file) = File::open(name) {
            let beside = read(file).unwrap().benchmark;
            let ids =
                |b: &stigprobe::xccdf::Benchmark| -> Vec<String> { b.rules().map(|(_, r)| r.id.clone()).collect() };
            assert_eq!(ids(&chosen.benchmark), ids(&beside));
            assert_eq!(chosen.benchmark.profiles, beside.profiles);
        }
    }
}
