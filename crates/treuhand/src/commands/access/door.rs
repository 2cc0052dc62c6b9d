//! Who calls, where, and with which key.

use anyhow::{Context, Result};
use client::{Client, Config, Credentials, HttpTransport};
use edge::tls::{authorities, client};
use treuhand::seed::{Access, PersonAccess};
use trustee::identity::Identity;

use crate::cli::access::Door;
use crate::instance::world;

/// A client that is signed in.
pub struct Way {
    /// The client.
    pub client: Client,
    /// The caller's private key, if there is one.
    pub key: Option<String>,
    /// Whether to print JSON.
    pub json: bool,
}

impl Way {
    /// Opens the way.
    pub fn open(door: &Door) -> Result<Self> {
        let person = door.person.as_deref().map(|name| person(door, name)).transpose()?;
        let api = match (&door.api, &person) {
            (Some(api), _) => api.clone(),
            (None, Some((root, _))) => root.clone(),
            (None, None) => Access::read(&door.access)?.roots.api_root,
        };
        let credentials = match (&door.token, &person) {
            (Some(token), _) => Credentials::token(token.trim()),
            (None, Some((_, person))) => {
                let tenant = person.user_name.split_once('@').map_or("common", |(_, domain)| domain);
                let app = Identity::portal_app().to_string();
                Credentials::password(tenant, &app, "", &person.user_name, &person.password)
            }
            (None, None) => anyhow::bail!("say who calls: --token, or --as with a person of the demo world"),
        };
        let key = match &door.key {
            Some(file) => Some(
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?,
            ),
            None => person.and_then(|(_, person)| person.ssh_key),
        };
        let transport = match &door.authority {
            Some(authority) => HttpTransport::new(client(authorities(authority)?, None)?),
            None => HttpTransport::plain()?,
        };
        let client = Client::new(Config::new(&api, &api), credentials, transport, world()?.entropy);
        Ok(Self { client, key, json: door.json })
    }
}

/// A person of the demo world, with where the world answers.
fn person(door: &Door, name: &str) -> Result<(String, PersonAccess)> {
    let access = Access::read(&door.access)?;
    let customers = access.customers.iter().map(|customer| &customer.admin);
    let partners = access.partners.iter().flat_map(|partner| &partner.users);
    let people = access.operator_staff.iter().chain(&access.trustee_officers).chain(&access.auditors);
    let fits =
        |person: &&PersonAccess| person.user_name == name || person.user_name.split('@').next() == Some(name);
    let found = people.chain(customers).chain(partners).find(fits);
    let found = found.with_context(|| format!("{} names nobody called {name}", door.access.display()))?;
    Ok((access.roots.api_root.clone(), found.clone()))
}
