//! Lists that come page by page, with the proof that the end was reached.
//!
//! A list is read to its end when the server gives no further page, every page was readable and new,
//! and as many items came as the server says there are. Page sizes are a wish that the server may cap,
//! so only its own marker says where to go on. DTR gives marker and count in headers
//! (`X-Next-Page-Start`, `X-Resource-Count`), UCP in the answer (`nextPageStart`, `resourceCount`) and
//! the marker in the header as well; where UCP's answer is a bare array, the header is all there is.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use reqwest::Url;
use reqwest::header::HeaderMap;

use super::http::Failure;
use super::session::Session;

/// How many items a list may have: more than any cluster, and less than would fill the memory.
const MOST: u64 = 1_000_000;
/// How many pages a list without a count may have.
const MOST_PAGES: usize = 100_000;

/// How a server pages.
#[derive(Debug)]
struct Style {
    /// What the query asks for.
    query: &'static [(&'static str, &'static str)],
    /// The key that carries the marker back.
    start: &'static str,
    /// What must show that the end is the end.
    end: End,
    /// Asked with name and password, where no token is taken.
    password: bool,
    /// Who says what: for messages.
    count: &'static str,
}

/// What must show that the end of a list is its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// A count of all items.
    Count,
    /// A count, or the server's word that there is no next page: it documents no count for this list.
    CountOrMarker,
    /// A count, or that there was one page only and that shorter than any page: DTR gives a marker where
    /// there is a next page, documents no count for this list, and no page of its own choice is shorter
    /// than [`SMALLEST_PAGE`].
    CountOrShort,
    /// Nothing: whoever reads the list looks up by itself what is not in it.
    Nothing,
}

/// The size of a page that DTR gives by itself.
const SMALLEST_PAGE: u64 = 10;

static DTR: Style = Style {
    query: &[("pageSize", "100"), ("count", "true")],
    start: "pageStart",
    end: End::Count,
    password: false,
    count: "DTR (X-Resource-Count)",
};

static DTR_UNCOUNTED: Style = Style {
    query: &[("pageSize", "100"), ("count", "true")],
    start: "pageStart",
    end: End::CountOrShort,
    password: false,
    count: "DTR (X-Resource-Count)",
};

static DTR_ACCOUNTS: Style = Style {
    query: &[("limit", "1000")],
    start: "start",
    end: End::CountOrMarker,
    password: true,
    count: "DTR (resourceCount)",
};

static UCP: Style = UCP_STYLE;

static UCP_UNCOUNTED: Style = Style { end: End::CountOrMarker, ..UCP_STYLE };

static UCP_ARRAY: Style = Style { end: End::Nothing, ..UCP_STYLE };

static UCP_UNPAGED: Style = Style { query: &[], end: End::Nothing, ..UCP_STYLE };

/// What the styles of UCP share.
const UCP_STYLE: Style = Style {
    query: &[("limit", "1000")],
    start: "start",
    end: End::Count,
    password: false,
    count: "UCP (resourceCount)",
};

/// One page, as its body has it.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page starts; empty after the last; none where the body does not say.
    pub next: Option<String>,
    /// How many items there are in all; none where the body does not say.
    pub count: Option<u64>,
}

impl<T> Page<T> {
    /// A body that is nothing but a list.
    pub(super) fn bare(items: Vec<T>) -> Self {
        Page { items, next: None, count: None }
    }
}

/// A list that is being read.
pub(super) struct Pages<'a> {
    session: &'a Session,
    style: &'static Style,
    url: Url,
    next: Option<String>,
    /// Hashes of the markers followed so far: one that comes again means going in circles.
    markers: HashSet<u64>,
    /// Hashes of the previous page's items: pages that overlap would hide a missing item in the count.
    previous: HashSet<u64>,
    read: u64,
    stated: Option<u64>,
    /// The last page said that it is the last, in so many words.
    last: bool,
    ended: bool,
}

/// Why a list was not read to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// A page did not come, or not in a form that can be read.
    Request(Failure),
    /// The pages came and do not add up.
    Proof(Failure),
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Broken::Request(failure) | Broken::Proof(failure) => write!(f, "{failure}"),
        }
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Request(failure) | Broken::Proof(failure) => failure,
        }
    }
}

/// The items of a whole list. Where its pages do not add up, it may have changed while it was
/// read: it is read once more.
pub(super) async fn whole<'a, T>(
    start: impl Fn() -> Pages<'a>,
    parse: impl Fn(&[u8]) -> Result<Page<T>, String>,
    name: impl Fn(&T) -> &str,
) -> Result<Vec<T>, Failure> {
    match start().read_on(&parse, &name).await {
        Err(Broken::Proof(_)) => Ok(start().read_on(&parse, &name).await?),
        read => Ok(read?),
    }
}

impl<'a> Pages<'a> {
    /// A list of DTR at `url`, which may have a query of its own.
    pub(super) fn new(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &DTR)
    }

    /// A list of DTR that it is not documented to count.
    pub(super) fn dtr_uncounted(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &DTR_UNCOUNTED)
    }

    /// A list of the account service that DTR passes on, which takes no token.
    pub(super) fn dtr_accounts(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &DTR_ACCOUNTS)
    }

    /// A list of UCP, counted.
    pub(super) fn ucp(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &UCP)
    }

    /// A list of UCP that it documents no count for.
    pub(super) fn ucp_uncounted(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &UCP_UNCOUNTED)
    }

    /// A bare array of UCP. Nothing shows that it is whole: whoever reads it must look up what it
    /// misses.
    pub(super) fn ucp_array(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &UCP_ARRAY)
    }

    /// A bare array that UCP documents no pages for; should it page all the same, they are followed.
    pub(super) fn ucp_unpaged(session: &'a Session, url: Url) -> Self {
        Self::of(session, url, &UCP_UNPAGED)
    }

    fn of(session: &'a Session, mut url: Url, style: &'static Style) -> Self {
        for (key, value) in style.query {
            url.query_pairs_mut().append_pair(key, value);
        }
        Pages {
            session,
            style,
            url,
            next: None,
            markers: HashSet::new(),
            previous: HashSet::new(),
            read: 0,
            stated: None,
            last: false,
            ended: false,
        }
    }

    /// The items of the next page, whose body is nothing but items. See [`Pages::next_page`].
    pub(super) async fn next<T>(
        &mut self,
        parse: impl Fn(&[u8]) -> Result<Vec<T>, String>,
        name: impl Fn(&T) -> &str,
    ) -> Result<Option<Vec<T>>, Broken> {
        self.next_page(|body| parse(body).map(Page::bare), name).await
    }

    /// The items of the next page, read by `parse`; none after the last, when the proof is complete.
    /// `name` gives what makes an item unique in the list.
    pub(super) async fn next_page<T>(
        &mut self,
        parse: impl Fn(&[u8]) -> Result<Page<T>, String>,
        name: impl Fn(&T) -> &str,
    ) -> Result<Option<Vec<T>>, Broken> {
        if self.ended {
            return self.proof().map(|()| None);
        }
        let mut url = self.url.clone();
        if let Some(marker) = &self.next {
            url.query_pairs_mut().append_pair(self.style.start, marker);
        }
        let answer = if self.style.password { self.session.get_basic(url).await } else { self.session.get(url).await };
        let answer = answer.map_err(Broken::Request)?;
        let page = parse(&answer.body).map_err(|reason| {
            let request = answer.request.clone();
            Broken::Request(Failure { request, reason, status: None })
        })?;
        let wrong = |reason: String| Broken::Proof(Failure { request: answer.request.clone(), reason, status: None });

        let counts = [page.count, header_count(&answer.headers).map_err(&wrong)?];
        for count in counts.into_iter().flatten() {
            if self.stated.is_some_and(|before| before != count) {
                return Err(wrong(format!(
                    "the count changed from {} to {count} by the word of {} while the list was read",
                    self.stated.unwrap_or_default(),
                    self.style.count,
                )));
            }
            self.stated = Some(count);
        }
        let items = page.items;
        self.read += items.len() as u64;
        if self.stated.is_some_and(|stated| self.read > stated) {
            return Err(wrong(self.shortfall()));
        }
        if self.read > MOST || self.markers.len() > MOST_PAGES {
            return Err(wrong("the list is longer than any that makes sense".into()));
        }
        self.check_overlap(items.iter().map(name)).map_err(&wrong)?;

        let marker = marker(page.next, &answer.headers).map_err(&wrong)?;
        self.last = marker.as_deref() == Some("");
        self.next = marker.filter(|m| !m.is_empty());
        match &self.next {
            None => self.ended = true,
            Some(_) if items.is_empty() => {
                return Err(wrong("the page is empty, yet there is to be a next one".into()));
            }
            Some(marker) if !self.markers.insert(hash(marker)) => {
                return Err(wrong(format!("the page marker {marker:?} was given before: the list goes in circles")));
            }
            Some(_) => {}
        }
        Ok(Some(items))
    }

    /// All items to the end, with the proof.
    async fn read_on<T>(
        mut self,
        parse: &impl Fn(&[u8]) -> Result<Page<T>, String>,
        name: &impl Fn(&T) -> &str,
    ) -> Result<Vec<T>, Broken> {
        let mut all = Vec::new();
        while let Some(items) = self.next_page(parse, name).await? {
            all.extend(items);
        }
        Ok(all)
    }

    /// How many items there are, as the server says; none before the first page.
    pub(super) fn stated(&self) -> Option<u64> {
        self.stated
    }

    fn proof(&self) -> Result<(), Broken> {
        let wrong =
            |reason: String| Err(Broken::Proof(Failure { request: format!("GET {}", self.url), reason, status: None }));
        match (self.stated, self.style.end) {
            (_, End::Nothing) => Ok(()),
            (Some(stated), _) if stated == self.read => Ok(()),
            (Some(_), _) => wrong(self.shortfall()),
            (None, End::CountOrMarker) if self.last => Ok(()),
            (None, End::CountOrShort) if self.markers.is_empty() && self.read < SMALLEST_PAGE => Ok(()),
            (None, _) => wrong(format!(
                "{} does not say how many there are, so that the {} read cannot be shown to be all",
                self.style.count, self.read
            )),
        }
    }

    fn shortfall(&self) -> String {
        let stated = self.stated.unwrap_or_default();
        format!("{} were read, and by the word of {} there are {stated}", self.read, self.style.count)
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

/// Where the next page starts, from the body and from the header: they must not contradict each other.
fn marker(body: Option<String>, headers: &HeaderMap) -> Result<Option<String>, String> {
    let header = header(headers, "x-next-page-start")?;
    match (body, header) {
        (Some(body), Some(header)) if body != header => Err(format!(
            "the answer says that the next page starts at {body:?}, its header X-Next-Page-Start at {header:?}"
        )),
        (Some(marker), _) | (None, Some(marker)) => Ok(Some(marker)),
        (None, None) => Ok(None),
    }
}

fn header_count(headers: &HeaderMap) -> Result<Option<u64>, String> {
    let count = header(headers, "x-resource-count")?;
    count.map(|c| c.parse().map_err(|_| "X-Resource-Count is no number".into())).transpose()
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
