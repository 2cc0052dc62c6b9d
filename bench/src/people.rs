//! Who lives in a demo world, as `access.json` tells scripts, and how they sign in.

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::Path;

use crate::client::{Caller, once};

/// The kind of partner that is measured: it sells to its own customers, for real.
const KIND: &str = "direct";

/// The world's accounts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    partners: Vec<Partner>,
    customers: Vec<Customer>,
    /// The operator's people.
    pub operator_staff: Vec<Person>,
    /// The trustee's officers.
    pub trustee_officers: Vec<Person>,
}

/// One partner of it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    name: String,
    kind: String,
    /// Its tenant and account.
    pub tenant_id: String,
    client_id: String,
    client_secret: String,
    users: Vec<Person>,
}

/// One customer.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    partner: String,
    /// Its tenant.
    pub tenant_id: String,
    domain: String,
    /// Its approver.
    pub admin: Person,
}

/// One person.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    user_name: String,
    password: String,
    /// The private key of those who sign.
    pub ssh_key: Option<String>,
}

impl Access {
    /// The accounts of a data folder.
    pub fn of(data: &Path) -> Result<Self> {
        let path = data.join("access.json");
        let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("cannot understand {}", path.display()))
    }

    /// The measured partner.
    pub fn partner(&self) -> Result<Partner> {
        self.partner_of(KIND)
    }

    /// The first partner of a kind.
    pub fn partner_of(&self, kind: &str) -> Result<Partner> {
        let found = self.partners.iter().find(|partner| partner.kind == kind);
        found.cloned().with_context(|| format!("no {kind} partner in access.json"))
    }

    /// The domain under which this cloud's customers have theirs.
    pub fn domain(&self) -> Result<String> {
        let domain = self.customers.first().and_then(|customer| customer.domain.split_once('.'));
        Ok(domain.context("no customer with a domain in access.json")?.1.to_owned())
    }

    /// A customer of the measured partner which may order.
    pub fn first_customer(&self) -> Result<Customer> {
        let partner = self.partner()?;
        let found = self.customers.iter().find(|customer| customer.partner == partner.name);
        found.cloned().context("the direct partner has no customer in access.json")
    }
}

impl Partner {
    /// Signs its app in, on its own, at this door.
    pub async fn sign_in(&self, door: SocketAddr) -> Result<Caller> {
        let scope = "https://api.partnercenter.microsoft.com/.default";
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        token(door, &self.tenant_id, (&self.client_id, &self.client_secret), &form).await
    }

    /// Signs its first person in, by its app.
    pub async fn sign_person_in(&self, door: SocketAddr) -> Result<Caller> {
        let person = self.users.first().context("a partner without people")?;
        person.token(door, &self.tenant_id, (&self.client_id, &self.client_secret)).await
    }
}

impl Person {
    /// Signs somebody in by the house's own pages' app, as somebody without an app of the tenant's own does.
    pub async fn sign_in(&self, door: SocketAddr) -> Result<Caller> {
        let (_, home) = self.user_name.split_once('@').context("a user name with a domain")?;
        let pages = trustee::identity::Identity::portal_app().to_string();
        self.token(door, home, (&pages, "")).await
    }

    async fn token(&self, door: SocketAddr, tenant: &str, app: (&str, &str)) -> Result<Caller> {
        let form = [
            ("grant_type", "password"),
            ("username", self.user_name.as_str()),
            ("password", &self.password),
            ("scope", "https://api.partnercenter.microsoft.com/user_impersonation"),
        ];
        token(door, tenant, app, &form).await
    }
}

/// A caller with the token that the directory of a tenant gives for this form.
async fn token(
    door: SocketAddr,
    tenant: &str,
    (app, secret): (&str, &str),
    form: &[(&str, &str)],
) -> Result<Caller> {
    let anonymous = Caller::anonymous(door)?;
    let own =
        [("client_id", app), ("client_secret", secret)].into_iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> =
        own.chain(form.iter().copied()).map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let path = format!("/{tenant}/oauth2/v2.0/token");
    let mut call = anonymous.request(Method::POST, &path, Bytes::from(pairs.join("&")));
    call.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let answer = once(door, call).await?.json(StatusCode::OK).context("asking for a token")?;
    anonymous.with_token(answer["access_token"].as_str().context("an answer without a token")?)
}

/// Every byte that is not plain, as a form writes it.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02X}").unwrap_or_default(), // writing into a text does not fail
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_survive_a_form() {
        assert_eq!(escaped("aZ9-._~+/="), "aZ9-._%7E%2B%2F%3D");
    }
}
