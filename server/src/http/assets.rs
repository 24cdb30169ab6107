//! The embedded assets: names with a hash of their content, ready-made brotli and gzip forms.

use super::problem::problem;
use app::published::{Assets, BrowserAssets};
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A file that the build embedded.
struct Asset {
    /// Its name in the source tree: `gatewatch.js`.
    name: &'static str,
    /// Where it is served: `/assets/gatewatch.0a1b2c.js`.
    path: &'static str,
    media: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Where pages find the assets of this build.
pub(super) fn addresses() -> Assets {
    let path = |name: &str| named(name).map(|asset| asset.path.to_owned());
    Assets {
        style: path("main.css").unwrap_or_default(),
        browser: path("gatewatch.js")
            .zip(path("gatewatch_bg.wasm"))
            .map(|(script, wasm)| BrowserAssets { script, wasm }),
        icon: path("icon.svg").unwrap_or_default(),
    }
}

/// `/assets/{name}`.
pub(super) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found = ASSETS
        .iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(name.as_str()));
    match found {
        Some(asset) => answer(asset, &headers, Kept::ForEver),
        None => problem(
            StatusCode::NOT_FOUND,
            "This version has no such asset; reload the page.",
        ),
    }
}

/// `/favicon.ico`, for browsers that ask before they have read the page.
pub(super) async fn icon(headers: HeaderMap) -> Response {
    at_root("icon.svg", &headers)
}

/// `/robots.txt`.
pub(super) async fn robots(headers: HeaderMap) -> Response {
    at_root("robots.txt", &headers)
}

fn at_root(name: &str, headers: &HeaderMap) -> Response {
    match named(name) {
        Some(asset) => answer(asset, headers, Kept::Not),
        None => problem(StatusCode::NOT_FOUND, "This build has no such file."),
    }
}

/// Whether caches may keep an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// The address changes with the content.
    ForEver,
    Not,
}

fn answer(asset: &'static Asset, request: &HeaderMap, kept: Kept) -> Response {
    let (encoding, bytes) = match chosen(request) {
        Some(Coding::Brotli) => (Some("br"), asset.brotli),
        Some(Coding::Gzip) => (Some("gzip"), asset.gzip),
        None => (None, asset.plain),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if kept == Kept::ForEver {
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
    }
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// A form in which an asset is held besides the plain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

/// The smallest form that the client takes; one with `q=0` is not taken.
fn chosen(request: &HeaderMap) -> Option<Coding> {
    let accepted = request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let entries: Vec<(&str, bool)> = accepted
        .flat_map(|value| value.split(','))
        .map(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let quality = quality
                .trim()
                .strip_prefix("q=")
                .and_then(|quality| quality.trim().parse::<f32>().ok());
            (name.trim(), quality.is_none_or(|quality| quality > 0.0))
        })
        .collect();
    let takes = |coding: &str| {
        let named = entries
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(coding));
        named
            .or_else(|| entries.iter().find(|(name, _)| *name == "*"))
            .is_some_and(|(_, taken)| *taken)
    };
    if takes("br") {
        Some(Coding::Brotli)
    } else {
        takes("gzip").then_some(Coding::Gzip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_the_client_takes_is_sent() {
        let check = |accepted: &str, expected: Option<Coding>| {
            let mut headers = HeaderMap::new();
            headers.insert(
                ACCEPT_ENCODING,
                HeaderValue::try_from(accepted).expect("legal"),
            );
            assert_eq!(chosen(&headers), expected, "{accepted:?}");
        };
        check("gzip, deflate, br, zstd", Some(Coding::Brotli));
        check("BR;q=1.0", Some(Coding::Brotli));
        check("br;q=0, gzip", Some(Coding::Gzip));
        check("br; q=0.0,gzip;q=0", None);
        check("gzip;q=0.5", Some(Coding::Gzip));
        check("*", Some(Coding::Brotli));
        check("*;q=0", None);
        check("br;q=0, *", Some(Coding::Gzip));
        check("identity", None);
        check("brotli", None);
        check("", None);
    }
}
