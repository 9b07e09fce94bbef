//! An XML element with all that is in it, for formats whose pieces are small.

use super::ImportError;
use crate::xml::read::{Error, Event, Reader};

/// The most elements in one that is kept whole. A rule of a checklist has some hundred.
const MOST: usize = 20_000;

/// An element.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// The name without prefix.
    pub(super) name: String,
    /// All text directly in it.
    pub(super) text: String,
    /// Children in document order.
    pub(super) children: Vec<Tree>,
}

impl Tree {
    fn of(name: &str) -> Self {
        Tree { name: name.to_owned(), ..Tree::default() }
    }

    /// Reads the element that has just begun to its end. Depth is bounded by the reader.
    pub(super) fn read(reader: &mut Reader<&[u8]>, name: &str) -> Result<Tree, String> {
        let mut open = vec![Tree::of(name)];
        let mut count = 0_usize;
        loop {
            let (position, event) = reader.next_event().map_err(|e: Error| e.to_string())?;
            match event {
                Event::Start(start) => {
                    count += 1;
                    if count > MOST {
                        return Err(format!("{position}: there are more than {MOST} elements in one {name}"));
                    }
                    open.push(Tree::of(start.name()));
                }
                Event::Text(text) => {
                    if let Some(last) = open.last_mut() {
                        last.text.push_str(text);
                    }
                }
                Event::End | Event::Eof => {
                    let Some(done) = open.pop() else {
                        return Ok(Tree::default());
                    };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
            }
        }
    }

    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Tree> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The text of the first child of that name, empty when there is none.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |c| c.text.as_str())
    }
}

/// Name and namespace of the root.
pub(super) fn root(bytes: &[u8]) -> Result<(String, Option<String>), ImportError> {
    let mut reader = Reader::new(bytes);
    loop {
        match reader.next_event() {
            Ok((_, Event::Start(start))) => {
                return Ok((start.name().to_owned(), start.namespace().map(str::to_owned)));
            }
            Ok(_) => {}
            Err(error) => return Err(ImportError::Unknown(error.to_string())),
        }
    }
}
