//! The answers of the lab: errors in the shapes that clients know, and bodies that are not what they should be.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

/// The length of an oversized body, and of the pieces it is sent in.
pub(super) const OVERSIZED: usize = 64 * 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// An error as UCP's own API, eNZi and DTR give it.
pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"errors": [{"code": code, "message": message}]});
    typed(status, "application/json", body.to_string())
}

/// An error as the Docker side of UCP gives it.
pub(super) fn docker_error(status: StatusCode, message: &str) -> Response {
    let body = json!({"message": message});
    typed(status, "application/json", body.to_string())
}

/// JSON, with a Content-Length.
pub(super) fn ok(body: &Value) -> Response {
    typed(StatusCode::OK, "application/json", body.to_string())
}

pub(super) fn typed(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let kind = HeaderValue::from_static(kind);
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

/// What a proxy with single sign-on puts in the place of an answer.
pub(super) fn login_page() -> Response {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>\
                <form method=\"post\" action=\"/login\"><input name=\"username\">\
                <input name=\"password\" type=\"password\"></form></body></html>\n";
    typed(StatusCode::OK, "text/html; charset=utf-8", page)
}

/// Half of a body that is announced in full; then the connection closes.
pub(super) fn cut_off(kind: &'static str, body: String) -> Response {
    let length = body.len();
    let mut half = Bytes::from(body);
    half.truncate(length / 2);
    let pieces = stream::once(async { Ok(half) }).chain(stream::once(async {
        // So that the first half is on its way before the connection goes.
        tokio::time::sleep(Duration::from_millis(30)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    }));
    let mut response = typed(StatusCode::OK, kind, Body::from_stream(pieces));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// A body of 64 MiB: `head`, then `filler` over and over, then `tail`. Nothing of that size is ever held.
pub(super) fn oversized(
    kind: &'static str,
    head: String,
    filler: &str,
    tail: &'static str,
    announced: bool,
) -> Response {
    let piece = Bytes::from(filler.repeat(PIECE / filler.len().max(1)));
    let times = OVERSIZED.div_ceil(piece.len().max(1));
    let length = head.len() + times * piece.len() + tail.len();
    let pieces = stream::iter([Bytes::from(head)])
        .chain(stream::iter(std::iter::repeat_n(piece, times)))
        .chain(stream::iter([Bytes::from_static(tail.as_bytes())]))
        .map(Ok::<_, io::Error>);
    let mut response = typed(StatusCode::OK, kind, Body::from_stream(pieces));
    if announced {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
