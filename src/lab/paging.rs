//! How DTR pages its lists.
//!
//! A page starts at a marker that means nothing to a client. It holds a `+`, which turns into a blank unless it is
//! percent-encoded in a query.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::{fault::Fault, reply, scenario::Scenario};

/// A page never has more than this, whatever is asked.
pub(super) const LARGEST: usize = 25;
const USUAL: usize = 10;

pub(super) static NEXT_PAGE_START: HeaderName = HeaderName::from_static("x-next-page-start");
pub(super) static RESOURCE_COUNT: HeaderName = HeaderName::from_static("x-resource-count");

/// Whether lists give neither markers nor counts, as those of UCP 3.0 and of the account service of DTR 2.5.
pub(super) fn is_unmarked(scenario: &Scenario) -> bool {
    scenario.has(Fault::ListsUnmarked) || scenario.has(Fault::ListsStartAgain)
}

/// The query of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListQuery {
    page_start: Option<String>,
    page_size: Option<String>,
    count: Option<String>,
    pub(super) domain: Option<String>,
}

impl ListQuery {
    pub(super) fn wants_count(&self) -> bool {
        self.count.as_deref() == Some("true")
    }
}

/// The part of a list that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) start: usize,
    pub(super) end: usize,
    size: usize,
    /// The page comes without its items, which come with the next.
    pub(super) hollow: bool,
    total: usize,
}

impl Page {
    /// The page of a list of `total` items that was asked for, if it makes sense.
    pub(super) fn of(query: &ListQuery, total: usize, largest: usize) -> Result<Self, PageError> {
        let size = match query.page_size.as_deref() {
            None | Some("") => USUAL,
            Some(size) => match size.parse::<usize>().map_err(|_| PageError::Size)? {
                0 => USUAL,
                size => size,
            },
        };
        let size = size.min(largest.min(LARGEST)).max(1);
        let (start, hollow) = match query.page_start.as_deref() {
            None | Some("") => (0, false),
            Some(marker) => read_marker(marker).ok_or(PageError::Start)?,
        };
        let start = start.min(total);
        Ok(Self { start, end: start.saturating_add(size).min(total), size, hollow, total })
    }

    /// The page's number, from 1 on.
    pub(super) fn number(&self) -> usize {
        self.start / self.size + 1
    }

    /// Where the next page starts; none after the last.
    pub(super) fn next(&self) -> Option<usize> {
        (self.end < self.total).then_some(self.end)
    }
}

/// Why there is no such page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageError {
    Start,
    Size,
}

impl PageError {
    pub(super) fn response(self) -> Response {
        let message = match self {
            Self::Start => "The pageStart is not one that was given out.",
            Self::Size => "The pageSize is not a number.",
        };
        reply::error(StatusCode::BAD_REQUEST, "INVALID_PARAMETERS", message)
    }
}

/// The marker of the page that starts with this item.
pub(super) fn marker(index: usize, name: &str, hollow: bool) -> String {
    let hollow = if hollow { "~" } else { "" };
    // Eleven digits put the tilde where base64 makes a `+` of it.
    STANDARD.encode(format!("{index:011}~{hollow}{name}"))
}

fn read_marker(marker: &str) -> Option<(usize, bool)> {
    let text = String::from_utf8(STANDARD.decode(marker).ok()?).ok()?;
    let (index, name) = text.split_once('~')?;
    Some((index.parse().ok()?, name.starts_with('~')))
}

/// Names the next page in a header.
pub(super) fn set_next(response: &mut Response, marker: &str) {
    if let Ok(value) = HeaderValue::from_str(marker) {
        response.headers_mut().insert(NEXT_PAGE_START.clone(), value);
    }
}

/// Says in a header how many items there are.
pub(super) fn set_count(response: &mut Response, count: usize) {
    response.headers_mut().insert(RESOURCE_COUNT.clone(), HeaderValue::from(count));
}
