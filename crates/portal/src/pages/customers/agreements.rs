//! The partner reports that its customer has accepted the cloud agreement: who, and when. The agreement with the data
//! trustee is the customer's own act, which the page says.

use askama::Template;
use client::Call;
use contract::operations::{ConfirmCustomerAgreement, ListCustomerAgreements};
use contract::profile::{AgreementRole, Profile};
use contract::resources::agreement::{Agreement, AgreementType};
use contract::resources::shared::Contact;
use contract::{Operation, Party, Spec};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::customers::{Standing, standings};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/customers/agreements.html")]
pub(crate) struct CustomerAgreements {
    frame: Frame,
    standings: Vec<Standing>,
    problem: Problem,
    /// The form; empty when the cloud agreement is accepted.
    fields: Vec<Field>,
    once: String,
    attest: Action,
}

impl Page for CustomerAgreements {
    type At = at::CustomerAgreements;
    const CALLS: &'static [&'static Spec] = &[ListCustomerAgreements::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let here = at::CustomerAgreements { customer: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04") };
        let profile = contract::profile::germany();
        let typed = if kit.hostile { "first=%3Cscript%3E%22" } else { "first=Max" };
        let page = |accepted: &[Agreement], problem, permit| {
            let given = Given { form: &Form::parse(typed.as_bytes()), today: "2018-05-02".to_owned() };
            let frame = kit.frame(Party::Partner, "/portal/customers");
            Self::of(frame, &here, profile, accepted, &given, problem, permit, String::new())
        };
        let accepted = Agreement {
            template_id: profile.agreement(AgreementRole::CloudAgreement).map(|one| one.template.to_string()),
            date_agreed: Some(Kit::at("2018-05-02T10:00:00Z")),
            ..Agreement::default()
        };
        let t = kit.t();
        vec![
            page(&[], Problem::none(t), Permit::Yes),
            page(&[], Problem::ours(t, t.field_day_wrong()), Permit::No(t.reason_planned())),
            page(&[accepted], Problem::none(t), Permit::Yes),
        ]
    }

    async fn load(visit: &Visit, here: at::CustomerAgreements) -> Result<Answer, Trouble> {
        Self::made(visit, &here, &Form::default(), Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::CustomerAgreements, form: Form) -> Result<Answer, Trouble> {
        let Some(agreed) = day(form.get("day")) else {
            let problem = Problem::ours(visit.t, visit.t.field_day_wrong());
            let page = Self::made(visit, &here, &form, problem, visit.fresh_id()).await?;
            return page.shown_as(edge::StatusCode::BAD_REQUEST);
        };
        let known = visit.house.profile.agreement(AgreementRole::CloudAgreement);
        let body = Agreement {
            primary_contact: Some(Contact {
                first_name: form.given("first"),
                last_name: form.given("last"),
                email: form.given("email"),
                phone_number: form.given("phone"),
                ..Contact::default()
            }),
            date_agreed: Some(agreed),
            template_id: known.map(|known| known.template.to_string()),
            r#type: known.and_then(|known| AgreementType::parse(&known.agreement_type)),
            ..Agreement::default()
        };
        let call = Call::to(ConfirmCustomerAgreement)
            .param("customer-id", here.customer)
            .request_id(visit.id_of(&form))
            .body(&body);
        match visit.call(call).await {
            Ok(_) => Ok(Answer::Go(link(&here, &[("done", "attested")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, &form, problem, once).await?.shown_as(status)
            }
        }
    }
}

/// What was typed, and the day to begin with.
struct Given<'a> {
    form: &'a Form,
    today: String,
}

impl CustomerAgreements {
    async fn made(
        visit: &Visit,
        here: &at::CustomerAgreements,
        form: &Form,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let call = Call::to(ListCustomerAgreements).param("customer-id", here.customer);
        let accepted = visit.call(call).await?.items;
        let given = Given { form, today: visit.now().strftime("%Y-%m-%d").to_string() };
        let may = visit.may(ConfirmCustomerAgreement);
        let frame = visit.frame();
        Ok(Self::of(frame, here, &visit.house.profile, &accepted, &given, problem, may, once))
    }

    #[expect(clippy::too_many_arguments, reason = "everything the page shows, named at its two callers")]
    fn of(
        frame: Frame,
        here: &at::CustomerAgreements,
        profile: &Profile,
        accepted: &[Agreement],
        given: &Given<'_>,
        problem: Problem,
        may: Permit,
        once: String,
    ) -> Self {
        let t = frame.t;
        let cloud = profile.agreement(AgreementRole::CloudAgreement).map(|one| one.template.to_string());
        let done = accepted
            .iter()
            .any(|one| one.template_id.as_deref().map(str::to_ascii_lowercase).as_ref() == cloud.as_ref());
        let form = given.form;
        let line = |name, label, max| Field::line(name, label, form.get(name), max);
        let day = form.given("day").unwrap_or_else(|| given.today.clone());
        let fields = vec![
            line("first", t.field_first_name(), 50),
            line("last", t.field_last_name(), 50),
            line("email", t.field_email(), 254).of(Kind::Line("email")),
            line("phone", t.field_phone(), 64).of(Kind::Line("tel")).optional(t),
            Field::line("day", t.field_day_agreed(), day, 10).of(Kind::Line("date")),
        ];
        Self {
            standings: standings(&frame, profile, accepted),
            problem,
            fields: if done { Vec::new() } else { fields },
            once,
            attest: Action::button(t.agreements_attest(), may),
            frame: frame.below(at::Customer { customer: here.customer }.path(), t.customer_back()),
        }
    }
}

/// A day as browsers send it, as its beginning in UTC.
fn day(text: &str) -> Option<Timestamp> {
    let day: Date = text.parse().ok()?;
    day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
