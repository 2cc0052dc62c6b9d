//! A new customer: its company, who receives its bills, its first domain. The answer shows the first administrator's
//! sign-in once; it is the answer to the form itself, because a secret has no address.

use askama::Template;
use client::Call;
use contract::operations::CreateCustomer;
use contract::profile::Profile;
use contract::resources::customer::{Customer, CustomerBillingProfile, CustomerCompanyProfile};
use contract::resources::shared::CustomerAddress;
use contract::{Operation, Party, Spec};
use zeroize::Zeroizing;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::cloud::country_name;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is shown once.
struct Made {
    name: String,
    href: String,
    user_name: String,
    password: Zeroizing<String>,
}

#[derive(Template)]
#[template(path = "pages/customers/new.html")]
pub(crate) struct NewCustomer {
    frame: Frame,
    problem: Problem,
    company: Vec<Field>,
    contact: Vec<Field>,
    once: String,
    create: Action,
    made: Option<Made>,
}

impl Page for NewCustomer {
    type At = at::NewCustomer;
    const CALLS: &'static [&'static Spec] = &[CreateCustomer::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let profile = contract::profile::germany();
        let frame = || kit.frame(Party::Partner, "/portal/customers/new");
        let empty = Self::of(frame(), profile, &Form::default(), Problem::none(kit.t()), String::new());
        let typed =
            format!("company={}&first=Max&country=AT", if kit.hostile { "%3Cscript%3E%22" } else { "A" });
        let refusal = client::Refusal {
            status: 400,
            code: 2001,
            description: kit.text("The postal code does not fit the country."),
            ..client::Refusal::default()
        };
        let problem = Problem::refused(kit.t(), &refusal);
        let refused = Self::of(frame(), profile, &Form::parse(typed.as_bytes()), problem, String::new());
        let mut made = Self::of(frame(), profile, &Form::default(), Problem::none(kit.t()), String::new());
        made.made = Some(Made {
            name: kit.text("Contoso GmbH"),
            href: "/".to_owned(),
            user_name: kit.text("admin@contoso.onmicrosoft.de"),
            password: Zeroizing::new(kit.text("sample-password")),
        });
        vec![empty, refused, made]
    }

    async fn load(visit: &Visit, _at: at::NewCustomer) -> Result<Answer, Trouble> {
        let problem = Problem::none(visit.t);
        Self::of(visit.frame(), &visit.house.profile, &Form::default(), problem, visit.fresh_id()).shown()
    }

    async fn act(visit: &Visit, _at: at::NewCustomer, form: Form) -> Result<Answer, Trouble> {
        let profile = &visit.house.profile;
        let body = customer(&form, profile);
        let call = Call::to(CreateCustomer).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(customer) => {
                let problem = Problem::none(visit.t);
                let mut page = Self::of(visit.frame(), profile, &Form::default(), problem, String::new());
                page.made = Some(made(customer, &form));
                page.shown()
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::of(visit.frame(), profile, &form, problem, visit.next_id(&form, status))
                    .shown_as(status)
            }
        }
    }
}

impl NewCustomer {
    fn of(frame: Frame, profile: &Profile, form: &Form, problem: Problem, once: String) -> Self {
        let t = frame.t;
        let line = |name, label, max| Field::line(name, label, form.get(name), max);
        let company = vec![
            line("company", t.field_company(), 100).hint(t.field_company_hint()),
            line("prefix", t.field_prefix(), 27).hint(t.field_prefix_hint(&profile.tenant_domain)),
            Field::choice("country", t.field_country(), countries(&frame, profile, form.get("country"))),
            Field::choice("culture", t.field_language(), languages(profile, form.get("culture"))),
            line("reseller", t.field_reseller(), 64).hint(t.field_reseller_hint()).optional(t),
        ];
        let contact = vec![
            line("first", t.field_first_name(), 50),
            line("last", t.field_last_name(), 50),
            line("email", t.field_email(), 254).of(Kind::Line("email")),
            line("phone", t.field_phone(), 64).of(Kind::Line("tel")).optional(t),
            line("street", t.field_street(), 200),
            line("street2", t.field_street_more(), 200).optional(t),
            line("postal", t.field_postal_code(), 32),
            line("city", t.field_city(), 100),
            line("state", t.field_state(), 64).optional(t),
        ];
        let frame = frame.below(at::Customers {}.path(), t.customers_title());
        Self {
            problem,
            company,
            contact,
            once,
            create: Action::button(t.customers_create(), Permit::Yes),
            made: None,
            frame,
        }
    }
}

fn countries(frame: &Frame, profile: &Profile, chosen: &str) -> Kind {
    let chosen = if chosen.is_empty() { profile.home_country.code() } else { chosen };
    let mut choices: Vec<Choice> = profile
        .countries
        .iter()
        .map(|country| Choice {
            value: country.code().to_owned(),
            label: country_name(frame.t, country.code()),
            chosen: country.code() == chosen,
        })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    Kind::Select(choices)
}

fn languages(profile: &Profile, chosen: &str) -> Kind {
    let choice = |tag: &String| Choice {
        value: tag.clone(),
        label: crate::texts::Locale::of_tag(tag)
            .map_or_else(|| tag.clone(), |locale| locale.own_name().to_owned()),
        chosen: tag == chosen,
    };
    Kind::Select(profile.locales.iter().map(choice).collect())
}

/// The form as the contract's resource. What is missing or wrong is the contract's to say.
fn customer(form: &Form, profile: &Profile) -> Customer {
    let culture = form.given("culture");
    let language = culture.as_deref().and_then(|tag| tag.split('-').next()).map(str::to_owned);
    let prefix = form.get("prefix").to_lowercase();
    Customer {
        company_profile: Some(CustomerCompanyProfile {
            domain: (!prefix.is_empty()).then(|| format!("{prefix}.{}", profile.tenant_domain)),
            company_name: form.given("company"),
            ..CustomerCompanyProfile::default()
        }),
        billing_profile: Some(CustomerBillingProfile {
            first_name: form.given("first"),
            last_name: form.given("last"),
            email: form.given("email"),
            culture,
            language,
            company_name: form.given("company"),
            default_address: Some(CustomerAddress {
                address_line1: form.given("street"),
                address_line2: form.given("street2"),
                city: form.given("city"),
                state: form.given("state"),
                postal_code: form.given("postal"),
                country: form.given("country"),
                first_name: form.given("first"),
                last_name: form.given("last"),
                phone_number: form.given("phone"),
                ..CustomerAddress::default()
            }),
            ..CustomerBillingProfile::default()
        }),
        associated_partner_id: form.given("reseller"),
        ..Customer::default()
    }
}

fn made(customer: Customer, form: &Form) -> Made {
    let id = customer.id.and_then(|id| id.parse().ok());
    let credentials = customer.user_credentials.unwrap_or_default();
    Made {
        name: form.get("company").to_owned(),
        href: id.map_or_else(|| at::Customers {}.path(), |customer| at::Customer { customer }.path()),
        user_name: credentials.user_name.unwrap_or_default(),
        password: Zeroizing::new(credentials.password.unwrap_or_default()),
    }
}
