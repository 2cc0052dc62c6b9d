//! May this caller make this call? One rule for both zones and for the exhaustive test of the table.
//!
//! Invariants: the order is token, then refusal or plan of the cloud, then token style and role. Existence and
//! body come later and elsewhere. An app alone acts with the rights of its tenant: it may what any role of
//! its tenant's kind may, where the call takes app tokens.
//!
//! Deliberately absent: whose record it is. Relationships are the trustee's facts.

use kernel::Problem;

use crate::errors::code;
use crate::operation::{Api, Auth, Party, Role, Spec};
use crate::profile::{Profile, State};

/// Who calls, as the token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller<'c> {
    /// Nobody: no token, or one that is not valid.
    Nobody,
    /// An app of a tenant of this kind.
    App(Party),
    /// A signed-in user with these roles, through an app.
    User(&'c [Role]),
}

/// Checks token, cloud, style and role, in this order. Refusals are in English; see [`admit_in`].
///
/// # Errors
/// Why the call is not possible.
pub fn admit(spec: &Spec, profile: &Profile, caller: Caller<'_>) -> Result<(), Problem> {
    admit_in(spec, profile, caller, "en-US")
}

/// [`admit`], with what the cloud refuses said in the caller's language (`X-Locale`).
///
/// # Errors
/// As [`admit`].
pub fn admit_in(spec: &Spec, profile: &Profile, caller: Caller<'_>, locale: &str) -> Result<(), Problem> {
    if spec.auth != Auth::Anonymous && caller == Caller::Nobody {
        return Err(no_token());
    }
    match profile.state(spec) {
        State::Served => {}
        State::Refused(refusal) => return Err(refusal.problem(locale)),
        State::Planned => return Err(planned(spec)),
    }
    match (spec.auth, caller) {
        (Auth::Anonymous, _) => Ok(()),
        (_, Caller::Nobody) => Err(no_token()),
        (Auth::AppUser, Caller::App(_)) => Err(wrong_style(
            "user_required",
            "This call needs a signed-in user; an app's own token is not enough.",
        )),
        (Auth::App, Caller::User(_)) => {
            Err(wrong_style("app_required", "This call needs an app's own token, not a user's."))
        }
        (_, Caller::App(party)) if spec.roles.iter().any(|role| role.party() == party) => Ok(()),
        (_, Caller::User(held)) if spec.roles.iter().any(|role| held.contains(role)) => Ok(()),
        (_, Caller::App(party)) => Err(role_missing(spec, party == Party::Operator)),
        (_, Caller::User(held)) => Err(role_missing(spec, held.contains(&Role::OperatorStaff))),
    }
}

/// The answer to a call without a valid token.
pub fn no_token() -> Problem {
    Problem::new(
        401,
        code::NO_TOKEN,
        "token_required",
        "Send a valid bearer token of this cloud's authority.",
    )
}

/// The answer where no code exists yet.
fn planned(spec: &Spec) -> Problem {
    Problem::new(
        501,
        code::UNCLASSIFIED,
        "planned",
        "This operation belongs to this cloud but is not built yet. The reference lists what is served.",
    )
    .with(spec.id)
}

fn wrong_style(slug: &'static str, text: &'static str) -> Problem {
    Problem::new(403, code::NO_ACCESS, slug, text)
}

/// The operator's people reach partners' and customers' records by a grant alone.
fn role_missing(spec: &Spec, of_operator: bool) -> Problem {
    if of_operator && spec.api == Api::PartnerCenter {
        return Problem::new(
            403,
            code::NO_ACCESS,
            "grant_required",
            "The operator's people need an active grant of the data trustee for this.",
        );
    }
    let names: Vec<&str> = spec.roles.iter().map(|role| role.name()).collect();
    let text = format!("This call needs one of the roles {}.", names.join(", "));
    Problem::new(403, code::ROLE_LACKS_RIGHT, "role_required", text).with(names.join(","))
}

#[cfg(test)]
mod tests;
