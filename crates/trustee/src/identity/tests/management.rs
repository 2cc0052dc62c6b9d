//! Managing people and apps: who may, what it ends, and what it leaves.

use super::*;

/// Does something and says whether the user's and the app's tokens live on.
async fn lives_after<F: AsyncFnOnce(&World)>(act: F) -> (bool, bool) {
    let world = World::new().await;
    let (by_app, by_user) = (world.app_token().await, world.user_token().await);
    assert_eq!((world.slug(&by_app).await, world.slug(&by_user).await), (None, None));
    act(&world).await;
    (world.slug(&by_app).await.is_none(), world.slug(&by_user).await.is_none())
}

#[tokio::test]
async fn what_ends_which_tokens_at_once() {
    let house = Actor::House;
    let disable = UserPatch { enabled: Some(false), ..UserPatch::default() };
    let second = |world: &World| (world.tenant, new_user("zwei", &[Role::GlobalAdmin]));
    let got = lives_after(async |world: &World| {
        let (tenant, user) = second(world);
        world.identity.create_user(&house, tenant, user).await.expect("a second administrator");
        world.identity.update_user(&house, tenant, world.user, disable).await.expect("disabled");
    });
    assert_eq!(got.await, (true, false), "disabled user");
    let got = lives_after(async |world: &World| {
        let (tenant, user) = second(world);
        world.identity.create_user(&house, tenant, user).await.expect("a second administrator");
        world.identity.delete_user(&house, tenant, world.user).await.expect("deleted");
        assert_eq!(world.identity.user_name(world.user).await, Ok(None));
    });
    assert_eq!(got.await, (true, false), "deleted user");
    let got = lives_after(async |world: &World| {
        world.identity.reset_password(&house, world.tenant, world.user).await.expect("reset");
    });
    assert_eq!(got.await, (true, false), "password reset");
    let got = lives_after(async |world: &World| {
        world.identity.reset_mfa(&house, world.tenant, world.user).await.expect("reset");
    });
    assert_eq!(got.await, (true, false), "second factor reset");
    let got = lives_after(async |world: &World| {
        world.identity.remove_app(&house, world.tenant, world.app).await.expect("removed");
    });
    assert_eq!(got.await, (false, false), "app removed");
    let got = lives_after(async |world: &World| {
        let apps = world.identity.apps(&house, world.tenant).await.expect("apps");
        let app = apps.iter().find(|app| app.id == world.app).expect("the app");
        let secret = app.secrets[0].0.clone();
        world.identity.remove_app_secret(&house, world.tenant, world.app, &secret).await.expect("removed");
    });
    assert_eq!(got.await, (false, false), "secret withdrawn");
    let got = lives_after(async |world: &World| {
        world.identity.set_tenant_active(world.tenant, false).await.expect("disabled");
    });
    assert_eq!(got.await, (false, false), "tenant disabled");
    let got = lives_after(async |world: &World| {
        world
            .identity
            .change_password(world.user, secret(PASSWORD), secret("quite another one"))
            .await
            .expect("changed");
    });
    assert_eq!(got.await, (true, false), "own new password");
}

#[tokio::test]
async fn new_roles_count_at_once() {
    let world = World::new().await;
    let token = world.user_token().await;
    assert!(world.identity.check(&token).await.expect("a caller").has_any(&[Role::AdminAgent]));
    let patch = UserPatch { roles: Some(vec![Role::GlobalAdmin, Role::SalesAgent]), ..UserPatch::default() };
    world.identity.update_user(&Actor::House, world.tenant, world.user, patch).await.expect("changed");
    let caller = world.identity.check(&token).await.expect("a caller");
    assert_eq!(caller.roles, [Role::GlobalAdmin, Role::SalesAgent]);
}

#[tokio::test]
async fn disabling_also_ends_refresh_tokens() {
    let world = World::new().await;
    let form = world.form(&[
        ("grant_type", "password"),
        ("username", "erika@contoso.onmicrosoft.de"),
        ("password", PASSWORD),
    ]);
    let refresh = text(&world.post("/common/oauth2/token", &form).await.1, "refresh_token");
    world.identity.reset_password(&Actor::House, world.tenant, world.user).await.expect("reset");
    let form = world.form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    assert_eq!(world.post("/common/oauth2/token", &form).await.0, 400);
}

/// Who may create a user with these roles in Contoso?
async fn creates(world: &World, actor: &Actor, roles: &[Role]) -> Result<(), &'static str> {
    let name = format!("user{}", world.identity.ids().random().simple());
    let made = world.identity.create_user(actor, world.tenant, new_user(&name, roles)).await;
    made.map(|_| ()).map_err(|problem| problem.slug)
}

#[tokio::test]
async fn only_a_tenants_own_administrators_manage_it() {
    let world = World::new().await;
    let Actor::Caller(admin) = world.caller().await else { panic!("a caller") };
    let with = |change: &dyn Fn(&mut Caller)| {
        let mut caller = admin.clone();
        change(&mut caller);
        Actor::Caller(caller)
    };
    let foreign = TenantId(uuid::Uuid::from_u128(4));
    for (what, actor, roles, want) in [
        ("administrator", with(&|_| {}), vec![Role::SalesAgent], Ok(())),
        ("appoints an equal", with(&|_| {}), vec![Role::GlobalAdmin], Ok(())),
        (
            "user manager",
            with(&|c| c.roles = vec![Role::UserManagementAdmin]),
            vec![Role::SalesAgent],
            Ok(()),
        ),
        (
            "user manager appoints above",
            with(&|c| c.roles = vec![Role::UserManagementAdmin]),
            vec![Role::GlobalAdmin],
            Err("role_required"),
        ),
        ("agent", with(&|c| c.roles = vec![Role::AdminAgent]), vec![], Err("role_required")),
        ("nobody", with(&|c| c.roles = vec![]), vec![], Err("role_required")),
        ("another tenant's", with(&|c| c.tenant = foreign), vec![], Err("role_required")),
        ("an app alone", with(&|c| c.user = None), vec![], Err("role_required")),
        (
            "officer of the trustee",
            with(&|c| {
                c.party = Party::Trustee;
                c.tenant = foreign;
                c.roles = vec![Role::TrusteeOfficer];
            }),
            vec![],
            Err("role_required"),
        ),
        (
            "operator's staff",
            with(&|c| {
                c.party = Party::Operator;
                c.tenant = foreign;
                c.roles = vec![Role::OperatorStaff];
            }),
            vec![],
            Err("role_required"),
        ),
        ("a role of another party", with(&|_| {}), vec![Role::OperatorStaff], Err("role_unknown")),
        ("the house", Actor::House, vec![Role::TrusteeOfficer], Err("role_unknown")),
    ] {
        assert_eq!(creates(&world, &actor, &roles).await, want, "{what}");
    }
    world.identity.set_tenant_mfa(world.tenant, true).await.expect("set");
    assert_eq!(creates(&world, &with(&|_| {}), &[]).await, Err("mfa_required"));
    assert_eq!(creates(&world, &with(&|c| c.mfa = true), &[]).await, Ok(()));
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let admin = world.caller().await;
    let slug = |done: Result<User, Problem>| done.err().map(|problem| problem.slug);
    let demote = UserPatch { roles: Some(vec![Role::SalesAgent]), ..UserPatch::default() };
    let disable = UserPatch { enabled: Some(false), ..UserPatch::default() };
    for patch in [demote.clone(), disable] {
        let done = world.identity.update_user(&admin, world.tenant, world.user, patch).await;
        assert_eq!(slug(done), Some("last_administrator"));
    }
    let done = world.identity.delete_user(&admin, world.tenant, world.user).await;
    assert_eq!(done.err().map(|problem| problem.slug), Some("last_administrator"));
    world
        .identity
        .create_user(&admin, world.tenant, new_user("zwei", &[Role::GlobalAdmin]))
        .await
        .expect("made");
    assert_eq!(slug(world.identity.update_user(&admin, world.tenant, world.user, demote).await), None);
}

#[tokio::test]
async fn user_names_are_checked_and_completed() {
    let world = World::new().await;
    for (name, want) in [
        ("Max.Muster", Ok("max.muster@contoso.onmicrosoft.de")),
        ("anna@contoso.onmicrosoft.de", Ok("anna@contoso.onmicrosoft.de")),
        ("anna", Err("user_name_taken")),
        ("anna@fabrikam.onmicrosoft.de", Err("user_name_invalid")),
        ("", Err("user_name_invalid")),
        ("a b", Err("user_name_invalid")),
        ("ä", Err("user_name_invalid")),
        ("deleted:1", Err("user_name_invalid")),
    ] {
        let made = world.identity.create_user(&Actor::House, world.tenant, new_user(name, &[])).await;
        let got = made.map(|made| made.user.user_name).map_err(|problem| problem.slug);
        assert_eq!(got.as_deref().map_err(|slug| *slug), want, "{name}");
    }
    let people = world.identity.users(&Actor::House, world.tenant, 1, 1).await.expect("people");
    let names: Vec<_> = people.iter().map(|user| user.user_name.as_str()).collect();
    assert_eq!(names, ["erika@contoso.onmicrosoft.de"]);
}

#[tokio::test]
async fn tenants_are_opened_once_and_under_the_clouds_suffix() {
    let world = World::new().await;
    let tenant = world.identity.tenant(world.tenant).await.expect("read").expect("a tenant");
    assert_eq!(tenant.domains, ["contoso.onmicrosoft.de"]);
    let found = world.identity.tenant_by_domain("CONTOSO.onmicrosoft.de").await.expect("read");
    assert_eq!(found, Some(tenant));
    for (id, domain, want) in [
        (None, "contoso", "domain_taken"),
        (None, "Contoso.OnMicrosoft.de", "domain_taken"),
        (Some(world.tenant), "other", "tenant_exists"),
        (None, "evil.example", "domain_invalid"),
        (None, "-x", "domain_invalid"),
        (None, "", "domain_invalid"),
    ] {
        let new = NewTenant {
            id,
            ..new_tenant(Party::Customer, domain, new_user("admin", &[Role::CustomerAdmin]))
        };
        let got = world.identity.open_tenant(new).await.err().map(|problem| problem.slug);
        assert_eq!(got, Some(want), "{domain}");
    }
    let new = NewTenant {
        admin: NewUser { password: None, ..new_user("admin", &[Role::CustomerAdmin]) },
        ..new_tenant(Party::Customer, "kunde", NewUser::default())
    };
    let opened = world.identity.open_tenant(new).await.expect("opened");
    assert_eq!(opened.admin.user.user_name, "admin@kunde.onmicrosoft.de");
    assert!(opened.admin.user.must_change && opened.admin.one_time_password.is_some());
}

#[tokio::test]
async fn apps_are_managed_by_global_administrators() {
    let world = World::new().await;
    let Actor::Caller(admin) = world.caller().await else { panic!("a caller") };
    let lesser = Actor::Caller(Caller { roles: vec![Role::UserManagementAdmin], ..admin.clone() });
    let admin = Actor::Caller(admin);
    let new = |redirect: &str| NewApp {
        name: "Neu".to_owned(),
        redirect_uris: vec![redirect.to_owned()],
        public: false,
    };
    for (actor, redirect, want) in [
        (&lesser, BACK, Some("role_required")),
        (&admin, "http://evil.example/", Some("redirect_invalid")),
        (&admin, BACK, None),
    ] {
        let got = world.identity.register_app(actor, world.tenant, new(redirect)).await;
        assert_eq!(got.err().map(|problem| problem.slug), want);
    }
    let slug = |done: Result<NewSecret, Problem>| done.err().map(|problem| problem.slug);
    let make = async |app, days| slug(world.identity.add_app_secret(&admin, world.tenant, app, days).await);
    assert_eq!(make(world.app, 0).await, Some("secret_lifetime_invalid"));
    assert_eq!(make(world.public, 30).await, Some("app_is_public"));
    assert_eq!(make(AppId(uuid::Uuid::nil()), 30).await, Some("app_unknown"));
    for _ in 0..9 {
        assert_eq!(make(world.app, 30).await, None);
    }
    assert_eq!(make(world.app, 30).await, Some("too_many_secrets"));
}
