//! Who may ask: pages of other sites may not, and whoever comes from another machine needs the token.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use subtle::ConstantTimeEq as _;

use crate::refusal::Refusal;
use crate::service::Service;

/// Name of the cookie that the page has the token in.
const COOKIE: &str = "offshelf-token";

/// Paths that say only whether the service is well.
const OPEN: [&str; 3] = ["/healthz", "/v2/health/live", "/v2/health/ready"];

/// What the page may load: what comes from here, and pictures that it has at hand itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Who may ask.
pub(crate) struct Guard {
    is_loopback: bool,
    token: Option<String>,
}

impl Guard {
    /// For a service at `address`.
    pub(crate) fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { is_loopback: address.ip().is_loopback(), token }
    }

    /// Refuses requests that a page of another site sent, under our name or its own.
    fn check_site(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let host = text(header::HOST).ok_or_else(|| Refusal::bad_request("there is no `Host`"))?;
        if self.is_loopback && !is_this_machine(host) {
            let reason = format!("`{host}` is not a name of this machine");
            return Err(Refusal::new(StatusCode::FORBIDDEN, reason));
        }
        match headers.get(header::ORIGIN) {
            Some(origin) if !is_of(origin, host) => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "the request comes from a page of another site",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses requests without the token, where there is one.
    fn check_token(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), Refusal> {
        let Some(token) = &self.token else { return Ok(()) };
        let is_it = |given: &str| bool::from(given.as_bytes().ct_eq(token.as_bytes()));
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
        if OPEN.contains(&uri.path())
            || bearer.is_some_and(is_it)
            || cookie(headers).is_some_and(is_it)
        {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "the token is missing: send it as `Authorization: Bearer TOKEN`, or open the page as `/?token=TOKEN`",
        ))
    }

    /// The way on for a browser that opens the page with the right token: a cookie, and an address without it.
    fn welcome(&self, uri: &Uri) -> Option<Response> {
        let token = self.token.as_ref().filter(|_| uri.path() == "/")?;
        let given = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))?;
        if !bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
            return None;
        }
        let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/");
        let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())];
        Some((StatusCode::SEE_OTHER, headers).into_response())
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// Whether `host`, with or without a port, is a name of this machine that no other site can have.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether `origin` is a page of `host`.
fn is_of(origin: &HeaderValue, host: &str) -> bool {
    let origin = origin.to_str().unwrap_or("");
    let place = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    place.is_some_and(|place| place.eq_ignore_ascii_case(host))
}

/// Lets pass who may ask, counts every request, and adds what browsers are to know of a response.
pub(crate) async fn guard(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("(none)", MatchedPath::as_str).to_owned();
    let guard = &service.guard;
    let checked = guard.check_site(request.headers());
    let mut response = match checked {
        Err(refusal) => refusal.into_response(),
        Ok(()) => match guard.welcome(request.uri()) {
            Some(response) => response,
            None => match guard.check_token(request.headers(), request.uri()) {
                Err(refusal) => refusal.into_response(),
                Ok(()) => next.run(request).await,
            },
        },
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    service.metrics.request(&path, response.status().as_u16(), start.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_hosts() {
        for host in ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.1.2.3", "[::1]:8000"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1:80",
            "[::2]",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_of_the_host_it_names() {
        let is_of = |origin: &'static str, host| is_of(&HeaderValue::from_static(origin), host);
        assert!(is_of("http://localhost:8000", "localhost:8000"));
        assert!(is_of("https://box.example", "box.example"));
        for origin in ["null", "http://localhost:9000", "http://evil.example", "localhost:8000"] {
            assert!(!is_of(origin, "localhost:8000"), "{origin}");
        }
    }
}
