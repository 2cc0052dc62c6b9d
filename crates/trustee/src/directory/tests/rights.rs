//! Who may do what: every operation of the desk, every kind of caller.

use super::*;

/// What a caller gets, as one letter.
fn letter(got: &Got) -> char {
    match (got.status, got.slug()) {
        (200 | 201 | 204, _) => '+',
        (401, "token_required") => 'T',
        (403, "user_required") => 'U',
        (403, "role_required") => 'R',
        (403, "wrong_password") => 'W',
        (409, "second_officer_required") => '2',
        (404, _) => '4',
        (400, "bad_property") => 'B',
        _ => '?',
    }
}

impl World {
    /// The call of an operation, about fresh things of contoso.
    async fn sample(&self, spec: &'static Spec) -> (Vec<(&'static str, String)>, Value) {
        let contoso = &self.homes["contoso"];
        let mut path = Vec::new();
        if spec.path.contains("{user-id}") {
            let staff = spec.path.starts_with("/trustee/v1/staff");
            let (home, roles) =
                if staff { ("operator", vec![Role::OperatorStaff]) } else { ("contoso", vec![]) };
            let victim = self.resident(home, person(&format!("victim{}", self.fresh()), &roles));
            path.push(("user-id", victim.await.to_string()));
        }
        if spec.path.contains("{tenant-id}") {
            path.push(("tenant-id", contoso.id.to_string()));
        }
        if spec.path.contains("{app-id}") {
            let (app, _) = self.app(contoso.id).await;
            let apps = self.identity.apps(&Actor::House, contoso.id).await.expect("apps");
            let made = apps.iter().find(|known| known.id == app).expect("the app");
            path.push(("app-id", app.to_string()));
            path.push(("secret-id", made.secrets[0].0.clone()));
        }
        let number = self.fresh();
        let body = match spec.id {
            "create-tenant" => opening(&format!("wolke{number}")),
            "verify-tenant" | "withdraw-verification" => json!({"evidence": "HRB 1"}),
            "create-tenant-user" | "create-staff-member" => {
                json!({"userPrincipalName": format!("neu{number}")})
            }
            "update-tenant-user" | "update-staff-member" | "create-tenant-app" => {
                json!({"displayName": "Neu"})
            }
            "change-own-password" => {
                json!({"currentPassword": "wrong", "newPassword": "other horse battery"})
            }
            _ => Value::Null,
        };
        (path, body)
    }
}

#[tokio::test]
async fn every_operation_answers_every_caller_as_agreed() {
    // nobody, app, admin, manager, seller, other partner, staff, officer, auditor, customer
    let table = [
        ("create-tenant", "++++++++++"),
        ("list-tenants", "TURRRRR++R"),
        ("get-tenant", "TU+++44++4"),
        ("verify-tenant", "TURRRRR+RR"),
        ("withdraw-verification", "TURRRRR+RR"),
        ("list-tenant-users", "TU++R+R+R+"),
        ("create-tenant-user", "TU++R+R2R+"),
        ("get-tenant-user", "TU++R4R4R4"),
        ("update-tenant-user", "TU++R4R4R4"),
        ("delete-tenant-user", "TU++R4R4R4"),
        ("reset-tenant-user-password", "TU++R4R4R4"),
        ("reset-tenant-user-mfa", "TU++R4R4R4"),
        ("list-staff", "TURRRRR+RR"),
        ("create-staff-member", "TURRRRR2RR"),
        ("get-staff-member", "TURRRRR+RR"),
        ("update-staff-member", "TURRRRR+RR"),
        ("delete-staff-member", "TURRRRR2RR"),
        ("reset-staff-member-password", "TURRRRR2RR"),
        ("reset-staff-member-mfa", "TURRRRR+RR"),
        ("get-own-user", "TU++++++++"),
        ("change-own-password", "TUWWWWWWWW"),
        ("get-sign-in-issuer", "TU++++++++"),
        ("set-sign-in-issuer", "TUBRRBRRRB"),
        ("remove-sign-in-issuer", "TU4RR4RRR4"),
        ("unlink-own-sign-in", "TU44444444"),
        ("list-tenant-apps", "TU+RR+RRRR"),
        ("create-tenant-app", "TU+RR+RRRR"),
        ("delete-tenant-app", "TU+RR4RRRR"),
        ("create-app-secret", "TU+RR4RRRR"),
        ("delete-app-secret", "TU+RR4RRRR"),
    ];
    let listed: Vec<&str> = table.iter().map(|(id, _)| *id).collect();
    let handled: Vec<&str> = HANDLED.iter().map(|spec| spec.id).collect();
    assert_eq!(listed, handled);
    let world = World::new().await;
    let mut tokens = Vec::new();
    for caller in CALLERS {
        tokens.push(world.token(caller).await);
    }
    let mut differences = Vec::new();
    for (id, want) in table {
        let mut letters = String::new();
        let mut odd = String::new();
        for token in &tokens {
            let spec = spec(id);
            let (path, body) = world.sample(spec).await;
            let got = world.send(token, Call { spec, path: &path, query: "", body }).await;
            letters.push(letter(&got));
            if letter(&got) == '?' {
                odd = format!("{} {}", got.status, got.text);
            }
        }
        if letters != want {
            differences.push(format!("{id}: {letters}, agreed is {want} {odd}"));
        }
    }
    assert_eq!(differences, [""; 0]);
}

#[tokio::test]
async fn people_are_managed_with_the_second_factor_where_the_tenant_demands_it() {
    let world = World::new().await;
    let (admin, officer) = (world.token("admin").await, world.token("officer").await);
    for label in ["contoso", "trustee"] {
        world.identity.set_tenant_mfa(world.homes[label].id, true).await.expect("set");
    }
    let path = [("tenant-id", world.homes["contoso"].id.to_string())];
    let verify = Call { path: &path, body: json!({"evidence": "HRB 1"}), ..call("verify-tenant") };
    for (token, call) in [
        (&admin, call("list-tenant-users")),
        (&admin, Call { body: json!({"displayName": "Neu"}), ..call("create-tenant-app") }),
        (&officer, verify),
    ] {
        let id = call.spec.id;
        let got = world.send(token, call).await;
        assert_eq!((got.status, got.slug()), (403, "mfa_required"), "{id}");
    }
    assert_eq!(world.send(&admin, call("get-own-user")).await.status, 200);
}

/// Whoever is disabled, and whatever is taken away, is out with the next call.
#[tokio::test]
async fn tokens_die_with_what_they_stand_on() {
    for id in [
        "update-tenant-user",
        "delete-tenant-user",
        "reset-tenant-user-password",
        "reset-tenant-user-mfa",
        "change-own-password",
        "delete-tenant-app",
        "delete-app-secret",
    ] {
        let mut world = World::new().await;
        let victim = world.resident("contoso", person("victim", &[Role::SalesAgent])).await;
        let admin = world.token("admin").await;
        let contoso = world.homes["contoso"].id;
        let (app, secret) = world.app(contoso).await;
        let apps = world.identity.apps(&Actor::House, contoso).await.expect("apps");
        let secret_id = apps.iter().find(|known| known.id == app).expect("the app").secrets[0].0.clone();
        world.homes.insert("contoso", Home { id: contoso, app, secret });
        let token = world.token("contoso/victim").await;
        assert_eq!(world.send(&token, call("get-own-user")).await.status, 200, "{id}");
        let body = match id {
            "update-tenant-user" => json!({"state": "inactive"}),
            "change-own-password" => {
                json!({"currentPassword": PASSWORD, "newPassword": "other horse battery"})
            }
            _ => Value::Null,
        };
        let path = [("user-id", victim.to_string()), ("app-id", app.to_string()), ("secret-id", secret_id)];
        let by = if id == "change-own-password" { &token } else { &admin };
        let got = world.send(by, Call { path: &path, body, ..call(id) }).await;
        assert!(matches!(got.status, 200 | 204), "{id}: {}", got.text);
        let got = world.send(&token, call("get-own-user")).await;
        assert_eq!((got.status, got.slug()), (401, "token_revoked"), "{id}");
    }
}

/// Consents of apps belong to the area of tokens, but are calls like any other.
#[tokio::test]
async fn what_is_planned_says_so() {
    let world = World::new().await;
    let path = [("customer-id", world.homes["kunde"].id.to_string())];
    let got = world.by("admin", Call { path: &path, ..call("create-application-consent") }).await;
    assert_eq!((got.status, got.slug()), (501, "planned"), "{}", got.text);
}
