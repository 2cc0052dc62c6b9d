//! Demands of authorities, and emergencies looked at afterwards.

use super::*;
use data_encoding::BASE64;
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_256 as SUITE;
use rustls::crypto::hpke::{EncapsulatedSecret, Hpke};

#[tokio::test]
async fn what_german_law_compels_goes_to_the_addressee_alone() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let lawyer = Twin::player(&town, &town.legal_officer("recht").await?).await?;
    let (public, private) = SUITE.generate_key_pair()?;
    let key = BASE64.encode(&public.0);
    let case = twin.demand(zone, "DE", &json!({"addresseeKey": key})).await?;
    check(&twin.disclose(zone, &lawyer, &case).await, 409, "not_compelled", "before it was assessed");
    let first = twin.assess(zone, &lawyer, &case, "compelled").await;
    assert!(first.status == 200 && first.json()["result"].is_null(), "{}", first.text());
    check(&twin.assess(zone, &lawyer, &case, "compelled").await, 409, "duplicate_person", "one person twice");
    let second = twin.assess(zone, &twin.officers[0], &case, "compelled").await;
    assert_eq!(second.json()["result"], "compelled", "{}", second.text());
    check(&twin.disclose(zone, &lawyer, &case).await, 409, "second_officer_required", "one officer alone");
    town.tap.forget();
    let done = twin.disclose(zone, &twin.officers[1], &case).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let own = Ask::get(twin.target()).bearer(&partner(&town).await?).of(zone).await.json();
    let email = own["email"].as_str().unwrap_or_default().to_owned();
    assert!(email.contains('@') && !done.text().contains(&email), "officers read nothing of it");
    let part = |name: &str| BASE64.decode(done.json()[name].as_str().unwrap_or_default().as_bytes());
    let bound = done.json()["boundTo"].as_str().unwrap_or_default().to_owned();
    let secret = EncapsulatedSecret(part("encapsulatedKey")?);
    let info = b"treuhand-legal-disclosure v1";
    let opened = SUITE.open(&secret, info, bound.as_bytes(), &part("ciphertext")?, &private)?;
    let opened: Value = serde_json::from_slice(&opened)?;
    let members = opened["members"].as_array().cloned().unwrap_or_default();
    assert_eq!(members.len(), 1, "{opened}");
    assert_eq!(members[0]["value"], email.as_str(), "{opened}");
    check(&twin.disclose(zone, &lawyer, &case).await, 409, "state_conflict", "it is disclosed once");
    let told: Vec<_> =
        town.log.entries().into_iter().filter(|entry| entry.kind.starts_with("legal")).collect();
    let words: Vec<_> = told.iter().map(|entry| entry.operation.as_str()).collect();
    let want = ["register", "notice", "assess", "assess", "result", "intent", "released"];
    assert_eq!(words, want.map(|word| format!("legal.{word}")));
    assert!(told.iter().all(|entry| entry.tenant.to_string() == twin.customer));
    let notices = Ask::get("/trustee/v1/legal-notices").bearer(&twin.approver.token).of(zone).await;
    assert_eq!(notices.json()["items"][0]["id"], case.as_str(), "{}", notices.text());
    let foreign = Ask::get("/trustee/v1/legal-notices").bearer(&twin.other_approver.token).of(zone).await;
    assert_eq!(foreign.json()["totalCount"], 0, "{}", foreign.text());
    Ok(())
}

async fn partner(town: &Town) -> Result<String> {
    town.app_token(town.partner("direct")?).await
}

#[tokio::test]
async fn a_foreign_order_is_rejected_or_redirected_and_nothing_else() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let lawyer = Twin::player(&town, &town.legal_officer("recht").await?).await?;
    let case = twin.demand(zone, "US", &json!({"authority": "District Court"})).await?;
    check(&twin.assess(zone, &lawyer, &case, "compelled").await, 409, "no_effect_in_germany", "compelled");
    for who in [&lawyer, &twin.officers[0]] {
        let reply = twin.assess(zone, who, &case, "valid_redirect_to_customer").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let read = Ask::get(format!("/trustee/v1/legal-cases/{case}")).bearer(&lawyer.token).of(zone).await;
    assert_eq!(read.json()["result"], "valid_redirect_to_customer", "{}", read.text());
    check(&twin.disclose(zone, &lawyer, &case).await, 409, "not_compelled", "redirected is not compelled");
    let sql = format!("UPDATE legal_case SET country = 'DE', result = 'compelled' WHERE id = '{case}'");
    town.trustee_store.by_hand(&sql)?;
    check(&twin.disclose(zone, &lawyer, &case).await, 409, "digest_mismatch", "the row was changed");
    let officers = twin.officers.clone();
    let two = twin.demand(zone, "DE", &json!({})).await?;
    for who in &officers {
        assert_eq!(twin.assess(zone, who, &two, "compelled").await.status, 200);
    }
    check(
        &twin.disclose(zone, &officers[0], &two).await,
        409,
        "not_compelled",
        "no legal officer among them",
    );
    let staff = json!({"tenantId": twin.customer, "authority": "A", "country": "US", "legalBasis": "X",
        "documentSha256": access::request::sha256(b"x"), "demand": "everything"});
    let given = Ask::post("/trustee/v1/legal-cases", &staff).bearer(&twin.engineer.token).of(zone).await;
    assert_eq!(given.status, 201, "the operator hands a demand over: {}", given.text());
    let list = Ask::get("/trustee/v1/legal-cases").bearer(&twin.engineer.token).of(zone).await;
    check(&list, 403, "role_required", "and does nothing else with it");
    Ok(())
}

#[tokio::test]
async fn a_customer_is_told_when_the_gag_ends() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let until = "2026-01-20T09:00:00Z";
    let half = json!({"gagUntil": until});
    assert!(twin.demand(zone, "DE", &half).await.is_err(), "a gag names its law");
    let gag = json!({"gagUntil": until, "gagBasis": "StPO 95a, Amtsgericht Hannover"});
    let case = twin.demand(zone, "DE", &gag).await?;
    let notices = async |token: &str| {
        zone.tidy().await?;
        let list = Ask::get("/trustee/v1/legal-notices").bearer(token).of(zone).await.json();
        anyhow::Ok(list["totalCount"].as_i64().unwrap_or(-1))
    };
    assert_eq!(notices(&twin.approver.token).await?, 0, "not yet");
    let of_customer = || {
        let told = town.log.entries().into_iter().filter(|entry| entry.kind == "legal.case");
        told.filter(|entry| entry.tenant.to_string() == twin.customer).count()
    };
    assert_eq!(of_customer(), 0, "the customer's own count of entries does not tell either");
    town.clock.pass(SignedDuration::from_hours(24 * 5 + 1));
    let later = Twin::of(&town).await?;
    assert_eq!(notices(&later.approver.token).await?, 1, "told on the day");
    assert_eq!(of_customer(), 1);
    let list = Ask::get("/trustee/v1/legal-notices").bearer(&later.approver.token).of(zone).await.json();
    assert_eq!((&list["items"][0]["id"], list["items"][0]["demand"].is_string()), (&json!(case), true));
    Ok(())
}

#[tokio::test]
async fn demands_are_counted_out_of_the_log_once_their_customers_may_know() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let person = town.legal_officer("recht").await?;
    let lawyer = Twin::player(&town, &person).await?;
    let assess = async |case: &str, outcome: &str| {
        for who in [&lawyer, &twin.officers[0]] {
            assert_eq!(twin.assess(zone, who, case, outcome).await.status, 200, "{outcome}");
        }
    };
    let (public, _) = SUITE.generate_key_pair()?;
    let german = twin.demand(zone, "DE", &json!({"addresseeKey": BASE64.encode(&public.0)})).await?;
    assess(&german, "compelled").await;
    twin.disclose(zone, &lawyer, &german).await;
    assert_eq!(twin.disclose(zone, &twin.officers[1], &german).await.status, 200);
    let foreign = twin.demand(zone, "US", &json!({})).await?;
    assess(&foreign, "invalid_reject").await;
    let gag = json!({"gagUntil": "2026-01-20T09:00:00Z", "gagBasis": "18 USC 2705"});
    let kept = twin.demand(zone, "US", &gag).await?;
    assess(&kept, "valid_redirect_to_customer").await;
    let counted = async |who: &Player| {
        let list = Ask::get("/trustee/v1/log/demands").bearer(&who.token).of(zone).await.json();
        let names =
            ["halfYear", "country", "received", "gagged", "compelled", "redirected", "rejected", "disclosed"];
        let row = |one: &Value| Value::from(names.map(|name| one[name].clone()).to_vec());
        list["items"].as_array().into_iter().flatten().map(row).collect::<Vec<_>>()
    };
    let german = json!(["2026-H1", "DE", 1, 0, 1, 0, 0, 1]);
    let before = [json!(["2026-H1", "US", 1, 0, 0, 0, 1, 0]), german.clone()];
    assert_eq!(counted(&twin.officers[0]).await, before, "nothing of the one under a gag");
    // What the store says of a demand is not what is counted.
    town.trustee_store.by_hand("UPDATE legal_case SET country = 'FR', result = ''")?;
    assert_eq!(counted(&twin.officers[0]).await, before);
    town.trustee_store
        .by_hand("UPDATE legal_case SET country = 'US', result = 'valid_redirect_to_customer'")?;
    town.clock.pass(SignedDuration::from_hours(24 * 5 + 1));
    zone.tidy().await?;
    let later = Twin::of(&town).await?;
    assert_eq!(counted(&later.officers[0]).await, [json!(["2026-H1", "US", 2, 1, 0, 1, 1, 0]), german]);
    assert!(counted(&later.approver).await.is_empty(), "customers read them elsewhere");
    Ok(())
}

#[tokio::test]
async fn an_emergency_is_reviewed_or_was_the_last_one() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let wish = with(&twin.wish(), &json!({"reason": "incident", "ticket": "INC-1"}));
    let id = twin.ask(zone, &wish).await?;
    twin.roster(&town).await?;
    for officer in &twin.officers {
        assert_eq!(twin.approve(zone, officer, &id).await.status, 200);
    }
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert_eq!(twin.activate(zone, &id).await.status, 200);
    assert_eq!(twin.act(zone, &twin.engineer, &id, "completion", &Value::Null).await.status, 200);
    town.clock.pass(SignedDuration::from_hours(71));
    let twin = Twin::of(&town).await?;
    let next = |ticket: u64| with(&twin.wish(), &json!({"ticket": Twin::ticket(ticket)}));
    assert_eq!(twin.submit(zone, &next(1)).await.status, 201, "within three days");
    town.clock.pass(SignedDuration::from_hours(2));
    let twin = Twin::of(&town).await?;
    let next = |ticket: u64| with(&twin.wish(), &json!({"ticket": Twin::ticket(ticket)}));
    check(&twin.submit(zone, &next(2)).await, 409, "review_missing", "three days later");
    let text = json!({"text": "The mail gateway was down; the address was compared."});
    check(
        &twin.act(zone, &twin.other_engineer, &id, "review", &text).await,
        404,
        "not_found",
        "somebody else's emergency",
    );
    assert_eq!(twin.act(zone, &twin.engineer, &id, "review", &text).await.status, 201);
    assert_eq!(twin.submit(zone, &next(3)).await.status, 201);
    Ok(())
}
