//! A tenant's own OpenID issuer, in the hands of whoever would be more than they are.

use anyhow::{Context, Result, ensure};
use contract::Role;
use serde_json::json;
use testkit::Ask;
use testkit::browser::{Browser, Shown};
use testkit::issuer::{CLIENT, Issuer, Lies, SECRET};
use testkit::twin::Twin;
use treuhand::seed::PersonAccess;
use trustee::Trustee;

use crate::claim::Verdict;
use crate::stage::Stage;

/// A19: the issuer says that somebody is everything; it says that it is the approver; officers and staff set one.
pub async fn conferred(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let issuer = Issuer::open(stage.town.clock.clone()).await?;
    let house = stage.town.with_issuers(stage.controls(), issuer.web()?).await?;
    let attacked = &house.trustee;
    let wish = json!({"issuer": issuer.name(), "clientId": CLIENT, "clientSecret": SECRET,
        "userClaim": "preferred_username"});
    let set = async |token: &str| {
        Ask::new("PUT", "/trustee/v1/issuer").bearer(token).json(&wish).of(attacked).await
    };
    let mut found = Vec::new();
    for (who, player) in [("an officer", &twin.officers[0]), ("an engineer", &twin.engineer)] {
        if set(&player.token).await.status == 200 {
            found.push(format!("{who} has an issuer"));
        }
    }
    let person = stage.town.new_person(twin.customer.parse()?, "spaeter", &[Role::CustomerAdmin]).await?;
    let token = stage.town.own_token(&twin.customer, &person).await?;
    let answer = set(&token).await;
    ensure!(answer.status == 200, "positive control: no issuer is set: {}", answer.text());
    let roles = ["TrusteeOfficer", "OperatorStaff", "Auditor", "GlobalAdmin"];
    let everything = Lies {
        claims: json!({"preferred_username": person.user_name, "roles": roles, "groups": roles, "acr": "mfa",
            "amr": ["mfa", "otp", "hwk"]}),
        ..Lies::default()
    };
    issuer.lies(everything);
    link(attacked, &issuer, &person).await?;
    let (browser, shown) = enters(attacked, &issuer, &person).await?;
    ensure!(shown.at == "/portal", "positive control: the linked account lets nobody in: {}", shown.html);
    for page in
        ["/portal/people/new", "/portal/statistics", "/account/staff", "/portal/customers", "/account/apps"]
    {
        if browser.get(page).await.status == 200 {
            found.push(format!("the issuer's word opened {page}"));
        }
    }
    // The account becomes the approver's.
    stage.town.enrol_approver(&person.user_name).await?;
    let (_, shown) = enters(attacked, &issuer, &person).await?;
    if shown.at == "/portal" {
        found.push("the issuer let somebody in as the customer's approver".to_owned());
    }
    if browser.get("/portal").await.has("name=\"csrf\"") {
        found.push("a session by the issuer's word went on as the approver's".to_owned());
    }
    Ok(Verdict::of(found, "no role, no approver, no issuer for officers and staff".to_owned()))
}

async fn link(zone: &Trustee, issuer: &Issuer, person: &PersonAccess) -> Result<()> {
    let browser = Browser::of(zone);
    browser.sign_in(&person.user_name, &person.password).await;
    let page = browser.get("/account/sign-in").await;
    let leaving = browser.send(&page, "/signin/link", &[]).await;
    let linked = browser.get(&issuer.lets_in(&leads_to(&leaving)?, "subject", "")?).await;
    ensure!(linked.status == 200, "positive control: no account is linked: {}", linked.html);
    Ok(())
}

/// Somebody signs in at the issuer with the linked account.
async fn enters<'t>(
    zone: &'t Trustee,
    issuer: &Issuer,
    person: &PersonAccess,
) -> Result<(Browser<'t>, Shown)> {
    let browser = Browser::of(zone);
    let page = browser.get("/portal").await;
    let members = [("user_name", person.user_name.as_str()), ("do", "elsewhere")];
    let leaving = browser.send(&page, "user_name", &members).await;
    let shown = browser.get(&issuer.lets_in(&leads_to(&leaving)?, "subject", "")?).await;
    Ok((browser, shown))
}

fn leads_to(page: &Shown) -> Result<String> {
    page.leads_to().with_context(|| format!("a way to the issuer: {}", page.html))
}
