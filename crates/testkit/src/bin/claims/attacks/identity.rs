//! The operator as somebody else: forged tokens, tokens it overheard, a partner of its own making.

use anyhow::{Context, Result, ensure};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::assertion::Assertion;
use contract::operation::{Party, Role};
use edge::{Signer, names};
use kernel::Clock;
use serde_json::{Value, json};
use store::testing::{Engine, TestStore};
use testkit::Ask;

use crate::claim::Verdict;
use crate::stage::{Stage, Victim};

/// Tokens that the operator could make for the victim's partner and administrator.
async fn forgeries(stage: &mut Stage) -> Result<Vec<(&'static str, String)>> {
    let (head, claims) = parts(&stage.admin)?;
    let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let kid = head["kid"].as_str().context("a key id")?.to_owned();
    let signed = |head: &Value, claims: &Value| -> Result<String> {
        let text = format!("{}.{}", encoded(head), encoded(claims));
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    };
    let own_kid = json!({"typ": "JWT", "alg": "RS256", "kid": "operator"});
    let none = json!({"typ": "JWT", "alg": "none", "kid": kid});
    let symmetric = json!({"typ": "JWT", "alg": "HS256", "kid": kid});
    let keys = stage.town.call(Ask::get("/common/discovery/keys")).await.text();
    let mac = {
        let text = format!("{}.{}", encoded(&symmetric), encoded(&claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, keys.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes())))
    };
    let genuine = stage.staff.rsplit('.').next().unwrap_or_default().to_owned();
    let mut richer = parts(&stage.other)?.1;
    richer["tid"] = claims["tid"].clone();
    Ok(vec![
        ("signed by the operator's key", signed(&head, &claims)?),
        ("signed under a key id of its own", signed(&own_kid, &claims)?),
        ("not signed", format!("{}.{}.", encoded(&none), encoded(&claims))),
        ("signed with the public keys as a secret", mac),
        ("with another token's signature", format!("{}.{}.{genuine}", encoded(&head), encoded(&claims))),
        ("another tenant's claims changed", signed(&head, &richer)?),
    ])
}

fn parts(token: &str) -> Result<(Value, Value)> {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part));
    let mut next =
        || -> Result<Value> { Ok(serde_json::from_slice(&parts.next().context("three parts")??)?) };
    Ok((next()?, next()?))
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Who gets in with these tokens and sees the victim.
async fn let_in(stage: &mut Stage, victim: &Victim, tokens: &[(&str, String)]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, token) in tokens {
        for path in [format!("/v1/customers/{}", victim.id), "/v1/customers".to_owned()] {
            let got = stage.call(token, Ask::get(path.as_str())).await;
            if got.status != 401 {
                found.push(format!("a token {name} was answered with {}", got.status));
            }
            if !victim.seen_in(&got.text()).is_empty() {
                found.push(format!("a token {name} saw private fields"));
            }
        }
    }
    Ok(found)
}

/// Tokens that the operator makes, and its way to anybody's password.
pub async fn forged(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let mut tokens = forgeries(stage).await?;
    tokens.push(("of the operator's own assertion key", own_assertion(stage)?));
    let mut found = let_in(stage, &victim, &tokens).await?;
    let own = own_assertion(stage)?;
    let path = format!("/v1/customers/{}", victim.id);
    let bare = stage.call("", Ask::get(path.as_str()).header(names::ASSERTION.as_str(), &own)).await;
    if bare.status != 401 {
        found.push(format!("a header with an assertion was answered with {}", bare.status));
    }
    let staff = stage.staff.clone();
    for ask in [
        Ask::new("PATCH", format!("{path}/users/x")).json(&json!({"passwordProfile": {"password": "x"}})),
        Ask::post("/trustee/v1/users/x/password", &json!({})),
        Ask::post("/trustee/v1/users", &json!({"userName": "mine"})),
    ] {
        let got = stage.call(&staff, ask).await;
        if (200..300).contains(&got.status) {
            found.push("the operator's people changed somebody's sign-in".to_owned());
        }
    }
    Ok(Verdict::of(found, format!("{} forged tokens: 401 each; no way to a password", tokens.len())))
}

/// An assertion as the trustee would sign it, signed by the operator.
fn own_assertion(stage: &Stage) -> Result<String> {
    let signer = Signer::from_seed(&[9; 32]).context("a key")?;
    let now = stage.town.clock.now().as_second();
    let direct = stage.town.partner("direct")?;
    Ok(signer.sign(&Assertion {
        tenant: direct.tenant_id.parse()?,
        party: Party::Partner,
        user: None,
        app: direct.client_id.parse()?,
        roles: vec![Role::GlobalAdmin],
        mfa: true,
        correlation: None,
        locale: None,
        issued: now,
        expires: now + 60,
    }))
}

/// Everything that the operator overhears is tried as a token.
pub async fn replayed(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let (app, admin) = (stage.app.clone(), stage.admin.clone());
    for token in [&app, &admin] {
        stage.call(token, Ask::get(format!("/v1/customers/{}", victim.id))).await;
    }
    let heard = stage.town.tap.heard();
    ensure!(heard.len() >= 2, "the operator heard nothing");
    let mut found = Vec::new();
    let mut tokens = Vec::new();
    for (request, _) in &heard {
        let parts = request.clone().into_http("https://operator.example")?.into_parts().0;
        let values =
            parts.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        for (name, value) in values {
            if name == "authorization" || name == "cookie" {
                found.push(format!("the operator was sent the header {name}"));
            }
            let token = value.trim_start_matches("Bearer ").to_owned();
            if token.len() > 40 && !tokens.contains(&("it overheard", token.clone())) {
                tokens.push(("it overheard", token));
            }
        }
    }
    let got = let_in(stage, &victim, &tokens).await?;
    found.extend(got);
    Ok(Verdict::of(
        found,
        format!("{} messages heard, {} values replayed: 401 each", heard.len(), tokens.len()),
    ))
}

/// A partner that the operator enrols in its own books, and relates to the victim there. The partner's tenant is
/// real: somebody at the trustee signs in with it.
pub async fn puppet(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let (tenant, person) = stage.new_tenant("marionette").await?;
    let token = stage.town.own_token(&tenant.to_string(), &person).await?;
    let store = stage.town.operator_store.clone();
    let direct = stage.town.partner("direct")?.tenant_id.clone();
    let (from, to) = (direct.as_str(), tenant.to_string());
    copy_rows(&store, "accounts", "account_id", from, &to)?;
    copy_rows(&store, "customer_links", "account_id", from, &to)?;
    let mut found = Vec::new();
    for path in ["", "/profiles/billing", "/profiles/company", "/subscriptions"] {
        let got = stage.call(&token, Ask::get(format!("/v1/customers/{}{path}", victim.id))).await;
        if got.status != 404 {
            found.push(format!("the puppet was answered with {} at {path}", got.status));
        }
        if !victim.seen_in(&got.text()).is_empty() {
            found.push(format!("the puppet saw private fields at {path}"));
        }
    }
    let list = stage.call(&token, Ask::get("/v1/customers")).await;
    if list.status == 200 && list.text().contains(&victim.id) {
        found.push("the puppet's list names the victim".to_owned());
    }
    Ok(Verdict::of(found, "404 at every path of the victim; its list is refused".to_owned()))
}

/// Copies rows of an account to another account, whatever columns the table has.
fn copy_rows(store: &TestStore, table: &str, column: &str, from: &str, to: &str) -> Result<()> {
    let columns = store.by_hand(&match store.engine() {
        Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Engine::Postgres => {
            format!("SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")
        }
    })?;
    let columns: Vec<String> = columns.rows.into_iter().flatten().collect();
    let values: Vec<String> = columns
        .iter()
        .map(|name| if name == column || name == "clock_owner" { format!("'{to}'") } else { name.clone() })
        .collect();
    let sql = format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {column} = '{from}'",
        columns.join(", "),
        values.join(", ")
    );
    ensure!(store.by_hand(&sql)?.changed > 0, "the operator found nothing to copy in {table}");
    Ok(())
}

/// B19: a partner's agent reaches for another partner's customer, and for a customer of whom the relationship has ended;
/// the operator helps, in whose books both are its customers.
pub async fn beyond(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("fremd").await?;
    let (app, other, admin) = (stage.app.clone(), stage.other.clone(), stage.admin.clone());
    let paths = ["", "/profiles/billing", "/profiles/company", "/subscriptions", "/agreements"];
    let path = |rest: &str| format!("/v1/customers/{}{rest}", victim.id);
    let mut found = Vec::new();
    let store = stage.town.operator_store.clone();
    let [from, to] =
        ["direct", "sandbox"].map(|kind| stage.town.partner(kind).map(|one| one.tenant_id.clone()));
    copy_rows(&store, "customer_links", "account_id", &from?, &to?)?;
    for rest in paths {
        let got = stage.call(&other, Ask::get(path(rest))).await;
        if got.status == 200 {
            found.push(format!("another partner was answered at {rest}"));
        }
    }
    let end = Ask::new("PATCH", path("")).json(&json!({"relationshipToPartner": "none"}));
    let ended = stage.sound(&admin, end).await;
    ensure!(ended.status == 200, "the relationship could not be ended: {}", ended.text());
    let again = format!(
        "UPDATE customer_links SET relationship = 'reseller', ended = NULL WHERE customer_id = '{}'",
        victim.id
    );
    ensure!(store.by_hand(&again)?.changed > 0, "the operator found no relationship to go on with");
    for (who, token) in [("its app", &app), ("its administrator", &admin)] {
        for rest in paths {
            let got = stage.call(token, Ask::get(path(rest))).await;
            if got.status == 200 || !victim.seen_in(&got.text()).is_empty() {
                found.push(format!("{who} was answered at {rest} after the end"));
            }
        }
    }
    Ok(Verdict::of(
        found,
        format!("{} paths: closed to others, and to the partner after the end", paths.len()),
    ))
}
