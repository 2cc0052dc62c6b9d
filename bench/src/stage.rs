//! A data folder with the program that runs on it, started and ended as often as a measurement needs.

use anyhow::{Context, Result};
use http::header::HeaderValue;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::child::{Server, free_address};
use crate::client::{Call, Caller};
use crate::people::Access;

/// What is ordered: a licence without prerequisites (Office 365 Business Essentials of the German catalogue).
const OFFER: &str = "90bbd10a-d22f-4d4a-a001-7073ef84ac6a";

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
        let caller = self.people()?.partner()?.sign_in(self.address).await?;
        Ok(Running { server, caller })
    }

    /// Who lives in its world.
    pub fn people(&self) -> Result<Access> {
        Access::of(&self.data)
    }

    /// Where its program listens for callers.
    pub const fn address(&self) -> SocketAddr {
        self.address
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

fn key_path(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".key");
    name.into()
}
