//! The people of the house: how the first ones come, who lets others in, and what the books say of it.

use super::*;
use crate::identity::sessions::Refusal;
use store::trustee::{directory, journal};

fn first(name: &str, shown: &str, role: Role) -> NewUser {
    NewUser { password: None, display_name: shown.to_owned(), ..new_user(name, &[role]) }
}

fn founding(people: Vec<NewUser>) -> Founding {
    Founding { trustee: "Trustee AG".to_owned(), operator: "Operator AG".to_owned(), people }
}

fn two_officers() -> Vec<NewUser> {
    vec![first("clara", "Clara", Role::TrusteeOfficer), first("david", "David", Role::TrusteeOfficer)]
}

/// A founded house over an empty store.
struct House {
    identity: Identity,
    people: Vec<CreatedUser>,
    clock: Arc<Hand>,
    temp: TempStore,
}

impl House {
    async fn new() -> Self {
        let temp = TempStore::new();
        let clock = Arc::new(Hand::at(START));
        let identity = identity_over(&temp, &clock).await;
        let mut first_people = two_officers();
        first_people.push(first("anke", "Anke", Role::OperatorStaff));
        first_people.push(first("edith", "Edith", Role::Auditor));
        let people = identity.found_house(founding(first_people)).await.expect("founded");
        Self { identity, people, clock, temp }
    }

    /// A caller with the person's rights, signed in with a second factor.
    fn caller(&self, name: &str) -> Actor {
        let made = self.people.iter().find(|made| made.user.user_name.starts_with(name)).expect("a person");
        Actor::Caller(Caller {
            tenant: made.user.tenant,
            party: made.user.roles[0].party(),
            user: Some(made.user.id),
            app: AppId(uuid::Uuid::nil()),
            roles: made.user.roles.clone(),
            mfa: true,
            expires: i64::MAX,
        })
    }

    fn id(&self, name: &str) -> (TenantId, UserId) {
        let made = self.people.iter().find(|made| made.user.user_name.starts_with(name)).expect("a person");
        (made.user.tenant, made.user.id)
    }

    async fn acts(&self, tenant: TenantId) -> Vec<(String, String)> {
        let read = move |tx: &mut store::Tx| journal::acts(tx, &tenant.to_string(), 100);
        let acts = self.temp.store.read("acts", read).await.expect("read");
        acts.into_iter().rev().map(|act| (act.act, act.actor)).collect()
    }
}

#[tokio::test]
async fn a_house_is_founded_by_two_officers_and_once() {
    let officer = |name: &str, shown: &str| first(name, shown, Role::TrusteeOfficer);
    for (what, people, want) in [
        ("nobody", vec![], Err("too_few_officers")),
        ("one officer", vec![officer("clara", "Clara")], Err("too_few_officers")),
        (
            "an officer and staff",
            vec![officer("clara", "Clara"), first("anke", "Anke", Role::OperatorStaff)],
            Err("too_few_officers"),
        ),
        ("one user name", vec![officer("clara", "Clara"), officer("Clara", "David")], Err("named_twice")),
        ("one person", vec![officer("clara", "Clara W"), officer("cw", " clara w ")], Err("named_twice")),
        (
            "a partner's role",
            [two_officers(), vec![first("x", "X", Role::GlobalAdmin)]].concat(),
            Err("role_unknown"),
        ),
        (
            "a password of one's own",
            [two_officers(), vec![new_user("x", &[Role::Auditor])]].concat(),
            Err("role_unknown"),
        ),
        ("two officers", two_officers(), Ok(2)),
    ] {
        let temp = TempStore::new();
        let identity = identity_over(&temp, &Arc::new(Hand::at(START))).await;
        assert!(!identity.is_founded().await.expect("read"));
        let made = identity.found_house(founding(people)).await;
        let founded = identity.is_founded().await.expect("read");
        assert_eq!(founded, want.is_ok(), "{what}: a refused founding leaves nothing");
        assert_eq!(made.map(|made| made.len()).map_err(|problem| problem.slug), want, "{what}");
        if founded {
            let again = identity.found_house(founding(two_officers())).await.map(|_| ());
            assert_eq!(again.map_err(|problem| problem.slug), Err("already_founded"));
        }
    }
}

#[tokio::test]
async fn first_people_have_one_time_passwords_and_must_set_up_a_second_factor() {
    let house = House::new().await;
    let names: Vec<_> = house.people.iter().map(|made| made.user.user_name.as_str()).collect();
    assert_eq!(
        names,
        [
            "clara@trustee.onmicrosoft.de",
            "david@trustee.onmicrosoft.de",
            "edith@trustee.onmicrosoft.de",
            "anke@operator.onmicrosoft.de"
        ]
    );
    for made in &house.people {
        let password = made.one_time_password.clone().expect("a one-time password");
        let name = &made.user.user_name;
        let known = house.identity.verify_password(None, name, password).await.expect("checked");
        assert!(known.is_ok_and(|person| person.must_change && !person.totp_ready), "{name}");
        let home = house.identity.tenant(made.user.tenant).await.expect("read").expect("a tenant");
        assert!(home.require_mfa, "{name}");
    }
    let staff = house.id("anke").0;
    assert_eq!(house.identity.operator_tenant().await, Ok(staff));
    assert_eq!(house.acts(staff).await, [("admit-person".to_owned(), "system".to_owned())]);
}

#[tokio::test]
async fn only_officers_let_somebody_into_the_house() {
    let house = House::new().await;
    let (trustee, operator) = (house.id("clara").0, house.id("anke").0);
    let partner = new_tenant(Party::Partner, "contoso", new_user("erika", &[Role::GlobalAdmin]));
    let partner = house.identity.open_tenant(partner).await.expect("a tenant");
    let as_partner = |roles: &[Role], tenant, party| {
        let Actor::Caller(caller) = house.caller("clara") else { panic!("a caller") };
        let user = Some(partner.admin.user.id);
        Actor::Caller(Caller { tenant, party, user, roles: roles.to_vec(), ..caller })
    };
    let home = partner.tenant.id;
    let Actor::Caller(officer) = house.caller("clara") else { panic!("a caller") };
    let weak = Actor::Caller(Caller { mfa: false, ..officer.clone() });
    let app = Actor::Caller(Caller { user: None, ..officer.clone() });
    let refused = Err("role_required");
    for (what, actor, tenant, roles, want) in [
        ("officer", house.caller("clara"), operator, vec![Role::OperatorStaff], Ok(())),
        ("officer", house.caller("clara"), trustee, vec![Role::TrusteeOfficer], Ok(())),
        ("officer", house.caller("clara"), trustee, vec![Role::Auditor], Ok(())),
        ("officer", house.caller("clara"), operator, vec![Role::TrusteeOfficer], Err("role_unknown")),
        (
            "officer",
            house.caller("clara"),
            trustee,
            vec![Role::Auditor, Role::TrusteeOfficer],
            Err("roles_exclude_each_other"),
        ),
        ("officer, partner's tenant", house.caller("clara"), home, vec![Role::GlobalAdmin], refused),
        ("officer without second factor", weak, operator, vec![Role::OperatorStaff], Err("mfa_required")),
        ("an app of the trustee", app, operator, vec![Role::OperatorStaff], refused),
        ("auditor", house.caller("edith"), trustee, vec![Role::TrusteeOfficer], refused),
        ("staff", house.caller("anke"), operator, vec![Role::OperatorStaff], refused),
        (
            "partner's admin",
            as_partner(&[Role::GlobalAdmin], home, Party::Partner),
            trustee,
            vec![Role::TrusteeOfficer],
            refused,
        ),
        (
            "partner's admin with an officer's role",
            as_partner(&[Role::GlobalAdmin, Role::TrusteeOfficer], home, Party::Partner),
            trustee,
            vec![Role::TrusteeOfficer],
            refused,
        ),
        (
            "partner's admin with the trustee's id",
            as_partner(&[Role::GlobalAdmin], trustee, Party::Partner),
            trustee,
            vec![Role::TrusteeOfficer],
            refused,
        ),
    ] {
        let name = format!("new{}", house.identity.ids().random().simple());
        let alone = house.identity.create_user(&actor, tenant, new_user(&name, &roles)).await;
        let alone = alone.map(|_| ()).map_err(|problem| problem.slug);
        let second = Err("second_officer_required");
        assert_eq!(alone, want.and(second), "{what} alone makes {roles:?}");
        let again = house.identity.create_user(&actor, tenant, new_user(&name, &roles)).await;
        assert_eq!(again.map(|_| ()).map_err(|problem| problem.slug), alone, "{what} asks twice");
        let by = if want.is_ok() { house.caller("david") } else { actor };
        let made = house.identity.create_user(&by, tenant, new_user(&name, &roles)).await;
        assert_eq!(made.map(|_| ()).map_err(|problem| problem.slug), want, "a second officer, {roles:?}");
    }
}

#[tokio::test]
async fn what_happens_to_people_of_the_house_is_in_the_books() {
    let house = House::new().await;
    let officer = house.caller("clara");
    let (tenant, anke) = house.id("anke");
    let disable = UserPatch { enabled: Some(false), ..UserPatch::default() };
    house.clock.forward(1);
    house.identity.update_user(&officer, tenant, anke, disable).await.expect("disabled");
    house.clock.forward(1);
    let other = house.caller("david");
    let alone = house.identity.reset_password(&officer, tenant, anke).await.err().map(|problem| problem.slug);
    assert_eq!(alone, Some("second_officer_required"));
    house.identity.reset_password(&other, tenant, anke).await.expect("reset");
    let named = UserPatch { display_name: Some("Anke L".to_owned()), ..UserPatch::default() };
    house.identity.update_user(&officer, tenant, anke, named).await.expect("named");
    house.clock.forward(1);
    assert!(house.identity.delete_user(&other, tenant, anke).await.is_err(), "one officer dismisses nobody");
    house.identity.delete_user(&officer, tenant, anke).await.expect("deleted");
    let (by, with) = (officer.name(), other.name());
    let acts = house.acts(tenant).await;
    let want = [
        ("admit-person", "system"),
        ("change-person", &by),
        ("renew-person", &with),
        ("dismiss-person", &by),
    ];
    assert_eq!(acts, want.map(|(act, by)| (act.to_owned(), by.to_owned())));
}

#[tokio::test]
async fn two_officers_stay() {
    let house = House::new().await;
    let clara = house.caller("clara");
    let (tenant, david) = house.id("david");
    let demote = UserPatch { roles: Some(vec![Role::Auditor]), ..UserPatch::default() };
    let disable = UserPatch { enabled: Some(false), ..UserPatch::default() };
    let slug = |done: Result<User, Problem>| done.err().map(|problem| problem.slug);
    let last = Some("last_administrator");
    assert_eq!(slug(house.identity.update_user(&clara, tenant, david, demote.clone()).await), last);
    let gone = house.identity.delete_user(&clara, tenant, david).await;
    assert_eq!(gone.err().map(|problem| problem.slug), last);
    // Locking somebody out must be possible at once.
    assert_eq!(slug(house.identity.update_user(&clara, tenant, david, disable.clone()).await), None);
    let own = house.id("clara").1;
    assert_eq!(slug(house.identity.update_user(&clara, tenant, own, disable).await), last);
    for name in ["emil", "frida"] {
        let new = new_user(name, &[Role::TrusteeOfficer]);
        house.identity.create_user(&Actor::House, tenant, new).await.expect("made");
    }
    let frida = house.identity.users(&clara, tenant, 0, 9).await.expect("people");
    let frida = frida.into_iter().find(|user| user.user_name.starts_with("frida")).expect("frida").id;
    let second = Some("second_officer_required");
    assert_eq!(slug(house.identity.update_user(&clara, tenant, own, demote.clone()).await), second);
    let Actor::Caller(caller) = &clara else { panic!("a caller") };
    let frida = Actor::Caller(Caller { user: Some(frida), ..caller.clone() });
    assert_eq!(slug(house.identity.update_user(&frida, tenant, own, demote).await), None);
}

#[tokio::test]
async fn nobody_else_gets_the_domains_of_the_house() {
    let temp = TempStore::new();
    let identity = identity_over(&temp, &Arc::new(Hand::at(START))).await;
    for (party, label) in [
        (Party::Partner, "trustee"),
        (Party::Partner, "Operator.onmicrosoft.de"),
        (Party::Customer, "trustee"),
    ] {
        let roles = [if party == Party::Partner { Role::GlobalAdmin } else { Role::CustomerAdmin }];
        let opened = identity.open_tenant(new_tenant(party, label, new_user("erika", &roles))).await;
        assert_eq!(opened.err().map(|problem| problem.slug), Some("domain_taken"), "{party:?} {label}");
    }
    identity.found_house(founding(two_officers())).await.expect("the house gets them");
    let read = |tx: &mut store::Tx| directory::tenant_of_domain(tx, "trustee.onmicrosoft.de");
    assert!(temp.store.read("domain", read).await.expect("read").is_some());
}

#[tokio::test]
async fn an_invitation_that_nobody_takes_up_ends() {
    let house = House::new().await;
    let (tenant, anke) = house.id("anke");
    let name = "anke@operator.onmicrosoft.de";
    let one_time = house.people.last().and_then(|made| made.one_time_password.clone()).expect("a password");
    let tries = async |password: &Zeroizing<String>| {
        let known = house.identity.verify_password(None, name, password.clone()).await.expect("checked");
        known.map(|_| ())
    };
    assert_eq!(tries(&one_time).await, Ok(()));
    house.clock.forward(7 * 86_400 - 1);
    assert_eq!(tries(&one_time).await, Ok(()));
    house.clock.forward(1);
    assert_eq!(tries(&one_time).await, Err(Refusal::Expired));
    assert_eq!(
        tries(&secret("wrong")).await,
        Err(Refusal::Wrong),
        "only who knows it learns that it is too old"
    );
    let alone = house.identity.reset_password(&house.caller("clara"), tenant, anke).await;
    assert_eq!(alone.err().map(|problem| problem.slug), Some("second_officer_required"));
    let fresh = house.identity.reset_password(&house.caller("david"), tenant, anke).await.expect("reset");
    assert_eq!(tries(&fresh).await, Ok(()));
    let own = secret(PASSWORD);
    house.identity.change_password(anke, fresh, own.clone()).await.expect("changed");
    house.clock.forward(400 * 86_400);
    assert_eq!(tries(&own).await, Ok(()), "one's own password does not end");
    // A customer's first administrator has nobody who could give another one.
    let admin = NewUser { password: None, ..new_user("kai", &[Role::CustomerAdmin]) };
    let customer =
        house.identity.open_tenant(new_tenant(Party::Customer, "kunde", admin)).await.expect("a tenant");
    let first = customer.admin.one_time_password.expect("a password");
    house.clock.forward(400 * 86_400);
    let known =
        house.identity.verify_password(None, &customer.admin.user.user_name, first).await.expect("checked");
    assert!(known.is_ok());
}

#[tokio::test]
async fn one_officer_alone_lets_nobody_in_by_any_act() {
    let house = House::new().await;
    let (clara, david) = (house.caller("clara"), house.caller("david"));
    let identity = &house.identity;
    let roles = |role| UserPatch { roles: Some(vec![role]), ..UserPatch::default() };
    let on = |enabled| UserPatch { enabled: Some(enabled), ..UserPatch::default() };
    for name in ["anke", "edith"] {
        let (tenant, id) = house.id(name);
        let slug = |done: Result<(), Problem>| done.err().map(|problem| problem.slug);
        let with_factor = move |tx: &mut store::Tx| {
            let mut person = directory::person(tx, id)?.ok_or(store::StoreError::NoRow("person"))?;
            (person.totp, person.totp_ready) = (Some(vec![1]), true);
            directory::set_person(tx, &person)
        };
        house.temp.store.write("with-factor", with_factor).await.expect("a second factor");
        // Locking out is one officer's; letting in again is not.
        assert!(identity.update_user(&clara, tenant, id, on(false)).await.is_ok(), "{name}");
        let role = if name == "anke" { Role::OperatorStaff } else { Role::TrusteeOfficer };
        for (what, by, want) in [
            ("enable", &clara, Some("second_officer_required")),
            ("enable", &clara, Some("second_officer_required")),
            ("enable", &david, None),
            ("password", &clara, Some("second_officer_required")),
            ("mfa", &david, Some("second_officer_required")), // another wish than the password
            ("password", &david, None),
            ("mfa", &clara, None),
            ("roles", &clara, if name == "anke" { None } else { Some("second_officer_required") }),
            ("delete", &clara, Some("second_officer_required")),
            ("delete", &david, None),
        ] {
            let done = match what {
                "enable" => identity.update_user(by, tenant, id, on(true)).await.map(|_| ()),
                "password" => identity.reset_password(by, tenant, id).await.map(|_| ()),
                "mfa" => identity.reset_mfa(by, tenant, id).await.map(|_| ()),
                "roles" => identity.update_user(by, tenant, id, roles(role)).await.map(|_| ()),
                _ => identity.delete_user(by, tenant, id).await,
            };
            assert_eq!(slug(done), want, "{name} {what}");
        }
    }
}

#[tokio::test]
async fn a_wish_ends_with_its_time_and_with_its_officer() {
    let house = House::new().await;
    let (clara, david) = (house.caller("clara"), house.caller("david"));
    let (tenant, anke) = house.id("anke");
    let second = Some("second_officer_required");
    let reset = async |by: &Actor| {
        house.identity.reset_password(by, tenant, anke).await.err().map(|problem| problem.slug)
    };
    assert_eq!(reset(&clara).await, second);
    house.clock.forward(7 * 86_400);
    assert_eq!(reset(&david).await, second, "a week later nobody wishes it any more");
    let (trustee, id) = house.id("david");
    let disable = UserPatch { enabled: Some(false), ..UserPatch::default() };
    house.identity.update_user(&clara, trustee, id, disable).await.expect("locked out");
    assert_eq!(reset(&clara).await, second, "an officer who is locked out wishes nothing");
}
