use std::os::unix::fs::symlink;

use super::*;
use crate::evidence::manifest::seal;

/// A sealed directory with the files `a`, `b` and `c`.
fn sealed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in [("a", "1"), ("b", "2"), ("c.json", "3")] {
        std::fs::write(dir.path().join(name), text).expect("written");
    }
    seal(dir.path(), &Digests::new(), None).expect("sealed");
    dir
}

/// What is wrong after this was done to it, which nothing but `compare` reads.
fn found(forge: impl Fn(&Path)) -> Comparison {
    let dir = sealed();
    forge(dir.path());
    let compared = Checked::compare(dir.path()).expect("compared").comparison().clone();
    let refused = Checked::open(dir.path(), &Trust::default()).err();
    assert_eq!(refused.is_some(), !compared.holds(), "{refused:?}");
    if let Some(refused) = refused {
        assert!(refused.why.contains("is not read"), "{refused}");
    }
    compared
}

#[test]
fn what_was_changed_removed_or_added_is_found() {
    let write = |dir: &Path, name: &str, text: &str| std::fs::write(dir.join(name), text).expect("written");
    assert!(found(|_| ()).holds());
    let all = found(|dir| {
        write(dir, "a", "x");
        std::fs::remove_file(dir.join("b")).expect("removed");
        write(dir, "d", "4");
    });
    assert_eq!(
        (all.intact, all.altered, all.missing, all.added),
        (1, vec!["a".into()], vec!["b".into()], vec!["d".into()])
    );
    let directory = found(|dir| std::fs::create_dir(dir.join("more")).expect("a directory"));
    assert_eq!(directory.irregular, [("more".to_owned(), "a directory")]);
    let link = found(|dir| {
        std::fs::rename(dir.join("a"), dir.join("b")).expect("moved");
        symlink("b", dir.join("a")).expect("a link");
    });
    assert_eq!((link.irregular, link.altered), (vec![("a".to_owned(), "a link")], vec!["b".to_owned()]));
    let pipe = found(|dir| {
        std::fs::remove_file(dir.join("a")).expect("removed");
        rustix::fs::mkfifoat(rustix::fs::CWD, dir.join("a"), Mode::from_raw_mode(0o600)).expect("a FIFO");
    });
    assert_eq!(pipe.irregular, [("a".to_owned(), "a FIFO")]);
    let forged = found(|dir| write(dir, "x\nThe manifest is signed by the key of this certificate.", ""));
    assert_eq!(forged.problems(), ["x The manifest is signed by the key of this certificate. is there and not listed"]);
}

#[test]
fn the_link_of_version_0_1_0_is_taken_and_no_other() {
    let with = |to: &str| found(|dir| symlink(to, dir.join(RESULTS)).expect("a link"));
    assert!(with("c.json").holds());
    for not in ["a", "none.json", "/etc/passwd", "../c.json", "./c.json", RESULTS, ".json"] {
        assert!(!with(not).holds(), "{not}");
    }
    let dir = sealed();
    symlink("c.json", dir.path().join(RESULTS)).expect("a link");
    let checked = Checked::open(dir.path(), &Trust::default()).expect("a run");
    assert_eq!(checked.results(), Some("c.json"));
}

#[test]
fn what_is_verified_is_what_is_read() {
    let dir = sealed();
    let run = dir.path().join("latest");
    let runs = tempfile::tempdir().expect("a directory");
    let planted = runs.path().join("latest");
    symlink(dir.path(), &planted).expect("a link");
    assert!(Checked::open(&planted, &Trust::default()).expect_err("elsewhere").why.contains("not followed"));
    let latest = runs.path().join("a-link");
    symlink(dir.path(), &latest).expect("a link");
    let checked = Checked::open(&latest, &Trust::default()).expect("a run");
    assert_eq!(checked.path(), dir.path().canonicalize().expect("a path"));
    // Whatever the link points to now, and whatever was changed since.
    std::fs::remove_file(&latest).expect("removed");
    symlink(&run, &latest).expect("a link");
    assert_eq!(checked.read("a", 10).expect("read").bytes, b"1");
    assert!(checked.read("none", 10).is_err());
    std::fs::write(dir.path().join("a"), "x").expect("written");
    std::fs::remove_file(dir.path().join("b")).expect("removed");
    symlink("/etc/passwd", dir.path().join("b")).expect("a link");
    let mut read = Vec::new();
    assert!(checked.read("a", 10).expect_err("changed").to_string().contains("changed"));
    assert!(checked.reader("a").expect("opened").read_to_end(&mut read).is_err());
    assert!(checked.read("b", 10).expect_err("a link").to_string().contains("a link"));
    assert!(checked.read("c.json", 0).expect_err("too large").to_string().contains("limit"));
}

#[test]
fn a_list_that_is_a_link_or_a_pipe_is_not_read() {
    for forge in [
        |path: &Path| symlink("/etc/passwd", path).expect("a link"),
        |path: &Path| rustix::fs::mkfifoat(rustix::fs::CWD, path, Mode::from_raw_mode(0o600)).expect("a FIFO"),
        |path: &Path| std::fs::create_dir(path).expect("a directory"),
    ] {
        for name in [MANIFEST, SIGNATURE] {
            let dir = sealed();
            let _ = std::fs::remove_file(dir.path().join(name));
            forge(&dir.path().join(name));
            assert!(Checked::compare(dir.path()).expect_err("refused").why.contains("not opened"));
        }
    }
    let dir = sealed();
    std::fs::write(dir.path().join(MANIFEST), "").expect("written");
    assert!(Checked::open(dir.path(), &Trust::default()).is_err());
}
