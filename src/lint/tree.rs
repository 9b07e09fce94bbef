//! An XML document as lenient readers see it, with the place of everything.
//!
//! STIG Manager and Heimdall read with `fast-xml-parser`, which does not check that a document is well-formed: an
//! end tag ends whatever is open, and only what never ends is an error. This reads in the same way, so that what they
//! make of a broken document can be told. Whether it is well-formed at all, `xml::read` says.

/// Elements of one document at most. A file of 100 MB with results has a tenth of this.
const MOST_ELEMENTS: usize = 4_000_000;

/// Elements in one another at most; lenient readers stop at about 100.
const MOST_DEPTH: usize = 256;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// `fast-xml-parser`.
    Fast,
    /// The same, told not to look into texts that may be HTML, as Heimdall does with XCCDF.
    FastWithStops,
    /// `xmldom`, which takes a `<` that begins no name for text.
    Dom,
}

/// What [`Reader::FastWithStops`] does not look into.
const STOPS: [&str; 6] = ["fixtext", "fix", "rationale", "warning", "title", "description"];

/// The document.
pub(super) struct Tree<'t> {
    elements: Vec<Element<'t>>,
    /// What stands outside of any element.
    pub(super) top: Vec<Node<'t>>,
    /// What is wrong with the tags.
    pub(super) faults: Vec<Fault>,
}

/// An element by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(usize);

/// One element.
#[derive(Debug)]
pub(super) struct Element<'t> {
    /// The name as it is written.
    pub(super) name: &'t str,
    /// The name without prefix.
    pub(super) local: &'t str,
    /// Where its tag begins.
    pub(super) at: usize,
    /// Its attributes, namespace declarations among them.
    pub(super) attributes: Vec<Attribute<'t>>,
    /// What stands in it.
    pub(super) children: Vec<Node<'t>>,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(super) struct Attribute<'t> {
    /// The name as it is written.
    pub(super) name: &'t str,
    /// The value as it is written.
    pub(super) raw: &'t str,
    /// Where it begins.
    pub(super) at: usize,
}

/// What stands in an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'t> {
    Element(Id),
    /// Text as it is written, and where it begins.
    Text(&'t str, usize),
    Cdata(&'t str, usize),
    Comment(&'t str, usize),
    /// A processing instruction.
    Instruction(usize),
}

/// What is wrong with the tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) what: Wrong,
}

/// The kinds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A tag, comment or section does not end: lenient readers stop here too.
    Endless(&'static str),
    /// An end tag of another name than what it ends.
    Mismatch(String, String),
    /// An end tag that ends nothing.
    Stray(String),
    /// The document ends inside of this element.
    Unended(String),
    /// A second root element.
    SecondRoot(String),
    /// Something before the XML declaration.
    Early,
    /// `--` inside a comment.
    Hyphens,
    /// Text outside of the root element.
    Outside,
    /// More elements in one another than lenient readers follow.
    Deep,
    /// More elements than are read here.
    Many,
}

impl<'t> Tree<'t> {
    /// Reads as `fast-xml-parser` does, as far as it goes.
    pub(super) fn parse(text: &'t str) -> Self {
        Tree::read(text, Reader::Fast)
    }

    /// Reads as one of Heimdall's readers does.
    pub(super) fn parse_as(text: &'t str, reader: Reader) -> Self {
        Tree::read(text, reader)
    }

    /// There is an element without a name: the two ways of reading differ.
    pub(super) fn has_nameless(&self) -> bool {
        self.elements.iter().any(|element| !begins_name(element.name))
    }

    fn read(text: &'t str, reader: Reader) -> Self {
        let mut parser = Parser {
            reader,
            is_lost: false,
            text,
            tree: Tree { elements: Vec::new(), top: Vec::new(), faults: Vec::new() },
            open: Vec::new(),
            roots: 0,
        };
        parser.run();
        parser.tree
    }

    pub(super) fn get(&self, id: Id) -> &Element<'t> {
        &self.elements[id.0]
    }

    /// The elements outside of any other.
    pub(super) fn roots(&self) -> impl Iterator<Item = Id> + '_ {
        elements(&self.top)
    }

    /// The first of them.
    pub(super) fn root(&self) -> Option<Id> {
        self.roots().next()
    }

    /// The comments outside of any element.
    pub(super) fn top_comments(&self) -> impl Iterator<Item = (&'t str, usize)> + '_ {
        self.top.iter().filter_map(|node| match node {
            Node::Comment(text, at) => Some((*text, *at)),
            _ => None,
        })
    }

    /// All elements of the document, in its order.
    pub(super) fn all(&self) -> impl Iterator<Item = Id> + '_ {
        (0..self.elements.len()).map(Id)
    }

    /// The elements in this one.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        elements(&self.get(id).children)
    }

    /// The elements of that name, without prefix, in this one.
    pub(super) fn named<'s>(&'s self, id: Id, local: &'s str) -> impl Iterator<Item = Id> + 's {
        self.children(id).filter(move |child| self.get(*child).local == local)
    }

    /// The first of them.
    pub(super) fn child(&self, id: Id, local: &str) -> Option<Id> {
        self.named(id, local).next()
    }

    /// The attribute of that name.
    pub(super) fn attribute(&self, id: Id, name: &str) -> Option<&Attribute<'t>> {
        // The last of several of one name counts, as in a JavaScript object.
        self.get(id).attributes.iter().rfind(|a| a.name == name)
    }
}

fn elements<'s>(nodes: &'s [Node<'_>]) -> impl Iterator<Item = Id> + 's {
    nodes.iter().filter_map(|node| match node {
        Node::Element(id) => Some(*id),
        _ => None,
    })
}

/// The text begins with what can begin a name.
fn begins_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':')
}

struct Parser<'t> {
    reader: Reader,
    /// An end tag has ended nothing: where the reader stands now, nothing can be added.
    is_lost: bool,
    text: &'t str,
    tree: Tree<'t>,
    open: Vec<Id>,
    roots: usize,
}

impl<'t> Parser<'t> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            let is_text = !rest.starts_with('<')
                || (self.reader == Reader::Dom && !rest[1..].starts_with(['/', '?', '!']) && !begins_name(&rest[1..]));
            if is_text {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let end = rest[first..].find('<').map_or(rest.len(), |end| end + first);
                self.characters(&rest[..end], at);
                at += end;
                continue;
            }
            match self.markup(rest, at) {
                Some(length) => at += length,
                None => return,
            }
        }
        while let Some(id) = self.open.pop() {
            let (name, begin) = (self.tree.get(id).name.to_owned(), self.tree.get(id).at);
            self.fault(begin, Wrong::Unended(name));
        }
    }

    fn fault(&mut self, at: usize, what: Wrong) {
        self.tree.faults.push(Fault { at, what });
    }

    fn add(&mut self, node: Node<'t>) {
        match self.open.last() {
            Some(id) => self.tree.elements[id.0].children.push(node),
            None => self.tree.top.push(node),
        }
    }

    fn characters(&mut self, raw: &'t str, at: usize) {
        if self.open.is_empty() && !raw.trim_ascii().is_empty() {
            self.fault(at, Wrong::Outside);
        }
        self.add(Node::Text(raw, at));
    }

    /// Takes what begins with `<`, and says how long it is; None where it does not end.
    fn markup(&mut self, rest: &'t str, at: usize) -> Option<usize> {
        let (what, length) = if let Some(inside) = rest.strip_prefix("</") {
            ("an end tag", self.end_tag(inside, at))
        } else if let Some(inside) = rest.strip_prefix("<?") {
            ("a processing instruction", self.instruction(inside, at))
        } else if let Some(inside) = rest.strip_prefix("<!--") {
            ("a comment", self.comment(inside, at))
        } else if let Some(inside) = rest.strip_prefix("<![") {
            ("a CDATA section", self.section(inside, at))
        } else if rest.starts_with("<!D") {
            ("a DOCTYPE", doctype(rest))
        } else {
            ("a tag", self.start_tag(&rest[1..], at))
        };
        if length.is_none() && !matches!(self.tree.faults.last(), Some(f) if f.what == Wrong::Many) {
            self.fault(at, Wrong::Endless(what));
        }
        length
    }

    fn end_tag(&mut self, inside: &'t str, at: usize) -> Option<usize> {
        let end = inside.find('>')?;
        let written = inside[..end].trim_ascii();
        match self.open.pop() {
            None => {
                self.is_lost = true;
                self.fault(at, Wrong::Stray(written.to_owned()));
            }
            Some(id) => {
                let name = self.tree.get(id).name;
                if name != written {
                    let wrong = Wrong::Mismatch(name.to_owned(), written.to_owned());
                    self.fault(at, wrong);
                }
            }
        }
        Some(end + 3)
    }

    fn instruction(&mut self, inside: &'t str, at: usize) -> Option<usize> {
        let end = if self.reader == Reader::Dom { inside.find("?>")? } else { instruction_end(inside)? };
        let target = inside[..end].split_ascii_whitespace().next();
        if target == Some("xml") && at > 0 {
            self.fault(at, Wrong::Early);
        }
        if !self.open.is_empty() {
            self.add(Node::Instruction(at));
        }
        Some(end + 4)
    }

    fn comment(&mut self, inside: &'t str, at: usize) -> Option<usize> {
        let end = inside.find("-->")?;
        if inside[..end].contains("--") || inside[..end].ends_with('-') {
            self.fault(at, Wrong::Hyphens);
        }
        self.add(Node::Comment(&inside[..end], at));
        Some(end + 7)
    }

    fn section(&mut self, inside: &'t str, at: usize) -> Option<usize> {
        let end = inside.find("]]>")?;
        let text = inside.get("CDATA[".len()..end).unwrap_or_default();
        self.add(Node::Cdata(text, at));
        Some(end + 6)
    }

    fn start_tag(&mut self, inside: &'t str, at: usize) -> Option<usize> {
        let end = tag_end(inside)?;
        let whole = &inside[..end];
        let (written, is_empty) = match whole.strip_suffix('/') {
            Some(written) => (written, true),
            None => (whole, false),
        };
        let name_end = written.find(|c: char| c.is_whitespace());
        let (name, rest) = written.split_at(name_end.unwrap_or(written.len()));
        if self.open.is_empty() {
            self.roots += 1;
            if self.roots > 1 {
                self.fault(at, Wrong::SecondRoot(name.to_owned()));
            }
        }
        if self.is_lost {
            return None;
        }
        if self.tree.elements.len() >= MOST_ELEMENTS {
            self.fault(at, Wrong::Many);
            return None;
        }
        let id = Id(self.tree.elements.len());
        self.tree.elements.push(Element {
            name,
            local: name.split_once(':').map_or(name, |(_, local)| local),
            at,
            attributes: attributes(rest, at + 1 + name.len()),
            children: Vec::new(),
        });
        self.add(Node::Element(id));
        let local = self.tree.get(id).local;
        if !is_empty && self.reader == Reader::FastWithStops && STOPS.contains(&local) {
            let (inside, length) = stopped(&inside[end + 1..], name)?;
            let node = Node::Text(inside, at + end + 2);
            self.tree.elements[id.0].children.push(node);
            return Some(end + 2 + length);
        }
        if !is_empty {
            self.open.push(id);
            if self.open.len() == MOST_DEPTH {
                self.fault(at, Wrong::Deep);
                self.fault(at, Wrong::Many);
                return None;
            }
            // `fast-xml-parser` counts what is open around the element.
            if self.open.len() == 102 {
                self.fault(at, Wrong::Deep);
            }
        }
        Some(end + 2)
    }
}

/// Where a processing instruction ends: at the first `?>` outside of quotation marks.
fn instruction_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (Some(q), b) if q == b => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'?') if inside.as_bytes().get(at + 1) == Some(&b'>') => return Some(at),
            _ => {}
        }
    }
    None
}

/// Where a tag ends: at the first `>` outside of quotation marks.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (Some(q), b) if q == b => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
    }
    None
}

/// What stands before the end tag of that name, and how long that is with the tag.
fn stopped<'t>(text: &'t str, name: &str) -> Option<(&'t str, usize)> {
    let mut open = 1_usize;
    let mut at = 0;
    loop {
        at += text[at..].find('<')?;
        let rest = &text[at..];
        let length = if let Some(inside) = rest.strip_prefix("</") {
            let end = inside.find('>')?;
            if inside[..end].trim_ascii() == name {
                open -= 1;
                if open == 0 {
                    return Some((&text[..at], at + end + 3));
                }
            }
            end + 3
        } else if rest.starts_with("<?") {
            rest.find("?>")? + 2
        } else if rest.starts_with("<!--") {
            rest.find("-->")? + 3
        } else if rest.starts_with("<![") {
            rest.find("]]>")? + 3
        } else {
            let end = tag_end(&rest[1..])?;
            let tag = &rest[1..=end];
            let called = tag.split(char::is_whitespace).next().unwrap_or_default();
            // It compares the name without prefix to the name with it, so that nothing with a prefix nests.
            let called = called.split_once(':').map_or(called, |(_, local)| local);
            open += usize::from(called == name && !tag.ends_with('/'));
            end + 2
        };
        at += length;
    }
}

/// How long a document type declaration is, with its internal subset.
fn doctype(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'<' | b'[' => depth += 1,
            b'>' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The attributes that have a value in quotation marks.
fn attributes(text: &str, begin: usize) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        if rest.is_empty() {
            return found;
        }
        let at = begin + (text.len() - rest.len());
        let end = rest.find(|c: char| c.is_whitespace() || c == '=');
        let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        let value = behind.trim_start().strip_prefix('=').map(str::trim_start).and_then(|value| {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (raw, behind) = value[1..].split_once(quote)?;
            Some((raw, behind))
        });
        if let Some((raw, behind)) = value {
            found.push(Attribute { name, raw, at });
            rest = behind;
        }
    }
}
