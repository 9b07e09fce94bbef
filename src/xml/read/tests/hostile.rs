//! Documents that want to fill the machine, inputs that fail, and whatever chance comes up with.

use std::io::Read;

use proptest::prelude::*;

use super::*;

#[test]
fn limits_of_number_and_size() {
    let few = Limits {
        total_bytes: 2000,
        token_bytes: 1000,
        text_bytes: 8,
        depth: 3,
        elements: 5,
        attributes: 2,
        attribute_bytes: 4,
        name_bytes: 6,
        namespaces: 2,
    };
    let refused = |document: &str, line, column, part: &str| {
        refused_by(&few, document.as_bytes(), line, column, part);
    };
    refused("<a><b><c>\n<d/></c></b></a>", 2, 1, "more than 3 elements are in one another");
    refused("<a><b/><b/><b/><b/>\n<b/></a>", 2, 1, "more than 5 elements");
    refused("<a b='' c='' d=''/>", 1, 14, "more than 2 attributes");
    refused("<a b='1234'\nc='12&amp;45'/>", 2, 4, "longer than 4 bytes");
    refused("<a\nabcdefg=''/>", 2, 1, "the name is longer than 6 bytes");
    refused("<a>1234<!-- -->5678&amp;</a>", 1, 4, "the text is longer than 8 bytes");
    refused("<a xmlns='u'><b xmlns='v'/><b xmlns='w'><c xmlns='x'/></b></a>", 1, 44, "more than 2 namespace");
    for at_the_limit in [
        "<a b='1234' c=''>12345678<b/></a>",
        "<a><b><c/></b></a>",
        "<a><b/><b/><b/><b/></a>",
        "<a abcdef=''/>",
        "<abcdef/>",
        "<a xmlns='u'><b xmlns='v'/><b xmlns='w'/></a>",
        "<a b='12&amp;4'>1234<!-- -->567&amp;</a>",
    ] {
        assert!(read_with(&few, at_the_limit.as_bytes()).is_ok(), "{at_the_limit}");
    }
    let bytes = |total_bytes, token_bytes| Limits { total_bytes, token_bytes, ..Limits::default() };
    let document = &b"<a>\n<!-- 789 --></a>"[..];
    refused_by(&bytes(19, 100), document, 2, 16, "larger than 19 bytes");
    refused_by(&bytes(100, 11), document, 2, 1, "a comment goes on for more than 11 bytes");
    assert!(read_with(&bytes(20, 12), document).is_ok());
    refused_by(&bytes(100, 3), &b"<a>1234</a>"[..], 1, 4, "a text goes on for more than 3 bytes");
    assert!(read_with(&bytes(100, 4), &b"<a>1234</a>"[..]).is_ok());
    let both = format!("<a>{}", "1".repeat(200));
    refused_by(&bytes(100, 50), both.as_bytes(), 1, 4, "a text goes on for more than 50 bytes");
    refused_by(&bytes(50, 100), both.as_bytes(), 1, 51, "larger than 50 bytes");
}

/// What docs/configuration.md says of every document: as much is taken, and no more.
#[test]
fn the_limits_that_are_promised() {
    let attributes = |count: usize| {
        let all: String = (0..count).map(|n| format!(" a{n}=''")).collect();
        format!("<a\n{all}/>")
    };
    let spaces = |count: usize| {
        let declared =
            |names: std::ops::Range<usize>| -> String { names.map(|n| format!(" xmlns:a{n}='u'")).collect() };
        format!("<a{}>\n<b{}/></a>", declared(0..200), declared(200..count))
    };
    assert!(read(attributes(256)).is_ok());
    refused(attributes(257), 2, 1_940, "more than 256 attributes");
    assert!(read(spaces(256)).is_ok());
    refused(spaces(257), 2, 844, "more than 256 namespace declarations");
    let value = |bytes: usize| format!("<a\nb='{}'/>", "x".repeat(bytes));
    assert!(read(value(64 << 10)).is_ok());
    refused(value((64 << 10) + 1), 2, 4, "longer than 64 KiB");
    let name = |bytes: usize| format!("<a>\n<{}/></a>", "x".repeat(bytes));
    assert!(read(name(1 << 10)).is_ok());
    refused(name((1 << 10) + 1), 2, 2, "longer than 1 KiB");
    let text = |bytes: usize| format!("<a>\n<b>{}</b></a>", "x".repeat(bytes));
    assert!(read(text(9 << 20)).is_ok());
    refused(text((9 << 20) + 1), 2, 4, "more than 9 MiB");
    let defaults = Limits::default();
    assert_eq!((defaults.total_bytes, defaults.elements), (256 << 20, 5_000_000));
}

#[test]
fn ten_thousand_levels() {
    refused("<a>\n".repeat(10_000), 257, 1, "more than 256 elements");
    assert!(read(format!("{}{}", "<a>".repeat(256), "</a>".repeat(256))).is_ok());
}

/// Counts what is taken from an input.
struct Counted<'a, R>(R, &'a mut u64);

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(out)?;
        *self.1 += count as u64;
        Ok(count)
    }
}

/// A gigabyte that is never there: after 9 MiB nobody asks for more.
#[test]
fn a_gigabyte_without_an_end_is_given_up_early() {
    let cases = [
        ("<a>\n<b c='", b'x', "a tag goes on for more than 9 MiB"),
        ("<a>\n<b c='", b'<', "a tag goes on for more than 9 MiB"),
        ("<a>\n<!--", b'<', "a comment goes on"),
        ("<a>\n<![CDATA[", b'<', "a CDATA section goes on"),
        ("<a>\n<", b'n', "a tag goes on"),
        ("<a>\n&", b'n', "a reference goes on"),
    ];
    for (begin, byte, part) in cases {
        let mut taken = 0;
        let endless = std::io::repeat(byte).take(1 << 30);
        let input = Counted(begin.as_bytes().chain(endless), &mut taken);
        refused_by(&Limits::default(), input, 2, 1, part);
        assert!(taken < 10 << 20, "{taken} bytes were taken");
    }
    let mut taken = 0;
    let input = Counted((&b"<a>x"[..]).chain(std::io::repeat(b'y').take(1 << 30)), &mut taken);
    refused_by(&Limits::default(), input, 1, 4, "a text goes on for more than 9 MiB");
    assert!(taken < 10 << 20);
}

#[test]
fn failures_of_the_input_are_told() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is on fire"))
        }
    }
    refused_by(&Limits::default(), (&b"<a>\nxy"[..]).chain(Broken), 2, 3, "on fire");
}

/// Gives one byte at a time, with interruptions.
struct Drops<'a>(&'a [u8], bool);

impl Read for Drops<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let end = out.len().min(1);
        self.0.read(&mut out[..end])
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    /// Pieces of markup in any order reach further than bytes do; and it must not matter how the
    /// input is cut up.
    #[test]
    fn no_markup_makes_it_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let document = pieces.concat();
        let whole = read(&document).map_err(|error| error.to_string());
        let drops = Drops(document.as_bytes(), false);
        let dropped = read_with(&Limits::default(), drops).map_err(|error| error.to_string());
        prop_assert_eq!(whole, dropped);
    }

    #[test]
    fn what_the_writer_writes_is_read(text in any::<String>(), value in any::<String>()) {
        let mut writer = crate::xml::write::Writer::new(" ");
        writer.start("a").attr("b", &value).text(&text).end();
        let legal = |text: &str| -> String {
            text.chars().map(|c| if crate::xml::write::is_legal(c) { c } else { '\u{FFFD}' }).collect()
        };
        let document = writer.finish();
        prop_assert_eq!(text_of(&document), legal(&text));
        prop_assert_eq!(first_value(&document), legal(&value));
    }
}

const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "<a",
    "<a>",
    "</a>",
    "<a/>",
    "<p:b xmlns:p='u'>",
    "</p:b>",
    " b='1'",
    " p:c=\"2\"",
    "&",
    ";",
    "&amp;",
    "&#x41;",
    "&#0;",
    "<!--",
    "-->",
    "-",
    "<![CDATA[",
    "]]>",
    "]",
    "<?",
    "?>",
    "x",
    "<?xml version='1.0'?>",
    "<!",
    "<!DOCTYPE",
    "\r",
    "\n",
    "'",
    "\"",
    "=",
    "é",
    "\u{FEFF}",
    " ",
];
