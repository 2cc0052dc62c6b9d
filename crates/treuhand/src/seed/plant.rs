//! Planting, step by step.

use std::sync::Arc;

use access::Kind;
use access::sshsig::{private_from_seed, public_of};
use anyhow::{Context, Result};
use client::{Call, Client, Config, Credentials};
use contract::operations as op;
use contract::profile::Profile;
use contract::resources::customer::{Customer, CustomerBillingProfile, CustomerCompanyProfile};
use contract::resources::enrolment::{EnrolmentApplication, EnrolmentDecision, Verdict};
use contract::resources::shared::{Address, Contact, CustomerAddress};
use contract::resources::trustee::AgreementAcceptances;
use contract::{Party, Role};
use kernel::{Entropy, TenantId};
use trustee::Trustee;
use trustee::identity::{Actor, Identity, NewApp, NewTenant, NewUser};
use trustee::persons::Planted;
use zeroize::Zeroizing;

use super::inside::Inside;
use super::people::{self, AUDITORS, OFFICERS, PARTNERS, Partner, Person, STAFF};
use super::{Access, CustomerAccess, PartnerAccess, PersonAccess, Roots};
use crate::trustee_house::{TrusteeHouse, World};

/// Days for which the demo apps' secrets count.
const SECRET_DAYS: u32 = 365;
/// More than any tenant of the demo world has.
const PEOPLE: u32 = 50;

/// Plants the demo world and gives its accounts.
///
/// # Errors
/// When a call is refused; what was planted until then stays.
pub async fn plant(house: &TrusteeHouse, world: &World, roots: &Roots) -> Result<Access> {
    let gardener = Gardener::new(house, world, roots);
    let (mut staff, staff_app) =
        gardener.home(Party::Operator, "operator", &world.profile.operator, &[STAFF]).await?;
    let (mut trustees, _) =
        gardener.home(Party::Trustee, "trustee", &world.profile.trustee, &[OFFICERS, AUDITORS]).await?;
    gardener.portal_app(&trustees, roots).await?;
    for one in &mut staff {
        gardener.enrol(gardener.home_of(one).await?, Kind::Requester, "DE", one).await?;
    }
    for one in &mut trustees {
        let kind = if one.roles == ["Auditor"] { Kind::Auditor } else { Kind::TrusteeOfficer };
        gardener.enrol(gardener.home_of(one).await?, kind, "DE", one).await?;
    }
    let (auditors, officers) = trustees.into_iter().partition(|one| one.roles == ["Auditor"]);
    let mut partners: Vec<PartnerAccess> = Vec::with_capacity(PARTNERS.len());
    let mut customers = Vec::new();
    for partner in PARTNERS {
        let provider = partner.provider.and_then(|label| {
            partners
                .iter()
                .find(|planted| planted.domain.split('.').next() == Some(label))
                .map(|planted| planted.tenant_id.clone())
        });
        let planted = gardener.partner(partner, provider, &staff, &staff_app).await;
        let planted = planted.with_context(|| format!("planting {}", partner.name))?;
        for customer in partner.customers {
            customers
                .push(gardener.customer(&planted, customer, &world.profile).await.context(customer.name)?);
        }
        partners.push(planted);
    }
    Ok(Access {
        roots: roots.clone(),
        partners,
        customers,
        operator_staff: staff,
        trustee_officers: officers,
        auditors,
    })
}

/// An app's id and secret.
struct App {
    id: String,
    secret: String,
}

struct Gardener {
    house: Trustee,
    identity: Arc<Identity>,
    entropy: Arc<dyn Entropy>,
    /// A client without credentials; everybody gets a copy with their own.
    client: Client,
}

impl Gardener {
    fn new(house: &TrusteeHouse, world: &World, roots: &Roots) -> Self {
        let config = Config::new(&roots.api_root, &roots.authority);
        let way = Inside(Arc::new(house.trustee.clone()));
        let client = Client::new(config, Credentials::anonymous(), way, world.entropy.clone());
        Self {
            house: house.trustee.clone(),
            identity: house.identity.clone(),
            entropy: world.entropy.clone(),
            client,
        }
    }

    /// A tenant with its people and an app.
    async fn tenant(
        &self,
        party: Party,
        label: &str,
        (name, country): (&str, &str),
        people: &[&Person],
    ) -> Result<(TenantId, String, Vec<PersonAccess>, App)> {
        let (first, rest) = people.split_first().context("a tenant needs a first person")?;
        let password = self.password();
        let opened = self.identity.open_tenant(NewTenant {
            id: None,
            party,
            name: name.to_owned(),
            country: country.to_owned(),
            domain: label.to_owned(),
            require_mfa: false,
            admin: user(first, &password),
        });
        let opened = opened.await?;
        let id = opened.tenant.id;
        let mut accounts = vec![account(opened.admin.user.user_name, password, first)];
        for person in rest {
            let password = self.password();
            let made = self.identity.create_user(&Actor::House, id, user(person, &password)).await?;
            accounts.push(account(made.user.user_name, password, person));
        }
        let new = NewApp { name: format!("{name}: demo"), ..NewApp::default() };
        let app = self.identity.register_app(&Actor::House, id, new).await?;
        let secret = self.identity.add_app_secret(&Actor::House, id, app.id, SECRET_DAYS).await?;
        let app = App { id: app.id.to_string(), secret: secret.secret.to_string() };
        Ok((id, opened.tenant.domains.first().cloned().unwrap_or_default(), accounts, app))
    }

    /// The operator's or the trustee's own tenant.
    async fn home(
        &self,
        party: Party,
        label: &str,
        name: &str,
        people: &[&[Person]],
    ) -> Result<(Vec<PersonAccess>, (String, App))> {
        let people: Vec<&Person> = people.iter().copied().flatten().collect();
        let (_, domain, accounts, app) = self.tenant(party, label, (name, ""), &people).await?;
        Ok((accounts, (domain, app)))
    }

    /// The tenant of one of its people.
    async fn home_of(&self, person: &PersonAccess) -> Result<TenantId> {
        let domain = person.user_name.split_once('@').context("a user name with a domain")?.1;
        Ok(self.identity.tenant_by_domain(domain).await?.context("no such tenant")?.id)
    }

    /// The house's own pages, as an app of the trustee's tenant.
    async fn portal_app(&self, trustees: &[PersonAccess], roots: &Roots) -> Result<()> {
        let domain = trustees.first().and_then(|one| one.user_name.split_once('@')).context("no officer")?.1;
        let tenant = self.identity.tenant_by_domain(domain).await?.context("no trustee")?;
        let pages = vec![format!("{}/signin/done", roots.api_root)];
        self.identity.ensure_portal_app(tenant.id, pages).await?;
        Ok(())
    }

    /// A partner: its tenant at the trustee, its enrolment at the operator under four eyes.
    async fn partner(
        &self,
        partner: &Partner,
        provider: Option<String>,
        staff: &[PersonAccess],
        staff_app: &(String, App),
    ) -> Result<PartnerAccess> {
        let people: Vec<&Person> = partner.people.iter().collect();
        let (tenant, domain, users, app) =
            self.tenant(Party::Partner, partner.label, (partner.name, partner.country), &people).await?;
        self.identity.verify_tenant(&Actor::House, tenant, "Invented company of the demo world.").await?;
        let applicant = self.person(&domain, &app, users.first().context("no first person")?);
        let application = application(partner, &users[0].user_name, provider);
        let made = applicant.call(Call::to(op::CreateApplication).body(&application)).await?;
        let id = made.value.id.context("an application without an id")?;
        for one in staff {
            let decision =
                EnrolmentDecision { verdict: Some(Verdict::Approve), ..EnrolmentDecision::default() };
            let approve = Call::to(op::ApproveApplication).param("application-id", &id).body(&decision);
            self.person(&staff_app.0, &staff_app.1, one).call(approve).await?;
        }
        Ok(PartnerAccess {
            name: partner.name.to_owned(),
            kind: partner.kind.to_owned(),
            tenant_id: tenant.to_string(),
            domain,
            client_id: app.id,
            client_secret: app.secret,
            users,
        })
    }

    /// A customer of a partner, which accepts its agreements by its own administrator.
    async fn customer(
        &self,
        partner: &PartnerAccess,
        customer: &people::Customer,
        profile: &Profile,
    ) -> Result<CustomerAccess> {
        let credentials = Credentials::app(&partner.tenant_id, &partner.client_id, &partner.client_secret);
        let seller = self.client.with_credentials(credentials);
        let made =
            seller.call(Call::to(op::CreateCustomer).body(&new_customer(customer, profile))).await?.value;
        let id = made.id.context("a customer without an id")?;
        let first = made.user_credentials.context("a customer without credentials")?;
        let domain = format!("{}.{}", customer.label, profile.tenant_domain);
        let user_name = first.user_name.context("credentials without a user name")?;
        let tenant: TenantId = id.parse()?;
        let password = self.settle(tenant, first.password.context("credentials without a password")?).await?;
        // Customers register no apps; their people come in through the house's own pages.
        let app = App { id: Identity::portal_app().to_string(), secret: String::new() };
        let roles = vec![Role::CustomerAdmin.name().to_owned()];
        let mut admin = PersonAccess { user_name, password, roles, ssh_key: None };
        self.enrol(tenant, Kind::CustomerApprover, "DE", &mut admin).await?;
        let templates = profile.agreements.iter().map(|agreement| agreement.template.to_string()).collect();
        let accept = AgreementAcceptances {
            template_ids: Some(templates),
            language: Some(customer.culture.to_owned()),
        };
        self.person(&domain, &app, &admin).call(Call::to(op::AcceptAgreements).body(&accept)).await?;
        Ok(CustomerAccess { partner: partner.name.clone(), tenant_id: id, domain, admin })
    }

    /// Enrols a person of the demo world, with a key that stands in the access file. Elsewhere two officers do it.
    async fn enrol(
        &self,
        tenant: TenantId,
        kind: Kind,
        country: &str,
        person: &mut PersonAccess,
    ) -> Result<()> {
        let people = self.identity.users(&Actor::House, tenant, 0, PEOPLE).await?;
        let account = people.iter().find(|one| one.user_name == person.user_name).context("no account")?.id;
        let mut seed = [0_u8; 32];
        self.entropy.fill(&mut seed);
        let private = private_from_seed(&seed)?;
        let line = public_of(&private)?.line();
        let planted = Planted { kind, tenant, account, country: country.to_owned(), line };
        self.house.persons().plant(planted).await?;
        person.ssh_key = Some(private);
        Ok(())
    }

    /// Replaces a one-time password as the person would at the first sign-in.
    async fn settle(&self, tenant: TenantId, one_time: String) -> Result<String> {
        let people = self.identity.users(&Actor::House, tenant, 0, 1).await?;
        let id = people.first().context("a customer without an administrator")?.id;
        let password = self.password();
        let (old, new) = (Zeroizing::new(one_time), Zeroizing::new(password.clone()));
        self.identity.change_password(id, old, new).await?;
        Ok(password)
    }

    /// The client of a person who signs in by password, as demo worlds allow.
    fn person(&self, tenant: &str, app: &App, person: &PersonAccess) -> Client {
        let credentials =
            Credentials::password(tenant, &app.id, &app.secret, &person.user_name, &person.password);
        self.client.with_credentials(credentials)
    }

    /// A password that no one can guess and everybody can type.
    fn password(&self) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789z";
        let mut random = [0_u8; 20];
        self.entropy.fill(&mut random);
        let letters: String = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        format!("{}-{}-{}-{}", &letters[..5], &letters[5..10], &letters[10..15], &letters[15..])
    }
}

fn user(person: &Person, password: &str) -> NewUser {
    NewUser {
        user_name: person.login.to_owned(),
        display_name: format!("{} {}", person.given, person.family),
        given_name: person.given.to_owned(),
        family_name: person.family.to_owned(),
        email: String::new(),
        roles: person.roles.to_vec(),
        password: Some(Zeroizing::new(password.to_owned())),
    }
}

fn account(user_name: String, password: String, person: &Person) -> PersonAccess {
    PersonAccess {
        user_name,
        password,
        roles: person.roles.iter().map(|role| role.name().to_owned()).collect(),
        ssh_key: None,
    }
}

fn application(partner: &Partner, email: &str, provider: Option<String>) -> EnrolmentApplication {
    let first = &partner.people[0]; // every partner has a first administrator
    EnrolmentApplication {
        company_name: Some(partner.name.to_owned()),
        country: Some(partner.country.to_owned()),
        address: Some(Address {
            address_line1: Some(partner.street.to_owned()),
            postal_code: Some(partner.city.0.to_owned()),
            city: Some(partner.city.1.to_owned()),
            country: Some(partner.country.to_owned()),
            ..Address::default()
        }),
        vat_id: Some(partner.vat_id.to_owned()),
        mpn_id: Some(partner.mpn_id.to_owned()),
        csp_model: Some(partner.model),
        programme_terms_version: Some("2018-04-01".to_owned()),
        programme_terms_accepted: Some(true),
        provider_id: provider,
        sandbox: Some(partner.sandbox),
        primary_contact: Some(Contact {
            first_name: Some(first.given.to_owned()),
            last_name: Some(first.family.to_owned()),
            email: Some(email.to_owned()),
            ..Contact::default()
        }),
        culture: Some(partner.culture.to_owned()),
        ..EnrolmentApplication::default()
    }
}

fn new_customer(customer: &people::Customer, profile: &Profile) -> Customer {
    let (first_name, last_name) = customer.contact;
    let domain = format!("{}.{}", customer.label, profile.tenant_domain);
    Customer {
        company_profile: Some(CustomerCompanyProfile {
            domain: Some(domain.clone()),
            company_name: Some(customer.name.to_owned()),
            ..CustomerCompanyProfile::default()
        }),
        billing_profile: Some(CustomerBillingProfile {
            first_name: Some(first_name.to_owned()),
            last_name: Some(last_name.to_owned()),
            email: Some(format!("{}@{domain}", first_name.to_lowercase())),
            culture: Some(customer.culture.to_owned()),
            language: Some(customer.culture[..2].to_owned()),
            company_name: Some(customer.name.to_owned()),
            default_address: Some(CustomerAddress {
                address_line1: Some(customer.street.to_owned()),
                postal_code: Some(customer.city.0.to_owned()),
                city: Some(customer.city.1.to_owned()),
                country: Some(customer.country.to_owned()),
                first_name: Some(first_name.to_owned()),
                last_name: Some(last_name.to_owned()),
                ..CustomerAddress::default()
            }),
            ..CustomerBillingProfile::default()
        }),
        ..Customer::default()
    }
}
