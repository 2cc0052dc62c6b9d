//! The operator's people and one disloyal officer against grants: wider, longer, twice, unseen, without the others.

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::Ask;
use testkit::twin::{Player, READ, Twin};
use trustee::Trustee;

use crate::claim::Verdict;
use crate::stage::Stage;

/// The four, the sound zone and the one under attack.
async fn cast(stage: &Stage) -> Result<(Twin, Trustee, Trustee)> {
    let twin = Twin::of(&stage.town).await?;
    Ok((twin, stage.town.trustee.trustee.clone(), stage.gateway().clone()))
}

/// What was opened although it should not have been.
fn opened(what: &str, status: u16) -> Option<String> {
    (status == 200).then(|| format!("{what} was answered"))
}

/// The positive control: the rightful use is answered.
async fn rightful(twin: &Twin, zone: &Trustee, id: &str) -> Result<()> {
    let read = twin.read_once(zone, id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    Ok(())
}

/// B01: no grant, and no such grant; the operator's own zone answers its people whatever they ask.
pub async fn none(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    let path = twin.target();
    let reply = stage.town.tap.heard().pop().context("what the operator answered")?.1;
    stage.town.tap.lies(move |_, answer| *answer = reply.clone());
    let plain = Ask::get(&path).bearer(&twin.engineer.token).of(&attacked).await;
    let unknown = Ask::get(&path).bearer(&twin.engineer.token).header("treuhand-grant", "7");
    let unknown = unknown.of(&attacked).await;
    stage.town.tap.is_honest();
    let found =
        [opened("a call without a grant", plain.status), opened("a call with no such grant", unknown.status)];
    let seen = |text: &str| text.contains("firstName").then(|| "a private member was shown".to_owned());
    let found = found.into_iter().flatten().chain(seen(&plain.text())).chain(seen(&unknown.text()));
    Ok(Verdict::of(found, "403 grant_required, twice".to_owned()))
}

/// B02: another operation, another customer, a list.
pub async fn wider(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    let own = format!("/v1/customers/{}", twin.customer);
    let other = stage.town.access.customers.get(1).context("two customers")?.tenant_id.clone();
    let mut found = Vec::new();
    for (what, operation, path) in [
        ("another operation", "get-customer", own),
        ("another customer", READ, format!("/v1/customers/{other}/profiles/billing")),
    ] {
        found.extend(opened(what, twin.read(&attacked, &id, operation, &path).await.status));
    }
    Ok(Verdict::of(found, "other operations and customers are refused".to_owned()))
}

/// B02: more than the granted fields.
pub async fn fields(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    let read = twin.read_once(&attacked, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    let seen = read.json();
    ensure!(seen["email"].is_string(), "positive control: a granted field is absent");
    let hidden =
        ["/lastName", "/defaultAddress/city", "/defaultAddress/lastName", "/defaultAddress/phoneNumber"];
    let found = hidden.into_iter().filter(|path| seen.pointer(path).is_some());
    Ok(Verdict::of(
        found.map(|path| format!("{path} was shown")),
        "only what was granted is there".to_owned(),
    ))
}

/// B03, B04: somebody writes to the trustee's database and widens what was approved, or asks for fewer approvals.
pub async fn rewritten(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    let mut found = Vec::new();
    for (what, old, new) in [
        (
            "a request with more fields",
            "fields: billing-profile.email,",
            "fields: billing-profile.defaultAddress.city,",
        ),
        ("a request with more uses", "max-uses: 3", "max-uses: 9"),
        (
            "a request with a lower quorum",
            "factors: customer-approver>=1 AND trustee-officer>=1",
            "factors: trustee-officer>=1",
        ),
    ] {
        let text = stored(stage, &id)?;
        ensure!(text.contains(old), "the text lacks '{old}'");
        let changed = redigested(&text.replacen(old, new, 1))?;
        write(stage, &id, &changed)?;
        found.extend(opened(what, twin.read_once(&attacked, &id).await.status));
        write(stage, &id, &text)?;
    }
    Ok(Verdict::of(found, "changed texts carry nobody's approval".to_owned()))
}

fn stored(stage: &Stage, id: &str) -> Result<String> {
    let rows =
        stage.town.trustee_store.by_hand(&format!("SELECT text FROM access_request WHERE id = '{id}'"))?.rows;
    rows.into_iter().flatten().next().context("no such request in the store")
}

/// A writer who knows the form makes the digest fit.
fn redigested(text: &str) -> Result<String> {
    let (head, _) = text.split_once("request-digest: ").context("a digest")?;
    Ok(format!("{head}request-digest: {}\n", access::request::sha256(head.as_bytes())))
}

fn write(stage: &Stage, id: &str, text: &str) -> Result<()> {
    let digest = text.trim_end().rsplit(": ").next().unwrap_or_default();
    let sql = format!("UPDATE access_request SET text = '{text}', digest = '{digest}' WHERE id = '{id}'");
    ensure!(stage.town.trustee_store.by_hand(&sql)?.changed == 1, "the request is no single row");
    Ok(())
}

/// B04: somebody who writes to the database lowers the quorum of a request that waits, and calls it approved.
pub async fn lowered(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.ask(&sound, &twin.wish()).await?;
    let vote = twin.approve(&sound, &twin.officers[0], &id).await;
    ensure!(vote.status == 200, "positive control: one approval is refused: {}", vote.text());
    let text = stored(stage, &id)?;
    let low = text.replacen("customer-approver>=1 AND trustee-officer>=1", "trustee-officer>=1", 1);
    ensure!(low != text, "the text lacks its quorum");
    write(stage, &id, &redigested(&low)?)?;
    let sql =
        format!("UPDATE access_request SET state = 'approved', approved_at = created_at WHERE id = '{id}'");
    ensure!(stage.town.trustee_store.by_hand(&sql)?.changed == 1, "the request is no single row");
    twin.watch(&attacked, &twin.officers[1], &id).await;
    let begun = twin.activate(&attacked, &id).await;
    let read = twin.read_once(&attacked, &id).await;
    let found = [
        opened("the activation of half an approval", begun.status),
        opened("a use under half an approval", read.status),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{} {}", begun.status, begun.slug())))
}

/// B06: two votes of the trustee where the customer and the trustee are asked.
pub async fn either(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.ask(&sound, &twin.wish()).await?;
    let votes = [
        twin.approve(&attacked, &twin.officers[0], &id).await.status,
        twin.approve(&attacked, &twin.officers[1], &id).await.status,
    ];
    ensure!(votes[0] == 200, "positive control: one approval is refused: {votes:?}");
    let stands = twin.state(&attacked, &id).await;
    let found = (stands == "approved").then(|| "the customer was not asked".to_owned());
    Ok(Verdict::of(found, format!("two officers: {votes:?}, still {stands}")))
}

/// An incident needs two officers.
fn incident(twin: &Twin) -> Value {
    let mut wish = twin.wish();
    (wish["reason"], wish["ticket"]) = (json!("incident"), json!("INC-1"));
    wish
}

/// A key more for an officer, proposed by the one and confirmed by the other; a day passes if wanted.
async fn second_key(stage: &Stage, twin: &Twin, seed: u8, wait: bool) -> Result<Player> {
    let zone = &stage.town.trustee.trustee;
    let key = access::sshsig::private_from_seed(&[seed; 32])?;
    let line = access::sshsig::public_of(&key)?.line();
    let own = Ask::get("/trustee/v1/person").bearer(&twin.officers[0].token).of(zone).await.json();
    let person = own["id"].as_str().context("an officer who is a person")?;
    let path = format!("/trustee/v1/persons/{person}/keys");
    let made =
        Ask::post(&path, &json!({"sshPublicKey": line})).bearer(&twin.officers[0].token).of(zone).await;
    let id = made.json()["id"].as_str().context("a key")?.to_owned();
    let confirm =
        Ask::post(format!("{path}/{id}/confirmation"), &Value::Null).bearer(&twin.officers[1].token);
    ensure!(confirm.of(zone).await.status == 200, "the second key was not confirmed");
    if wait {
        stage.town.clock.pass(SignedDuration::from_hours(25));
    }
    let officer =
        if wait { Twin::of(&stage.town).await?.officers[0].clone() } else { twin.officers[0].clone() };
    Ok(Player { key, ..officer })
}

/// B05, B06: one person, two keys.
pub async fn twice(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let again = second_key(stage, &twin, 21, true).await?;
    let twin = Twin::of(&stage.town).await?;
    twin.roster(&stage.town).await?;
    let id = twin.ask(&sound, &incident(&twin)).await?;
    let first = approve_with(&twin, &attacked, &twin.officers[0], &id).await?;
    ensure!(first == 200, "positive control: one approval is refused: {first}");
    let second = approve_with(&twin, &attacked, &again, &id).await?;
    let stands = twin.state(&attacked, &id).await;
    let found = (stands == "approved").then(|| format!("one person was a quorum ({second})"));
    Ok(Verdict::of(found, format!("the second vote: {second}, still {stands}")))
}

/// An approval with this very key, not with the latest of the person's.
async fn approve_with(twin: &Twin, zone: &Trustee, who: &Player, id: &str) -> Result<u16> {
    let key = access::sshsig::public_of(&who.key)?.fingerprint();
    let key: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    let path = format!("/trustee/v1/access-requests/{id}/decision?decision=approve&key={key}");
    let mut decision = Ask::get(path).bearer(&who.token).of(zone).await.json();
    let text = decision["signedText"].as_str().context("a text to sign")?.to_owned();
    let pem = access::sshsig::sign(&who.key, access::sshsig::Namespace::Approval, &text)?;
    decision["signature"] = json!(pem);
    Ok(twin.act(zone, who, id, "decisions", &decision).await.status)
}

/// B05: a key that was enrolled a moment ago.
pub async fn young(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let young = second_key(stage, &twin, 22, false).await?;
    twin.roster(&stage.town).await?;
    let id = twin.ask(&sound, &incident(&twin)).await?;
    let status = approve_with(&twin, &attacked, &young, &id).await?;
    Ok(Verdict::of(opened("a vote with a new key", status), format!("the vote: {status}")))
}

/// B18: an approver is removed while the grant is active.
pub async fn leaver(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    // A person who vanishes without anybody having looked at what rests on it: the next use looks.
    let person = twin.person(&sound, &twin.approver).await;
    let sql = format!("UPDATE enrolled_person SET state = 'removed' WHERE id = '{person}'");
    ensure!(stage.town.trustee_store.by_hand(&sql)?.changed == 1, "the approver was not removed");
    let read = twin.read_once(&attacked, &id).await;
    Ok(Verdict::of(opened("a use without a quorum", read.status), read.slug()))
}

/// A07: one officer alone makes a customer's approver.
pub async fn alone(stage: &mut Stage) -> Result<Verdict> {
    let (twin, _, attacked) = cast(stage).await?;
    let key = access::sshsig::public_of(&access::sshsig::private_from_seed(&[23; 32])?)?.line();
    let person = json!({"kind": "customer-approver", "tenantId": twin.customer, "userPrincipalName": "falsch",
        "country": "DE", "evidence": "none", "sshPublicKey": key});
    let officer = &twin.officers[0].token;
    let staff = Ask::post("/trustee/v1/persons", &person).bearer(&twin.engineer.token).of(&attacked).await;
    let made = Ask::post("/trustee/v1/persons", &person).bearer(officer).of(&attacked).await;
    let id = made.json()["id"].as_str().context("a proposal")?.to_owned();
    let path = format!("/trustee/v1/persons/{id}/confirmation");
    let confirmed = Ask::post(path, &Value::Null).bearer(officer).of(&attacked).await;
    let found = [
        (staff.status == 201).then(|| "the operator proposed a person".to_owned()),
        opened("one officer's own confirmation", confirmed.status),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{} {}", staff.slug(), confirmed.slug())))
}

/// A07: the credentials that a partner received accept for the customer.
pub async fn received(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("freigabe").await?;
    let tenant = victim.id.parse()?;
    let received = stage.town.new_person(tenant, "empfangen", &[contract::Role::CustomerAdmin]).await?;
    let token = stage.town.own_token(&victim.id, &received).await?;
    let accept = stage.call(&token, Ask::post("/trustee/v1/agreements", &json!({}))).await;
    let found = (accept.status == 201).then(|| "the partner accepted for its customer".to_owned());
    Ok(Verdict::of(found, accept.slug()))
}

/// B09: a captured use is sent again.
pub async fn replayed(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    let (nonce, target) = (twin.nonce(&sound, &id).await, twin.target());
    let proof = format!("{nonce} {}", Twin::proof(&twin.engineer, &id, READ, &target, &nonce));
    let first = twin.call(&attacked, &twin.engineer, &id, &target, &proof).await;
    ensure!(first.status == 200, "positive control: the rightful use is refused: {}", first.text());
    let again = twin.call(&attacked, &twin.engineer, &id, &target, &proof).await;
    Ok(Verdict::of(opened("a repeated proof", again.status), again.slug()))
}

/// B10: another engineer uses the grant, with a key of his own.
pub async fn stolen(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    let (nonce, target) = (twin.nonce(&sound, &id).await, twin.target());
    let thief = &twin.other_engineer;
    let proof = format!("{nonce} {}", Twin::proof(thief, &id, READ, &target, &nonce));
    let read = twin.call(&attacked, thief, &id, &target, &proof).await;
    Ok(Verdict::of(opened("a stolen grant", read.status), read.slug()))
}

/// B14: the grant is taken back while a use is on its way.
pub async fn revoked(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    let (watched, zone, at) = (twin.clone(), sound.clone(), id.clone());
    stage.town.log.when("use.intent", move || {
        let (twin, zone, at) = (watched.clone(), zone.clone(), at.clone());
        Box::pin(async move {
            let (revoker, own, id) = (twin.clone(), zone.clone(), at.clone());
            // Its own entry waits for the one that is being written now.
            tokio::spawn(async move {
                revoker.act(&own, &revoker.approver, &id, "revocation", &Value::Null).await
            });
            while twin.state(&zone, &at).await != "revoked" {
                tokio::task::yield_now().await;
            }
        })
    });
    let read = twin.read_once(&attacked, &id).await;
    ensure!(twin.state(&sound, &id).await == "revoked", "the grant was not taken back meanwhile");
    Ok(Verdict::of(opened("a use whose grant was taken back", read.status), read.slug()))
}

/// C08: the log cannot be written.
pub async fn unlogged(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    rightful(&twin, &sound, &id).await?;
    stage.town.log.is_away(true);
    let read = twin.read_once(&attacked, &id).await;
    stage.town.log.is_away(false);
    Ok(Verdict::of(opened("a use without an entry", read.status), read.slug()))
}
