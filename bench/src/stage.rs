//! A data folder with the program that runs on it, started and ended as often as a measurement needs.

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::child::{Server, free_address};
use crate::client::{Call, Caller, once};

/// The kind of partner that is measured: it sells to its own customers, for real.
const KIND: &str = "direct";
/// What is ordered: a licence without prerequisites (Office 365 Business Essentials of the German catalogue).
const OFFER: &str = "90bbd10a-d22f-4d4a-a001-7073ef84ac6a";

/// Who lives in a demo world, as `access.json` tells scripts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Access {
    partners: Vec<Partner>,
    customers: Vec<Customer>,
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
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    partner: String,
    tenant_id: String,
    domain: String,
}

/// A data folder and where its program listens.
pub struct Stage {
    program: PathBuf,
    data: PathBuf,
    postgres: Option<String>,
    address: SocketAddr,
    operator_address: SocketAddr,
}

/// A program that runs on a stage.
pub struct Running {
    /// The process.
    pub server: Server,
    /// The measured partner's app, with its token.
    pub caller: Caller,
}

impl Stage {
    /// A new folder, without what was there before.
    pub fn new(program: &Path, data: &Path, postgres: Option<String>) -> Result<Self> {
        for old in [data, &key_path(data)] {
            let _ = if old.is_dir() { std::fs::remove_dir_all(old) } else { std::fs::remove_file(old) };
        }
        Self::existing(program, data, postgres)
    }

    /// A folder as it is.
    pub fn existing(program: &Path, data: &Path, postgres: Option<String>) -> Result<Self> {
        std::fs::create_dir_all(data.parent().context("a data folder has a parent")?)?;
        Ok(Self {
            program: program.to_owned(),
            data: data.to_owned(),
            postgres,
            address: free_address()?,
            operator_address: free_address()?,
        })
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The operator's PostgreSQL, if it is not in the folder.
    pub fn postgres(&self) -> Option<&str> {
        self.postgres.as_deref()
    }

    /// What opens the trustee's root key.
    pub fn key_path(&self) -> PathBuf {
        key_path(&self.data)
    }

    /// Starts the program without asking for a token.
    pub async fn start_bare(&self) -> Result<Server> {
        let mut arguments = vec!["up".to_owned(), "--data".to_owned(), self.data.display().to_string()];
        let places = [("--listen", self.address), ("--operator-listen", self.operator_address)];
        arguments.extend(places.into_iter().flat_map(|(name, at)| [name.to_owned(), at.to_string()]));
        arguments.extend(self.postgres.iter().flat_map(|url| ["--postgres".to_owned(), url.clone()]));
        let log = self.data.with_extension("log");
        Server::start(&self.program, &arguments, self.address, &log).await
    }

    /// Starts the program and signs the measured partner's app in.
    pub async fn start(&self) -> Result<Running> {
        let server = self.start_bare().await?;
        let caller = self.sign_in(&self.partner()?).await?;
        Ok(Running { server, caller })
    }

    /// Signs a partner's app in; the program runs.
    pub async fn sign_in(&self, partner: &Partner) -> Result<Caller> {
        let anonymous = Caller::anonymous(self.address)?;
        let token = token(&anonymous, partner).await?;
        anonymous.with_token(&token)
    }

    /// The measured partner.
    pub fn partner(&self) -> Result<Partner> {
        self.partner_of(KIND)
    }

    /// The first partner of a kind.
    pub fn partner_of(&self, kind: &str) -> Result<Partner> {
        let found = self.access()?.partners.into_iter().find(|partner| partner.kind == kind);
        found.with_context(|| format!("no {kind} partner in access.json"))
    }

    /// The domain under which this cloud's customers have theirs.
    pub fn domain(&self) -> Result<String> {
        let customers = self.access()?.customers;
        let domain = customers.first().and_then(|customer| customer.domain.split_once('.'));
        Ok(domain.context("no customer with a domain in access.json")?.1.to_owned())
    }

    /// A customer of that partner which may order.
    pub fn first_customer(&self) -> Result<String> {
        let partner = self.partner()?;
        let mut customers = self.access()?.customers.into_iter();
        let found = customers.find(|customer| customer.partner == partner.name);
        Ok(found.context("the direct partner has no customer in access.json")?.tenant_id)
    }

    fn access(&self) -> Result<Access> {
        let path = self.data.join("access.json");
        let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("cannot understand {}", path.display()))
    }
}

/// A new order of one licence. The request id makes it the same order however often it is sent.
pub fn order(caller: &Caller, customer: &str, request: &str) -> Result<Call> {
    let body = format!(
        r#"{{"referenceCustomerId":"{customer}","billingCycle":"monthly","lineItems":[{{"lineItemNumber":0,"offerId":"{OFFER}","friendlyName":"Bench","quantity":1}}]}}"#
    );
    named(caller.post(&format!("/v1/customers/{customer}/orders"), body.into()), request)
}

/// A new customer with this domain.
pub fn customer(caller: &Caller, domain: &str, request: &str) -> Result<Call> {
    let body = format!(
        r#"{{"companyProfile":{{"domain":"{domain}","companyName":"Bench GmbH"}},"billingProfile":{{"firstName":"Erika","lastName":"Muster","email":"erika@{domain}","culture":"de-DE","language":"de","companyName":"Bench GmbH","defaultAddress":{{"addressLine1":"Messweg 1","postalCode":"30159","city":"Hannover","country":"DE","firstName":"Erika","lastName":"Muster"}}}}}}"#
    );
    named(caller.post("/v1/customers", body.into()), request)
}

/// A sandbox's clock moved by one month.
pub fn next_month(caller: &Caller, request: &str) -> Result<Call> {
    named(caller.post("/sandbox/v1/clock", r#"{"advance":"P1M"}"#.into()), request)
}

fn named(mut call: Call, request: &str) -> Result<Call> {
    call.headers_mut().insert("MS-RequestId", HeaderValue::try_from(request)?);
    Ok(call)
}

/// A token of a partner's app on its own.
async fn token(anonymous: &Caller, partner: &Partner) -> Result<String> {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
        partner.client_id,
        escaped(&partner.client_secret),
        "https%3A%2F%2Fapi.partnercenter.microsoft.com%2F.default"
    );
    let path = format!("/{}/oauth2/v2.0/token", partner.tenant_id);
    let mut call = anonymous.request(Method::POST, &path, Bytes::from(form));
    call.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let answer = once(anonymous.address, call).await?.json(StatusCode::OK).context("asking for a token")?;
    Ok(answer["access_token"].as_str().context("an answer without a token")?.to_owned())
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

fn key_path(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_survive_a_form() {
        assert_eq!(escaped("aZ9-._~+/="), "aZ9-._%7E%2B%2F%3D");
    }
}
