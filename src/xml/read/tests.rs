mod hostile;

use std::io::Read;

use super::*;

/// An event, kept.
#[derive(Debug, PartialEq)]
enum Kept {
    Start(Start),
    Text(String),
    End,
    Eof,
}

impl From<Event<'_>> for Kept {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Start(tag) => {
                let start = tag.to_start();
                assert_eq!(start.name(), tag.name());
                assert_eq!(start.namespace(), tag.namespace());
                let shown = |a: Attribute<'_>| format!("{a:?} {}", a.position());
                let kept: Vec<_> = start.attributes().map(|a| (a.name, a.value)).collect();
                let own: Vec<_> = tag.attributes().map(|a| (a.name, a.value)).collect();
                assert_eq!(kept, own);
                for (kept, own) in start.attributes().zip(tag.attributes()) {
                    assert_eq!(kept.position(), own.position(), "{}", shown(own));
                    assert_eq!(kept.namespace, own.namespace);
                }
                Kept::Start(start)
            }
            Event::Text(text) => Kept::Text(text.to_owned()),
            Event::End => Kept::End,
            Event::Eof => Kept::Eof,
        }
    }
}

/// Every event of a document up to its end.
fn read_with(limits: &Limits, input: impl Read) -> Result<Vec<(Position, Kept)>, Error> {
    let mut reader = Reader::with_limits(input, limits.clone());
    let mut events = Vec::new();
    loop {
        let (position, event) = reader.next_event()?;
        match event.into() {
            Kept::Eof => return Ok(events),
            event => events.push((position, event)),
        }
    }
}

fn read(document: impl AsRef<[u8]>) -> Result<Vec<(Position, Kept)>, Error> {
    read_with(&Limits::default(), document.as_ref())
}

/// The document is refused at this line and column with a message that has this part.
#[track_caller]
fn refused(document: impl AsRef<[u8]>, line: u64, column: u64, part: &str) {
    refused_by(&Limits::default(), document.as_ref(), line, column, part);
}

#[track_caller]
fn refused_by(limits: &Limits, input: impl Read, line: u64, column: u64, part: &str) {
    let error = read_with(limits, input).expect_err("refused");
    assert_eq!(error.position, Position { line, column }, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

/// All text of a document.
fn text_of(document: impl AsRef<[u8]>) -> String {
    let events = read(document).expect("well-formed");
    let texts = events.iter().filter_map(|(_, event)| match event {
        Kept::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

fn first(start: &Start) -> Attribute<'_> {
    start.attributes().next().expect("an attribute")
}

/// The value of the root's first attribute.
fn first_value(document: &str) -> String {
    match &read(document).expect("well-formed")[0].1 {
        Kept::Start(start) => first(start).value.to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_comes_out_in_pieces_with_places() {
    let document = "<?xml version=\"1.0\" encoding='UTF-8' standalone=\"yes\"?>\n<!-- x -->\n\
        <?pi y?><p:a xmlns:p='urn:p' xmlns='urn:d' b = '1' p:b=\"2\" xml:lang='en'>\n t<c/>u\
        <!-- - --><?pi?><![CDATA[<&]]>&amp;v</p:a >\n<!---->\n";
    let events = read(document).expect("well-formed");
    let at = |line, column| Position { line, column };
    let Kept::Start(root) = &events[0].1 else { panic!() };
    assert!(root.is("urn:p", "a"));
    let shown: Vec<_> = root.attributes().map(|a| (a.namespace, a.name)).collect();
    assert_eq!(shown, [(None, "b"), (Some("urn:p"), "b"), (Some(XML_NAMESPACE), "lang")]);
    assert_eq!(root.attribute("b").map(|a| (a.value, a.position())), Some(("1", at(3, 44))));
    let Kept::Start(child) = &events[2].1 else { panic!() };
    assert!(child.is("urn:d", "c"));
    let rest: Vec<_> = events.iter().map(|(position, _)| *position).collect();
    assert_eq!(rest, [at(3, 9), at(3, 74), at(4, 3), at(4, 3), at(4, 7), at(4, 44)]);
    assert_eq!(events[4].1, Kept::Text("u<&&v".into()));
    assert_eq!(text_of(document), "\n tu<&&v");
}

#[test]
fn after_the_end_there_is_only_the_end_and_after_an_error_only_errors() {
    let mut reader = Reader::new(&b"<a/>"[..]);
    let kinds: Vec<_> = (0..5).map(|_| Kept::from(reader.next_event().expect("well-formed").1)).collect();
    assert_eq!(kinds[1..], [Kept::End, Kept::Eof, Kept::Eof, Kept::Eof]);
    let mut reader = Reader::new(&b"<a></b></a>"[..]);
    assert!(reader.next_event().is_ok());
    for _ in 0..3 {
        assert!(reader.next_event().is_err());
    }
}

/// Wherever the input is cut: behind the `<` of a comment a tag could begin.
#[test]
fn a_text_is_one_text_however_the_input_comes() {
    for between in ["<!-- -->", "<?pi?>", "<![CDATA[]]>"] {
        let document = format!("<a>1&lt;{between}2{between}{between}3&amp;{between}4</a>");
        let texts = |events: Vec<(Position, Kept)>| -> Vec<Kept> {
            let kept = events.into_iter().map(|(_, event)| event);
            kept.filter(|event| matches!(event, Kept::Text(_))).collect()
        };
        let expected = [Kept::Text("1<23&4".into())];
        assert_eq!(texts(read(&document).expect("well-formed")), expected);
        for at in 1..document.len() {
            let (head, tail) = document.as_bytes().split_at(at);
            let events = read_with(&Limits::default(), head.chain(tail)).expect("well-formed");
            assert_eq!(texts(events), expected, "cut at {at} of {document}");
        }
        // As a file comes, in chunks.
        for at in 64 * 1024 - document.len()..64 * 1024 {
            let begin = format!("<b>{}", " ".repeat(at));
            let events = read(format!("{begin}{document}</b>")).expect("well-formed");
            assert_eq!(texts(events)[1..], expected, "cut at {at} of {document}");
        }
    }
}

#[test]
fn line_ends_become_line_feeds_unless_they_are_references() {
    assert_eq!(text_of("<a>1\r\n2\r3\n4\r\r\n5&#13;\n&#xD;<![CDATA[\r\n\r]]>\r</a>"), {
        "1\n2\n3\n4\n\n5\r\n\r\n\n\n"
    });
    // A line end that the input's chunks or a comment cut in two.
    let long = format!("<a>{}\r\n</a>", "x".repeat(64 * 1024 - 4));
    assert!(text_of(long).ends_with("x\n"));
    assert_eq!(text_of("<a>\r<!-- -->\n</a>"), "\n\n");
}

#[test]
fn attribute_values_are_normalised() {
    assert_eq!(first_value("<a b=' 1\r\n2\r3\n4\t5&#10;&#9;&#13;&lt;&apos;\"> '/>"), { " 1 2 3 4 5\n\t\r<'\"> " });
}

#[test]
fn references_are_the_five_and_legal_characters() {
    assert_eq!(text_of("<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;&#x9;</a>"), "&<>\"'A😀\t");
    refused("<a>\n &nbsp;</a>", 2, 2, "'&nbsp;' is not defined");
    refused("<a b='1'\n c='&e;'/>", 2, 5, "'&e;' is not defined");
    for wrong in ["#0", "#xD800", "#xFFFE", "#x110000", "#11", "#", "#x", "#X41", "#+65", "#6 5"] {
        refused(format!("<a>&{wrong};</a>"), 1, 4, "is not a character");
    }
    refused("<a>x & y</a>", 1, 6, "has no ';'");
    refused("<a>x &amp", 1, 6, "has no ';'");
    refused("<a b='&amp'/>", 1, 7, "has no ';'");
}

#[test]
fn doctypes_are_refused_unread() {
    refused("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", 2, 1, "DOCTYPE");
    refused("<!doctype HTML><html>", 1, 1, "this is a web page");
    refused("<a>\n<!DOCTYPE a></a>", 2, 1, "DOCTYPE");
    let endless = std::io::repeat(b'<').take(1 << 40);
    refused_by(&Limits::default(), (&b"<!DOCTYPE "[..]).chain(endless), 1, 1, "DOCTYPE");
}

/// An element with so many lines of this in it, which are never in memory together.
fn filled(line: &'static str, count: usize) -> impl Read {
    struct Lines(&'static [u8], usize, usize);
    impl Read for Lines {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let Lines(line, at, left) = self;
            if *left == 0 {
                return Ok(0);
            }
            let count = into.len().min(line.len() - *at);
            into[..count].copy_from_slice(&line[*at..*at + count]);
            *at = (*at + count) % line.len();
            *left -= usize::from(*at == 0);
            Ok(count)
        }
    }
    (&b"<a>\n"[..]).chain(Lines(line.as_bytes(), 0, count)).chain(&b"</a>"[..])
}

fn events(input: impl Read) -> Result<u64, Error> {
    let mut reader = Reader::new(input);
    let mut count = 0;
    while !matches!(reader.next_event()?.1, Event::Eof) {
        count += 1;
    }
    Ok(count)
}

#[test]
fn a_document_has_five_million_elements_at_most() {
    assert_eq!(events(filled("<b/>", 4_999_999)).ok(), Some(10_000_001));
    let error = events(filled("<b/>", 5_000_000)).expect_err("too many");
    assert!(error.to_string().contains("more than 5000000 elements"), "{error}");
}

#[test]
fn a_document_has_a_quarter_of_a_gibibyte_at_most() {
    let comment = format!("<!--{}-->", "x".repeat((1 << 16) - 7));
    let comment: &'static str = comment.leak();
    // With what stands around them 256 MiB are reached by less than one more.
    assert_eq!(events(filled(comment, (1 << 12) - 1)).ok(), Some(3));
    let error = events(filled(comment, 1 << 12)).expect_err("too large");
    assert!(error.to_string().contains("256 MiB"), "{error}");
    assert_eq!((error.position.line, error.position.column), (2, (1 << 28) - 3));
}

#[test]
fn illegal_characters_have_their_place() {
    refused("<a>\n\u{1}</a>", 2, 1, "U+0001");
    refused("<a b='\u{1B}'/>", 1, 7, "U+001B");
    refused("<a><![CDATA[x\u{0}]]></a>", 1, 14, "U+0000");
    refused("<!-- é\u{FFFF} --><a/>", 1, 8, "U+FFFF");
    refused("<?p \u{8}?><a/>", 1, 5, "U+0008");
}

#[test]
fn only_utf_8_is_read() {
    assert_eq!(text_of(b"\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?><a>\xC3\xA9</a>"), "é");
    refused(b"\xEF\xBB\xBF<a>\n\xE9</a>", 2, 1, "not UTF-8");
    refused(b"<a>\xED\xA0\x80</a>", 1, 4, "not UTF-8");
    refused(b"<a b='\xC3'/>", 1, 7, "not UTF-8");
    refused(b"<a>\xC3", 1, 4, "not UTF-8");
    refused(b"\xEF\xBB\xBF\xEF\xBB\xBF<a/>", 1, 1, "two byte order marks");
    refused("\u{FEFF} \u{FEFF}<a/>", 1, 2, "before any tag");
    for mark in [&b"\xFF\xFE<\0"[..], b"\xFE\xFF\0<", b"<\0a\0", b"\0<\0a", b"\0\0\xFE\xFF"] {
        refused(mark, 1, 1, "iconv -f UTF-16 -t UTF-8");
    }
    let declared = "<?xml version='1.0'\nencoding='ISO-8859-1'?><a/>";
    refused(declared, 2, 1, "the document is in ISO-8859-1");
}

#[test]
fn declarations_are_complete_and_come_first() {
    refused("<?xml version='1.1'?><a/>", 1, 7, "XML 1.1");
    refused("<?xml encoding='UTF-8'?><a/>", 1, 3, "does not begin with the version");
    refused("<?xml?><a/>", 1, 3, "does not begin with the version");
    refused("<?xml version='1.0' standalone='maybe'?><a/>", 1, 21, "neither");
    let late = "<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>";
    refused(late, 1, 37, "has no place here");
    refused("\n<?xml version='1.0'?><a/>", 2, 1, "very beginning");
    refused("<?XML x?><a/>", 1, 3, "'XML' cannot");
    refused("<? x?><a/>", 1, 3, "'' cannot");
}

#[test]
fn tags_match() {
    refused("<a>\n<b>\n</a>", 3, 1, "</a> cannot end <b>, which began on line 2");
    refused("<a xmlns:p='u' xmlns:q='u'><p:b></q:b></a>", 1, 33, "</q:b> cannot end <p:b>");
    refused("</a>", 1, 1, "ends nothing");
    refused("<a></a b='1'>", 1, 4, "cannot end");
    refused("<a></a></a>", 1, 8, "ends nothing");
}

#[test]
fn attributes_are_well_formed_and_unique() {
    refused("<a b='1' b='2'/>", 1, 10, "'b' is given twice");
    let twins = "<a xmlns:p='u' xmlns:q='u'\n p:b='1' q:b='2'/>";
    refused(twins, 2, 10, "'b' is given twice, under two prefixes");
    refused("<a xmlns='u' xmlns='v'/>", 1, 14, "'xmlns' is given twice");
    refused("<a b='1'c='2'/>", 1, 9, "no white space");
    refused("<a b=1/>", 1, 6, "not in quotes");
    refused("<a b/>", 1, 5, "has no value");
    refused("<a b='<'/>", 1, 7, "'<' stands in an attribute");
    refused("<a 1b='2'/>", 1, 4, "'1b' is not a name");
    refused("<a b:c:d='2'/>", 1, 4, "is not a name");
    for element in ["< a/>", "<1/>", "<a:/>", "<:a/>", "<a/ >", "<a'b'>", "<>"] {
        refused(element, 1, 2, "is not a name");
    }
}

#[test]
fn prefixes_are_declared_and_end_with_their_element() {
    refused("<p:a/>", 1, 1, "the prefix 'p' is not declared");
    refused("<a p:b='1'/>", 1, 4, "the prefix 'p' is not declared");
    refused("<a><b xmlns:p='u'/><p:c/></a>", 1, 20, "the prefix 'p' is not declared");
    refused("<xmlns:a/>", 1, 1, "'xmlns' is not declared");
    refused("<a xmlns:p=''/>", 1, 4, "declared to mean nothing");
    refused("<a xmlns:xml='u'/>", 1, 4, "'xml' cannot be given a meaning");
    refused("<a xmlns:xmlns='u'/>", 1, 4, "'xmlns' cannot be given a meaning");
    refused(format!("<a xmlns='{XML_NAMESPACE}'/>"), 1, 4, "cannot be given another prefix");
    let events = read("<a xmlns='u'><b xmlns=''/><c/></a>").expect("well-formed");
    let spaces = events.iter().filter_map(|(_, event)| match event {
        Kept::Start(start) => Some(start.namespace()),
        _ => None,
    });
    assert_eq!(spaces.collect::<Vec<_>>(), [Some("u"), None, Some("u")]);
}

#[test]
fn there_is_one_root_and_nothing_beside_it() {
    refused("<a/>\n<b/>", 2, 1, "second root");
    refused("{\"a\": 1}", 1, 1, "this is not XML: '{\"a\": 1}'");
    refused("<a/>\n x", 2, 2, "text follows the root");
    refused("<a/>&#32;", 1, 5, "outside the root");
    refused("<![CDATA[]]><a/>", 1, 1, "outside the root");
    refused("", 1, 1, "is empty");
    refused("<!-- -->\n", 2, 1, "no root");
}

#[test]
fn texts_and_comments_hold_nothing_they_may_not() {
    refused("<a>x]]></a>", 1, 5, "']]>'");
    refused("<a>\n<!-- a--b --></a>", 2, 7, "'--'");
    refused("<a><!--- b ---></a>", 1, 12, "'--'");
    refused("<a><!x></a>", 1, 4, "a declaration");
}

#[test]
fn ends_that_come_too_early_are_named() {
    refused("<a>\n<b>x", 2, 5, "the document ends inside <b>, which began on line 2");
    refused("<a>\n <b c='", 2, 2, "ends inside a tag");
    refused("<a><!-- ", 1, 4, "ends inside a comment");
    refused("<a><![CDATA[ ]]", 1, 4, "ends inside a CDATA section");
    refused("<a><?b ?", 1, 4, "ends inside a processing instruction");
    refused("<a></a", 1, 4, "ends inside an end tag");
    refused("<", 1, 1, "ends inside");
}

#[test]
fn quotations_are_short_and_tame() {
    assert_eq!(excerpt("a\u{1b}[31m\n\u{202E}b"), "a\u{FFFD}[31m \u{FFFD}b");
    assert_eq!(excerpt(&"é".repeat(40)), "é".repeat(40));
    assert_eq!(excerpt(&"é".repeat(41)).chars().count(), 41);
}
