//! The flows' place when the zones are programs of their own: everything goes over TLS to the trustee's door, as any
//! caller's tool would do it.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use client::Transport;
use serde_json::json;
use testkit::{Ask, Reply};
use treuhand::seed::{Access, PersonAccess};
use treuhand::story::{Person, Setting, Stage};
use trustee::identity::Identity;
use uuid::Uuid;

use super::database::Database;
use super::program::Running;
use crate::canary::{Aviary, letters};
use crate::scene::{Scene, Tokens};
use crate::search::Searcher;
use crate::stage::text;

/// Whose memory is looked at.
pub const OPERATORS: &str = "the operator's memory";
const DATABASES: &str = "its database's memory";

/// What was found in the operator's memory while the flows were played.
#[derive(Default)]
pub struct Looks {
    /// How often it was read.
    pub count: u32,
    /// How many bytes were not empty.
    pub bytes: u64,
    /// Canaries.
    pub found: BTreeSet<String>,
}

/// The trustee's door, from outside.
pub struct Far {
    setting: Setting,
    stage: Stage,
    tokens: Tokens,
    aviary: Aviary,
    /// The operator zone's program.
    pub operator: Running,
    /// Where it keeps its rows, if not in a file.
    pub database: Option<Database>,
    /// What was seen of it.
    pub looks: Looks,
    calls: u128,
}

impl Far {
    /// The door of the zones with this setting, and those who play signed in.
    pub async fn reach(setting: Setting, operator: Running, database: Option<Database>) -> Result<Self> {
        let stage = setting.stage();
        let none =
            Tokens { app: String::new(), admin: String::new(), other: String::new(), staff: String::new() };
        let mut far = Self {
            setting,
            stage,
            tokens: none,
            aviary: Aviary::default(),
            operator,
            database,
            looks: Looks::default(),
            calls: 0,
        };
        let access = far.setting.access.clone();
        let partner =
            |kind: &str| access.partners.iter().find(|partner| partner.kind == kind).context("a partner");
        let (direct, other) = (partner("direct")?, partner("sandbox")?);
        let staff = access.operator_staff.first().context("one of the operator's people")?;
        far.tokens = Tokens {
            app: far.token(&direct.tenant_id, (&direct.client_id, &direct.client_secret), None).await?,
            admin: far
                .token(&direct.tenant_id, (&direct.client_id, &direct.client_secret), direct.users.first())
                .await?,
            other: far.token(&other.tenant_id, (&other.client_id, &other.client_secret), None).await?,
            staff: far.staff_token(staff).await?,
        };
        Ok(far)
    }

    /// A searcher for everything planted so far.
    pub fn searcher(&self) -> Result<Searcher> {
        Searcher::new(&self.aviary.canaries)
    }

    /// Everything in the memory of the operator's programs, and whose it is.
    pub fn memory(&self, mut each: impl FnMut(&'static str, &[u8])) -> Result<()> {
        self.operator.memory(|held| each(OPERATORS, held))?;
        self.database.as_ref().map_or(Ok(()), |database| database.memory(|held| each(DATABASES, held)))
    }

    /// In which memory the rows are.
    pub fn of_rows(&self) -> &'static str {
        if self.database.is_some() { DATABASES } else { OPERATORS }
    }

    /// How many canaries there are.
    pub fn canaries(&self) -> usize {
        self.aviary.canaries.len()
    }

    /// A token by password, or of an app alone, as demo worlds give them.
    async fn token(
        &mut self,
        tenant: &str,
        app: (&str, &str),
        person: Option<&PersonAccess>,
    ) -> Result<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", app.0);
        if !app.1.is_empty() {
            form.append_pair("client_secret", app.1);
        }
        match person {
            None => form.append_pair("grant_type", "client_credentials"),
            Some(person) => form
                .append_pair("grant_type", "password")
                .append_pair("username", &person.user_name)
                .append_pair("password", &person.password),
        };
        let ask = Ask::new("POST", format!("/{tenant}/oauth2/token"));
        let ask = ask.header("content-type", "application/x-www-form-urlencoded").raw(form.finish());
        let reply = self.call("", ask).await;
        ensure!(reply.status == 200, "no token: {}", reply.text());
        text(&reply.json()["access_token"])
    }

    /// Sends a call and gives the answer; none at all is a status that no zone gives.
    async fn send(&mut self, ask: Ask) -> Reply {
        self.calls += 1;
        let ask = ask.id(Uuid::from_u128(0xFA12_0000_0000 + self.calls));
        let sent = self.setting.transport.send(ask.into_http(&self.setting.access.roots.api_root)).await;
        sent.map_or_else(|error| no_answer(&error.to_string()), Reply::from)
    }
}

fn no_answer(why: &str) -> Reply {
    Reply { status: 0, headers: edge::HeaderMap::new(), body: why.to_owned().into() }
}

impl Scene for Far {
    fn aviary(&mut self) -> &mut Aviary {
        &mut self.aviary
    }

    fn access(&self) -> &Access {
        &self.setting.access
    }

    fn tokens(&self) -> Tokens {
        self.tokens.clone()
    }

    async fn call(&mut self, token: &str, ask: Ask) -> Reply {
        self.send(ask.bearer(token)).await
    }

    async fn sound(&mut self, token: &str, ask: Ask) -> Reply {
        self.send(ask.bearer(token)).await
    }

    async fn staff_token(&mut self, person: &PersonAccess) -> Result<String> {
        let (_, home) = person.user_name.split_once('@').context("a user name with a domain")?;
        let pages = Identity::portal_app().to_string();
        self.token(home, (&pages, ""), Some(person)).await
    }

    async fn applicant(&mut self, label: &str) -> Result<String> {
        let password = format!("{}-7", letters());
        let (given, family) =
            (self.aviary.plant("User", "givenName"), self.aviary.plant("User", "familyName"));
        self.aviary.keep("an applicant's password", &password);
        let opening = json!({
            "companyName": "Antrag GmbH", "country": "DE", "domainPrefix": label, "password": password,
            "administrator": {
                "userPrincipalName": "admin", "displayName": format!("{given} {family}"),
                "firstName": given, "lastName": family, "email": format!("{}@kanari.example", letters()),
            },
        });
        let made = self.send(Ask::post("/trustee/v1/tenants", &opening)).await;
        ensure!(made.status == 201, "no tenant: {}", made.text());
        let (domain, totp) = (text(&made.json()["domain"])?, text(&made.json()["totpSecret"])?);
        self.aviary.keep("a key of one-time codes", &totp);
        let user_name = format!("admin@{domain}");
        let person =
            Person { user_name: &user_name, password: &password, totp: Some(&totp), next_password: None };
        self.stage.token(&person).await
    }

    async fn agent(&mut self, login: &str) -> Result<String> {
        let (given, family) =
            (self.aviary.plant("User", "givenName"), self.aviary.plant("User", "familyName"));
        let new = json!({
            "userPrincipalName": login, "displayName": format!("{given} {family}"),
            "firstName": given, "lastName": family, "roles": ["AdminAgent"],
        });
        let made = self.send(Ask::post("/trustee/v1/users", &new).bearer(&self.tokens.admin)).await;
        ensure!(made.status == 201, "no user: {}", made.text());
        let user_name = text(&made.json()["userPrincipalName"])?;
        let (first, next) = (text(&made.json()["oneTimePassword"])?, format!("{}-7", letters()));
        self.aviary.keep("a one-time password", &first);
        self.aviary.keep("a password", &next);
        let person =
            Person { user_name: &user_name, password: &first, totp: None, next_password: Some(&next) };
        self.stage.token(&person).await
    }

    fn after(&mut self, part: &str) -> Result<()> {
        let searcher = self.searcher()?;
        let mut looks = std::mem::take(&mut self.looks);
        looks.count += 1;
        self.memory(|whose, held| {
            looks.bytes += held.len() as u64;
            looks.found.extend(searcher.bytes(&format!("{whose} after {part}"), held));
        })?;
        self.looks = looks;
        Ok(())
    }
}
