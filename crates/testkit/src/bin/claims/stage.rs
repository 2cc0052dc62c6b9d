//! What every attack is played on: the planted world, a gateway under attack, and a customer full of canaries.
//!
//! In a sabotage run only the gateway under attack lacks a control. The world is planted, and the positive control
//! is made, through a second one over the same books that lacks none.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use contract::Role;
use contract::operation::Party;
use edge::Outbound;
use kernel::TenantId;
use ledger::Checks;
use serde_json::Value;
use store::testing::Engine;
use testkit::{Ask, Rented, Reply, Safe, Town};
use treuhand::seed::{Access, PersonAccess};
use treuhand::trustee_house::TrusteeHouse;
use trustee::Trustee;
use trustee::controls::Controls;
use trustee::identity::{NewTenant, NewUser};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::canary::{Aviary, Canary, letters};
use crate::house::House;
use crate::sabotage::{self, Sabotage};
use crate::scene::{Scene, Tokens};
use crate::search::Searcher;

/// The stage.
pub struct Stage {
    /// Both zones; its own gateway lacks no control.
    pub town: Town,
    /// The gateway under attack.
    attacked: TrusteeHouse,
    controls: Controls,
    house: Rc<House>,
    sabotage: Option<Sabotage>,
    /// Everything planted.
    pub aviary: Aviary,
    /// The rightful partner's app.
    pub app: String,
    /// The rightful partner's administrator.
    pub admin: String,
    /// Another partner's app.
    pub other: String,
    /// One of the operator's people.
    pub staff: String,
    calls: u128,
}

/// A customer with canaries.
#[derive(Clone, Debug)]
pub struct Victim {
    /// Its id.
    pub id: String,
    /// What its partner sees and nobody else.
    pub canaries: Vec<Canary>,
}

impl Victim {
    /// Which of its canaries stand in a text.
    pub fn seen_in(&self, text: &str) -> Vec<String> {
        let seen = self.canaries.iter().filter(|canary| text.contains(&canary.core));
        seen.map(|canary| canary.place.clone()).collect()
    }
}

impl Stage {
    /// Sets the stage, with a control left out or with all of them.
    pub async fn set(house: &Rc<House>, sabotage: Option<&Sabotage>) -> Result<Self> {
        Self::with(house, sabotage, false).await
    }

    /// The same stage once more, with an OpenBao to keep the keys in any case.
    pub async fn over_openbao(&self) -> Result<Self> {
        Self::with(&self.house, self.sabotage.as_ref(), true).await
    }

    async fn with(house: &Rc<House>, sabotage: Option<&Sabotage>, apart: bool) -> Result<Self> {
        let plan = house.plan(apart).await?;
        let plan = match sabotage {
            Some(broken) => sabotage::plan(plan, broken),
            None => plan,
        };
        let town = Town::found(plan).await.context("founding the town")?;
        let controls = sabotage.map_or_else(Controls::all, sabotage::controls);
        let attacked = town.with_controls(controls).await?;
        let direct = town.partner("direct")?;
        let app = town.app_token(direct).await?;
        let admin = town.user_token(direct, &direct.users[0]).await?;
        let other = town.app_token(town.partner("sandbox")?).await?;
        let officer = &town.access.operator_staff[0];
        let staff = town.own_token(&town.tenant_of(officer).await?.to_string(), officer).await?;
        let (aviary, house, sabotage) = (Aviary::default(), house.clone(), sabotage.copied());
        Ok(Self { town, attacked, controls, house, sabotage, aviary, app, admin, other, staff, calls: 0 })
    }

    /// The gateway under attack.
    pub fn gateway(&self) -> &Trustee {
        &self.attacked.trustee
    }

    /// Which controls the gateway under attack has.
    pub fn controls(&self) -> Controls {
        self.controls
    }

    /// What readers and witnesses of the log look at.
    pub fn checks(&self) -> Checks {
        self.sabotage.as_ref().map_or_else(Checks::all, sabotage::checks)
    }

    /// Whom a client may call.
    pub fn outbound(&self, declared: Outbound) -> Outbound {
        match &self.sabotage {
            Some(sabotage) => sabotage::outbound(sabotage, declared),
            None => declared,
        }
    }

    /// The OpenBao that keeps the keys.
    pub fn rented(&self) -> Result<&Rented> {
        match &self.town.safe {
            Safe::OpenBao(rented) => Ok(rented),
            Safe::Embedded => bail!("the town keeps its keys itself"),
        }
    }

    /// Makes a call of the gateway under attack.
    pub async fn call(&mut self, token: &str, ask: Ask) -> Reply {
        self.calls += 1;
        ask.bearer(token).id(Uuid::from_u128(0xCA11_0000_0000 + self.calls)).of(&self.attacked.trustee).await
    }

    /// Makes a call of a gateway that lacks no control.
    pub async fn sound(&mut self, token: &str, ask: Ask) -> Reply {
        self.calls += 1;
        let ask = ask.bearer(token).id(Uuid::from_u128(0xCA11_0000_0000 + self.calls));
        if self.sabotage.is_some() { self.town.call(ask).await } else { ask.of(&self.attacked.trustee).await }
    }

    /// A customer of the rightful partner, planted soundly and seen by it: the positive control.
    pub async fn victim(&mut self, prefix: &str) -> Result<Victim> {
        let app = self.app.clone();
        let (body, canaries) = self.aviary.new_customer(prefix);
        let made = self.sound(&app, Ask::post("/v1/customers", &body)).await;
        ensure!(made.status == 201, "the victim could not be planted: {}", made.text());
        let id = made.json()["id"].as_str().context("an id")?.to_owned();
        let victim = Victim { id, canaries };
        self.partner_sees(&victim).await?;
        self.town.tap.forget();
        Ok(victim)
    }

    /// The positive control: the rightful partner sees every canary.
    pub async fn partner_sees(&mut self, victim: &Victim) -> Result<()> {
        let app = self.app.clone();
        let read = self.sound(&app, Ask::get(format!("/v1/customers/{}", victim.id))).await;
        let seen = victim.seen_in(&read.text()).len();
        ensure!(
            read.status == 200 && seen == victim.canaries.len(),
            "positive control: the rightful partner sees {seen} of {} canaries ({})",
            victim.canaries.len(),
            read.status
        );
        Ok(())
    }

    /// A partner's tenant that the trustee opens, and its first person.
    pub async fn new_tenant(&mut self, label: &str) -> Result<(TenantId, PersonAccess)> {
        let password = format!("{}-7", letters());
        let given = self.aviary.plant("User", "givenName");
        let family = self.aviary.plant("User", "familyName");
        let opened = self.town.trustee.identity.open_tenant(NewTenant {
            id: None,
            party: Party::Partner,
            name: "Antrag GmbH".to_owned(),
            country: "DE".to_owned(),
            domain: label.to_owned(),
            require_mfa: false,
            admin: NewUser {
                user_name: "admin".to_owned(),
                display_name: format!("{given} {family}"),
                given_name: given,
                family_name: family,
                email: format!("{}@kanari.example", letters()),
                roles: vec![Role::GlobalAdmin],
                password: Some(Zeroizing::new(password.clone())),
            },
        });
        let opened = opened.await?;
        self.aviary.keep("an applicant's password", &password);
        let roles = vec![Role::GlobalAdmin.name().to_owned()];
        Ok((
            opened.tenant.id,
            PersonAccess { user_name: opened.admin.user.user_name, password, roles, ssh_key: None },
        ))
    }

    /// Which of everything planted stands in the operator's store, and how many bytes were looked at: every row, and
    /// of the embedded engine the files as they lie there.
    pub fn stored(&self) -> Result<(BTreeSet<String>, u64)> {
        let (store, searcher) = (&self.town.operator_store, self.searcher()?);
        let rows = store.everything()?;
        let mut bytes = rows.len() as u64;
        let mut found = searcher.bytes("the store's rows", rows.as_bytes());
        if store.engine() == Engine::Sqlite {
            let location = store.location();
            let folder = Path::new(&location).parent().context("a folder")?;
            found.extend(searcher.files(folder, &mut bytes)?);
        }
        Ok((found, bytes))
    }

    /// A searcher for everything planted so far.
    pub fn searcher(&self) -> Result<Searcher> {
        Searcher::new(&self.aviary.canaries)
    }
}

impl Scene for Stage {
    fn aviary(&mut self) -> &mut Aviary {
        &mut self.aviary
    }

    fn access(&self) -> &Access {
        &self.town.access
    }

    fn tokens(&self) -> Tokens {
        let (app, admin) = (self.app.clone(), self.admin.clone());
        Tokens { app, admin, other: self.other.clone(), staff: self.staff.clone() }
    }

    async fn call(&mut self, token: &str, ask: Ask) -> Reply {
        Self::call(self, token, ask).await
    }

    async fn sound(&mut self, token: &str, ask: Ask) -> Reply {
        Self::sound(self, token, ask).await
    }

    async fn staff_token(&mut self, person: &PersonAccess) -> Result<String> {
        let home = self.town.tenant_of(person).await?.to_string();
        self.town.own_token(&home, person).await
    }

    async fn applicant(&mut self, label: &str) -> Result<String> {
        let (tenant, person) = self.new_tenant(label).await?;
        self.town.own_token(&tenant.to_string(), &person).await
    }

    async fn agent(&mut self, login: &str) -> Result<String> {
        let home = self.town.partner("direct")?.tenant_id.clone();
        let person = self.town.new_person(home.parse()?, login, &[Role::AdminAgent]).await?;
        self.town.own_token(&home, &person).await
    }
}

/// A text that must be there.
pub fn text(value: &Value) -> Result<String> {
    value.as_str().map(ToOwned::to_owned).with_context(|| format!("a text, not {value}"))
}
