//! DTR's lists, page by page, with the proof that the end was reached.
//!
//! A list is read to its end when DTR gives no further page, every page was readable and new, and as
//! many items came as DTR says there are (`X-Resource-Count`, given on request). Page sizes are a
//! wish that DTR may cap, so only its own marker (`X-Next-Page-Start`) says where to go on.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use reqwest::Url;
use reqwest::header::HeaderMap;

use super::http::Failure;
use super::session::Session;

/// How many items are asked for at a time.
const PAGE_SIZE: &str = "100";

/// A list that is being read.
pub(super) struct Pages<'a> {
    session: &'a Session,
    url: Url,
    next: Option<String>,
    /// Hashes of the markers followed so far: one that comes again means going in circles.
    markers: HashSet<u64>,
    /// Hashes of the previous page's items: pages that overlap would hide a missing item in the count.
    previous: HashSet<u64>,
    read: u64,
    stated: Option<u64>,
    ended: bool,
}

/// Why a list was not read to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// A page did not come, or not in a form that can be read.
    Request(Failure),
    /// The pages came and do not add up.
    Proof(String),
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Broken::Request(failure) => write!(f, "{failure}"),
            Broken::Proof(reason) => f.write_str(reason),
        }
    }
}

impl<'a> Pages<'a> {
    /// The list at `url`, which may have a query of its own.
    pub(super) fn new(session: &'a Session, mut url: Url) -> Self {
        url.query_pairs_mut()
            .append_pair("pageSize", PAGE_SIZE)
            .append_pair("count", "true");
        Pages {
            session,
            url,
            next: None,
            markers: HashSet::new(),
            previous: HashSet::new(),
            read: 0,
            stated: None,
            ended: false,
        }
    }

    /// The items of the next page, read by `parse`; none after the last, when the proof is complete.
    /// `name` gives what makes an item unique in the list.
    pub(super) async fn next<T>(
        &mut self,
        parse: impl Fn(&[u8]) -> Result<Vec<T>, String>,
        name: impl Fn(&T) -> &str,
    ) -> Result<Option<Vec<T>>, Broken> {
        if self.ended {
            return self.proof().map(|()| None);
        }
        let mut url = self.url.clone();
        if let Some(marker) = &self.next {
            url.query_pairs_mut().append_pair("pageStart", marker);
        }
        let answer = self.session.get(url).await.map_err(Broken::Request)?;
        let items = parse(&answer.body).map_err(|reason| {
            let request = answer.request.clone();
            Broken::Request(Failure {
                request,
                reason,
                status: None,
            })
        })?;
        let wrong = |reason: String| Broken::Proof(format!("{}: {reason}", answer.request));

        if let Some(count) = header(&answer.headers, "x-resource-count").map_err(&wrong)? {
            let count = count
                .parse()
                .map_err(|_| wrong("X-Resource-Count is no number".into()))?;
            if self.stated.is_some_and(|before| before != count) {
                return Err(wrong(format!(
                    "the count changed from {} to {count} (X-Resource-Count) while the list was read",
                    self.stated.unwrap_or_default()
                )));
            }
            self.stated = Some(count);
        }
        self.read += items.len() as u64;
        if self.stated.is_some_and(|stated| self.read > stated) {
            return Err(wrong(self.shortfall()));
        }
        self.check_overlap(items.iter().map(name)).map_err(&wrong)?;

        self.next = header(&answer.headers, "x-next-page-start")
            .map_err(&wrong)?
            .filter(|m| !m.is_empty());
        match &self.next {
            None => self.ended = true,
            Some(_) if items.is_empty() => {
                return Err(wrong(
                    "the page is empty, yet there is to be a next one".into(),
                ));
            }
            Some(marker) if !self.markers.insert(hash(marker)) => {
                return Err(wrong(format!(
                    "the page marker {marker:?} was given before: the list goes in circles"
                )));
            }
            Some(_) => {}
        }
        Ok(Some(items))
    }

    /// How many items there are, as DTR says; none before the first page.
    pub(super) fn stated(&self) -> Option<u64> {
        self.stated
    }

    fn proof(&self) -> Result<(), Broken> {
        match self.stated {
            Some(stated) if stated == self.read => Ok(()),
            Some(_) => Err(Broken::Proof(format!(
                "GET {}: {}",
                self.url,
                self.shortfall()
            ))),
            None => Err(Broken::Proof(format!(
                "GET {}: DTR does not say how many there are (no X-Resource-Count), so that the {} read cannot be \
                 shown to be all",
                self.url, self.read
            ))),
        }
    }

    fn shortfall(&self) -> String {
        let stated = self.stated.unwrap_or_default();
        format!(
            "{} were read and DTR says there are {stated} (X-Resource-Count)",
            self.read
        )
    }

    fn check_overlap<'t>(&mut self, names: impl Iterator<Item = &'t str>) -> Result<(), String> {
        let mut page = HashSet::new();
        for name in names {
            let hash = hash(name);
            if self.previous.contains(&hash) || !page.insert(hash) {
                return Err(format!("{name:?} is listed twice"));
            }
        }
        self.previous = page;
        Ok(())
    }
}

/// The only value of a header; one that comes twice says nothing.
fn header(headers: &HeaderMap, name: &str) -> Result<Option<String>, String> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(|v| String::from_utf8_lossy(v.as_bytes()).trim().to_owned())),
        (_, Some(_)) => Err(format!("the header {name} comes more than once")),
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
