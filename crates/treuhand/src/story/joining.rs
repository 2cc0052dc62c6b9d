//! A company becomes a partner: a tenant at the trustee, verified there; an enrolment at the operator, approved by
//! two people.

use anyhow::{Context, Result, ensure};
use client::{Call, Client};
use contract::operations as op;
use contract::resources::enrolment::{
    CspModel, EnrolmentApplication, EnrolmentDecision, EnrolmentStatus, Verdict,
};
use contract::resources::shared::{Address, Contact};
use contract::resources::trustee::{
    AppKind, AppRegistration, AppSecret, TenantOpening, TenantUser, TenantVerification,
};

use super::Story;
use super::cast::Person;

const COMPANY: &str = "Hafenkante Digital GmbH";
const PASSWORD: &str = "Ebbe-und-Flut-7-am-Kai";

/// The new partner.
pub struct Partner {
    /// A client of its first administrator, signed in with a second factor.
    pub admin: Client,
    /// A client of its app.
    pub app: Client,
}

/// From nothing to an approved account.
pub async fn partner(story: &mut Story<'_>) -> Result<Partner> {
    let (tenant, user_name, totp) = open_tenant(story).await?;
    let person = Person { user_name: &user_name, password: PASSWORD, totp: Some(&totp), next_password: None };
    let admin = story.stage.sign_in(&person).await.context("the administrator signs in")?;
    story.step(
        "Its administrator signs in with password and one-time code",
        &["The operator never sees either: sign-in is the trustee's, and tokens stay there.".to_owned()],
    );
    let application = apply(story, &admin, &user_name).await?;
    approve(story, &application).await?;
    verify(story, &tenant).await?;
    let app = register_app(story, &admin, &tenant).await?;
    Ok(Partner { admin, app })
}

async fn open_tenant(story: &mut Story<'_>) -> Result<(String, String, String)> {
    let opening = TenantOpening {
        company_name: Some(COMPANY.to_owned()),
        country: Some("DE".to_owned()),
        domain_prefix: Some(format!("hafenkante{}", story.suffix)),
        administrator: Some(TenantUser {
            user_principal_name: Some("silke".to_owned()),
            display_name: Some("Silke Reimers".to_owned()),
            first_name: Some("Silke".to_owned()),
            last_name: Some("Reimers".to_owned()),
            ..TenantUser::default()
        }),
        password: Some(PASSWORD.to_owned()),
        ..TenantOpening::default()
    };
    let made = story.stage.client.call(Call::to(op::CreateTenant).body(&opening)).await?.value;
    let tenant = made.tenant_id.context("a tenant without an id")?;
    let domain = made.domain.context("a tenant without a domain")?;
    story.step(
        format!("{COMPANY} opens its tenant {domain} at the trustee"),
        &[format!("tenant {tenant}, first administrator silke@{domain}, second factor set up")],
    );
    Ok((tenant, format!("silke@{domain}"), made.totp_secret.context("no key of one-time codes")?))
}

async fn apply(story: &mut Story<'_>, admin: &Client, email: &str) -> Result<String> {
    let application = EnrolmentApplication {
        company_name: Some(COMPANY.to_owned()),
        country: Some("DE".to_owned()),
        address: Some(Address {
            address_line1: Some("Kajen 3".to_owned()),
            postal_code: Some("20459".to_owned()),
            city: Some("Hamburg".to_owned()),
            country: Some("DE".to_owned()),
            ..Address::default()
        }),
        vat_id: Some("DE136695976".to_owned()),
        mpn_id: Some("4711900".to_owned()),
        csp_model: Some(CspModel::Direct),
        programme_terms_version: Some("2018-04-01".to_owned()),
        programme_terms_accepted: Some(true),
        // A sandbox account, so that the story can let a month pass.
        sandbox: Some(true),
        primary_contact: Some(Contact {
            first_name: Some("Silke".to_owned()),
            last_name: Some("Reimers".to_owned()),
            email: Some(email.to_owned()),
            ..Contact::default()
        }),
        culture: Some("de-DE".to_owned()),
        ..EnrolmentApplication::default()
    };
    let made = admin.call(Call::to(op::CreateApplication).body(&application)).await?.value;
    let id = made.id.context("an application without an id")?;
    story.step(
        "It applies to the operator as a direct partner",
        &["VAT id and programme terms are checked; the contact person travels sealed.".to_owned()],
    );
    Ok(id)
}

async fn approve(story: &mut Story<'_>, application: &str) -> Result<()> {
    let decision = EnrolmentDecision { verdict: Some(Verdict::Approve), ..EnrolmentDecision::default() };
    let mut approvals = Vec::new();
    for one in story.access.operator_staff.clone() {
        let approve = Call::to(op::ApproveApplication).param("application-id", application).body(&decision);
        let read = story.stage.seeded(&one).call(approve).await?.value;
        let status = read.status.context("an application without a status")?;
        ensure!(read.primary_contact.is_none(), "the operator's staff saw the applicant's contact");
        approvals.push(format!("{} approves: {status}", one.user_name));
        if status == EnrolmentStatus::Approved {
            break;
        }
    }
    ensure!(approvals.len() == 2, "one person's approval was enough: {approvals:?}");
    story.step("Two of the operator's people approve it; one alone could not", &approvals);
    Ok(())
}

async fn verify(story: &mut Story<'_>, tenant: &str) -> Result<()> {
    let officer = story.access.trustee_officers.first().context("no trustee officer")?.clone();
    let verification = TenantVerification {
        evidence: Some("commercial register, Hamburg, sample entry".to_owned()),
        ..TenantVerification::default()
    };
    let call = Call::to(op::VerifyTenant).param("tenant-id", tenant).body(&verification);
    story.stage.seeded(&officer).call(call).await?;
    story.step(
        "The trustee verifies the company itself",
        &["Without it the gateway gives the partner no customers, whatever the operator approved."
            .to_owned()],
    );
    Ok(())
}

async fn register_app(story: &mut Story<'_>, admin: &Client, tenant: &str) -> Result<Client> {
    let registration = AppRegistration {
        display_name: Some("Hafenkante billing tool".to_owned()),
        kind: Some(AppKind::Web),
        ..AppRegistration::default()
    };
    let app = admin.call(Call::to(op::CreateTenantApp).body(&registration)).await?.value;
    let id = app.id.context("an app without an id")?;
    let secret = Call::to(op::CreateAppSecret).param("app-id", &id).body(&AppSecret::default());
    let secret = admin.call(secret).await?.value.value.context("a secret without a value")?;
    story.step(
        "It registers an app for its tools",
        &[format!("client id {id}; the secret is shown once and kept as a hash")],
    );
    Ok(story.stage.app(tenant, &id, &secret))
}
