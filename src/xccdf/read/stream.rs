//! Reading a collection of data streams. What XCCDF has no use for is passed over, not kept.

use std::io::Read;

use super::ReadError;
use super::cursor::{Cursor, Element};
use super::{benchmark, platform, profile};
use crate::xccdf::model::{Collection, Component, ComponentContent, ComponentRef, DataStream, Schema};

/// The namespace of SCAP 1.2 and 1.3's source data streams.
pub(super) const NAMESPACE: &str = "http://scap.nist.gov/schema/scap/source/1.2";
/// The namespace of the references' addresses.
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Reads the collection whose root has just begun.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>, root: &Element) -> Result<Collection, ReadError> {
    let mut collection = Collection { id: root.attribute_or_empty("id"), ..Collection::default() };
    while let Some(child) = cursor.any_child()? {
        if child.namespace() != Some(NAMESPACE) {
            cursor.skip()?;
            continue;
        }
        match child.name() {
            "data-stream" => collection.data_streams.push(data_stream(cursor, &child)?),
            "component" => {
                let id = child.required("id")?;
                let content = component(cursor)?;
                collection.components.push(Component { id, content });
            }
            _ => cursor.skip()?,
        }
    }
    if collection.data_streams.is_empty() {
        return root.refuse("this collection has no data-stream, which it must have");
    }
    Ok(collection)
}

fn data_stream<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<DataStream, ReadError> {
    let mut stream = DataStream {
        id: element.required("id")?,
        scap_version: element.attribute_or_empty("scap-version"),
        use_case: element.attribute_or_empty("use-case"),
        ..DataStream::default()
    };
    while let Some(child) = cursor.any_child()? {
        let refs = match child.name() {
            "checklists" => &mut stream.checklists,
            "dictionaries" => &mut stream.dictionaries,
            "checks" | "extended-components" => &mut stream.checks,
            _ => {
                cursor.skip()?;
                continue;
            }
        };
        while let Some(child) = cursor.any_child()? {
            if child.name() == "component-ref" {
                refs.push(component_ref(cursor, &child)?);
            } else {
                cursor.skip()?;
            }
        }
    }
    Ok(stream)
}

fn component_ref<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<ComponentRef, ReadError> {
    let href = element.attribute_in(XLINK, "href").map(str::to_owned);
    let mut reference =
        ComponentRef { id: element.required("id")?, href: href.unwrap_or_default(), catalog: Vec::new() };
    while let Some(child) = cursor.any_child()? {
        if child.name() != "catalog" {
            cursor.skip()?;
            continue;
        }
        while let Some(entry) = cursor.any_child()? {
            if entry.name() == "uri" {
                let name = entry.attribute_or_empty("name");
                reference.catalog.push((name, entry.attribute_or_empty("uri")));
            }
            cursor.skip()?;
        }
    }
    Ok(reference)
}

/// The one document in a component.
fn component<R: Read>(cursor: &mut Cursor<R>) -> Result<ComponentContent, ReadError> {
    let mut content = ComponentContent::Other(String::new());
    while let Some(root) = cursor.any_child()? {
        let schema = Schema::of(root.namespace());
        if let Some(schema) = schema {
            cursor.schema = schema;
        }
        content = match (root.name(), schema) {
            ("Benchmark", Some(_)) => ComponentContent::Benchmark(Box::new(benchmark::read(cursor, &root)?)),
            ("Tailoring", Some(_)) => ComponentContent::Tailoring(Box::new(profile::tailoring(cursor, &root)?)),
            ("cpe-list", _) => ComponentContent::Dictionary(platform::dictionary(cursor)?),
            (name, _) => {
                let name = name.to_owned();
                cursor.skip()?;
                ComponentContent::Other(name)
            }
        };
    }
    Ok(content)
}
