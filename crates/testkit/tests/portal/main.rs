//! The portal over both zones, with a browser that runs no script: what the partner's and the customer's people do.

mod issuers;

use serde_json::json;
use store::testing::Engine;
use testkit::browser::{Browser, Shown};
use testkit::{Ask, Plan, Town};
use treuhand::seed::PersonAccess;

const NEW: [(&str, &str); 10] = [
    ("company", "Contoso & Söhne GmbH"),
    ("prefix", "contososoehne"),
    ("country", "DE"),
    ("first", "Maximilian"),
    ("last", "Canary"),
    ("email", "max@contoso.example"),
    ("phone", "+49 391 5550100"),
    ("street", "Musterstraße 1"),
    ("postal", "39104"),
    ("city", "Magdeburg"),
];

store::for_each_engine! {
    a_partner_sells_once_its_customer_has_accepted
    a_subscription_is_changed_after_a_check
    an_administrator_manages_users_apps_and_the_own_password
    invoices_are_for_those_who_handle_them_and_signing_out_ends_it
    an_invoice_is_read_and_saved
}

async fn town(engine: Engine) -> Town {
    Town::found(Plan::on(engine)).await.expect("a town")
}

/// Somebody of the direct partner with this role.
fn person<'t>(town: &'t Town, role: &str) -> &'t PersonAccess {
    let partner = town.partner("direct").expect("a partner");
    partner.users.iter().find(|user| user.roles.iter().any(|held| held == role)).expect("a person")
}

async fn signed_in<'t>(town: &'t Town, role: &str) -> Browser<'t> {
    let person = person(town, role);
    let browser = Browser::new(town);
    let page = browser.sign_in(&person.user_name, &person.password).await;
    page.says(200, "What needs somebody");
    assert_eq!(page.at, "/portal");
    browser
}

/// Creates a customer and gives its page's address and its administrator's first sign-in.
async fn new_customer(browser: &Browser<'_>) -> (String, String, String) {
    let form = browser.get("/portal/customers/new").await;
    let made = browser.send(&form, "name=\"company\"", &NEW).await;
    made.says(200, "Contoso &#38; Söhne GmbH is created");
    let secrets = made.secrets();
    (made.link("To the customer"), secrets[0].clone(), secrets[1].clone())
}

/// Chooses the first offer of the first category and says how many.
async fn choose(browser: &Browser<'_>, customer: &Shown) -> Shown {
    let offers = browser.get(&customer.link("New order")).await;
    let first = offers.html.split("<th scope=\"row\"><a href=\"").nth(1).expect("an offer");
    let offer = first.split('"').next().expect("an address").replace("&#38;", "&");
    let quantity = browser.get(&offer).await;
    browser.send(&quantity, "name=\"quantity\"", &[("quantity", "3"), ("name", "Front office")]).await
}

async fn a_partner_sells_once_its_customer_has_accepted(engine: Engine) {
    let town = town(engine).await;
    let seller = signed_in(&town, "AdminAgent").await;
    let (customer, user, password) = new_customer(&seller).await;
    let page = seller.get(&customer).await;
    page.says(200, "Maximilian Canary").says(200, "opened for you").says(200, "not accepted yet");
    let list = seller.get("/portal/customers?by=company&q=Contoso").await;
    list.says(200, "Contoso &#38; Söhne GmbH");
    assert!(!list.has("Canary"), "a list opens nothing");

    let check = choose(&seller, &page).await;
    check.says(200, "Error 13605").says(200, "disabled>Order with costs").says(200, "Front office");
    let refused = seller.send(&check, "Order with costs", &[]).await;
    refused.says(403, "Error 13605").says(403, "accept the agreements");

    town.enrol_approver(&user).await.expect("an approver");
    let admin = Browser::new(&town);
    let first = admin.sign_in(&user, &password).await;
    let own = [("password", "ein langer Satz am Morgen"), ("again", "ein langer Satz am Morgen")];
    let home = admin.send(&first, "name=\"again\"", &own).await;
    home.says(200, "3 agreements wait for your acceptance.");
    assert_eq!(admin.get("/portal/customers").await.status, 403);
    let agreements = admin.get("/account/agreements").await;
    let nothing = admin.send(&agreements, "name=\"template\"", &[]).await;
    nothing.says(400, "Tick the agreements that you accept.");
    for _ in 0..3 {
        let agreements = admin.get("/account/agreements").await;
        if let Some(rest) = agreements.html.split("name=\"template\" value=\"").nth(1) {
            let template = rest.split('"').next().expect("an id").to_owned();
            admin
                .send(&agreements, "name=\"template\"", &[("template", &template)])
                .await
                .says(200, "accepted");
        }
    }
    admin.get("/account/agreements").await.says(200, "All agreements are accepted.");
    admin.get("/portal").await.says(200, "Nothing waits for you.");

    let check = seller.get(&check.at).await;
    check.says(200, "Lines of the next invoice").says(200, "Twelve months cost");
    let receipt = seller.send(&check, "Order with costs", &[]).await;
    receipt.says(200, "The order is placed.").says(200, "Front office");
    let again = seller.send(&check, "Order with costs", &[]).await;
    assert_eq!(again.at, receipt.at, "a form sent twice orders once");
    let page = seller.get(&customer).await;
    assert_eq!(page.html.matches("Front office").count(), 2, "one subscription and one order: {}", page.html);
}

async fn a_subscription_is_changed_after_a_check(engine: Engine) {
    let town = town(engine).await;
    let partner = town.partner("sandbox").expect("a partner");
    let agent = partner.users.iter().find(|user| user.roles.iter().any(|role| role == "AdminAgent"));
    let agent = agent.expect("an agent");
    let seller = Browser::new(&town);
    seller.sign_in(&agent.user_name, &agent.password).await.says(200, "What needs somebody");
    let (customer, ..) = new_customer(&seller).await;
    let check = choose(&seller, &seller.get(&customer).await).await;
    let receipt = seller.send(&check, "Order with costs", &[]).await;
    let subscription = receipt.says(200, "The order is placed.").link("Open Front office");

    for (form, members, done) in [
        ("value=\"seats\"", &[("quantity", "5")][..], "The quantity is changed."),
        ("value=\"rename\"", &[("name", "Back office")], "The name is changed."),
        ("value=\"renew-off\"", &[], "The renewal is changed."),
        ("value=\"suspend\"", &[], "The subscription is suspended."),
        ("value=\"reactivate\"", &[], "The subscription is active again."),
    ] {
        let page = seller.get(&subscription).await;
        let check = seller.send(&page, form, members).await;
        check.says(200, "Make the change");
        assert_eq!(check.has("Total before tax"), !form.contains("rename"), "{form}");
        seller.send(&check, "Make the change", &[]).await.says(200, done);
    }
    let page = seller.get(&subscription).await;
    page.says(200, "Back office").says(200, "value=\"5\"");

    // Somebody else was quicker: nothing is overwritten, what to do is said.
    let mine = seller.send(&page, "value=\"seats\"", &[("quantity", "6")]).await;
    let theirs = seller.send(&page, "value=\"seats\"", &[("quantity", "7")]).await;
    seller.send(&theirs, "Make the change", &[]).await.says(200, "The quantity is changed.");
    let late = seller.send(&mine, "Make the change", &[]).await;
    assert!(
        late.status >= 400 && late.has("Somebody changed it in the meantime"),
        "{}: {}",
        late.status,
        late.html
    );
    seller.get(&subscription).await.says(200, "value=\"7\"");
}

async fn an_administrator_manages_users_apps_and_the_own_password(engine: Engine) {
    let town = town(engine).await;
    let admin = signed_in(&town, "GlobalAdmin").await;
    let form = admin.get("/account/users/new").await;
    let members = [("user", "neu"), ("display", "Neue Person"), ("roles", "SalesAgent")];
    let made = admin.send(&form, "name=\"user\"", &members).await;
    made.says(200, "is created");
    let (user, password) = (made.secrets()[0].clone(), made.secrets()[1].clone());
    let users = admin.get("/account/users").await;
    let one = admin.get(&users.link("Neue Person")).await;
    one.says(200, "sales agent");
    admin.send(&one, "value=\"disable\"", &[]).await.says(400, "Tick the box");
    admin.send(&one, "value=\"disable\"", &[("sure", "yes")]).await.says(200, "can no longer sign in");
    let newcomer = Browser::new(&town);
    assert!(!newcomer.sign_in(&user, &password).await.has("What needs somebody"));

    let apps = admin.get("/account/apps").await;
    let made = admin.send(&apps, "value=\"create\"", &[("name", "Sync"), ("kind", "web")]).await;
    made.says(200, "shown only now").says(200, "Sync");
    assert!(!admin.get("/account/apps").await.has(&made.secrets()[1]), "a secret is shown once");

    let old = &person(&town, "GlobalAdmin").password;
    let change = admin.get("/account/password").await;
    let other =
        [("current", old.as_str()), ("new", "ein ganz anderer Satz"), ("again", "ein ganz andrer Satz")];
    admin.send(&change, "name=\"again\"", &other).await.says(400, "differ");
    let new =
        [("current", old.as_str()), ("new", "ein ganz anderer Satz"), ("again", "ein ganz anderer Satz")];
    let after = admin.send(&change, "name=\"again\"", &new).await;
    assert!(after.has("name=\"user_name\"") || after.has("Your password is changed."), "{}", after.html);
    let name = &person(&town, "GlobalAdmin").user_name;
    Browser::new(&town).sign_in(name, "ein ganz anderer Satz").await.says(200, "What needs somebody");
}

async fn invoices_are_for_those_who_handle_them_and_signing_out_ends_it(engine: Engine) {
    let town = town(engine).await;
    let seller = signed_in(&town, "SalesAgent").await;
    seller.get("/portal/invoices").await.says(403, "billing administrator");
    let admin = signed_in(&town, "BillingAdmin").await;
    let page = admin.get("/portal/invoices").await;
    page.says(200, "Invoices");
    admin.send(&page, "Sign out", &[]).await;
    assert!(admin.get("/portal/invoices").await.has("name=\"user_name\""), "signed out");
}

async fn an_invoice_is_read_and_saved(engine: Engine) {
    let town = town(engine).await;
    let partner = town.partner("sandbox").expect("a partner");
    let admin = partner.users.iter().find(|user| user.roles.iter().any(|role| role == "GlobalAdmin"));
    let admin = admin.expect("an administrator");
    let browser = Browser::new(&town);
    browser.sign_in(&admin.user_name, &admin.password).await.says(200, "What needs somebody");
    let (customer, ..) = new_customer(&browser).await;
    let check = choose(&browser, &browser.get(&customer).await).await;
    browser.send(&check, "Order with costs", &[]).await.says(200, "The order is placed.");
    let token = town.user_token(partner, admin).await.expect("a token");
    let month = Ask::post("/sandbox/v1/clock", &json!({ "advance": "P32D" })).bearer(&token);
    assert_eq!(town.call(month).await.status, 200);

    let list = browser.get("/portal/invoices").await;
    let page = browser.get(&list.says(200, "invoice").link("Recurring-D020000001")).await;
    page.says(200, "Contoso &#38; Söhne GmbH").says(200, "Lines of the invoice");
    browser.get("/portal").await.says(200, "are to be paid");
    for (file, begins, holds) in [
        ("Lines as CSV", "Customer,Customer id,", "Contoso & Söhne GmbH,"),
        ("Lines as CSV for German spreadsheets", "\u{feff}Customer;", "Contoso & Söhne GmbH;"),
        ("Reconciliation file", "PartnerId,CustomerId,", "Contoso & Söhne GmbH"),
        ("How every amount came about (JSON)", "{", "Contoso & Söhne GmbH"),
    ] {
        let saved = browser.get(&page.link(file)).await;
        assert!(saved.html.starts_with(begins) && saved.has(holds), "{file}: {}", saved.html);
    }
}
