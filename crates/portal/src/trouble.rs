//! What can keep a page from being shown or an act from being done, and what the visitor can do then.

use client::Refusal;
use edge::StatusCode;

use crate::texts::Texts;

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody is signed in.
    SignIn,
    /// The table does not let this visitor see the page; the reason in words.
    Forbidden(String),
    /// There is no such page, or nothing under this address that the visitor may know of.
    Missing,
    /// The page takes no form.
    Method,
    /// The form is not of this session or not of this site.
    Stale,
    /// The contract said no.
    Refused(Box<Refusal>),
    /// Something failed; the cause is in the log.
    Failed,
}

impl From<client::Error> for Trouble {
    fn from(error: client::Error) -> Self {
        match error {
            client::Error::Refused(refusal) if refusal.status == 401 => Self::SignIn,
            client::Error::Refused(refusal) => Self::Refused(refusal),
            other => {
                tracing::error!(error = %other, "a page could not get what it shows");
                Self::Failed
            }
        }
    }
}

/// A trouble in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    /// What is wrong, as a heading.
    pub(crate) title: String,
    /// The contract's own words, in English; empty when there are none.
    pub(crate) said: String,
    /// What to do.
    pub(crate) advice: String,
    /// The number of the error, for the partner's developers; empty when there is none.
    pub(crate) code: String,
    /// The id to ask support about; empty when there is none.
    pub(crate) reference: String,
}

impl Trouble {
    /// The status of the page that says so.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Stale => StatusCode::FORBIDDEN,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused(refusal) => StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_GATEWAY),
            Self::Failed => StatusCode::BAD_GATEWAY,
        }
    }

    /// What to tell the visitor.
    pub(crate) fn explain(&self, t: &Texts) -> Explained {
        let plain = |title, advice| Explained { title, advice, ..Explained::default() };
        match self {
            Self::SignIn => plain(t.trouble_sign_in(), t.trouble_sign_in_advice()),
            Self::Forbidden(reason) => plain(t.trouble_forbidden(), reason.clone()),
            Self::Missing => plain(t.trouble_missing(), t.trouble_missing_advice()),
            Self::Method => plain(t.trouble_method(), t.trouble_method_advice()),
            Self::Stale => plain(t.trouble_stale(), t.trouble_stale_advice()),
            Self::Failed => plain(t.trouble_failed(), t.trouble_failed_advice()),
            Self::Refused(refusal) => refused(refusal, t),
        }
    }
}

/// A refusal of the contract: its own words, and the way on that its reason allows.
pub(crate) fn refused(refusal: &Refusal, t: &Texts) -> Explained {
    let advice = match (refusal.slug().unwrap_or_default(), refusal.code, refusal.status) {
        (_, 13_605, _) => t.advice_agreement(),
        ("planned", _, _) | (_, _, 501) => t.reason_planned(),
        ("stale_etag", ..) | (_, 2055, _) => t.advice_conflict(),
        ("mfa_required", ..) => t.advice_second_factor(),
        ("last_administrator", ..) => t.advice_last_administrator(),
        (_, _, 400) => t.advice_input(),
        (_, _, 403) => t.advice_forbidden(),
        (_, _, 404) => t.trouble_missing_advice(),
        (_, _, 409 | 412) => t.advice_conflict(),
        (_, _, 429) => t.advice_slow_down(i64::from(refusal.retry_after.unwrap_or(60))),
        (_, _, 502) => t.advice_refused_answer(),
        (_, _, 503) => t.advice_unavailable(),
        _ => t.trouble_failed_advice(),
    };
    let title = match refusal.status {
        403 => t.trouble_forbidden(),
        404 => t.trouble_missing(),
        501 => t.trouble_planned(),
        503 => t.trouble_unavailable(),
        status if status >= 500 => t.trouble_failed(),
        _ => t.trouble_refused(),
    };
    Explained {
        title,
        said: refusal.description.clone(),
        advice,
        code: if refusal.code == 0 { String::new() } else { refusal.code.to_string() },
        reference: refusal.correlation_id.clone().unwrap_or_default(),
    }
}
