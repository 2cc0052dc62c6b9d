//! Everything people do with private fields, done once through the gateway under attack, with a fresh canary in each
//! field, wherever the zones are. Steps that a sabotage makes impossible are noted, not fatal: what was sent before counts.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use contract::operation::{Home, Spec, operations};
use contract::profile::{AgreementRole, germany};
use serde_json::{Value, json};
use testkit::{Ask, Reply};

use crate::canary::{letters, writable};
use crate::scene::Scene;
use crate::stage::{Victim, text};

/// What the flows left behind.
#[derive(Default)]
pub struct Played {
    /// The customer they were about, where it could be made.
    pub victim: Option<Victim>,
    /// Steps that did not succeed, with what was answered.
    pub failed: Vec<String>,
    /// What the operator's people were answered.
    pub shown_to_staff: Vec<Reply>,
}

/// Plays everything.
pub async fn play(stage: &mut impl Scene) -> Result<Played> {
    let mut played = Played { victim: None, failed: Vec::new(), shown_to_staff: Vec::new() };
    secrets(stage);
    customer(stage, &mut played).await?;
    stage.after("a customer")?;
    profiles(stage, &mut played).await?;
    stage.after("the partner's profiles")?;
    enrolment(stage, &mut played).await?;
    stage.after("an enrolment")?;
    tickets(stage, &mut played).await?;
    stage.after("a ticket")?;
    person(stage, &mut played).await?;
    stage.after("a person's work")?;
    let missing: Vec<String> = fields().difference(&stage.aviary().fields).cloned().collect();
    ensure!(missing.is_empty(), "no canary was planted in {missing:?}");
    Ok(played)
}

/// Every private field that a caller may write in a message that leads to the operator.
pub fn fields() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for spec in operations().iter().filter(|spec| spec.served && spec.home != Home::Trustee) {
        if let Some(body) = spec.body {
            writable(body(), &mut found);
        }
    }
    found
}

/// Passwords, secrets and tokens of the planted world.
fn secrets(stage: &mut impl Scene) {
    let (access, tokens) = (stage.access().clone(), stage.tokens());
    for partner in &access.partners {
        stage.aviary().keep("an app's secret", &partner.client_secret);
    }
    let staff = access.operator_staff.iter().chain(&access.trustee_officers).chain(&access.auditors);
    let users = access.partners.iter().flat_map(|partner| &partner.users);
    for person in staff.chain(users).chain(access.customers.iter().map(|customer| &customer.admin)) {
        stage.aviary().keep("a password", &person.password);
    }
    for token in [tokens.app, tokens.admin, tokens.other, tokens.staff] {
        stage.aviary().keep("a token", token.rsplit('.').next().unwrap_or(&token));
    }
}

impl Played {
    fn note(&mut self, step: &str, reply: &Reply) -> Value {
        if !(200..300).contains(&reply.status) {
            self.failed.push(format!("{step}: {} {}", reply.status, reply.slug()));
        }
        reply.json()
    }
}

/// A customer is made, changed, signs and orders.
async fn customer(stage: &mut impl Scene, played: &mut Played) -> Result<()> {
    let app = stage.tokens().app;
    let (body, canaries) = stage.aviary().new_customer("kanarienwerk");
    let made = stage.call(&app, Ask::post("/v1/customers", &body)).await;
    let made = played.note("create-customer", &made);
    let Some(id) = made["id"].as_str().map(ToOwned::to_owned) else { return Ok(()) };
    if let Some(password) = made["userCredentials"]["password"].as_str() {
        stage.aviary().keep("a customer's first password", password);
    }
    let at = |rest: &str| format!("/v1/customers/{id}{rest}");
    let read = stage.call(&app, Ask::get(at(""))).await;
    played.note("get-customer", &read);

    let mut profile = made["billingProfile"].clone();
    stage.aviary().fill(
        contract::find("update-customer-billing-profile").and_then(|spec| spec.body).context("a body")?(),
        &mut profile,
    );
    let put = stage.call(&app, Ask::new("PUT", at("/profiles/billing")).json(&profile)).await;
    played.note("update-customer-billing-profile", &put);

    let agreement = germany().agreement(AgreementRole::CloudAgreement).context("a cloud agreement")?;
    let mut signed = json!({
        "templateId": agreement.template.to_string(), "type": agreement.agreement_type,
        "dateAgreed": "2026-01-15T08:00:00Z",
    });
    stage.aviary().fill(
        contract::find("confirm-customer-agreement").and_then(|spec| spec.body).context("a body")?(),
        &mut signed,
    );
    let admin = stage.tokens().admin;
    let confirmed = stage.call(&admin, Ask::post(at("/agreements"), &signed)).await;
    played.note("confirm-customer-agreement", &confirmed);
    for (token, path) in [
        (&admin, at("/agreements?agreementType=*")),
        (&app, "/v1/customers?size=50".to_owned()),
        (&app, at("/profiles/billing")),
        (&app, at("/subscriptions")),
    ] {
        let read = stage.call(token, Ask::get(path.as_str())).await;
        played.note(&path, &read);
    }
    let mut address = json!({"country": "PT"});
    for member in ["addressLine1", "city", "postalCode"] {
        address[member] = json!(stage.aviary().plant("the address to validate", member));
    }
    stage.aviary().fill(
        contract::find("validate-address").and_then(|spec| spec.body).context("a body")?(),
        &mut address,
    );
    let checked = stage.call(&app, Ask::post("/v1/validations/address", &address)).await;
    played.note("validate-address", &checked);
    played.victim = Some(Victim { id, canaries });
    Ok(())
}

/// The partner's own profiles.
async fn profiles(stage: &mut impl Scene, played: &mut Played) -> Result<()> {
    let admin = stage.tokens().admin;
    let written = |spec: &&&Spec| spec.area == "partner-profiles" && spec.served && spec.body.is_some();
    for spec in operations().iter().filter(written) {
        let mut body = json!({});
        if spec.id == "update-legal-business-profile" {
            body["address"] = json!({"country": "DE"});
        }
        stage.aviary().fill(spec.body.context("a body")?(), &mut body);
        let put = stage.call(&admin, Ask::new(spec.method.name(), spec.path).json(&body)).await;
        played.note(spec.id, &put);
    }
    let read = |spec: &&&Spec| spec.area == "partner-profiles" && spec.served && spec.body.is_none();
    for spec in operations().iter().filter(read) {
        let got = stage.call(&admin, Ask::get(spec.path)).await;
        played.note(spec.id, &got);
    }
    Ok(())
}

/// A company applies, the operator's people look at the application and approve.
async fn enrolment(stage: &mut impl Scene, played: &mut Played) -> Result<()> {
    let name = letters();
    let applicant = stage.applicant(&name.to_lowercase()).await?;
    stage.aviary().keep("an applicant's token", applicant.rsplit('.').next().unwrap_or_default());
    let mut body = json!({
        "companyName": "Antrag GmbH", "country": "DE", "vatId": "DE811549003", "mpnId": "4711999",
        "cspModel": "direct", "programmeTermsVersion": "2018-04-01", "programmeTermsAccepted": true,
        "address": {"country": "DE", "addressLine1": "Weg 1", "city": "Ulm", "postalCode": "89073"},
    });
    stage.aviary().fill(
        contract::find("create-application").and_then(|spec| spec.body).context("a body")?(),
        &mut body,
    );
    let made = stage.call(&applicant, Ask::post("/enrollment/v1/applications", &body)).await;
    let made = played.note("create-application", &made);
    let id = made["id"].as_str().unwrap_or("unknown");
    let own = format!("/enrollment/v1/applications/{id}");
    for path in [own.as_str(), "/enrollment/v1/applications"] {
        let staff = stage.tokens().staff;
        let shown = stage.call(&staff, Ask::get(path)).await;
        played.note(path, &shown);
        played.shown_to_staff.push(shown);
    }
    for person in stage.access().operator_staff.clone() {
        let token = stage.staff_token(&person).await?;
        let approve = Ask::post(format!("{own}/approvals"), &json!({"verdict": "approve"}));
        let approved = stage.call(&token, approve).await;
        played.note("approve-application", &approved);
        played.shown_to_staff.push(approved);
    }
    Ok(())
}

/// The partner opens a ticket for a customer and writes in it; the operator's people work on it without its texts.
async fn tickets(stage: &mut impl Scene, played: &mut Played) -> Result<()> {
    let admin = stage.tokens().admin;
    let customer = stage.access().customers[0].tenant_id.clone();
    let shape = contract::find("create-service-request").and_then(|spec| spec.body).context("a body")?;
    let about =
        json!({"severity": "critical", "supportTopicId": "32444675", "organization": {"id": customer}});
    let mut body = about.clone();
    stage.aviary().fill(shape(), &mut body);
    let opened = Ask::post("/v1/servicerequests/de-DE", &body).header("treuhand-release", "none");
    let opened = stage.call(&admin, opened).await;
    let opened = played.note("create-service-request", &opened);
    let id = opened["id"].as_str().unwrap_or("1").to_owned();
    let path = format!("/v1/servicerequests/{id}");
    let mut change = json!({});
    stage.aviary().fill(shape(), &mut change);
    let changed = stage.call(&admin, Ask::new("PATCH", path.as_str()).json(&change)).await;
    played.note("update-service-request", &changed);
    for at in [path.clone(), format!("/v1/customers/{customer}/servicerequests")] {
        let read = stage.call(&admin, Ask::get(at.as_str())).await;
        played.note(&at, &read);
    }
    let staff = stage.tokens().staff;
    let worked = format!("/treuhand/v1/tickets/{id}");
    let answer = json!({"newNote": {"text": "Wir kümmern uns."}});
    for ask in [
        Ask::get("/treuhand/v1/tickets"),
        Ask::post(format!("{worked}/assignment"), &Value::Null),
        Ask::post(format!("{worked}/answers"), &answer),
        Ask::new("PATCH", worked.as_str()).json(&json!({"status": "closed"})),
    ] {
        let shown = stage.call(&staff, ask).await;
        played.note("work on a ticket", &shown);
        played.shown_to_staff.push(shown);
    }
    let unreleased = stage.call(&staff, Ask::get(path)).await;
    played.shown_to_staff.push(unreleased);
    Ok(())
}

/// Somebody with a name works for the partner and leaves traces in the trail.
async fn person(stage: &mut impl Scene, played: &mut Played) -> Result<()> {
    let login = stage.aviary().plant("User", "userName").to_lowercase();
    let token = stage.agent(&login).await?;
    let customer = stage.access().customers[0].tenant_id.clone();
    let offer = offer(stage).await?;
    let order = json!({
        "referenceCustomerId": customer, "billingCycle": "monthly",
        "lineItems": [{"lineItemNumber": 0, "offerId": offer, "quantity": 3}],
    });
    let ordered = stage.call(&token, Ask::post(format!("/v1/customers/{customer}/orders"), &order)).await;
    let ordered = played.note("create-order", &ordered);
    if let Some(subscription) = ordered["lineItems"][0]["subscriptionId"].as_str() {
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        let changed = stage.call(&token, Ask::new("PATCH", path).json(&json!({"quantity": 5}))).await;
        played.note("update-subscription", &changed);
    }
    let trail = stage.call(&token, Ask::get("/v1/auditrecords")).await;
    played.note("list-audit-records", &trail);
    Ok(())
}

/// A plain offer of the catalogue.
pub async fn offer(stage: &mut impl Scene) -> Result<String> {
    let app = stage.tokens().app;
    let offers = stage.sound(&app, Ask::get("/v1/offers?country=DE")).await.json();
    let plain = |offer: &&Value| {
        offer["isAddOn"] == json!(false)
            && offer["isTrial"] == json!(false)
            && offer["billing"] == json!("license")
    };
    text(&offers["items"].as_array().and_then(|all| all.iter().find(plain)).context("a plain offer")?["id"])
}
