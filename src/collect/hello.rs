//! Which versions of TLS a server takes, tried one by one.
//!
//! No library of today speaks TLS 1.0 or 1.1, so the client's first message is made by hand
//! (RFC 5246, 7.4.1.2, and RFC 2246 before it) and the server's first answer is looked at; then the
//! connection is dropped. Only an answer counts: silence, or a connection that fails, says nothing.

use std::io::ErrorKind;
use std::time::Duration;

use reqwest::Url;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::trust;
use crate::facts::tls::{Answer, Versions};

/// Suites of all versions up to 1.1, strong ones first, weak ones too: what is to be shown is that no
/// such connection comes about, whatever suite it would use.
const OLD_SUITES: &[u16] = &[
    0xc009, 0xc00a, 0xc013, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035, 0x0032, 0x0038, 0x0041, 0x0084, 0xc008, 0xc012,
    0x0016, 0x000a, 0x0096, 0xc007, 0xc011, 0x0005, 0x0004, 0x0015, 0x0009,
];
/// Suites that came with 1.2.
const SUITES: &[u16] = &[
    0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca9, 0xcca8, 0xc023, 0xc024, 0xc027, 0xc028, 0x009e, 0x009f, 0x009c, 0x009d,
    0x0067, 0x006b, 0x003c, 0x003d,
];
/// The suite that is none: it says that renegotiation is safe (RFC 5746, 3.3).
const SAFE_RENEGOTIATION: u16 = 0x00ff;
/// `x25519`, `secp256r1`, `secp384r1`, `secp521r1`.
const GROUPS: &[u16] = &[0x001d, 0x0017, 0x0018, 0x0019];
/// Signatures a client of 1.2 takes.
const SIGNATURES: &[u16] = &[0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const WARNING: u8 = 1;
const CLOSE_NOTIFY: u8 = 0;
/// Alerts with which a server says no to what was offered: `handshake_failure`, `protocol_version`,
/// `insufficient_security`. Others are about something else.
const NO: [u8; 3] = [40, 70, 71];
/// How many warnings a server may send before its answer.
const WARNINGS: usize = 4;

/// Tries each version by itself.
pub(super) async fn versions(url: &Url, timeout: Duration) -> Versions {
    let (tls10, tls11, tls12, tls13) =
        futures::join!(offer(url, 1, timeout), offer(url, 2, timeout), offer(url, 3, timeout), newest(url, timeout),);
    Versions { tls10, tls11, tls12, tls13 }
}

/// Offers TLS 1.3 alone, with the library's own handshake.
async fn newest(url: &Url, timeout: Duration) -> Answer {
    let versions = &[&rustls::version::TLS13];
    match tokio::time::timeout(timeout, trust::present_in(url, versions)).await {
        Ok(Ok(_)) => Answer::Accepted,
        Ok(Err(reason)) => Answer::Unclear(reason),
        Err(_) => Answer::Unclear(silence(timeout)),
    }
}

/// Offers version 3.`minor` and nothing newer. A server that hangs up is asked once more: it may have
/// been at its limit.
async fn offer(url: &Url, minor: u8, timeout: Duration) -> Answer {
    let once = || async {
        let asked = tokio::time::timeout(timeout, ask(url, minor)).await;
        asked.unwrap_or_else(|_| Answer::Unclear(silence(timeout)))
    };
    match once().await {
        Answer::Closed => once().await,
        answer => answer,
    }
}

fn silence(timeout: Duration) -> String {
    format!("no answer within {} seconds", timeout.as_secs())
}

async fn ask(url: &Url, minor: u8) -> Answer {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    let mut stream = match TcpStream::connect((host, port)).await {
        Ok(stream) => stream,
        Err(error) => return Answer::Unclear(format!("no connection: {error}")),
    };
    let name = url.domain();
    if let Err(error) = stream.write_all(&client_hello(minor, name, fastrand::u8)).await {
        return gone(&error);
    }
    for _ in 0..=WARNINGS {
        let (kind, body) = match record(&mut stream).await {
            Ok(record) => record,
            Err(answer) => return answer,
        };
        match (kind, body.as_slice()) {
            (ALERT, [_, CLOSE_NOTIFY]) => return Answer::Closed,
            (ALERT, [WARNING, _]) => {}
            (ALERT, [_, what]) if NO.contains(what) => return Answer::Refused(*what),
            (ALERT, [_, what]) => {
                return Answer::Unclear(format!("the server ended it with alert {what}"));
            }
            (HANDSHAKE, [SERVER_HELLO, _, _, _, 3, chosen, ..]) if *chosen == minor => {
                return Answer::Accepted;
            }
            (HANDSHAKE, [SERVER_HELLO, _, _, _, major, chosen, ..]) => {
                return Answer::Unclear(format!(
                    "the server went on in version {major}.{chosen}, which was not the one offered"
                ));
            }
            _ => return Answer::Unclear("the server's answer is no TLS".into()),
        }
    }
    Answer::Unclear("the server sends nothing but warnings".into())
}

/// One record: its type and its content. Of a long one, what is enough to tell what it is.
async fn record(stream: &mut TcpStream) -> Result<(u8, Vec<u8>), Answer> {
    let mut head = [0; 5];
    let mut read = 0;
    while read < head.len() {
        match stream.read(&mut head[read..]).await {
            Ok(0) if read == 0 => return Err(Answer::Closed),
            Ok(0) => return Err(cut()),
            Ok(n) => read += n,
            Err(error) if read == 0 => return Err(gone(&error)),
            Err(_) => return Err(cut()),
        }
    }
    let [kind, major, _, high, low] = head;
    if major != 3 {
        return Err(Answer::Unclear("the server's answer is no TLS".into()));
    }
    let length = usize::from(u16::from_be_bytes([high, low])).min(64);
    let mut body = vec![0; length];
    match stream.read_exact(&mut body).await {
        Ok(_) => Ok((kind, body)),
        Err(_) => Err(cut()),
    }
}

fn cut() -> Answer {
    Answer::Unclear("the server's answer was cut off".into())
}

/// What an error before any answer means: a connection that was reset was hung up.
fn gone(error: &std::io::Error) -> Answer {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => Answer::Closed,
        _ => Answer::Unclear(format!("the connection broke off: {error}")),
    }
}

/// The first message of a client that knows no newer version than 3.`minor`.
fn client_hello(minor: u8, name: Option<&str>, mut random: impl FnMut(std::ops::RangeFull) -> u8) -> Vec<u8> {
    let mut suites: Vec<u16> = if minor >= 3 { SUITES.to_vec() } else { Vec::new() };
    suites.extend_from_slice(OLD_SUITES);
    suites.push(SAFE_RENEGOTIATION);

    let mut extensions = Vec::new();
    if let Some(name) = name {
        // server_name: a list of one host name (RFC 6066, 3).
        let mut entry = vec![0];
        entry.extend(sized(name.as_bytes()));
        extension(&mut extensions, 0, &sized(&entry));
    }
    extension(&mut extensions, 10, &sized(&words(GROUPS)));
    // ec_point_formats: uncompressed.
    extension(&mut extensions, 11, &[1, 0]);
    if minor >= 3 {
        extension(&mut extensions, 13, &sized(&words(SIGNATURES)));
    }
    // extended_master_secret.
    extension(&mut extensions, 23, &[]);

    let mut hello = vec![3, minor];
    hello.extend((0..32).map(|_| random(..)));
    // No session to resume; the suites; no compression.
    hello.push(0);
    hello.extend(sized(&words(&suites)));
    hello.extend([1, 0]);
    hello.extend(sized(&extensions));

    // A handshake message's length has three bytes.
    let mut message = vec![1, 0];
    message.extend(sized(&hello));
    // The record itself is of the oldest version, as clients have it (RFC 5246, E.1).
    let mut record = vec![HANDSHAKE, 3, 1];
    record.extend(sized(&message));
    record
}

fn extension(list: &mut Vec<u8>, kind: u16, content: &[u8]) {
    list.extend(kind.to_be_bytes());
    list.extend(sized(content));
}

/// A content after its length. Nothing here is ever as long as two bytes can tell.
fn sized(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let mut sized = length.to_be_bytes().to_vec();
    sized.extend_from_slice(content);
    sized
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// What is made of a server that answers so, and then hangs up or does not.
    async fn of(answer: &'static [u8], hangs_up: bool) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut hello = [0; 512];
                let _ = stream.read(&mut hello).await;
                let _ = stream.write_all(answer).await;
                if !hangs_up {
                    open.push(stream);
                }
            }
        });
        let url = format!("https://127.0.0.1:{port}").parse().expect("URL");
        offer(&url, 1, Duration::from_millis(300)).await
    }

    #[tokio::test]
    async fn only_what_the_server_says_counts() {
        const HELLO: &[u8] = &[22, 3, 1, 0, 6, 2, 0, 0, 2, 3, 1];
        // A warning before it (unrecognized_name) changes nothing.
        const WARNED: &[u8] = &[21, 3, 1, 0, 2, 1, 112, 22, 3, 1, 0, 6, 2, 0, 0, 2, 3, 1];
        assert_eq!(of(HELLO, false).await, Answer::Accepted);
        assert_eq!(of(WARNED, false).await, Answer::Accepted);
        assert_eq!(of(&[21, 3, 1, 0, 2, 2, 70], true).await, Answer::Refused(70));
        assert_eq!(of(&[21, 3, 1, 0, 2, 2, 40], false).await, Answer::Refused(40));
        assert_eq!(of(&[], true).await, Answer::Closed);
        let unclear: [(&[u8], bool); 6] = [
            (&[], false),
            (&[21, 3, 1, 0, 2, 2, 80], true),
            (&[22, 3, 3, 0, 6, 2, 0, 0, 2, 3, 3], false),
            (&[22, 3, 1, 0, 6, 2, 0], true),
            (&[22, 3], true),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", true),
        ];
        for (answer, hangs_up) in unclear {
            let answer = of(answer, hangs_up).await;
            assert!(matches!(answer, Answer::Unclear(_)), "{answer:?}");
        }
    }

    #[tokio::test]
    async fn nobody_there_says_nothing() {
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            listener.local_addr().expect("an address").port()
        };
        let url: Url = format!("https://127.0.0.1:{port}").parse().expect("URL");
        let versions = versions(&url, Duration::from_secs(1)).await;
        for answer in [versions.tls10, versions.tls11, versions.tls12, versions.tls13] {
            assert!(matches!(answer, Answer::Unclear(_)), "{answer:?}");
        }
    }

    #[test]
    fn the_message_holds_what_it_says_it_holds() {
        for (minor, name) in [(1, None), (2, Some("ucp.example.mil")), (3, Some("ucp"))] {
            let hello = client_hello(minor, name, |_| 7);
            let length = |at: usize| usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
            assert_eq!(hello.len(), 5 + length(3));
            assert_eq!(hello.len(), 9 + length(7));
            assert_eq!(&hello[9..11], [3, minor]);
            let found = name.is_none_or(|n| hello.windows(n.len()).any(|w| w == n.as_bytes()));
            assert!(found);
        }
    }
}
