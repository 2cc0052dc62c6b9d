//! Everybody who may come to the door: nobody, bad tokens, an app of each kind of tenant, each role alone, and the
//! right people of the wrong tenant.

use anyhow::{Context, Result};
use contract::admit::Caller;
use contract::operation::{Party, Role};
use jiff::SignedDuration;
use kernel::TenantId;
use testkit::Town;

/// What kind of token somebody shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// None.
    Missing,
    /// One that is refused with this slug.
    Bad(&'static str),
    /// An app's own.
    App,
    /// A person's, with these roles.
    Person(Vec<Role>),
}

/// One of the crowd.
#[derive(Clone, Debug)]
pub struct One {
    pub name: String,
    pub token: Token,
    pub party: Option<Party>,
    /// Whether the planted customer belongs to somebody else.
    pub foreign: bool,
    /// The token itself.
    pub text: String,
}

impl One {
    /// Nobody in particular.
    pub fn nobody() -> Self {
        Self {
            name: "nobody".to_owned(),
            token: Token::Missing,
            party: None,
            foreign: false,
            text: String::new(),
        }
    }

    /// The caller as the rule of admission sees it.
    pub fn caller(&self) -> Caller<'_> {
        match (&self.token, self.party) {
            (Token::App, Some(party)) => Caller::App(party),
            (Token::Person(roles), _) => Caller::User(roles),
            _ => Caller::Nobody,
        }
    }
}

/// The crowd.
pub struct Crowd {
    pub everybody: Vec<One>,
}

impl Crowd {
    /// Calls the crowd together. An hour and a day pass, so that the first tokens are stale.
    pub async fn of(town: &Town) -> Result<Self> {
        let direct = town.partner("direct")?;
        let (stale_app, stale_user) =
            (town.app_token(direct).await?, town.user_token(direct, &direct.users[0]).await?);
        town.clock.pass(SignedDuration::from_hours(25));
        let mut crowd = Self { everybody: vec![One::nobody()] };
        let strange = stale_app.replace('.', ".A");
        for (name, slug, text) in [
            ("no token of ours", "token_invalid", "opensesame"),
            ("a changed token", "token_invalid", strange.as_str()),
            ("an expired app", "token_expired", stale_app.as_str()),
            ("an expired user", "token_expired", stale_user.as_str()),
        ] {
            crowd.add(name, Token::Bad(slug), None, false, text);
        }
        let tenant: TenantId = direct.tenant_id.parse()?;
        let other: TenantId = town.partner("indirect-provider")?.tenant_id.parse()?;
        let staff = town.tenant_of(&town.access.operator_staff[0]).await?;
        let trustee = town.tenant_of(&town.access.trustee_officers[0]).await?;
        let [customer, foreign] = customers(town)?;
        crowd.tenant(town, tenant, Party::Partner, false).await?;
        crowd.tenant(town, customer, Party::Customer, false).await?;
        crowd.tenant(town, staff, Party::Operator, false).await?;
        crowd.tenant(town, trustee, Party::Trustee, false).await?;
        crowd.tenant(town, other, Party::Partner, true).await?;
        crowd.tenant(town, foreign, Party::Customer, true).await?;
        Ok(crowd)
    }

    /// An app, a person of each role and, at partners, one with all roles: at the trustee they exclude each other.
    async fn tenant(&mut self, town: &Town, id: TenantId, party: Party, foreign: bool) -> Result<()> {
        let kind = format!("{}{party:?}", if foreign { "another " } else { "" });
        let app = town.new_app_token(id).await?;
        self.add(&format!("{kind}: app"), Token::App, Some(party), foreign, &app);
        let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| role.party() == party).collect();
        let each = roles.iter().map(|role| vec![*role]);
        for held in each.chain((party == Party::Partner).then(|| roles.clone())) {
            let name: Vec<&str> = held.iter().map(|role| role.name()).collect();
            let login = format!("crowd-{}", name.join("-").to_lowercase());
            let person = town.new_person(id, &login[..login.len().min(40)], &held).await?;
            let text = town.own_token(&id.to_string(), &person).await?;
            self.add(
                &format!("{kind}: {}", name.join("+")),
                Token::Person(held),
                Some(party),
                foreign,
                &text,
            );
        }
        Ok(())
    }

    fn add(&mut self, name: &str, token: Token, party: Option<Party>, foreign: bool, text: &str) {
        let (name, text) = (name.to_owned(), text.to_owned());
        self.everybody.push(One { name, token, party, foreign, text });
    }
}

/// The customer that the table is asked about, and another one.
fn customers(town: &Town) -> Result<[TenantId; 2]> {
    let ids: Vec<TenantId> =
        town.access.customers.iter().map(|customer| customer.tenant_id.parse()).collect::<Result<_, _>>()?;
    ids.first_chunk().copied().context("two customers")
}
