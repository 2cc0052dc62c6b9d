//! Requests of data subjects that reached the operator or the trustee, and how they get to the customer.

use super::*;

const PATH: &str = "/trustee/v1/subject-requests";
const TEXT: &str = "Bitte sagen Sie mir, was Sie über mich wissen. Erika Mustermann, Hannover";

async fn list(zone: &Trustee, who: &Player) -> Vec<Value> {
    let list = Ask::get(PATH).bearer(&who.token).of(zone).await;
    assert_eq!(list.status, 200, "{}", list.text());
    list.json()["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn what_reaches_the_wrong_house_gets_to_the_customer_with_a_receipt() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let hand_over =
        async |who: &Player, body: &Value| Ask::post(PATH, body).bearer(&who.token).of(zone).await;
    let asked = json!({"tenantId": twin.customer, "right": "access", "text": TEXT});
    town.tap.forget();
    let done = hand_over(&twin.engineer, &asked).await;
    assert_eq!(done.status, 201, "{}", done.text());
    let receipt = done.json();
    assert!(!done.text().contains("Erika"), "the receipt names nobody: {}", done.text());
    let text = receipt["receipt"].as_str().unwrap_or_default();
    let hash = access::request::sha256(text.as_bytes());
    assert_eq!(receipt["receiptSha256"], hash.as_str());
    let of_text = access::request::sha256(TEXT.as_bytes());
    assert!(
        text.contains(&format!("text-sha256: {of_text}\n")) && text.contains("received-by: operator"),
        "{text}"
    );
    // The log has the hash of the receipt under the customer's name, and nothing else that could be looked for.
    let told = town.log.entries().into_iter().filter(|entry| entry.kind == "subject.request");
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].tenant.to_string(), twin.customer);
    assert_eq!(told[0].digests, [("receipt".to_owned(), hash.clone())]);
    assert!(!told[0].details.contains("Erika"), "{}", told[0].details);
    let second = hand_over(&twin.officers[0], &asked).await;
    assert_ne!(second.json()["receiptSha256"], hash.as_str(), "the same text has another receipt");
    // The customer reads it; nobody else does.
    let own = list(zone, &twin.approver).await;
    assert_eq!(own.len(), 2, "{own:?}");
    assert!(own.iter().all(|one| one["text"] == TEXT), "{own:?}");
    assert!(own.iter().any(|one| one["receipt"] == text), "{own:?}");
    assert!(list(zone, &twin.other_approver).await.is_empty(), "another customer");
    for (who, many, name) in [(&twin.engineer, 1, "staff"), (&twin.officers[1], 2, "officer")] {
        let seen = list(zone, who).await;
        assert_eq!(seen.len(), many, "{name}: {seen:?}");
        assert!(seen.iter().all(|one| one["text"].is_null() && one["receipt"].is_null()), "{name}: {seen:?}");
    }
    assert!(!town.trustee_store.everything()?.contains("Erika Mustermann"), "it lies sealed");
    Ok(())
}

#[tokio::test]
async fn what_is_no_request_of_a_data_subject_is_refused() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let sound = json!({"tenantId": twin.customer, "right": "erasure", "text": TEXT});
    let partner = town.partner("direct")?.tenant_id.clone();
    for (change, why) in [
        (json!({"right": "oblivion"}), "no such right"),
        (json!({"text": "  "}), "nothing was written"),
        (json!({"tenantId": partner}), "a partner is no customer"),
        (json!({"tenantId": "00000000-0000-4000-8000-000000000000"}), "nobody"),
        (json!({"receivedDate": "2099-01-01T00:00:00Z"}), "not yet"),
    ] {
        let reply = Ask::post(PATH, &with(&sound, &change)).bearer(&twin.engineer.token).of(zone).await;
        check(&reply, 400, "bad_property", why);
    }
    let own = Ask::post(PATH, &sound).bearer(&twin.approver.token).of(zone).await;
    check(&own, 403, "role_required", "a customer has its own desk for that");
    assert!(list(zone, &twin.approver).await.is_empty());
    Ok(())
}
