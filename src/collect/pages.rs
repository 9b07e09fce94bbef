//! Lists that come page by page, with the proof that the end was reached and that nothing was left out.
//!
//! A list is read to its end when the server gives no further page, every page was readable and new,
//! and as many items came as the server says there are. Page sizes are a wish that the server may cap,
//! so only its own marker says where to go on. DTR gives marker and count in headers
//! (`X-Next-Page-Start`, `X-Resource-Count`), UCP in the answer (`nextPageStart`, `resourceCount`) and
//! the marker in the header as well; where UCP's answer is a bare array, the header is all there is.
//!
//! UCP 3.0 and the account service of DTR 2.5 give neither. Their pages start with the item that is asked for, so
//! the list is asked again from its last item: what comes begins with what is known already, goes on with what is
//! new, and at the end brings nothing new though the page had room for more.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use reqwest::Url;
use reqwest::header::HeaderMap;

use super::READS;
use super::http::{Answer, Failure};
use super::session::Session;
use crate::facts::proof::{Proof, Watch};

/// How many items a list may have: more than any cluster, and less than would fill the memory.
const MOST: u64 = 1_000_000;
/// How many pages a list without a count may have.
const MOST_PAGES: usize = 100_000;

/// A list: how it is paged, how a page is read, what makes an item unique, and what shows that all was seen.
pub(super) struct List<'a, T> {
    /// How the server pages it.
    pub(super) style: &'static Style,
    /// Reads a page.
    pub(super) parse: fn(&[u8]) -> Result<Page<T>, String>,
    /// What makes an item unique in the list.
    pub(super) name: fn(&T) -> &str,
    /// Where a page may be asked to start so that it begins with this item, the likeliest first: for servers that
    /// give no marker. None for lists that are asked on by the server's own markers alone.
    pub(super) starts: Option<fn(&T) -> Vec<String>>,
    /// What shows that all was seen.
    pub(super) proof: Proof<'a, T>,
}

/// How a server pages.
#[derive(Debug)]
pub(super) struct Style {
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

/// A list of DTR.
pub(super) static DTR: Style = Style {
    query: &[("pageSize", "100"), ("count", "true")],
    start: "pageStart",
    end: End::Count,
    password: false,
    count: "DTR (X-Resource-Count)",
};

/// A list of DTR that it is not documented to count.
pub(super) static DTR_UNCOUNTED: Style = Style {
    query: &[("pageSize", "100"), ("count", "true")],
    start: "pageStart",
    end: End::CountOrShort,
    password: false,
    count: "DTR (X-Resource-Count)",
};

/// A list of the account service that DTR passes on, which takes no token.
pub(super) static DTR_ACCOUNTS: Style = Style {
    query: &[("limit", "1000")],
    start: "start",
    end: End::CountOrMarker,
    password: true,
    count: "DTR (resourceCount)",
};

/// A list of UCP, counted.
pub(super) static UCP: Style = UCP_STYLE;

/// A list of UCP that it documents no count for.
pub(super) static UCP_UNCOUNTED: Style = Style { end: End::CountOrMarker, ..UCP_STYLE };

/// A bare array of UCP. Nothing shows that it is whole: whoever reads it must look up what it misses.
pub(super) static UCP_ARRAY: Style = Style { end: End::Nothing, ..UCP_STYLE };

/// A bare array that UCP documents no pages for; should it page all the same, they are followed.
pub(super) static UCP_UNPAGED: Style = Style { query: &[], end: End::Nothing, ..UCP_STYLE };

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
pub(super) struct Pages<'a, T> {
    session: &'a Session,
    list: &'a List<'a, T>,
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
    /// The server gives neither markers nor counts: what has come so far.
    unmarked: Option<Unmarked>,
    /// The end was shown by asking again.
    asked_again: bool,
    watch: Watch<'a, T>,
    ended: bool,
}

/// A list without markers and counts.
#[derive(Default)]
struct Unmarked {
    /// Hashes of all items, in the order in which they came.
    known: Vec<u64>,
    /// The longest page so far: one that is shorter had room for more.
    longest: usize,
    /// Where to ask for the last item.
    starts: Vec<String>,
}

/// Why a list was not read to its end.
#[derive(Clone, Debug)]
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

/// The items of a list: all of them, or those that came before it broke off, and why it did. Where its pages do not add
/// up, it may have changed while it was read: it is read again, [`READS`] times in all.
pub(super) async fn as_far<T>(session: &Session, url: &Url, list: &List<'_, T>) -> (Vec<T>, Option<Broken>) {
    let mut read = (Vec::new(), None);
    for _ in 0..READS {
        // On the heap, as a list is a part of many questions that are asked at once.
        read = Box::pin(Pages::new(session, url.clone(), list).read_on()).await;
        if !matches!(read.1, Some(Broken::Proof(_))) {
            break;
        }
    }
    read
}

impl<'a, T> Pages<'a, T> {
    /// A list at `url`, which may have a query of its own.
    pub(super) fn new(session: &'a Session, mut url: Url, list: &'a List<'a, T>) -> Self {
        for (key, value) in list.style.query {
            url.query_pairs_mut().append_pair(key, value);
        }
        Pages {
            session,
            list,
            url,
            next: None,
            markers: HashSet::new(),
            previous: HashSet::new(),
            read: 0,
            stated: None,
            last: false,
            unmarked: None,
            asked_again: false,
            watch: Watch::new(&list.proof),
            ended: false,
        }
    }

    /// The items of the next page; none after the last, when the proof is complete.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<T>>, Broken> {
        if !self.ended
            && let Some(unmarked) = self.unmarked.take()
            && let Some(items) = self.ask_again(unmarked).await?
        {
            return Ok(Some(items));
        }
        if self.ended {
            return self.proof().map(|()| None);
        }
        let (answer, page) = self.ask(self.next.as_deref()).await?;
        let wrong = |reason: String| Broken::Proof(Failure { request: answer.request.clone(), reason, status: None });

        let counts = [page.count, header_count(&answer.headers).map_err(&wrong)?];
        for count in counts.into_iter().flatten() {
            if self.stated.is_some_and(|before| before != count) {
                return Err(wrong(format!(
                    "the count changed from {} to {count} by the word of {} while the list was read",
                    self.stated.unwrap_or_default(),
                    self.list.style.count,
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
        self.check_overlap(items.iter().map(self.list.name)).map_err(&wrong)?;
        self.watch.note(&items);

        let marker = marker(page.next, &answer.headers).map_err(&wrong)?;
        self.last = marker.as_deref() == Some("");
        self.next = marker.filter(|m| !m.is_empty());
        match &self.next {
            None => {
                self.ended = true;
                if self.proof_of_end().is_err() {
                    self.go_on_unmarked(&items);
                }
            }
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

    async fn ask(&self, start: Option<&str>) -> Result<(Answer, Page<T>), Broken> {
        let mut url = self.url.clone();
        if let Some(start) = start {
            url.query_pairs_mut().append_pair(self.list.style.start, start);
        }
        let password = self.list.style.password;
        let answer = if password { self.session.get_basic(url).await } else { self.session.get(url).await };
        let answer = answer.map_err(Broken::Request)?;
        match (self.list.parse)(&answer.body) {
            Ok(page) => Ok((answer, page)),
            Err(reason) => Err(Broken::Request(Failure { request: answer.request, reason, status: None })),
        }
    }

    /// Where the first page has neither marker nor count, the list can be asked on by its last item.
    fn go_on_unmarked(&mut self, items: &[T]) {
        let Some(starts) = self.list.starts.filter(|_| self.stated.is_none() && self.markers.is_empty()) else {
            return;
        };
        match items.last() {
            // A list of nothing has no item to ask again from: its proof has to say whether it may be.
            None => self.asked_again = true,
            Some(last) => {
                let known = items.iter().map(|item| hash((self.list.name)(item))).collect();
                self.unmarked = Some(Unmarked { known, longest: items.len(), starts: starts(last) });
                self.ended = false;
            }
        }
    }

    /// Asks again from the last item. What comes has to begin with the end of what is known: then what follows is
    /// new, and where nothing follows on a page that had room for more, the list is at its end.
    async fn ask_again(&mut self, mut unmarked: Unmarked) -> Result<Option<Vec<T>>, Broken> {
        for start in std::mem::take(&mut unmarked.starts) {
            let mut items = match self.ask(Some(&start)).await {
                Ok((_, page)) => page.items,
                // It is no place to start from.
                Err(Broken::Request(Failure { status: Some(status), .. })) if status.is_client_error() => continue,
                Err(broken) => return Err(broken),
            };
            let hashes: Vec<u64> = items.iter().map(|item| hash((self.list.name)(item))).collect();
            let first = hashes.first().and_then(|first| unmarked.known.iter().rposition(|known| known == first));
            let Some(tail) = first.map(|first| &unmarked.known[first..]) else { continue };
            let new = tail.len();
            if hashes.get(..new) != Some(tail) {
                continue;
            }
            let known: HashSet<u64> = unmarked.known.iter().copied().collect();
            if hashes[new..].iter().any(|hash| known.contains(hash)) {
                continue;
            }
            if hashes.len() == new {
                if new > 1 && new >= unmarked.longest {
                    continue;
                }
                (self.ended, self.asked_again) = (true, true);
                return Ok(None);
            }
            unmarked.longest = unmarked.longest.max(items.len());
            unmarked.known.extend(&hashes[new..]);
            let items = items.split_off(new);
            self.read += items.len() as u64;
            self.watch.note(&items);
            unmarked.starts = self.list.starts.zip(items.last()).map(|(starts, last)| starts(last)).unwrap_or_default();
            if self.read > MOST {
                return Err(self.wrong("the list is longer than any that makes sense".into()));
            }
            self.unmarked = Some(unmarked);
            return Ok(Some(items));
        }
        Err(self.wrong(format!(
            "it says neither where a next page starts nor how many there are; asked again from the last of the {} \
             read, what comes does not begin with it and end there, so that they cannot be shown to be all",
            self.read
        )))
    }

    /// All items to the end, and what broke off before it.
    async fn read_on(mut self) -> (Vec<T>, Option<Broken>) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Ok(Some(items)) => all.extend(items),
                Ok(None) => return (all, None),
                Err(broken) => return (all, Some(broken)),
            }
        }
    }

    fn wrong(&self, reason: String) -> Broken {
        Broken::Proof(Failure { request: format!("GET {}", self.url), reason, status: None })
    }

    fn proof(&self) -> Result<(), Broken> {
        let whole = self.proof_of_end().and_then(|()| self.watch.end());
        whole.map_err(|reason| self.wrong(reason))
    }

    fn proof_of_end(&self) -> Result<(), String> {
        match (self.stated, self.list.style.end) {
            (_, End::Nothing) => Ok(()),
            (Some(stated), _) if stated == self.read => Ok(()),
            (Some(_), _) => Err(self.shortfall()),
            (None, _) if self.asked_again => Ok(()),
            (None, End::CountOrMarker) if self.last => Ok(()),
            (None, End::CountOrShort) if self.markers.is_empty() && self.read < SMALLEST_PAGE => Ok(()),
            (None, _) => Err(format!(
                "{} does not say how many there are, so that the {} read cannot be shown to be all",
                self.list.style.count, self.read
            )),
        }
    }

    fn shortfall(&self) -> String {
        let stated = self.stated.unwrap_or_default();
        format!("{} were read, and by the word of {} there are {stated}", self.read, self.list.style.count)
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
