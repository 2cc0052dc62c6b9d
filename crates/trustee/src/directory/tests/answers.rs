//! What the operations answer: members, secrets shown once, refusals that say what is wrong.

use super::*;
use crate::identity::totp_code_at;
use edge::http::header::{CACHE_CONTROL, CONTENT_TYPE};

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.retain(|name| *name != "attributes");
    names.sort_unstable();
    names
}

#[tokio::test]
async fn an_applicant_gets_a_tenant_with_a_second_factor() {
    let world = World::new().await;
    let opened = world.by("nobody", Call { body: opening("wolke"), ..call("create-tenant") }).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    assert_eq!(opened.headers.get(CACHE_CONTROL).expect("a header"), "no-store");
    assert_eq!(
        members(&opened.body),
        [
            "administrator",
            "companyName",
            "country",
            "createdDate",
            "domain",
            "kind",
            "otpauthUri",
            "tenantId",
            "totpSecret"
        ]
    );
    assert_eq!(opened.body["domain"], "wolke.onmicrosoft.de");
    assert_eq!(opened.body["kind"], "partner");
    assert_eq!(opened.body["country"], "DE");
    assert_ne!(opened.body["tenantId"], opening("wolke")["TenantId"], "ids are the trustee's to make");
    let admin = &opened.body["administrator"];
    assert_eq!(admin["userPrincipalName"], "erika@wolke.onmicrosoft.de");
    assert_eq!(admin["roles"], json!(["AdminAgent", "GlobalAdmin"]), "not the ones asked for");
    // The bare password is not enough; the key in the answer gives the code.
    let tenant = opened.body["tenantId"].as_str().expect("an id").parse().expect("an id");
    let view = world.identity.tenant(tenant).await.expect("read").expect("a tenant");
    assert!(view.require_mfa && view.verified.is_none());
    let user = admin["id"].as_str().expect("an id").parse().expect("an id");
    let name = "erika@wolke.onmicrosoft.de";
    let proved = world.identity.verify_password(None, name, Zeroizing::new(PASSWORD.to_owned())).await;
    assert!(proved.expect("checked").is_ok());
    let key = opened.body["totpSecret"].as_str().expect("a key");
    let code = totp_code_at(key, 1_520_000_000).expect("a code");
    assert_eq!(world.identity.verify_code(None, user, &code).await.expect("checked"), Ok(()));
}

#[tokio::test]
async fn what_an_applicant_must_give() {
    let world = World::new().await;
    for (pointer, value, want) in [
        ("/Kind", json!("trustee"), "bad_property"),
        ("/Kind", json!("customer"), "bad_property"),
        ("/Country", json!("Germany"), "too_long"),
        ("/Country", json!("1x"), "bad_property"),
        ("/Country", Value::Null, "bad_property"),
        ("/CompanyName", json!("  "), "bad_property"),
        ("/DomainPrefix", json!("contoso"), "domain_taken"),
        ("/DomainPrefix", json!("-x"), "domain_invalid"),
        ("/Password", json!("short"), "weak_password"),
        ("/Password", Value::Null, "bad_property"),
        ("/Administrator", Value::Null, "bad_property"),
        ("/Administrator/UserPrincipalName", json!("a b"), "user_name_invalid"),
        ("/Administrator/UserPrincipalName", json!("admin@contoso.onmicrosoft.de"), "user_name_invalid"),
    ] {
        let mut body = opening("neu");
        body["Kind"] = json!("partner");
        *body.pointer_mut(pointer).expect("a member") = value;
        let got = world.by("nobody", Call { body, ..call("create-tenant") }).await;
        assert!(matches!(got.status, 400 | 409), "{pointer}: {}", got.text);
        assert_eq!(got.slug(), want, "{pointer}: {}", got.text);
        assert_eq!(got.headers.get(CONTENT_TYPE).expect("a type"), "application/problem+json");
        assert!(!got.text.contains("anary"));
    }
}

#[tokio::test]
async fn tenants_are_not_opened_by_the_hundred() {
    let world = World::new().await;
    let mut last = 0;
    for number in 0..30 {
        let body = opening(&format!("wolke{number}"));
        let got = world.by("nobody", Call { body, ..call("create-tenant") }).await;
        last = number;
        if got.status != 201 {
            assert_eq!((got.status, got.slug()), (429, "too_many_openings"));
            assert!(got.headers.contains_key("retry-after"));
            break;
        }
    }
    assert!((15..29).contains(&last), "{last}");
    world.clock.forward(3600);
    let got = world.by("nobody", Call { body: opening("spaeter"), ..call("create-tenant") }).await;
    assert_eq!(got.status, 201);
}

#[tokio::test]
async fn secrets_are_shown_once() {
    let world = World::new().await;
    let made = world.by("admin", Call { body: json!({"displayName": "Werkzeug", "kind": "Web", "redirectUris": ["https://a.example/"]}), ..call("create-tenant-app") }).await;
    assert_eq!(members(&made.body), ["createdDate", "displayName", "id", "kind", "redirectUris", "secrets"]);
    let path = [("app-id", made.body["id"].as_str().expect("an id").to_owned())];
    let secret = world
        .by("admin", Call { path: &path, body: json!({"validDays": 7}), ..call("create-app-secret") })
        .await;
    assert_eq!(secret.headers.get(CACHE_CONTROL).expect("a header"), "no-store");
    assert_eq!(members(&secret.body), ["expires", "id", "validDays", "value"]);
    let value = secret.body["value"].as_str().expect("a value");
    let list = world.by("admin", call("list-tenant-apps")).await;
    assert!(!list.text.contains(value));
    let listed =
        list.body["items"].as_array().expect("items").iter().find(|app| app["id"] == made.body["id"]);
    let listed = &listed.expect("the app")["secrets"][0];
    assert_eq!(members(listed), ["expires", "hint", "id"]);
    assert_eq!((&listed["id"], &listed["expires"]), (&secret.body["id"], &secret.body["expires"]));
    for (days, want) in
        [(0, "secret_lifetime_invalid"), (-1, "bad_property"), (100_000, "secret_lifetime_invalid")]
    {
        let body = json!({"validDays": days});
        let got = world.by("admin", Call { path: &path, body, ..call("create-app-secret") }).await;
        assert_eq!((got.status, got.slug()), (400, want), "{days}");
    }

    let body = json!({"userPrincipalName": "Neu", "roles": ["SalesAgent"], "oneTimePassword": "chosen by the caller"});
    let user = world.by("admin", Call { body, ..call("create-tenant-user") }).await;
    assert_eq!((user.status, &user.body["state"]), (201, &json!("invited")), "{}", user.text);
    let first = user.body["oneTimePassword"].as_str().expect("a password");
    assert_eq!(first.len(), 19);
    let path = [("user-id", user.body["id"].as_str().expect("an id").to_owned())];
    let read = world.by("admin", Call { path: &path, ..call("get-tenant-user") }).await;
    assert_eq!(
        members(&read.body),
        ["createdDate", "displayName", "id", "mfaEnrolled", "roles", "state", "userPrincipalName"]
    );
    let ticket = world.by("admin", Call { path: &path, ..call("reset-tenant-user-password") }).await;
    assert_eq!(members(&ticket.body), ["oneTimePassword", "userId", "userPrincipalName"]);
    assert_ne!(ticket.body["oneTimePassword"], user.body["oneTimePassword"]);
    let list = world.by("admin", call("list-tenant-users")).await;
    assert!(!list.text.contains("oneTimePassword") && list.text.contains("neu@contoso.onmicrosoft.de"));
    assert!(!list.text.contains("fabrikam"), "names of one's own tenant only");
}

#[tokio::test]
async fn users_are_changed_member_by_member() {
    let world = World::new().await;
    let user = world.victim().await;
    let path = [("user-id", user.to_string())];
    let change =
        async |body: Value| world.by("admin", Call { path: &path, body, ..call("update-tenant-user") }).await;
    let whole = world.by("admin", Call { path: &path, ..call("get-tenant-user") }).await.body;
    let same = change(whole.clone()).await;
    assert_eq!((same.status, &same.body), (200, &whole), "what was read can be sent back");
    let changed = change(json!({"LastName": "Neu", "Roles": ["salesagent"]})).await;
    assert_eq!(changed.body["lastName"], "Neu");
    assert_eq!(changed.body["roles"], json!(["SalesAgent"]));
    assert_eq!(changed.body["displayName"], whole["displayName"]);
    for (body, want) in [
        (json!({"userPrincipalName": "other@contoso.onmicrosoft.de"}), "bad_property"),
        (json!({"state": "invited"}), "bad_property"),
        (json!({"state": "asleep"}), "unknown_value"),
        (json!({"roles": ["Emperor"]}), "bad_property"),
        (json!({"roles": ["OperatorStaff"]}), "role_unknown"),
    ] {
        let got = change(body.clone()).await;
        assert_eq!((got.status, got.slug()), (400, want), "{body}: {}", got.text);
    }
    let path = [("user-id", "nonsense".to_owned())];
    let got = world.by("admin", Call { path: &path, ..call("get-tenant-user") }).await;
    assert_eq!(got.status, 404);
}

#[tokio::test]
async fn lists_are_paged() {
    let world = World::new().await;
    let page = world.by("admin", Call { query: "?size=2", ..call("list-tenant-users") }).await;
    assert_eq!(page.body["totalCount"], 2);
    assert_eq!(page.body["links"]["next"]["uri"], "/trustee/v1/users?size=2&offset=2");
    let rest = world.by("admin", Call { query: "?size=2&offset=2", ..call("list-tenant-users") }).await;
    assert_eq!((&rest.body["totalCount"], rest.body["links"].get("next")), (&json!(1), None));
    let listed = async |query| {
        let got = world.by("auditor", Call { query, ..call("list-tenants") }).await;
        let items = got.body["items"].as_array().expect("items").iter();
        items.map(|one| one["companyName"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let partners = listed("").await; // opened in the same second: in the order of their ids
    for (query, want) in [
        ("?kind=customer", vec!["kunde GmbH".to_owned()]),
        ("?kind=Trustee", vec!["trustee GmbH".to_owned()]),
        ("?verified=true", vec![]),
        ("?verified=false&offset=1", partners[1..].to_vec()),
    ] {
        assert_eq!(listed(query).await, want, "{query}");
    }
    assert!(["contoso GmbH", "fabrikam GmbH"].iter().all(|name| partners.contains(&(*name).to_owned())));
    assert_eq!(partners.len(), 2);
}

/// The operator may approve whom it likes: without the trustee's own look there are no customers.
#[tokio::test]
async fn an_unverified_partner_gets_no_customers() {
    let world = World::new().await;
    let create = || Call { body: crate::tests::new_customer("muster"), ..call("create-customer") };
    let refused = world.by("admin", create()).await;
    assert_eq!((refused.status, refused.slug()), (403, "tenant_unverified"), "{}", refused.text);
    assert!(world.operator.seen.lock().expect("a lock").is_empty());
    let path = [("tenant-id", world.homes["contoso"].id.to_string())];
    for (caller, body, want) in [
        ("staff", json!({"evidence": "HRB 1"}), (403, "role_required")),
        ("officer", json!({}), (400, "bad_property")),
        ("officer", json!({"evidence": "a\nb"}), (400, "evidence_invalid")),
    ] {
        let got = world.by(caller, Call { path: &path, body, ..call("verify-tenant") }).await;
        assert_eq!((got.status, got.slug()), want, "{caller}");
    }
    let got = world
        .by("officer", Call { path: &path, body: json!({"evidence": " HRB 1 "}), ..call("verify-tenant") })
        .await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(members(&got.body), ["evidence", "tenantId", "verifiedBy", "verifiedDate"]);
    assert_eq!(got.body["evidence"], "HRB 1");
    let shown = world.by("seller", Call { path: &path, ..call("get-tenant") }).await;
    assert_eq!(shown.body["verifiedDate"], got.body["verifiedDate"]);
    let customer = [("tenant-id", world.homes["kunde"].id.to_string())];
    let body = json!({"evidence": "x"});
    let odd = world.by("officer", Call { path: &customer, body, ..call("verify-tenant") }).await;
    assert_eq!((odd.status, odd.slug()), (409, "not_a_partner"));
    let mut through = create();
    through.body["associatedPartnerId"] = json!(world.homes["fabrikam"].id.to_string());
    let unseen = world.by("admin", through).await;
    assert_eq!((unseen.status, unseen.slug()), (403, "tenant_unverified"), "not through a reseller either");
    let made = world.by("admin", create()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let other = world.by("other", create()).await;
    assert_eq!(other.slug(), "tenant_unverified");
    // What the trustee gave it can take back, once.
    let withdraw =
        || Call { path: &path, body: json!({"evidence": "struck off"}), ..call("withdraw-verification") };
    let taken = world.by("officer", withdraw()).await;
    assert_eq!((taken.status, taken.body.get("verifiedDate")), (200, None), "{}", taken.text);
    assert_eq!(world.by("admin", create()).await.slug(), "tenant_unverified");
    let again = world.by("officer", withdraw()).await;
    assert_eq!((again.status, again.slug()), (409, "not_verified"));
}

/// From an anonymous opening to an application: what is private of it reaches the operator sealed only.
#[tokio::test]
async fn an_applicant_applies_through_the_gateway() {
    let mut world = World::new().await;
    let opened = world.by("nobody", Call { body: opening("wolke"), ..call("create-tenant") }).await;
    let id: TenantId = opened.body["tenantId"].as_str().expect("an id").parse().expect("an id");
    // The test has no browser to give the code in.
    world.identity.set_tenant_mfa(id, false).await.expect("set");
    let (app, secret) = world.app(id).await;
    world.homes.insert("wolke", Home { id, app, secret });
    let body = json!({
        "companyName": "Wolkenhandel GmbH", "country": "DE", "mpnId": "4390934", "cspModel": "direct",
        "address": {"addressLine1": "Wolkenweg 1", "city": "Berlin", "postalCode": "10115", "country": "DE"},
        "primaryContact": {"firstName": "Erika", "lastName": "Canary", "email": "erika@canary.example"},
    });
    let applied = world.by("wolke/erika", Call { body, ..call("create-application") }).await;
    assert_eq!(applied.status, 201, "{}", applied.text);
    assert_eq!(applied.body["primaryContact"]["lastName"], "Canary");
    assert!(applied.body.get("sealed").is_none());
    let heard = world.operator.heard();
    assert!(heard.contains("Wolkenhandel") && heard.contains("sealed"));
    assert!(!crate::tests::sings(&heard), "{heard}");
}
