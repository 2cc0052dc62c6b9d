//! From one page of a list to the next, by the link that the page itself gives.

use contract::collection::Collection;
use contract::resources::shared::Link;
use contract::{Operation, Spec};
use serde::de::DeserializeOwned;

use crate::call::{Answer, Call, Client, read};
use crate::error::Error;

/// More pages than any list of the contract has with its smallest sensible page.
const MOST_PAGES: usize = 100_000;

impl Client {
    /// The page after this one; `None` after the last.
    ///
    /// # Errors
    /// As [`Client::call`]; also when the link leads out of the API.
    pub async fn next<O, T>(&self, page: &Collection<T>) -> Result<Option<Collection<T>>, Error>
    where
        O: Operation<Reply = Collection<T>>,
        T: DeserializeOwned,
    {
        let Some(link) = page.links.as_ref().and_then(|links| links.next.as_ref()) else { return Ok(None) };
        let path = target(O::SPEC, link)?;
        let headers: Vec<_> = link
            .headers
            .iter()
            .filter_map(|header| Some((header.key.clone()?, header.value.clone()?)))
            .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"))
            .collect();
        let response = self.perform(O::SPEC, &path, &headers, bytes::Bytes::new(), None).await?;
        let Answer { value, .. } = read(O::SPEC, &response)?;
        Ok(Some(value))
    }

    /// All elements of a list, page by page.
    ///
    /// # Errors
    /// As [`Client::next`].
    pub async fn all<O, T>(&self, call: Call<O>) -> Result<Vec<T>, Error>
    where
        O: Operation<Reply = Collection<T>>,
        T: DeserializeOwned,
    {
        let mut page = self.call(call).await?.value;
        let mut items = Vec::new();
        for _ in 0..MOST_PAGES {
            items.append(&mut page.items);
            match self.next::<O, T>(&page).await? {
                Some(next) => page = next,
                None => return Ok(items),
            }
        }
        Err(Error::Unreadable { operation: O::SPEC.id, reason: "the list does not end".to_owned() })
    }
}

/// The path a link leads to. Links are relative to the base and normally leave the version out.
fn target(spec: &'static Spec, link: &Link) -> Result<String, Error> {
    let uri = link.uri.as_deref().unwrap_or("");
    let inside = uri.starts_with('/') && !uri.starts_with("//") && !uri.contains(['\\', '\r', '\n']);
    if !inside {
        let reason = "its link to the next page leads out of the API".to_owned();
        return Err(Error::Unreadable { operation: spec.id, reason });
    }
    let first = |path: &str| path.split(['/', '?']).nth(1).unwrap_or("").to_ascii_lowercase();
    let base = first(spec.path);
    if first(uri) == base { Ok(uri.to_owned()) } else { Ok(format!("/{base}{uri}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::operations::ListCustomers;

    #[test]
    fn links_stay_within_the_api() {
        for (uri, expected) in [
            ("/customers?size=2&offset=2", Some("/v1/customers?size=2&offset=2")),
            ("/v1/customers?size=2", Some("/v1/customers?size=2")),
            ("/V1/customers", Some("/V1/customers")),
            ("https://elsewhere.example/v1/customers", None),
            ("//elsewhere.example/customers", None),
            ("/\\elsewhere.example/customers", None),
            ("customers", None),
            ("", None),
        ] {
            assert_eq!(target(ListCustomers::SPEC, &Link::get(uri)).ok().as_deref(), expected, "{uri:?}");
        }
    }
}
