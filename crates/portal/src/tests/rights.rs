//! Who sees which page: what the operation table says, and nothing else.

use contract::Role;
use contract::admit::{Caller, admit};
use serde_json::Value;

use super::house::{House, example, text};
use crate::pages::LIST;

fn nothing(_: &str) -> (u16, Value) {
    (404, super::house::refusal(0, "not_found", "There is no such thing."))
}

#[tokio::test]
async fn each_role_sees_the_pages_that_the_table_lets_it_see() {
    let profile = contract::profile::germany();
    for role in Role::ALL {
        let roles = [role];
        let house = House::with(&roles, nothing);
        for page in LIST {
            let allowed = page.calls.iter().all(|spec| admit(spec, profile, Caller::User(&roles)).is_ok());
            let before = house.called().len();
            let response = house.get(&example(page.pattern)).await;
            let refused = response.status == 403;
            assert_eq!(refused, !allowed, "{} for {}: {}", page.name, role.name(), response.status);
            assert!(allowed || house.called().len() == before, "{} asked before it refused", page.name);
            let posted = house.post(&example(page.pattern), "").await;
            assert_eq!(posted.status == 403, !allowed, "form of {} for {}", page.name, role.name());
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_asked_to() {
    let house = House::with(&[], nothing);
    for page in LIST {
        let path = example(page.pattern);
        let response = house.get(&path).await;
        if page.signed_in {
            assert_eq!(response.status, 303, "{}", page.name);
            assert_eq!(response.headers["location"], format!("/signin?to={path}"), "{}", page.name);
        } else {
            assert_eq!(response.status, 200, "{}", page.name);
        }
    }
    assert_eq!(house.called(), [""; 0]);
}

#[tokio::test]
async fn the_navigation_shows_what_the_table_allows() {
    let profile = contract::profile::germany();
    for role in Role::ALL {
        let roles = [role];
        let house = House::with(&roles, nothing);
        let page = text(&house.get("/this-cloud").await);
        let nav = page.split("</nav>").next().expect("a navigation");
        for (spec, path) in crate::frame::entry_calls() {
            let allowed = admit(spec, profile, Caller::User(&roles)).is_ok();
            assert_eq!(nav.contains(&format!("href=\"{path}\"")), allowed, "{path} for {}", role.name());
        }
    }
}

#[tokio::test]
async fn an_act_that_is_not_possible_says_who_can_do_it() {
    let list = |id: &str| match id {
        "list-customers" => (200, serde_json::json!({ "totalCount": 0, "items": [] })),
        _ => nothing(id),
    };
    let seller = text(&House::with(&[Role::SalesAgent], list).get("/portal/customers").await);
    assert!(seller.contains("href=\"/portal/customers/new\""));
    let helper = text(&House::with(&[Role::HelpdeskAgent], list).get("/portal/customers").await);
    assert!(!helper.contains("href=\"/portal/customers/new\""));
    assert!(helper.contains("one of these roles: global administrator, admin agent, sales agent"));
}
