//! Entity tags as handlers ask for them: the version of a resource as clients send it back.
//!
//! Invariants: a tag belongs to one version of one kind of resource; a stale one is code 2055 (400), as
//! documented. Both documented places count: the `If-Match` header and `attributes.etag` of the body.

pub(crate) use contract::etag::Kind;
use contract::etag::{bare, of, stale};
use contract::resources::shared::ResourceAttributes;
use kernel::Problem;

/// The attributes of a resource with a tag.
pub(crate) fn attributes(kind: Kind, version: i64) -> Option<ResourceAttributes> {
    ResourceAttributes::with_etag(of(kind, version))
}

/// The tag that the caller sent, header before body.
pub(crate) fn sent<'a>(
    if_match: Option<&'a str>,
    attributes: Option<&'a ResourceAttributes>,
) -> Option<&'a str> {
    let in_body = || attributes.and_then(|attributes| attributes.etag.as_deref());
    if_match.or_else(in_body).and_then(bare)
}

/// Refuses a stale tag; `*` and no tag at all pass.
pub(crate) fn check(tag: Option<&str>, kind: Kind, version: i64) -> Result<(), Problem> {
    match tag {
        None | Some("*") => Ok(()),
        Some(tag) if tag == of(kind, version) => Ok(()),
        Some(_) => Err(stale("The entity tag is not that of the present version.")),
    }
}

/// Refuses a stale tag and the lack of one.
pub(crate) fn require(tag: Option<&str>, kind: Kind, version: i64) -> Result<(), Problem> {
    match tag {
        None => Err(stale("This change needs the entity tag of the version that it replaces.")),
        tag => check(tag, kind, version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_wins_over_the_body_and_stale_tags_are_refused() {
        let body = attributes(Kind::PartnerBilling, 2);
        let tag = sent(None, body.as_ref());
        assert_eq!(tag, Some("billing-2"));
        assert!(require(tag, Kind::PartnerBilling, 2).is_ok());
        assert_eq!(sent(Some("\"billing-1\""), body.as_ref()), Some("billing-1"));
        for (tag, version) in [(Some("billing-1"), 2), (Some("organization-2"), 2), (None, 2)] {
            assert_eq!(
                require(tag, Kind::PartnerBilling, version).expect_err("stale").code.0,
                2055,
                "{tag:?}"
            );
        }
        assert!(check(None, Kind::PartnerBilling, 2).is_ok());
        assert!(require(Some("*"), Kind::PartnerBilling, 2).is_ok());
    }
}
