//! What an installation and its cloud decide about identity.

use crate::controls::Controls;
use contract::profile::{PasswordGrant, Profile};
use envelope::Argon2Cost;

/// Names of the API and its directory that clients have built in, whatever cloud they talk to.
const BUILT_IN: [&str; 2] = ["https://api.partnercenter.microsoft.com", "https://graph.windows.net"];

/// The settings of [`crate::identity::Identity`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme and authority under which clients and browsers reach sign-in, without a slash at the end.
    pub authority: String,
    /// What access tokens are for: the root of the API.
    pub audience: String,
    /// Other names under which clients ask for the same thing (`resource`, or what stands before the last part
    /// of a `scope`), without a slash at the end.
    pub resources: Vec<String>,
    /// What the first domains of tenants end in, e.g. `onmicrosoft.de`.
    pub tenant_suffix: String,
    /// The name that pages and authenticator apps show.
    pub title: String,
    /// Whether apps may sign people in by sending their bare password.
    pub password_grant: bool,
    /// What hashing a password costs.
    pub password_cost: Argon2Cost,
    /// Which controls work.
    pub controls: Controls,
}

impl Settings {
    /// The settings of an installation of this cloud whose sign-in and API are both at `origin` (scheme and
    /// authority). `demo` says whether this is the demo world.
    pub fn of(profile: &Profile, origin: &str, demo: bool) -> Self {
        let origin = origin.trim_end_matches('/').to_owned();
        let mut resources: Vec<String> = BUILT_IN.map(str::to_owned).to_vec();
        resources.extend([profile.hosts.api.clone(), profile.hosts.graph.clone()]);
        resources.sort_unstable();
        resources.dedup();
        Self {
            authority: origin.clone(),
            audience: origin,
            resources,
            tenant_suffix: profile.tenant_domain.clone(),
            title: profile.title.clone(),
            password_grant: demo && profile.password_grant == PasswordGrant::Demo,
            password_cost: Argon2Cost::default(),
            controls: Controls::all(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_makes_settings_and_passwords_are_for_the_demo_world() {
        let text = include_str!("../../../../profiles/germany.toml");
        let profile = Profile::parse(text).expect("a profile");
        let settings = Settings::of(&profile, "https://partner.example/", false);
        assert_eq!(
            (settings.authority.as_str(), settings.password_grant),
            ("https://partner.example", false)
        );
        assert!(settings.resources.iter().any(|name| name == "https://graph.cloudapi.de"));
        assert!(Settings::of(&profile, "https://partner.example", true).password_grant);
    }
}
