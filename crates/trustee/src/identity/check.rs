//! Checking a bearer token: signature, issuer, audience, time, and what the books say about its tenant, app and
//! person at this moment.

use crate::identity::claims::{self, AccessClaims, Caller, Generations};
use crate::identity::{Identity, jws};
use contract::errors::code;
use contract::{Party, Role};
use edge::HeaderMap;
use kernel::{Problem, UserId};
use std::str::FromStr as _;
use std::sync::Arc;
use store::trustee::{apps, directory};

/// How far clocks may be apart, in seconds.
const SKEW: i64 = 5;

/// The bearer token of a request, if there is one. The word null is none: one client sends it.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(edge::http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token != "null").then_some(token)
}

impl Identity {
    /// Who calls with this token. A token that was checked before costs one lookup in memory.
    pub async fn check(&self, token: &str) -> Result<Arc<Caller>, Problem> {
        if token.len() > jws::MAX_TOKEN {
            return Err(invalid());
        }
        let hash = claims::hash(token);
        let now = self.now_second();
        if let Some(caller) = self.cache.get(&hash, now) {
            return Ok(caller);
        }
        let revision = self.cache.revision();
        let caller = Arc::new(self.check_anew(token, now).await?);
        self.cache.keep(hash, Arc::clone(&caller), revision, now);
        Ok(caller)
    }

    async fn check_anew(&self, token: &str, now: i64) -> Result<Caller, Problem> {
        let claims: AccessClaims = jws::verify(token, |kid| self.signing.public(kid)).ok_or_else(invalid)?;
        let issuers = [self.issuer_v1(claims.tid), self.issuer_v2(claims.tid)];
        if !issuers.contains(&claims.iss) || claims.aud != self.settings.audience {
            return Err(invalid());
        }
        if claims.nbf > now + SKEW {
            return Err(invalid());
        }
        if claims.exp <= now {
            return Err(refused("token_expired", "The access token has expired. Get a new one."));
        }
        let user = match claims.idtyp.as_str() {
            "app" => None,
            "user" => Some(UserId::from_str(&claims.oid).map_err(|_| invalid())?),
            _ => return Err(invalid()),
        };
        let (tid, appid) = (claims.tid, claims.appid);
        let books = move |tx: &mut store::Tx| {
            let person = user.map(|user| directory::person(tx, user)).transpose()?.flatten();
            Ok((directory::tenant(tx, tid)?, apps::app(tx, appid)?, person))
        };
        let (tenant, app, person) = self.store.read("check-token", books).await?;
        let tenant = tenant.filter(|tenant| tenant.state == "active").ok_or_else(revoked)?;
        let app = app.filter(|app| app.state == "active").ok_or_else(revoked)?;
        let person = person.filter(|person| person.state == "active" && person.tenant == tid);
        if user.is_some() != person.is_some() {
            return Err(revoked());
        }
        let current = Generations {
            tenant: tenant.generation,
            app: app.generation,
            user: person.as_ref().map_or(0, |person| person.generation),
        };
        if claims.generation != current {
            return Err(revoked());
        }
        Ok(Caller {
            tenant: tid,
            party: party(&tenant.party).ok_or_else(Problem::internal)?,
            user,
            app: appid,
            roles: person.map(|person| roles(&person.roles)).unwrap_or_default(),
            mfa: claims.amr.iter().any(|method| method == "mfa"),
            expires: claims.exp,
        })
    }
}

/// The kind of tenant that a row names.
pub(crate) fn party(text: &str) -> Option<Party> {
    [Party::Partner, Party::Customer, Party::Operator, Party::Trustee]
        .into_iter()
        .find(|party| party_name(*party) == text)
}

/// How a row names a kind of tenant.
pub(crate) fn party_name(party: Party) -> &'static str {
    match party {
        Party::Partner => "partner",
        Party::Customer => "customer",
        Party::Operator => "operator",
        Party::Trustee => "trustee",
    }
}

/// The roles that a row names.
pub(crate) fn roles(text: &str) -> Vec<Role> {
    text.split(' ').filter_map(|name| Role::from_str(name).ok()).collect()
}

/// How a row names roles.
pub(crate) fn roles_text(roles: &[Role]) -> String {
    let mut names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

fn refused(slug: &'static str, text: &str) -> Problem {
    Problem::new(401, code::UNAUTHENTICATED, slug, text)
}

fn invalid() -> Problem {
    refused("token_invalid", "The access token is not one that this service issued for this API.")
}

fn revoked() -> Problem {
    refused("token_revoked", "The access token was revoked. Sign in again.")
}
