//! Which prefix means which namespace: Namespaces in XML 1.0.

use std::collections::HashSet;
use std::sync::Arc;

use super::error::{Error, Fault, excerpt};
use super::tag::Parts;
use super::{Limits, Position};

/// The namespace of the prefix `xml`.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of the prefix `xmlns`.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// How many namespaces are remembered, so that the same one is not kept again for every element
/// that declares it.
const REMEMBERED: usize = 64;

/// The declarations in force, the innermost last.
pub(super) struct Scope {
    bindings: Vec<Binding>,
    known: Vec<Arc<str>>,
}

/// A declaration. The default namespace goes by the empty prefix; None where `xmlns=""` takes it
/// away.
struct Binding {
    prefix: Arc<str>,
    namespace: Option<Arc<str>>,
}

/// A declaration, by its number among those in force.
pub(super) type Number = usize;

impl Scope {
    pub(super) fn new() -> Self {
        let xml = Binding { prefix: "xml".into(), namespace: Some(XML.into()) };
        Scope { bindings: vec![xml], known: Vec::new() }
    }

    /// How many declarations are in force: [`Scope::leave`] wants to know how many there were.
    pub(super) fn count(&self) -> usize {
        self.bindings.len()
    }

    /// Puts a tag's declarations in force and resolves its names; `position` is that of its `<`,
    /// where `token` begins.
    pub(super) fn enter(
        &mut self,
        token: &str,
        parts: &mut Parts,
        position: Position,
        limits: &Limits,
    ) -> Result<(), Error> {
        let place = |at: usize| position.after(&token.as_bytes()[..at]);
        for at in 0..parts.attributes.len() {
            let attribute = &parts.attributes[at];
            let prefix = match (attribute.prefix(token), attribute.local(token)) {
                (None, "xmlns") => "",
                (Some("xmlns"), prefix) => prefix,
                _ => continue,
            };
            let (begin, value) = (attribute.begin(), parts.value(token, attribute));
            check_declaration(prefix, value).map_err(|fault| fault.at(place(begin)))?;
            if self.bindings.len() > limits.namespaces {
                let most = limits.namespaces;
                let text = format!("more than {most} namespace declarations are in force here");
                return Fault::limit(place(begin), text);
            }
            let binding =
                Binding { prefix: self.kept(prefix), namespace: (!value.is_empty()).then(|| self.kept(value)) };
            self.bindings.push(binding);
            parts.attributes[at].is_declaration = true;
        }

        parts.namespace = match parts.prefix(token) {
            Some(prefix) => Some(self.meaning(prefix).map_err(|fault| fault.at(position))?),
            None => self.number(""),
        };
        let mut prefixed = 0;
        for attribute in &mut parts.attributes {
            if attribute.is_declaration {
                continue;
            }
            // An attribute without a prefix is in no namespace (section 6.2).
            if let Some(prefix) = attribute.prefix(token) {
                let number = self.meaning(prefix);
                attribute.namespace = Some(number.map_err(|fault| fault.at(place(attribute.begin())))?);
                prefixed += 1;
            }
        }
        if prefixed > 1 {
            self.refuse_duplicates(token, parts, position)?;
        }
        Ok(())
    }

    /// Undoes what an element declared: so many stay.
    pub(super) fn leave(&mut self, count: usize) {
        self.bindings.truncate(count);
    }

    /// The namespace of a declaration in force.
    pub(super) fn namespace(&self, number: Number) -> Option<&Arc<str>> {
        self.bindings.get(number)?.namespace.as_ref()
    }

    /// What a prefix means; the default namespace goes by the empty one.
    pub(super) fn in_force(&self, prefix: &str) -> Option<&Arc<str>> {
        self.namespace(self.number(prefix)?)
    }

    /// The innermost declaration of a prefix that means something.
    fn number(&self, prefix: &str) -> Option<Number> {
        let at = self.bindings.iter().rposition(|b| *b.prefix == *prefix)?;
        self.bindings[at].namespace.is_some().then_some(at)
    }

    fn meaning(&self, prefix: &str) -> Result<Number, Fault> {
        self.number(prefix).ok_or_else(|| {
            let prefix = excerpt(prefix);
            Fault::Namespace(format!("the prefix '{prefix}' is not declared (xmlns:{prefix}=\"…\")"))
        })
    }

    /// The text, kept once for all that declare it.
    fn kept(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.iter().find(|known| ***known == *text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        if self.known.len() < REMEMBERED {
            self.known.push(new.clone());
        }
        new
    }

    /// Namespaces in XML 1.0, section 6.3. Names that are written alike have been refused before.
    fn refuse_duplicates(&self, token: &str, parts: &Parts, position: Position) -> Result<(), Error> {
        let mut seen = HashSet::new();
        for attribute in &parts.attributes {
            let Some(number) = attribute.namespace else {
                continue;
            };
            let name = attribute.local(token);
            if !seen.insert((self.namespace(number), name)) {
                let name = excerpt(name);
                let text = format!("the attribute '{name}' is given twice, under two prefixes");
                let place = position.after(&token.as_bytes()[..attribute.begin()]);
                return Err(Fault::Namespace(text).at(place));
            }
        }
        Ok(())
    }
}

/// Namespaces in XML 1.0, section 3: what may be declared.
fn check_declaration(prefix: &str, namespace: &str) -> Result<(), Fault> {
    let text = match (prefix, namespace) {
        ("xml", XML) => return Ok(()),
        ("xmlns" | "xml", _) => format!("the prefix '{prefix}' cannot be given a meaning"),
        (_, XML | XMLNS) => format!("the namespace '{namespace}' cannot be given another prefix"),
        ("", _) => return Ok(()),
        (_, "") => format!("the prefix '{}' is declared to mean nothing", excerpt(prefix)),
        _ => return Ok(()),
    };
    Err(Fault::Namespace(text))
}
