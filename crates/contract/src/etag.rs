//! Entity tags: which version of what a caller has seen.
//!
//! Invariants: a tag says a kind of this list and a number, so there is no room in it for anything else; what has not
//! this form is no tag of ours and is answered like a stale one (400, code 2055), never overlooked: without its
//! condition a change could overwrite what the caller has not seen.

use kernel::Problem;
use serde_json::Value;

use crate::errors::code;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What has versions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As it stands in a tag.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// An application of a partner to be.
    Application = "application",
    /// A customer's billing profile.
    CustomerBilling = "billing-profile",
    /// A customer's company profile.
    CustomerCompany = "company-profile",
    /// A subscription.
    Subscription = "subscription",
    /// A partner's legal business profile.
    PartnerLegalBusiness = "legal_business",
    /// A partner's organization profile.
    PartnerOrganization = "organization",
    /// A partner's billing profile.
    PartnerBilling = "billing",
    /// A partner's support profile.
    PartnerSupport = "support",
    /// A support ticket.
    Ticket = "ticket",
}

/// The longest number of a version.
const LONGEST_NUMBER: usize = 19;

/// The tag of a version.
pub fn of(kind: Kind, version: i64) -> String {
    format!("{}-{version}", kind.name())
}

/// The tag in a header or member, without its quotation marks; `None` when there is none.
pub fn bare(text: &str) -> Option<&str> {
    let text = text.trim();
    let tag = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    (!tag.is_empty()).then_some(tag)
}

/// Whether this is a tag of the form that we give out, or `*`, which stands for any version.
pub fn is_ours(tag: &str) -> bool {
    let numbered = |(kind, number): (&str, &str)| {
        Kind::ALL.iter().any(|known| known.name() == kind)
            && (1..=LONGEST_NUMBER).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    tag == "*" || tag.rsplit_once('-').is_some_and(numbered)
}

/// Refuses a body in which an `attributes.etag`, of whatever part, is none of ours.
///
/// # Errors
/// 400 with code 2055.
pub fn check_body(body: &Value) -> Result<(), Problem> {
    match body {
        Value::Object(members) => {
            let tag = members.get("attributes").and_then(|attributes| attributes.get("etag")?.as_str());
            if tag.and_then(bare).is_some_and(|tag| !is_ours(tag)) {
                return Err(stale("The entity tag in the body is none of ours."));
            }
            members.values().try_for_each(check_body)
        }
        Value::Array(items) => items.iter().try_for_each(check_body),
        _ => Ok(()),
    }
}

/// The refusal of a tag that is not that of the present version.
pub fn stale(why: &str) -> Problem {
    let text = format!("{why} Read the resource again and send its etag in If-Match or in attributes.etag.");
    Problem::new(400, code::STALE_ETAG, "stale_etag", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_given_out_comes_back_and_nothing_else() {
        for kind in Kind::ALL {
            for version in [1, 42, i64::MAX] {
                assert!(is_ours(&of(*kind, version)), "{kind:?} {version}");
            }
        }
        assert!(is_ours("*"));
        for other in [
            "",
            "-",
            "subscription",
            "subscription-",
            "subscription-1a",
            "subscription--1",
            "Subscription-1",
            "Muster-1",
            "subscription-Erika",
            "-1",
            "12345",
            "eyJpZCI6IjEifQ",
            "subscription-1, subscription-2",
            "subscription-12345678901234567890",
            "*subscription-1",
        ] {
            assert!(!is_ours(other), "{other}");
        }
        let bared = ["\"billing-1\"", "W/\"billing-1\"", " billing-1 ", "", "\"\""].map(bare);
        assert_eq!(bared, [Some("billing-1"), Some("billing-1"), Some("billing-1"), None, None]);
    }

    #[test]
    fn tags_are_looked_for_in_every_part_of_a_body() {
        let refused = |body: Value| check_body(&body).err().map(|problem| problem.code.0);
        let tagged = |etag: &str| json!({ "attributes": { "etag": etag } });
        assert_eq!(refused(tagged("subscription-1")), None);
        assert_eq!(refused(tagged("")), None);
        assert_eq!(refused(json!({ "etag": "free text" })), None, "only attributes have tags");
        assert_eq!(refused(tagged("free text")), Some(2055));
        assert_eq!(refused(json!({ "deep": [{ "er": tagged("free text") }] })), Some(2055));
    }
}
