//! Everything of a kind, page by page.

use super::connect::{self, Connection};
use super::trouble::Trouble;
use axum::http::header::ACCEPT;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Objects a page, unless they turn out to be large.
const PAGE: u32 = 500;
/// The longest page that is read, in bytes.
const LONGEST: usize = 32 << 20;
/// Pages of one list; a server whose pages do not end is not read for ever.
const MOST_PAGES: u32 = 20_000;
/// How often a list begins anew because its continuation is too old.
pub const MOST_STARTS: u32 = 5;
/// Objects of one kind that are held; more are not read.
pub const MOST_OBJECTS: usize = 500_000;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(default)]
    metadata: Option<PageMeta>,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageMeta {
    #[serde(default)]
    resource_version: Option<String>,
    #[serde(default, rename = "continue")]
    more: Option<String>,
}

/// Lists a path and hands each object to `each`. Returns the list's resource version.
///
/// # Errors
///
/// If a page cannot be read; [`Trouble::Gone`] if the list took so long that it has to begin anew.
pub async fn pages(
    connection: &Connection,
    path: &str,
    each: &mut (impl FnMut(&RawValue) -> Result<(), Trouble> + Send),
) -> Result<String, Trouble> {
    let mut more = String::new();
    let mut limit = PAGE;
    for _ in 0..MOST_PAGES {
        let query = match more.as_str() {
            "" => format!("{path}?limit={limit}"),
            more => format!(
                "{path}?limit={limit}&continue={}",
                utf8_percent_encode(more, NON_ALPHANUMERIC)
            ),
        };
        let answer = connection
            .get(&query, &[(ACCEPT, "application/json")])
            .await?;
        let Some(text) = connect::text(answer, LONGEST).await? else {
            if limit == 1 {
                let words = format!("one object is longer than {} MiB", LONGEST >> 20);
                return Err(Trouble::Broken(words));
            }
            limit = (limit / 8).max(1);
            continue;
        };
        let page: Page<'_> = serde_json::from_str(&text)
            .map_err(|error| Trouble::Broken(format!("a list that is none: {error}")))?;
        for item in page.items.unwrap_or_default() {
            each(item)?;
        }
        let meta = page.metadata.unwrap_or_default();
        match (
            meta.more.filter(|more| !more.is_empty()),
            meta.resource_version,
        ) {
            (Some(next), _) if next == more => {
                let words = "a list whose pages do not end".to_owned();
                return Err(Trouble::Broken(words));
            }
            (Some(next), _) => more = next,
            (None, Some(version)) if !version.is_empty() => return Ok(version),
            (None, _) => {
                let words = "a list without resource version".to_owned();
                return Err(Trouble::Broken(words));
            }
        }
    }
    Err(Trouble::Broken("a list whose pages do not end".to_owned()))
}
