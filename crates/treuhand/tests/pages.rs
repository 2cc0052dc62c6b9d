//! The pages over real HTTP, as people use them: sign in, look around, sell, sign out. No script runs.
//!
//! Deliberately absent: what each page says, which is tested in `portal`.
#![cfg(all(feature = "operator", feature = "trustee"))]

#[path = "pages/access.rs"]
mod access;
#[path = "pages/browser.rs"]
mod browser;
mod common;
#[path = "pages/first.rs"]
mod first;
#[path = "pages/proxied.rs"]
mod proxied;
#[path = "pages/tickets.rs"]
mod tickets;

use browser::Browser;
use contract::profile::germany;
use treuhand::seed::{Access, PersonAccess};

/// A running demo world.
struct World {
    /// Ends with the test.
    up: common::Up,
    access: Access,
}

impl World {
    fn start(name: &str) -> Self {
        let mut up = common::Up::spawn(&common::fresh(name), &[]);
        up.announced();
        let access = Access::read(&up.data.join("access.json")).expect("accounts of the demo world");
        Self { up, access }
    }

    fn root(&self) -> &str {
        &self.access.roots.api_root
    }

    async fn browser_of(&self, person: &PersonAccess) -> Browser {
        Browser::of(self.root(), &person.user_name, &person.password).await
    }

    async fn admin(&self, kind: &str) -> Browser {
        let partner = self.access.partners.iter().find(|partner| partner.kind == kind).expect("a partner");
        self.browser_of(&partner.users[0]).await
    }
}

#[tokio::test]
async fn people_sign_in_see_what_is_theirs_and_sign_out() {
    let world = World::start("pages-people");
    let customer = &world.access.customers[0];
    let mut partner = world.admin("direct").await;
    for (path, has) in [
        ("/portal/customers", customer.domain.as_str()),
        ("/portal/invoices", "<h1>"),
        ("/account/users", "vertrieb@nordlicht.onmicrosoft.de"),
        ("/account/apps", "<h1>"),
    ] {
        let page = partner.open(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.html);
        assert!(page.html.contains(has), "{path} lacks {has}: {}", page.html);
    }
    let one = partner.open(&format!("/portal/customers/{}", customer.tenant_id)).await;
    assert!(one.html.contains("Karla Brandt"), "the contact is opened: {}", one.html);

    let mut admin = world.browser_of(&customer.admin).await;
    let agreements = admin.open("/account/agreements").await;
    assert!(agreements.html.contains("All agreements are accepted"), "{}", agreements.html);
    assert_eq!(admin.open("/portal/customers").await.status, 403, "customers are a partner's business");

    let start = partner.open("/").await;
    assert_eq!(partner.sign_out(&start).await.title(), "You are signed out");
    let asked = partner.open("/portal/customers").await;
    assert_eq!((asked.status, asked.title()), (200, "Sign in"), "{}", asked.at);
}

#[tokio::test]
async fn a_partner_adds_a_customer_and_orders_in_the_sandbox() {
    let world = World::start("pages-order");
    let mut partner = world.admin("sandbox").await;
    let form = partner.open("/portal/customers/new").await;
    let members = [
        ("company", "Probewerk AG"),
        ("prefix", "probewerk"),
        ("country", "DE"),
        ("culture", "de-DE"),
        ("first", "Ida"),
        ("last", "Probst"),
        ("email", "ida@probewerk.example"),
        ("street", "Weg 1"),
        ("postal", "10115"),
        ("city", "Berlin"),
    ];
    let created = partner.submit(&form, &members).await;
    assert!(created.html.contains("admin@probewerk.onmicrosoft.de"), "{}", created.html);
    let customer = created.link("/portal/customers/");
    let offers = partner.open(&format!("{customer}/order")).await;
    let quantity = partner.open(&offers.link(&format!("{customer}/order/"))).await;
    let check = partner.submit(&quantity, &[("quantity", "3")]).await;
    assert_eq!((check.status, check.title()), (200, "Check the order"), "{}", check.html);
    let receipt = partner.submit(&check, &[]).await;
    assert_eq!((receipt.status, receipt.title()), (200, "Order"), "{}", receipt.html);
    assert!(receipt.html.contains("The order is placed."), "{}", receipt.html);
    let subscription = partner.open(&receipt.link(&format!("{customer}/subscriptions/"))).await;
    assert_eq!(subscription.status, 200, "{}", subscription.html);
}

#[tokio::test]
async fn every_place_of_the_profile_is_a_page() {
    let world = World::start("pages-places");
    let mut administrator = world.browser_of(&world.access.customers[0].admin).await;
    let mut stranger = Browser::new(world.root());
    let places = &germany().places;
    assert!(!places.is_empty(), "refused operations lead somewhere");
    for (name, place) in places {
        let page = administrator.open(&place.link).await;
        assert_eq!((page.status, page.at.as_str()), (200, place.link.as_str()), "{name}: {}", page.html);
        let page = stranger.open(&place.link).await;
        assert_eq!(page.status, 200, "{name}: shown, or sign-in is asked for: {}", page.html);
    }
}

#[tokio::test]
async fn forms_from_elsewhere_do_nothing() {
    let world = World::start("pages-forms");
    let mut partner = world.admin("direct").await;
    let form = partner.open("/account/password").await;
    let stale = [("csrf", "not of this session"), ("current", "x"), ("new", "y"), ("again", "y")];
    assert_eq!(partner.submit(&form, &stale).await.status, 403);
    let mut out = partner.open("/portal").await;
    out.html = out.html.replacen("name=\"csrf\" value=\"", "name=\"csrf\" value=\"x", 1);
    assert_eq!(partner.sign_out(&out).await.status, 403);
    assert_eq!(partner.open("/portal").await.at, "/portal", "still signed in");
    for to in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"] {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", to).finish();
        assert_eq!(partner.open(&format!("/signin/done?{query}")).await.at, "/portal", "{to}");
    }
}
