//! A customer that takes everything of its own along, and arrives elsewhere with it.

use anyhow::{Context, Result, ensure};
use client::{Client, Config, Credentials};
use contract::resources::customer::Customer;
use envelope::age::{self, Identity};
use serde_json::{Value, json};
use treuhand::arrival;
use treuhand::seed::PersonAccess;
use treuhand::within::Within;
use trustee::Trustee;
use trustee::exports::archive::Archive;
use trustee::identity::Actor;
use zeroize::Zeroizing;

use crate::town::ORIGIN;
use crate::twin::{Player, Twin};
use crate::{Ask, Counting, Reply, Town};

/// The password that people choose where they arrive.
const CHOSEN: &str = "birke-sattel-kanal-58";

/// The customer's own key, which nobody else has.
pub fn own_key() -> Identity {
    Identity::generate(&Counting::default())
}

/// Where a customer's archives are.
pub fn exports_of(customer: &str) -> String {
    format!("/trustee/v1/customers/{customer}/exports")
}

/// Asks for an archive sealed to this key.
///
/// # Errors
/// When the key is none.
pub async fn ask(zone: &Trustee, who: &Player, customer: &str, key: &Identity) -> Result<Reply> {
    let body = json!({ "recipient": key.recipient()?.to_string() });
    Ok(Ask::post(exports_of(customer), &body).bearer(&who.token).of(zone).await)
}

/// Fetches an archive that was made.
pub async fn fetch(zone: &Trustee, who: &Player, customer: &str, id: &str) -> Reply {
    Ask::get(format!("{}/{id}/archive", exports_of(customer))).bearer(&who.token).of(zone).await
}

/// Takes everything along: what was made, and the archive as it lies on the customer's disk.
///
/// # Errors
/// When something is refused.
pub async fn take(zone: &Trustee, who: &Player, customer: &str, key: &Identity) -> Result<(Value, Vec<u8>)> {
    let made = ask(zone, who, customer, key).await?;
    ensure!(made.status == 201, "no export: {}", made.text());
    let made = made.json();
    let file = fetch(zone, who, customer, made["id"].as_str().context("an id")?).await;
    ensure!(file.status == 200, "no archive: {}", file.text());
    Ok((made, file.body.to_vec()))
}

/// Opens an archive with the customer's key.
///
/// # Errors
/// When it does not open, or is not whole.
pub fn open(key: &Identity, sealed: &[u8]) -> Result<Archive> {
    let archive = Archive::from_tar(&age::open(key, sealed)?)?;
    archive.verify()?;
    Ok(archive)
}

impl Town {
    /// A client with this token.
    pub fn client(&self, token: &str) -> Client {
        let config = Config::new(ORIGIN, ORIGIN);
        let zone = Within(self.trustee.trustee.clone());
        Client::new(config, Credentials::token(token), zone, self.world.entropy.clone())
    }

    /// The customer of an archive arrives in this town: with the direct partner, and its administrator as its approver.
    ///
    /// # Errors
    /// When something is refused.
    pub async fn receive(&self, archive: &Archive) -> Result<(String, Player)> {
        let token = self.app_token(self.partner("direct")?).await?;
        let made = arrival::customer(&self.client(&token), archive, None).await?;
        let (customer, approver) = self.settle(&made).await?;
        let brought = arrival::customers_own(&self.client(&approver.token), &customer, archive).await?;
        ensure!(brought.people.iter().all(|one| one.one_time_password.is_some()), "everybody gets a sign-in");
        Ok((customer, approver))
    }

    /// A new customer of the direct partner that has something to take along: one more user, accepted agreements.
    ///
    /// # Errors
    /// When something is refused.
    pub async fn leaver(&self, body: &Value) -> Result<(String, Player)> {
        let token = self.app_token(self.partner("direct")?).await?;
        let made = self.call(Ask::post("/v1/customers", body).bearer(&token)).await;
        ensure!(made.status == 201, "no customer: {}", made.text());
        let (customer, approver) = self.settle(&serde_json::from_slice(&made.body)?).await?;
        let user = json!({
            "userPrincipalName": "lena", "displayName": "Lena Vogt", "firstName": "Lena", "lastName": "Vogt",
            "email": "lena@auszug.example",
        });
        for (path, body) in [("/trustee/v1/users", user), ("/trustee/v1/agreements", json!({}))] {
            let made = self.call(Ask::post(path, &body).bearer(&approver.token)).await;
            ensure!(made.status == 201, "{path}: {}", made.text());
        }
        Ok((customer, approver))
    }

    /// The first administrator of a new customer chooses a password and is enrolled as its approver.
    async fn settle(&self, made: &Customer) -> Result<(String, Player)> {
        let customer = made.id.clone().context("a customer")?;
        let first = made.user_credentials.clone().context("a first sign-in")?;
        let (name, password) = (first.user_name.context("a name")?, first.password.context("a password")?);
        let identity = &self.trustee.identity;
        let people = identity.users(&Actor::House, customer.parse()?, 0, 50).await?;
        let id = people.iter().find(|one| one.user_name == name).context("an account")?.id;
        let (old, new) = (Zeroizing::new(password), Zeroizing::new(CHOSEN.to_owned()));
        identity.change_password(id, old, new).await?;
        self.enrol_approver(&name).await?;
        let (password, ssh_key) = (CHOSEN.to_owned(), Some(String::new()));
        let admin = PersonAccess { user_name: name, password, roles: Vec::new(), ssh_key };
        Ok((customer, Twin::player(self, &admin).await?))
    }
}
