//! Which prefix means which namespace: Namespaces in XML 1.0.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::{Error, Fault, excerpt};
use super::tag::Tag;
use super::{Attribute, Limits, Start};

/// The namespace of the prefix `xml`.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of the prefix `xmlns`.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The declarations in force. The default namespace goes by the empty prefix.
pub(super) struct Scope {
    /// The meanings of a prefix, the outermost first; None where `xmlns=""` takes it away.
    meanings: HashMap<String, Vec<Option<Arc<str>>>>,
    count: usize,
}

impl Scope {
    pub(super) fn new() -> Self {
        let meanings = HashMap::from([("xml".to_owned(), vec![Some(XML.into())])]);
        Scope { meanings, count: 0 }
    }

    /// Puts a tag's declarations in force and resolves its names. Returns the element and the
    /// prefixes that it declares, which [`Scope::leave`] wants to have back.
    pub(super) fn enter(
        &mut self,
        tag: Tag<'_>,
        position: super::Position,
        limits: &Limits,
    ) -> Result<(Start, Vec<String>), Error> {
        let mut declared = Vec::new();
        let mut attributes = Vec::with_capacity(tag.attributes.len());
        for attribute in tag.attributes {
            let prefix = match (attribute.prefix, attribute.local) {
                (None, "xmlns") => "",
                (Some("xmlns"), prefix) => prefix,
                _ => {
                    attributes.push(attribute);
                    continue;
                }
            };
            check_declaration(prefix, &attribute.value)
                .map_err(|fault| fault.at(attribute.position))?;
            if self.count >= limits.namespaces {
                let most = limits.namespaces;
                let text = format!("more than {most} namespace declarations are in force here");
                return Fault::limit(attribute.position, text);
            }
            let meaning = (!attribute.value.is_empty()).then(|| Arc::from(attribute.value));
            self.meanings
                .entry(prefix.to_owned())
                .or_default()
                .push(meaning);
            self.count += 1;
            declared.push(prefix.to_owned());
        }

        let namespace = match tag.prefix {
            Some(prefix) => Some(self.meaning(prefix).map_err(|fault| fault.at(position))?),
            None => self.in_force(""),
        };
        let mut resolved: Vec<Attribute> = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let position = attribute.position;
            // An attribute without a prefix is in no namespace (section 6.2).
            let namespace = match attribute.prefix {
                Some(prefix) => Some(self.meaning(prefix).map_err(|fault| fault.at(position))?),
                None => None,
            };
            let name = attribute.local.to_owned();
            resolved.push(Attribute {
                namespace,
                name,
                value: attribute.value,
                position,
            });
        }
        refuse_duplicates(&resolved)?;
        let start = Start {
            namespace,
            name: tag.local.to_owned(),
            attributes: resolved,
        };
        Ok((start, declared))
    }

    /// Undoes what an element declared.
    pub(super) fn leave(&mut self, declared: &[String]) {
        for prefix in declared {
            if let Some(meanings) = self.meanings.get_mut(prefix) {
                meanings.pop();
                self.count -= 1;
                if meanings.is_empty() {
                    self.meanings.remove(prefix);
                }
            }
        }
    }

    /// What a prefix means; the default namespace goes by the empty one.
    pub(super) fn in_force(&self, prefix: &str) -> Option<Arc<str>> {
        self.meanings.get(prefix)?.last()?.clone()
    }

    fn meaning(&self, prefix: &str) -> Result<Arc<str>, Fault> {
        self.in_force(prefix).ok_or_else(|| {
            let prefix = excerpt(prefix);
            Fault::Namespace(format!(
                "the prefix '{prefix}' is not declared (xmlns:{prefix}=\"…\")"
            ))
        })
    }
}

/// Namespaces in XML 1.0, section 3: what may be declared.
fn check_declaration(prefix: &str, namespace: &str) -> Result<(), Fault> {
    let text = match (prefix, namespace) {
        ("xml", XML) => return Ok(()),
        ("xmlns" | "xml", _) => format!("the prefix '{prefix}' cannot be given a meaning"),
        (_, XML | XMLNS) => format!("the namespace '{namespace}' cannot be given another prefix"),
        ("", _) => return Ok(()),
        (_, "") => format!(
            "the prefix '{}' is declared to mean nothing",
            excerpt(prefix)
        ),
        _ => return Ok(()),
    };
    Err(Fault::Namespace(text))
}

/// Namespaces in XML 1.0, section 6.3. Names that are written alike have been refused before.
fn refuse_duplicates(attributes: &[Attribute]) -> Result<(), Error> {
    let mut seen = std::collections::HashSet::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.namespace.is_some())
    {
        if !seen.insert((&attribute.namespace, &attribute.name)) {
            let name = excerpt(&attribute.name);
            let text = format!("the attribute '{name}' is given twice, under two prefixes");
            return Err(Fault::Namespace(text).at(attribute.position));
        }
    }
    Ok(())
}
