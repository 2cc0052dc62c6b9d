//! The envelope of a list and the tokens with which a client continues it.
//!
//! Invariants: `totalCount` is the number of elements on this page; `links.next` is absent on the last page, which
//! is how clients know to stop; a token continues only the query that it was made for.
//!
//! Deliberately absent: secrecy. A token holds the place in an ordered list and nothing that its reader may not
//! know; it gives no right, because every read is bound to the caller's account anyway. Its checksum catches
//! mistakes, not malice.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::resources::shared::{Link, ResourceAttributes, ResourceLinks};
use crate::shape::Resource;

/// The header that carries a token.
pub const CONTINUATION_HEADER: &str = "MS-ContinuationToken";

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection<T> {
    /// The number of elements on this page.
    pub total_count: usize,
    /// The elements.
    pub items: Vec<T>,
    /// The token of the next page, in lists that are paged by tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// To this page and the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<ResourceLinks>,
    /// Always says `Collection`.
    #[serde(default)]
    pub attributes: ResourceAttributes,
}

/// What `attributes.objectType` of a list says.
pub const COLLECTION: &str = "Collection";

impl<T> Collection<T> {
    /// A list without links.
    pub fn new(items: Vec<T>) -> Self {
        Self {
            total_count: items.len(),
            items,
            continuation_token: None,
            links: None,
            attributes: ResourceAttributes { etag: None, object_type: Some(COLLECTION.to_owned()) },
        }
    }

    /// With a link to itself.
    #[must_use]
    pub fn at(mut self, uri: impl Into<String>) -> Self {
        self.links.get_or_insert_default().self_ = Some(Link::get(uri));
        self
    }

    /// With a link to the next page, which is reached by its own URI (`size` and `offset`).
    #[must_use]
    pub fn next(mut self, uri: impl Into<String>) -> Self {
        self.links.get_or_insert_default().next = Some(Link::get(uri));
        self
    }

    /// With a link to the page before.
    #[must_use]
    pub fn previous(mut self, uri: impl Into<String>) -> Self {
        self.links.get_or_insert_default().previous = Some(Link::get(uri));
        self
    }

    /// With a link to the next page, which is reached by a token that the client sends as a header.
    #[must_use]
    pub fn next_by_token(mut self, uri: impl Into<String>, token: &str) -> Self {
        let link = Link::get(uri).with_header(CONTINUATION_HEADER, token);
        self.links.get_or_insert_default().next = Some(link);
        self.continuation_token = Some(token.to_owned());
        self
    }
}

impl<T: Resource> Collection<T> {
    /// The bytes of the page.
    ///
    /// # Errors
    /// As [`encode`](crate::wire::encode).
    pub fn encode(mut self) -> Result<Vec<u8>, kernel::Problem> {
        for item in &mut self.items {
            item.stamp("");
        }
        crate::wire::to_bytes(&self)
    }
}

/// Continuation tokens: a cursor, bound to one query.
#[derive(Clone, Copy, Debug)]
pub struct Token;

/// The text is no token of this query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no continuation token of this query")]
pub struct TokenError;

/// Longest token that is looked at.
const LONGEST_TOKEN: usize = 1024;

impl Token {
    /// A token for `cursor`. `binding` is what the token belongs to: the account, the operation and its query.
    pub fn seal(cursor: &str, binding: &str) -> String {
        let mut bytes = checksum(cursor, binding).to_be_bytes().to_vec();
        bytes.extend_from_slice(cursor.as_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The cursor in a token.
    ///
    /// # Errors
    /// [`TokenError`] when the text is damaged or belongs to another query.
    pub fn open(token: &str, binding: &str) -> Result<String, TokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError);
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| TokenError)?;
        let (sum, cursor) = bytes.split_first_chunk::<8>().ok_or(TokenError)?;
        let cursor = std::str::from_utf8(cursor).map_err(|_| TokenError)?;
        if u64::from_be_bytes(*sum) == checksum(cursor, binding) {
            Ok(cursor.to_owned())
        } else {
            Err(TokenError)
        }
    }
}

/// FNV-1a over both parts, with the length of the first so that they cannot flow into each other.
fn checksum(cursor: &str, binding: &str) -> u64 {
    let length = (cursor.len() as u64).to_be_bytes();
    length
        .iter()
        .chain(cursor.as_bytes())
        .chain(binding.as_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::offer::OfferCategory;

    #[test]
    fn a_page_says_how_many_it_holds_and_where_to_go_on() {
        let items = vec![OfferCategory { id: Some("office".to_owned()), ..OfferCategory::default() }];
        let page = Collection::new(items)
            .at("/offercategories?size=1")
            .next_by_token("/offercategories?size=1", "t1");
        assert_eq!(
            String::from_utf8(page.encode().expect("encodes")).expect("UTF-8"),
            concat!(
                r#"{"totalCount":1,"items":[{"id":"office","attributes":{"objectType":"OfferCategory"}}],"#,
                r#""continuationToken":"t1","links":{"self":{"uri":"/offercategories?size=1","method":"GET","headers":[]},"#,
                r#""next":{"uri":"/offercategories?size=1","method":"GET","#,
                r#""headers":[{"key":"MS-ContinuationToken","value":"t1"}]}},"attributes":{"objectType":"Collection"}}"#
            )
        );
        let empty = Collection::<OfferCategory>::new(Vec::new()).encode().expect("encodes");
        assert_eq!(empty, br#"{"totalCount":0,"items":[],"attributes":{"objectType":"Collection"}}"#);
    }

    #[test]
    fn tokens_are_bound_and_tolerate_any_text() {
        let token = Token::seal("näme\u{0}42", "q1");
        assert_eq!(Token::open(&token, "q1").as_deref(), Ok("näme\u{0}42"));
        for (token, binding) in
            [(token.as_str(), "q2"), ("", "q1"), ("AAAA", "q1"), ("%%%", "q1"), (&token[1..], "q1")]
        {
            assert_eq!(Token::open(token, binding), Err(TokenError), "{token}");
        }
        assert_eq!(Token::open(&"A".repeat(5000), "q1"), Err(TokenError));
    }
}
