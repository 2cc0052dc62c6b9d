//! Token endpoints, both styles, and what tokens are worth.

use super::*;

/// Sends a form and compares status, error and number.
async fn check(world: &World, uri: &str, form: &str, want: (u16, &str, u32)) {
    let (status, body) = world.post(uri, form).await;
    let number = body["error_codes"][0].as_u64().unwrap_or(0);
    let got = (status, text(&body, "error"));
    assert_eq!((got.0, got.1.as_str(), number), (want.0, want.1, u64::from(want.2)), "{uri} {form}\n{body}");
    if status != 200 {
        let description = text(&body, "error_description");
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        for member in ["timestamp", "trace_id", "correlation_id"] {
            assert!(body[member].is_string(), "{member}");
        }
    }
}

const OK: (u16, &str, u32) = (200, "", 0);

#[tokio::test]
async fn client_credentials_in_the_forms_that_clients_send() {
    let world = World::new().await;
    let id = world.tenant;
    let form = |members: &[(&str, &str)]| {
        let mut all = vec![("grant_type", "client_credentials")];
        all.extend_from_slice(members);
        world.form(&all)
    };
    let v2 = "https://api.partnercenter.microsoft.com/.default";
    for (uri, body, want) in [
        (format!("/{id}/oauth2/v2.0/token"), form(&[("scope", v2)]), OK),
        (
            "/contoso.onmicrosoft.de/oauth2/v2.0/token".into(),
            form(&[("scope", v2), ("client_info", "1")]),
            OK,
        ),
        ("/CONTOSO.onmicrosoft.de/OAuth2/v2.0/Token".into(), form(&[("scope", v2)]), OK),
        ("/common/oauth2/v2.0/token?client-request-id=x".into(), form(&[("scope", v2)]), OK),
        (format!("/{id}/oauth2/token"), form(&[("resource", "https://graph.cloudapi.de/")]), OK),
        (format!("/{id}/oauth2/token"), form(&[("resource", AUDIENCE)]), OK),
        (format!("/{id}/oauth2/token"), form(&[]), OK),
        (
            format!("/{id}/oauth2/token"),
            form(&[("resource", "https://evil.example")]),
            (400, "invalid_resource", 500_011),
        ),
        (
            format!("/{id}/oauth2/v2.0/token"),
            form(&[("scope", "https://evil.example/.default")]),
            (400, "invalid_resource", 500_011),
        ),
        ("/nobody.onmicrosoft.de/oauth2/token".into(), form(&[]), (400, "invalid_request", 90_002)),
        (format!("/{id}/oauth2/token"), world.form(&[]), (400, "invalid_request", 900_144)),
        (
            format!("/{id}/oauth2/token"),
            world.form(&[("grant_type", "implicit")]),
            (400, "unsupported_grant_type", 70_003),
        ),
        (
            format!("/{id}/oauth2/token"),
            "grant_type=client_credentials".into(),
            (400, "invalid_request", 900_144),
        ),
        (
            format!("/{id}/oauth2/token"),
            "grant_type=client_credentials&client_id=x".into(),
            (400, "unauthorized_client", 700_016),
        ),
        (
            format!("/{id}/oauth2/token"),
            world.public_form(&[("grant_type", "client_credentials")]),
            (401, "invalid_client", 700_025),
        ),
        (
            format!("/{id}/oauth2/token"),
            format!("grant_type=client_credentials&client_id={}", world.app),
            (401, "invalid_client", 7_000_218),
        ),
        (
            format!("/{id}/oauth2/token"),
            format!("grant_type=client_credentials&client_id={}&client_secret=guess", world.app),
            (401, "invalid_client", 7_000_215),
        ),
    ] {
        check(&world, &uri, &body, want).await;
    }
    world.clock.forward(30 * 86_400);
    check(&world, &format!("/{id}/oauth2/token"), &form(&[]), (401, "invalid_client", 7_000_222)).await;
}

#[tokio::test]
async fn an_app_of_another_tenant_is_unknown_there() {
    let world = World::new().await;
    let admin = new_user("max", &[Role::GlobalAdmin]);
    let other =
        world.identity.open_tenant(new_tenant(Party::Partner, "fabrikam", admin)).await.expect("a tenant");
    let form = world.form(&[("grant_type", "client_credentials")]);
    let uri = format!("/{}/oauth2/token", other.tenant.id);
    check(&world, &uri, &form, (400, "unauthorized_client", 700_016)).await;
    let form = world.form(&[
        ("grant_type", "password"),
        ("username", "max@fabrikam.onmicrosoft.de"),
        ("password", PASSWORD),
    ]);
    check(&world, "/common/oauth2/token", &form, (400, "invalid_grant", 70_008)).await;
}

#[tokio::test]
async fn basic_authentication_counts_and_bearer_null_does_not() {
    let world = World::new().await;
    let uri = format!("/{}/oauth2/token", world.tenant);
    let both = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", world.app, world.secret));
    let basic = format!("Basic {both}");
    let response =
        world.send("POST", &uri, &[("authorization", &basic)], "grant_type=client_credentials").await;
    assert_eq!(response.status, 200);
    let form = world.form(&[("grant_type", "client_credentials")]);
    let response = world.send("POST", &uri, &[("authorization", "Bearer null")], &form).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn version_one_writes_numbers_as_text_and_version_two_as_numbers() {
    let world = World::new().await;
    let form = world.form(&[("grant_type", "client_credentials"), ("resource", AUDIENCE)]);
    let (_, one) = world.post("/common/oauth2/token", &form).await;
    for (member, want) in [
        ("token_type", json!("Bearer")),
        ("expires_in", json!("3600")),
        ("expires_on", json!((START + 3600).to_string())),
        ("not_before", json!(START.to_string())),
        ("resource", json!(AUDIENCE)),
        ("refresh_token", Value::Null),
    ] {
        assert_eq!(one[member], want, "{member}");
    }
    let scope = "https://api.partnercenter.microsoft.com/user_impersonation offline_access openid profile";
    let form = world.form(&[
        ("grant_type", "password"),
        ("username", "Erika@contoso.onmicrosoft.de"),
        ("password", PASSWORD),
        ("scope", scope),
        ("client_info", "1"),
    ]);
    let (_, two) = world.post("/organizations/oauth2/v2.0/token", &form).await;
    for (member, want) in
        [("expires_in", json!(3600)), ("ext_expires_in", json!(3600)), ("scope", json!(scope))]
    {
        assert_eq!(two[member], want, "{member}");
    }
    assert!(two["refresh_token"].is_string() && two["client_info"].is_string());
    let id_token = claims_of(&text(&two, "id_token"));
    assert_eq!(id_token["aud"], json!(world.app));
    assert_eq!(id_token["preferred_username"], json!("erika@contoso.onmicrosoft.de"));
    assert_eq!(id_token["name"], json!("Erika Mustermann"));
    // An ID token opens no API.
    assert_eq!(world.slug(&text(&two, "id_token")).await, Some("token_invalid"));
}

#[tokio::test]
async fn access_tokens_say_who_calls_and_name_nobody() {
    let world = World::new().await;
    let (by_app, by_user) = (world.app_token().await, world.user_token().await);
    let claims = claims_of(&by_app);
    for (member, want) in [
        ("iss", json!(format!("{AUTHORITY}/{}/", world.tenant))),
        ("aud", json!(AUDIENCE)),
        ("tid", json!(world.tenant)),
        ("appid", json!(world.app)),
        ("exp", json!(START + 3600)),
        ("nbf", json!(START)),
        ("iat", json!(START)),
        ("scp", Value::Null),
        ("roles", json!([])),
    ] {
        assert_eq!(claims[member], want, "{member}");
    }
    let claims = claims_of(&by_user);
    assert_eq!(claims["oid"], json!(world.user));
    assert_eq!(claims["roles"], json!(["AdminAgent", "GlobalAdmin"]));
    assert_eq!((&claims["scp"], &claims["amr"]), (&json!("user_impersonation"), &json!(["pwd"])));
    assert!(!claims.to_string().to_lowercase().contains("erika"), "{claims}");

    let app = world.identity.check(&by_app).await.expect("a caller");
    assert!(app.is_app_only() && app.roles.is_empty());
    let user = world.identity.check(&by_user).await.expect("a caller");
    assert_eq!(
        (user.tenant, user.user, user.app, user.mfa),
        (world.tenant, Some(world.user), world.app, false)
    );
    assert_eq!(
        (user.party, user.roles.as_slice()),
        (Party::Partner, [Role::AdminAgent, Role::GlobalAdmin].as_slice())
    );
}

#[tokio::test]
async fn a_changed_or_foreign_token_is_refused() {
    let world = World::new().await;
    let token = world.app_token().await;
    let good = claims_of(&token);
    let signed = |change: &dyn Fn(&mut Value)| {
        let mut claims = good.clone();
        change(&mut claims);
        world.identity.signing.sign(&claims, world.identity.now()).expect("signed")
    };
    let unsigned = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(json!({"alg": "none", "kid": "x"}).to_string()),
        URL_SAFE_NO_PAD.encode(good.to_string())
    );
    let stranger = jws::SigningKey::generate().expect("a key").sign(&good).expect("signed");
    let other = TenantId(uuid::Uuid::from_u128(9));
    for (what, token, want) in [
        ("unchanged", signed(&|_| {}), None),
        ("audience", signed(&|c| c["aud"] = json!("https://graph.cloudapi.de")), Some("token_invalid")),
        ("issuer", signed(&|c| c["iss"] = json!("https://evil.example/")), Some("token_invalid")),
        ("issuer of another tenant", signed(&|c| c["tid"] = json!(other)), Some("token_invalid")),
        (
            "unknown tenant",
            signed(&|c| {
                c["tid"] = json!(other);
                c["iss"] = json!(format!("{AUTHORITY}/{other}/"));
            }),
            Some("token_revoked"),
        ),
        ("not yet", signed(&|c| c["nbf"] = json!(START + 60)), Some("token_invalid")),
        ("expired", signed(&|c| c["exp"] = json!(START)), Some("token_expired")),
        ("kind", signed(&|c| c["idtyp"] = json!("other")), Some("token_invalid")),
        (
            "somebody",
            signed(&|c| {
                c["idtyp"] = json!("user");
                c["oid"] = json!(UserId(uuid::Uuid::from_u128(9)));
            }),
            Some("token_revoked"),
        ),
        ("generation", signed(&|c| c["gen"]["app"] = json!(0)), Some("token_revoked")),
        ("unsigned", unsigned, Some("token_invalid")),
        ("stranger", stranger, Some("token_invalid")),
        ("empty", String::new(), Some("token_invalid")),
        ("long", "x".repeat(100_000), Some("token_invalid")),
    ] {
        assert_eq!(world.slug(&token).await, want, "{what}");
        assert_eq!(world.slug(&token).await, want, "{what}, again");
    }
    world.clock.forward(TOKEN_SECONDS);
    assert_eq!(world.slug(&token).await, Some("token_expired"));
}

#[tokio::test]
async fn the_second_step_of_old_clients_gives_a_token_that_lasts_no_longer() {
    let world = World::new().await;
    let token = world.user_token().await;
    world.clock.forward(600);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let response = world.send("POST", "/generatetoken", &headers, "grant_type=jwt_token").await;
    let body = read(&response);
    assert_eq!((response.status.as_u16(), &body["expires_in"]), (200, &json!(3000)), "{body}");
    let exchanged = world.identity.check(&text(&body, "access_token")).await.expect("a caller");
    assert_eq!((exchanged.user, exchanged.expires), (Some(world.user), START + 3600));
    for (headers, body, want) in [
        (vec![], "grant_type=jwt_token", 401),
        (vec![("authorization", "Bearer null")], "grant_type=jwt_token", 401),
        (vec![("authorization", "Bearer x.y.z")], "grant_type=jwt_token", 401),
        (headers.to_vec(), "grant_type=other", 400),
    ] {
        assert_eq!(world.send("POST", "/generatetoken", &headers, body).await.status.as_u16(), want);
    }
}

#[tokio::test]
async fn guessing_locks_a_user_for_a_growing_while() {
    let world = World::new().await;
    let form = |password: &str| {
        world.form(&[
            ("grant_type", "password"),
            ("username", "erika@contoso.onmicrosoft.de"),
            ("password", password),
        ])
    };
    let uri = "/common/oauth2/token";
    let (wrong, locked) = ((400, "invalid_grant", 50_126), (400, "invalid_grant", 50_053));
    for _ in 0..5 {
        check(&world, uri, &form("guess"), wrong).await;
    }
    check(&world, uri, &form(PASSWORD), locked).await;
    world.clock.forward(15);
    check(&world, uri, &form("guess"), wrong).await;
    world.clock.forward(15);
    check(&world, uri, &form(PASSWORD), locked).await;
    world.clock.forward(15);
    check(&world, uri, &form(PASSWORD), OK).await;
    check(&world, uri, &form("guess"), wrong).await;
    check(&world, uri, &form(PASSWORD), OK).await;
    let nobody = world.form(&[("grant_type", "password"), ("username", "nobody@x"), ("password", "x")]);
    check(&world, uri, &nobody, wrong).await;
}

#[tokio::test]
async fn guessing_slows_an_address_down_whatever_it_guesses() {
    let world = World::new().await;
    let uri = format!("/{}/oauth2/token", world.tenant);
    let guess = format!("grant_type=client_credentials&client_id={}&client_secret=guess", world.app);
    for _ in 0..21 {
        check(&world, &uri, &guess, (401, "invalid_client", 7_000_215)).await;
    }
    let right = world.form(&[("grant_type", "client_credentials")]);
    check(&world, &uri, &right, (400, "invalid_grant", 50_053)).await;
    world.clock.forward(15);
    check(&world, &uri, &right, OK).await;
}

#[tokio::test]
async fn the_password_grant_ends_where_more_than_a_password_is_needed() {
    let world = World::new().await;
    let form = world.form(&[
        ("grant_type", "password"),
        ("username", "erika@contoso.onmicrosoft.de"),
        ("password", PASSWORD),
    ]);
    world.identity.set_tenant_mfa(world.tenant, true).await.expect("set");
    check(&world, "/common/oauth2/token", &form, (400, "interaction_required", 50_076)).await;
    world.identity.set_tenant_mfa(world.tenant, false).await.expect("set");
    let one_time =
        world.identity.reset_password(&Actor::House, world.tenant, world.user).await.expect("reset");
    let form = world.form(&[
        ("grant_type", "password"),
        ("username", "erika@contoso.onmicrosoft.de"),
        ("password", &one_time),
    ]);
    check(&world, "/common/oauth2/token", &form, (400, "invalid_grant", 50_055)).await;
}

/// A refresh token of an app.
async fn refresh_token(world: &World, public: bool) -> String {
    let members =
        [("grant_type", "password"), ("username", "erika@contoso.onmicrosoft.de"), ("password", PASSWORD)];
    let form = if public { world.public_form(&members) } else { world.form(&members) };
    text(&world.post("/common/oauth2/token", &form).await.1, "refresh_token")
}

#[tokio::test]
async fn a_public_apps_refresh_token_counts_once_and_a_copy_kills_the_family() {
    let world = World::new().await;
    let refresh =
        |token: &str| world.public_form(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let first = refresh_token(&world, true).await;
    let (status, body) = world.post("/common/oauth2/token", &refresh(&first)).await;
    let second = text(&body, "refresh_token");
    assert_eq!(status, 200, "{body}");
    assert_ne!(first, second);
    let dead = (400, "invalid_grant", 70_008);
    check(&world, "/common/oauth2/token", &refresh(&first), dead).await;
    check(&world, "/common/oauth2/token", &refresh(&second), dead).await;
}

#[tokio::test]
async fn an_app_with_a_secret_may_keep_its_refresh_token() {
    let world = World::new().await;
    let refresh = |token: &str| {
        world.form(&[("grant_type", "refresh_token"), ("refresh_token", token), ("resource", AUDIENCE)])
    };
    let token = refresh_token(&world, false).await;
    for _ in 0..2 {
        check(&world, "/common/oauth2/token", &refresh(&token), OK).await;
    }
    let dead = (400, "invalid_grant", 70_008);
    check(&world, "/common/oauth2/token", &refresh("guess"), dead).await;
    world.clock.forward(90 * 86_400);
    let fresh =
        world.identity.add_app_secret(&Actor::House, world.tenant, world.app, 30).await.expect("a secret");
    let world = World { secret: fresh.secret.to_string(), ..world };
    let form = world.form(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    check(&world, "/common/oauth2/token", &form, dead).await;
}

#[tokio::test]
async fn a_refresh_token_in_another_apps_hands_kills_the_family() {
    let world = World::new().await;
    let token = refresh_token(&world, false).await;
    let dead = (400, "invalid_grant", 70_008);
    let stolen = world.public_form(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    check(&world, "/common/oauth2/token", &stolen, dead).await;
    let own = world.form(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    check(&world, "/common/oauth2/token", &own, dead).await;
}

#[tokio::test]
async fn keys_turn_over_without_a_gap() {
    let world = World::new().await;
    let kids = async || {
        let response = world.send("GET", "/common/discovery/v2.0/keys", &[], "").await;
        let keys = read(&response)["keys"].as_array().cloned().unwrap_or_default();
        keys.iter().map(|key| text(key, "kid")).collect::<Vec<_>>()
    };
    let kid = |token: &str| {
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a part")).expect("base64url");
        text(&serde_json::from_slice(&header).expect("JSON"), "kid")
    };
    let first = kids().await;
    world.identity.rotate_signing_key().await.expect("rotated");
    let both = kids().await;
    assert_eq!((first.len(), both.len()), (1, 2), "published at once");
    assert_eq!(kid(&world.app_token().await), first[0], "but not used yet");
    world.clock.forward(86_400);
    let token = world.app_token().await;
    assert_eq!(kid(&token), both[1]);
    world.identity.maintain().await.expect("maintained");
    assert_eq!(kids().await.len(), 2, "old tokens may still be about");
    world.clock.forward(TOKEN_SECONDS + 600);
    world.identity.maintain().await.expect("maintained");
    assert_eq!(kids().await, [both[1].clone()]);
    world.clock.forward(30 * 86_400);
    world.identity.maintain().await.expect("maintained");
    assert_eq!(kids().await.len(), 2, "the next one is due");
}

#[tokio::test]
async fn tokens_outlive_a_restart() {
    let world = World::new().await;
    let token = world.user_token().await;
    let again = identity_over(&world.temp, &world.clock).await;
    assert_eq!(again.check(&token).await.expect("a caller").user, Some(world.user));
}

#[tokio::test]
async fn discovery_names_addresses_under_the_authority() {
    let world = World::new().await;
    let tenant = world.tenant;
    for (uri, issuer, keys) in [
        (
            "/contoso.onmicrosoft.de/v2.0/.well-known/openid-configuration",
            format!("{AUTHORITY}/{tenant}/v2.0"),
            format!("{AUTHORITY}/{tenant}/discovery/v2.0/keys"),
        ),
        (
            "/contoso.onmicrosoft.de/.well-known/openid-configuration",
            format!("{AUTHORITY}/{tenant}/"),
            format!("{AUTHORITY}/{tenant}/discovery/keys"),
        ),
        (
            "/common/v2.0/.well-known/openid-configuration",
            format!("{AUTHORITY}/{{tenantid}}/v2.0"),
            format!("{AUTHORITY}/common/discovery/v2.0/keys"),
        ),
        (
            "/organizations/.well-known/openid-configuration",
            format!("{AUTHORITY}/{{tenantid}}/"),
            format!("{AUTHORITY}/common/discovery/keys"),
        ),
    ] {
        let body = read(&world.send("GET", uri, &[], "").await);
        assert_eq!((&body["issuer"], &body["jwks_uri"]), (&json!(issuer), &json!(keys)), "{uri}");
        for member in ["authorization_endpoint", "token_endpoint", "end_session_endpoint"] {
            assert!(text(&body, member).starts_with(AUTHORITY), "{member}");
        }
    }
    assert_eq!(world.send("GET", "/nobody/v2.0/.well-known/openid-configuration", &[], "").await.status, 400);
    assert_eq!(world.send("DELETE", "/common/oauth2/token", &[], "").await.status, 405);
}
