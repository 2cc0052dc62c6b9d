//! Both zones with the planted world in them.

use std::sync::Arc;

use access::sshsig::{private_from_seed, public_of};
use anyhow::{Context, Result, ensure};
use commerce::catalogue::{Catalogue, GERMANY};
use contract::Role;
use contract::authority::{Address, Version};
use contract::profile::Profile;
use edge::Web;
use envelope::Argon2Cost;
use jiff::Timestamp;
use kernel::TenantId;
use ledger::{Purpose, SigningKey};
use operator::{Operator, OperatorConfig};
use serde_json::{Value, json};
use store::Schema;
use store::testing::{Engine, TestStore};
use treuhand::seed::{self, Access, PartnerAccess, PersonAccess, Roots};
use treuhand::trustee_house::{Keeper, TrusteeHouse, TrusteeParts, World};
use trustee::controls::Controls;
use trustee::identity::{Actor, Identity, NewApp, NewUser};
use trustee::log::{LogHome, Seen, Witnessing};
use trustee::persons::Planted;
use zeroize::Zeroizing;

use crate::{Ask, Counting, KeptLog, Reply, Safe, SetClock, Tap};

/// Scheme and authority under which callers would reach the trustee zone.
pub(crate) const ORIGIN: &str = "https://partner.example";
/// When every town is founded.
const FOUNDED: &str = "2026-01-15T09:00:00Z";
/// The password of people that a test adds.
const PASSWORD: &str = "kiefer-lampe-seil-27";
/// Hashing that costs nothing.
const CHEAP: Argon2Cost = Argon2Cost { memory: 64, passes: 1 };

/// How a town is to be.
#[derive(Clone)]
pub struct Plan {
    /// The engine of the operator's store.
    pub engine: Engine,
    /// Who keeps the keys.
    pub safe: Safe,
    /// What the operator zone sees to by itself.
    pub operator: operator::controls::Controls,
}

impl Plan {
    /// The usual town, its operator's store on this engine.
    pub fn on(engine: Engine) -> Self {
        Self { engine, safe: Safe::default(), operator: operator::controls::Controls::all() }
    }
}

/// Both zones in this process, with the demo world planted.
pub struct Town {
    /// The trustee zone.
    pub trustee: TrusteeHouse,
    /// The operator zone.
    pub operator: Operator,
    /// The link between them.
    pub tap: Arc<Tap>,
    /// What the transparency log was told.
    pub log: Arc<KeptLog>,
    /// The one clock.
    pub clock: Arc<SetClock>,
    /// The accounts of the planted world.
    pub access: Access,
    /// The operator's store.
    pub operator_store: Arc<TestStore>,
    /// The trustee's store.
    pub trustee_store: TestStore,
    /// Who keeps the keys.
    pub safe: Safe,
    pub(crate) world: World,
}

impl Town {
    /// Founds a town.
    ///
    /// # Errors
    /// When a zone cannot be opened or the world cannot be planted.
    pub async fn found(plan: Plan) -> Result<Self> {
        let clock = Arc::new(SetClock::at(FOUNDED.parse::<Timestamp>()?));
        let world = World {
            profile: Arc::new(Profile::parse(contract::profile::GERMANY)?),
            clock: clock.clone(),
            entropy: Arc::new(Counting::default()),
        };
        let trustee_store = TestStore::new(Engine::Sqlite, Schema::Trustee);
        let operator_store = Arc::new(TestStore::new(plan.engine, Schema::Operator));
        let tap = Arc::new(Tap::default());
        let log = Arc::new(KeptLog::default());
        let links = (tap.clone(), log.clone());
        let trustee =
            open_trustee(&trustee_store, &world, &plan.safe, links, (Controls::all(), true)).await?;
        let catalogue = Catalogue::parse(&GERMANY).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
        let config = OperatorConfig {
            store: (**operator_store).clone(),
            profile: world.profile.clone(),
            catalogue: Arc::new(catalogue),
            trustee_keys: vec![trustee.trustee.assertion_key()],
            clock: clock.clone(),
            entropy: world.entropy.clone(),
        };
        let operator = Operator::with(config, plan.operator);
        tap.set(operator.clone());
        log.goes_to(trustee.trustee.log().clone());
        let roots = Roots {
            api_root: ORIGIN.to_owned(),
            authority: ORIGIN.to_owned(),
            operator_root: "https://operator.example".to_owned(),
        };
        let access = seed::plant(&trustee, &world, &roots).await?;
        tap.forget();
        let safe = plan.safe;
        Ok(Self { trustee, operator, tap, log, clock, access, operator_store, trustee_store, safe, world })
    }

    /// The trustee zone started once more over the same books, as it runs outside the demo world: with its throttle,
    /// and without the password grant. Tokens given before still count.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn throttled(&self) -> Result<TrusteeHouse> {
        self.in_earnest(Controls::all()).await
    }

    /// The same, with these controls.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn in_earnest(&self, controls: Controls) -> Result<TrusteeHouse> {
        self.again(controls, false).await
    }

    /// The trustee zone started once more over the same books, with these controls.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn with_controls(&self, controls: Controls) -> Result<TrusteeHouse> {
        self.again(controls, true).await
    }

    /// The same with witnesses of its log, which must have seen it before anything is released.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn witnessed(&self, controls: Controls, witnessing: Witnessing) -> Result<TrusteeHouse> {
        let log = log_home(witnessing)?;
        let kept = Arc::new(KeptLog::default());
        let (keeper, links) = (self.safe.keeper()?, (self.tap.clone(), kept.clone()));
        let house = open_over(&self.trustee_store, &self.world, keeper, links, (controls, true), log).await?;
        kept.goes_to(house.trustee.log().clone());
        Ok(house)
    }

    async fn again(&self, controls: Controls, demo: bool) -> Result<TrusteeHouse> {
        let links = (self.tap.clone(), self.log.clone());
        open_trustee(&self.trustee_store, &self.world, &self.safe, links, (controls, demo)).await
    }

    /// The trustee zone started once more over the same books, able to call the issuers that are declared to it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn with_issuers(&self, controls: Controls, issuers: Web) -> Result<TrusteeHouse> {
        let log = log_home(Witnessing::none())?;
        let keeper = self.safe.keeper()?;
        let parts = parts_over(&self.trustee_store, keeper, self.log.clone(), (controls, true), log);
        let parts = TrusteeParts { issuers: Some(issuers), ..parts };
        TrusteeHouse::open(parts, &self.world, self.tap.clone()).await
    }

    /// Makes a call of the trustee zone.
    pub async fn call(&self, ask: Ask) -> Reply {
        ask.of(&self.trustee.trustee).await
    }

    /// The partner of this kind: `direct`, `sandbox`, `indirect-provider`, `indirect-reseller`.
    ///
    /// # Errors
    /// When the world has none.
    pub fn partner(&self, kind: &str) -> Result<&PartnerAccess> {
        self.access.partners.iter().find(|partner| partner.kind == kind).context("no partner of this kind")
    }

    /// A token that a partner's app gets for itself.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn app_token(&self, partner: &PartnerAccess) -> Result<String> {
        let app = App { id: partner.client_id.clone(), secret: partner.client_secret.clone() };
        self.token(&partner.tenant_id, &app, None).await
    }

    /// A token for a person of a partner, through the partner's app.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn user_token(&self, partner: &PartnerAccess, person: &PersonAccess) -> Result<String> {
        let app = App { id: partner.client_id.clone(), secret: partner.client_secret.clone() };
        self.token(&partner.tenant_id, &app, Some(person)).await
    }

    /// A token for a person of any tenant, through the house's own pages.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn own_token(&self, tenant: &str, person: &PersonAccess) -> Result<String> {
        let app = App { id: Identity::portal_app().to_string(), secret: String::new() };
        self.token(tenant, &app, Some(person)).await
    }

    /// A token of the tenant's own new app, alone.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn new_app_token(&self, tenant: TenantId) -> Result<String> {
        let identity = &self.trustee.identity;
        let new = NewApp { name: "test".to_owned(), ..NewApp::default() };
        let app = identity.register_app(&Actor::House, tenant, new).await?;
        let secret = identity.add_app_secret(&Actor::House, tenant, app.id, 30).await?;
        let app = App { id: app.id.to_string(), secret: secret.secret.to_string() };
        self.token(&tenant.to_string(), &app, None).await
    }

    /// A new person with exactly these roles.
    ///
    /// # Errors
    /// When the tenant is of a kind that has no such role.
    pub async fn new_person(&self, tenant: TenantId, name: &str, roles: &[Role]) -> Result<PersonAccess> {
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            given_name: name.to_owned(),
            family_name: "Test".to_owned(),
            email: String::new(),
            roles: roles.to_vec(),
            password: Some(Zeroizing::new(PASSWORD.to_owned())),
        };
        let made = self.trustee.identity.create_user(&Actor::House, tenant, new).await?;
        let roles = roles.iter().map(|role| role.name().to_owned()).collect();
        Ok(PersonAccess {
            user_name: made.user.user_name,
            password: PASSWORD.to_owned(),
            roles,
            ssh_key: None,
        })
    }

    /// Makes a customer's administrator its approver, as two officers would.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn enrol_approver(&self, user_name: &str) -> Result<()> {
        let (_, domain) = user_name.split_once('@').context("a user name with a domain")?;
        let identity = &self.trustee.identity;
        let tenant = identity.tenant_by_domain(domain).await?.context("a tenant")?.id;
        let people = identity.users(&Actor::House, tenant, 0, 50).await?;
        let account = people.iter().find(|one| one.user_name == user_name).context("an account")?.id;
        let mut seed = [0_u8; 32];
        self.world.entropy.fill(&mut seed);
        let line = public_of(&private_from_seed(&seed)?)?.line();
        let planted =
            Planted { kind: access::Kind::CustomerApprover, tenant, account, country: "DE".to_owned(), line };
        Ok(self.trustee.trustee.persons().plant(planted).await?)
    }

    /// A new legal officer of the trustee, whose key counts already: the account, and the private key.
    ///
    /// # Errors
    /// When the trustee has no tenant.
    pub async fn legal_officer(&self, name: &str) -> Result<PersonAccess> {
        let officer = &self.access.trustee_officers[0];
        let tenant = self.tenant_of(officer).await?;
        let made = self.new_person(tenant, name, &[Role::TrusteeOfficer]).await?;
        let people = self.trustee.identity.users(&Actor::House, tenant, 0, 50).await?;
        let account = people.iter().find(|one| one.user_name == made.user_name).context("an account")?.id;
        let mut seed = [0_u8; 32];
        self.world.entropy.fill(&mut seed);
        let key = private_from_seed(&seed)?;
        let line = public_of(&key)?.line();
        let planted =
            Planted { kind: access::Kind::LegalOfficer, tenant, account, country: "DE".to_owned(), line };
        self.trustee.trustee.persons().plant(planted).await?;
        Ok(PersonAccess { ssh_key: Some(key), ..made })
    }

    /// The tenant of a person of the operator or the trustee.
    ///
    /// # Errors
    /// When there is none.
    pub async fn tenant_of(&self, person: &PersonAccess) -> Result<TenantId> {
        let (_, domain) = person.user_name.split_once('@').context("a user name with a domain")?;
        Ok(self.trustee.identity.tenant_by_domain(domain).await?.context("a tenant")?.id)
    }

    async fn token(&self, tenant: &str, app: &App, person: Option<&PersonAccess>) -> Result<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &app.id);
        if !app.secret.is_empty() {
            form.append_pair("client_secret", &app.secret);
        }
        match person {
            None => form.append_pair("grant_type", "client_credentials"),
            Some(person) => form
                .append_pair("grant_type", "password")
                .append_pair("username", &person.user_name)
                .append_pair("password", &person.password),
        };
        let ask = Ask::new("POST", Address::Token(Version::One).at(tenant));
        let ask = ask.header("content-type", "application/x-www-form-urlencoded").raw(form.finish());
        let reply = self.call(ask).await;
        ensure!(reply.status == 200, "no token: {}", reply.text());
        Ok(reply.json()["access_token"].as_str().context("an access token")?.to_owned())
    }
}

struct App {
    id: String,
    secret: String,
}

/// Remembers nothing of the log: a town lasts as long as its store.
struct Forgetful;

impl Seen for Forgetful {
    fn last(&self) -> Result<Option<String>, String> {
        Ok(None)
    }
    fn keep(&self, _note: &str) {}
    fn evidence(&self, _text: &str) {}
}

/// The name of a town's log.
pub const LOG_ORIGIN: &str = "log.treuhand.test";
/// What its key is made of.
pub const LOG_SEED: [u8; 32] = [7; 32];

/// The key of a town's log.
///
/// # Errors
/// Never for this name.
pub fn log_key() -> Result<SigningKey> {
    Ok(SigningKey::from_seed(LOG_ORIGIN, Purpose::Log, LOG_SEED)?)
}

async fn open_trustee(
    store: &TestStore,
    world: &World,
    safe: &Safe,
    links: (Arc<Tap>, Arc<KeptLog>),
    how: (Controls, bool),
) -> Result<TrusteeHouse> {
    open_over(store, world, safe.keeper()?, links, how, log_home(Witnessing::none())?).await
}

fn log_home(witnessing: Witnessing) -> Result<LogHome> {
    Ok(LogHome { key: log_key()?, witnessing, seen: Arc::new(Forgetful) })
}

/// The trustee zone over these books and this log.
pub(crate) async fn open_over(
    store: &TestStore,
    world: &World,
    keeper: Keeper,
    (link, kept): (Arc<Tap>, Arc<KeptLog>),
    how: (Controls, bool),
    log: LogHome,
) -> Result<TrusteeHouse> {
    TrusteeHouse::open(parts_over(store, keeper, kept, how, log), world, link).await
}

fn parts_over(
    store: &TestStore,
    keeper: Keeper,
    kept: Arc<KeptLog>,
    (controls, demo): (Controls, bool),
    log: LogHome,
) -> TrusteeParts {
    TrusteeParts {
        log,
        store: (**store).clone(),
        keeper,
        origin: ORIGIN.to_owned(),
        demo,
        password_cost: CHEAP,
        controls,
        logbook: Some(kept),
        issuers: None,
    }
}

/// A customer as clients send it, with these private values: first name, last name, e-mail, telephone, street, city.
pub fn customer(prefix: &str, private: &[&str; 6]) -> Value {
    let [first, last, email, phone, street, city] = private;
    json!({
        "companyProfile": { "domain": format!("{prefix}.onmicrosoft.de") },
        "billingProfile": {
            "firstName": first, "lastName": last, "email": email,
            "culture": "de-DE", "language": "de", "companyName": format!("{prefix} GmbH"),
            "defaultAddress": {
                "firstName": first, "lastName": last, "phoneNumber": phone,
                "addressLine1": street, "city": city, "postalCode": "10115", "country": "DE",
            },
        },
    })
}
