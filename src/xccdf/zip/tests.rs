use std::io::{Cursor, Write};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use proptest::prelude::*;

use super::super::ids::sha256_hex;
use super::super::read::{Detail, Document, ReadError, read, read_entry};
use super::super::stream::Choice;

const XCCDF: &str = "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.1' id='b'/>";

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a name");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn open(bytes: &[u8]) -> Result<Document, ReadError> {
    read(Cursor::new(bytes))
}

#[track_caller]
fn refused(bytes: &[u8], part: &str) {
    let error = open(bytes).expect_err("refused").to_string();
    assert!(error.contains(part), "{error}");
}

/// Writes something else over every occurrence of some bytes.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn the_one_xccdf_entry_is_read() {
    let entries: [(&str, &[u8]); 4] = [
        ("U_X/readme.txt", b"x"),
        ("U_X/U_X_Manual-XCCDF.xml", XCCDF.as_bytes()),
        ("__MACOSX/U_X/._U_X_Manual-xccdf.xml", b"Mac"),
        ("U_X/inner.zip", b"never opened"),
    ];
    let document = open(&zipped(&entries)).expect("a benchmark");
    assert_eq!(document.entry.as_deref(), Some("U_X/U_X_Manual-XCCDF.xml"));
    assert_eq!(document.sha256, sha256_hex(XCCDF.as_bytes()));
    assert_eq!(document.benchmark.id, "b");
}

#[test]
fn a_zip_in_the_zip_is_looked_into_and_no_deeper() {
    let inner = zipped(&[("b-xccdf.xml", XCCDF.as_bytes())]);
    let outer = zipped(&[("a.zip", &inner), ("c.zip", &zipped(&[("d.txt", b"")]))]);
    let document = open(&outer).expect("a benchmark");
    assert_eq!(document.entry.as_deref(), Some("a.zip/b-xccdf.xml"));
    assert_eq!(document.sha256, sha256_hex(XCCDF.as_bytes()));
    refused(&zipped(&[("e.zip", &outer)]), "it holds e.zip. Unpack it");
    let twice = zipped(&[("a.zip", &inner), ("c.zip", &inner)]);
    refused(&twice, "several XCCDF files: a.zip/b-xccdf.xml, c.zip/b-xccdf.xml. Unpack it");
    refused(&zipped(&[("a.zip", b"PK?")]), "a.zip: the zip cannot be read");
}

/// A collection with one data stream of one benchmark.
fn stream(benchmark: &str) -> String {
    format!(
        "<?xml version='1.0'?><!-- a > b --><ds:data-stream-collection \
         xmlns:ds='http://scap.nist.gov/schema/scap/source/1.2' xmlns:xlink='http://www.w3.org/1999/xlink' \
         id='scap_x_collection_a' schematron-version='1.2'><ds:data-stream id='scap_x_datastream_a' scap-version='1.3' \
         use-case='CONFIGURATION' timestamp='2026-01-01T00:00:00'><ds:checklists><ds:component-ref id='scap_x_cref_{benchmark}' \
         xlink:href='#scap_x_comp_a'/></ds:checklists></ds:data-stream><ds:component id='scap_x_comp_a' \
         timestamp='2026-01-01T00:00:00'><Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' \
         id='xccdf_x_benchmark_{benchmark}'/></ds:component></ds:data-stream-collection>"
    )
}

#[test]
fn a_data_stream_in_a_zip_is_read_and_of_several_the_one_that_is_named() {
    let (one, other) = (stream("one"), stream("other"));
    let zip = zipped(&[("U_X/U_X_SCAP_1-3_Benchmark.xml", one.as_bytes()), ("U_X/cpe.xml", b"<cpe-list/>")]);
    let document = open(&zip).expect("a benchmark");
    assert_eq!(document.entry.as_deref(), Some("U_X/U_X_SCAP_1-3_Benchmark.xml"));
    assert_eq!(document.benchmark.id, "xccdf_x_benchmark_one");
    let outer = zipped(&[("inner.zip", &zip)]);
    assert_eq!(open(&outer).expect("a benchmark").benchmark.id, "xccdf_x_benchmark_one");
    let both = zipped(&[("a/one.xml", one.as_bytes()), ("a/other.xml", other.as_bytes())]);
    refused(
        &both,
        "several XCCDF files: a/one.xml, a/other.xml. Unpack it and pass the file that is meant, or name it",
    );
    for name in ["a/other.xml", "other.xml", "other"] {
        let found = read_entry(Cursor::new(&both), Detail::Full, Some(name)).expect("a document");
        assert!(found.chosen, "{name}");
        let document = found.benchmark(&Choice::default()).expect("a benchmark");
        assert_eq!(document.benchmark.id, "xccdf_x_benchmark_other", "{name}");
    }
    for id in ["xccdf_x_benchmark_other", "scap_x_cref_other"] {
        let choice = Choice { component: Some(id.into()), ..Choice::default() };
        let found = read_entry(Cursor::new(&both), Detail::Full, Some(id)).expect("a document");
        assert_eq!(found.benchmark(&choice).expect("a benchmark").benchmark.id, "xccdf_x_benchmark_other", "{id}");
    }
    assert!(read_entry(Cursor::new(&both), Detail::Full, Some("third")).is_err());
}

#[test]
fn none_and_several_are_listed() {
    refused(&zipped(&[]), "it is empty");
    refused(&zipped(&[("a.xml", b""), ("b\u{1b}.pdf", b"")]), "holds a.xml, b\u{FFFD}.pdf. Unpack");
    let names: Vec<_> = (0..12).map(|n| format!("{n}-xccdf.xml")).collect();
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    refused(&zipped(&entries), "8-xccdf.xml, 9-xccdf.xml and more. Unpack it");
}

#[test]
fn names_that_mean_something_else_are_refused() {
    let zip = zipped(&[("a/b/xxccdf.xml", XCCDF.as_bytes())]);
    for (name, part) in [
        ("../b/xxccdf.xm", "'..'"),
        ("a/../xxccdf.xm", "'..'"),
        ("/abb/xxccdf.xm", "absolute"),
        ("C:/b/xxccdf.xm", "drive letter"),
        ("a\\b/xxccdf.xm", "backslash"),
        ("a\0b/xxccdf.xm", "NUL"),
    ] {
        refused(&patched(zip.clone(), b"a/b/xxccdf.xm", &name.as_bytes()[..13]), part);
    }
    let twins = zipped(&[("a-xccdf.xml", b""), ("b-xccdf.xml", b"")]);
    refused(&patched(twins, b"b-xccdf", b"a-xccdf"), "the same name");
}

#[test]
fn links_and_secrets_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.add_symlink("a-xccdf.xml", "/etc/passwd", options).expect("a name");
    refused(&writer.finish().expect("memory").into_inner(), "is a symbolic link");

    let zip = zipped(&[("a-xccdf.xml", XCCDF.as_bytes())]);
    // The general purpose flags stand eight bytes into an entry of the directory.
    let at = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let mut encrypted = zip.clone();
    encrypted[at + 8] |= 1;
    refused(&encrypted, "is encrypted");
    let mut method = zip.clone();
    method[at + 10] = 12;
    refused(&method, "is packed in a way");
}

#[test]
fn bombs_are_given_up() {
    let mut bomb = XCCDF.replace("/>", ">").into_bytes();
    bomb.resize(8 << 20, b' ');
    bomb.extend_from_slice(b"</Benchmark>");
    let zip = zipped(&[("a-xccdf.xml", &bomb)]);
    assert!(zip.len() < 100_000);
    let error = open(&zip).expect_err("refused");
    assert!(matches!(error, ReadError::Zip(_)), "{error:?}");
    assert!(error.to_string().contains("more than 200 times"), "{error}");
    refused(&zipped(&[("a.zip", &bomb)]), "more than 200 times");
    // The same text is no bomb where it came in as it is.
    assert!(open(&bomb).is_ok());
}

#[test]
fn too_many_entries_are_given_up() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for n in 0..10_000 {
        writer.start_file(format!("{n}"), stored).expect("a name");
    }
    let enough = writer.finish().expect("memory").into_inner();
    let mut writer = ZipWriter::new_append(Cursor::new(enough.clone())).expect("a zip");
    writer.start_file("one more", stored).expect("a name");
    let zip = writer.finish().expect("memory").into_inner();
    // As many are looked through, and none of them is a benchmark.
    refused(&enough, "no entry of the zip is an XCCDF file");
    refused(&zip, "10001 entries, more than 10000");
    let mut zip64 = zip;
    zip64.extend_from_slice(b"PK\x06\x07");
    refused(&zip64, "zip64");
}

#[test]
fn damage_is_told_with_the_entry() {
    let broken = XCCDF.replace("/>", ">\n<b></a>");
    let zip = zipped(&[("a-xccdf.xml", broken.as_bytes())]);
    refused(&zip, "a-xccdf.xml: line 2, column 4: </a> cannot end <b>");
    refused(&zip[..zip.len() - 30], "the zip cannot be read");
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a-xccdf.xml", stored).expect("a name");
    writer.write_all(XCCDF.as_bytes()).expect("memory");
    let zip = writer.finish().expect("memory").into_inner();
    refused(&patched(zip, b"id='b'", b"id='c'"), "checksum");
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(at in 0_usize..400, byte in any::<u8>(), cut in 0_usize..400) {
        let inner = zipped(&[("b-xccdf.xml", XCCDF.as_bytes())]);
        let mut zip = zipped(&[("a.zip", &inner)]);
        let cut = zip.len().saturating_sub(cut);
        if let Some(place) = zip.get_mut(at) {
            *place = byte;
        }
        let _ = open(&zip);
        let _ = open(&zip[..cut]);
    }
}
