//! Choosing in a collection of data streams: one benchmark, and what belongs to it.

use super::model::{Benchmark, Collection, ComponentContent, ComponentRef, DataStream, Dictionary, Tailoring};

/// Which part of a collection is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The id of a data stream.
    pub data_stream: Option<String>,
    /// The id of a component, of a reference to it, or of the benchmark in it.
    pub component: Option<String>,
}

/// A benchmark of a collection, and what belongs to it there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// Where it stands, and what stands beside it.
    pub origin: StreamOrigin,
}

/// Where in a collection a benchmark stands, and what stands beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamOrigin {
    /// The id of the data stream.
    pub data_stream: String,
    /// The id of the reference to the benchmark.
    pub component_ref: String,
    /// The id of the component that holds it.
    pub component: String,
    /// Tailorings of the same data stream.
    pub tailorings: Vec<StreamTailoring>,
    /// The CPE dictionaries of the same data stream, as one.
    pub dictionary: Dictionary,
}

/// A tailoring of a data stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamTailoring {
    /// The id of the reference to it.
    pub component_ref: String,
    /// The id of the component that holds it.
    pub component: String,
    /// The tailoring.
    pub tailoring: Tailoring,
}

/// The ids as an error lists them.
fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<&str> = ids.collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}

/// Why there is no benchmark that is meant.
fn none_there(collection: &Collection, choice: &Choice) -> String {
    let all = collection.data_streams.iter().flat_map(|s| &s.checklists);
    let mut remote = all.clone().filter(|r| r.component().is_none());
    if let Some(far) = remote.find(|r| choice.component.as_ref() == Some(&r.id)) {
        return format!(
            "the checklist {:?} is in another file, {:?}, and no file or address that a document names \
             is opened: give that file",
            far.id, far.href
        );
    }
    let there = listed(all.map(|r| r.id.as_str()));
    match &choice.component {
        Some(id) => format!("no benchmark in it is called {id:?}; its checklists are: {there}"),
        None => format!("there is no benchmark in it; its checklists are: {there}"),
    }
}

/// A reference to a benchmark, and the data stream it stands in.
type Candidate<'a> = (&'a DataStream, &'a ComponentRef, &'a str);

/// Takes the benchmark that is meant: the one that is named, or the only one there is.
///
/// References are followed inside the collection only (SP 800-126 r3, section 3.1).
pub fn choose(mut collection: Collection, choice: &Choice) -> Result<Chosen, String> {
    let streams: Vec<&DataStream> = match &choice.data_stream {
        None => collection.data_streams.iter().collect(),
        Some(id) => {
            let found = collection.data_streams.iter().find(|s| &s.id == id);
            vec![found.ok_or_else(|| {
                let ids = collection.data_streams.iter().map(|s| s.id.as_str());
                format!("there is no data stream {id:?} in it; there are: {}", listed(ids))
            })?]
        }
    };
    let benchmark_id = |component: &str| {
        let component = collection.components.iter().find(|c| c.id == component)?;
        match &component.content {
            ComponentContent::Benchmark(benchmark) => Some(benchmark.id.as_str()),
            _ => None,
        }
    };
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for stream in streams {
        for reference in &stream.checklists {
            let Some(component) = reference.component() else {
                continue;
            };
            if let Some(id) = benchmark_id(component)
                && !candidates.iter().any(|(_, c, _)| c.href == reference.href)
                && choice
                    .component
                    .as_deref()
                    .is_none_or(|wanted| [reference.id.as_str(), component, id].contains(&wanted))
            {
                candidates.push((stream, reference, component));
            }
        }
    }
    let (stream, reference, component) = match candidates.as_slice() {
        [one] => *one,
        [] => {
            return Err(none_there(&collection, choice));
        }
        several => {
            let ids = listed(several.iter().map(|(_, r, _)| r.id.as_str()));
            return Err(format!("it holds several benchmarks: name one of {ids}"));
        }
    };
    let mut origin = StreamOrigin {
        data_stream: stream.id.clone(),
        component_ref: reference.id.clone(),
        component: component.to_owned(),
        ..StreamOrigin::default()
    };
    let content = |reference: &ComponentRef| {
        let id = reference.component()?;
        collection.components.iter().find(|c| c.id == id)
    };
    for reference in &stream.checklists {
        if let Some(component) = content(reference)
            && let ComponentContent::Tailoring(tailoring) = &component.content
        {
            origin.tailorings.push(StreamTailoring {
                component_ref: reference.id.clone(),
                component: component.id.clone(),
                tailoring: (**tailoring).clone(),
            });
        }
    }
    for component in stream.dictionaries.iter().filter_map(content) {
        if let ComponentContent::Dictionary(dictionary) = &component.content {
            origin.dictionary.items.extend(dictionary.items.iter().cloned());
        }
    }
    let at = collection.components.iter().position(|c| c.id == origin.component);
    let content = at.map(|at| collection.components.swap_remove(at).content);
    match content {
        Some(ComponentContent::Benchmark(benchmark)) => Ok(Chosen { benchmark: *benchmark, origin }),
        // It was looked up under the same id a moment ago.
        _ => Err(format!("the component {:?} is not a benchmark", origin.component)),
    }
}
