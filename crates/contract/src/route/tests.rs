use super::*;
use crate::operation::find;

const C: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";

fn check(method: Method, path: &str, id: &str, params: &[(&str, &str)]) {
    let matched = route(method, path).unwrap_or_else(|miss| panic!("{method} {path}: {miss:?}"));
    assert_eq!(matched.spec.id, id, "{method} {path}");
    assert_eq!(matched.params.iter().collect::<Vec<_>>(), params, "{method} {path}");
    assert_eq!(operations()[matched.index].id, id, "{method} {path}");
}

fn check_miss(method: Method, path: &str, expected: &RouteMiss) {
    assert_eq!(route(method, path).err().as_ref(), Some(expected), "{method} {path}");
}

#[test]
fn casing_slashes_and_versions_do_not_matter() {
    use Method::{Get, Patch, Post, Put};
    check(Get, "/v1/customers", "list-customers", &[]);
    check(Get, "/v1//customers/", "list-customers", &[]);
    check(Get, "//V1/Customers//", "list-customers", &[]);
    check(Get, "/v1.0/customers", "list-customers", &[]);
    check(Post, "/v1/extensions/product/checkinventory", "check-inventory", &[]);
    check(Post, "/v1.0/engagements/referrals", "create-referral", &[]);
    check(Post, "/v1/engagements/referrals", "create-referral", &[]);
    check(
        Patch,
        &format!("/v1/customers/{C}/devicepolicyupdates"),
        "update-devices-policy",
        &[("customer-id", C)],
    );
    check(
        Get,
        "/v1/invoices/D020001IVK/lineitems/office/BILLINGLINEITEMS",
        "list-invoice-line-items-legacy",
        &[
            ("invoice-id", "D020001IVK"),
            ("billing-provider", "office"),
            ("invoice-line-item-type", "BILLINGLINEITEMS"),
        ],
    );
    check(Put, "/v1/profiles/support", "update-support-profile", &[]);
    check(Put, "/v1/profiles/supportprofile", "update-support-profile", &[]);
    check(Get, "/v1/profiles/supportprofile", "get-support-profile", &[]);
    check(Get, "/AuditActivity/v1/auditrecords/7", "get-audit-record", &[("audit-record-id", "7")]);
}

#[test]
fn literals_win_and_parameters_catch_the_rest() {
    use Method::{Delete, Get, Post};
    check(Get, "/v1/customers/relationshiprequests", "get-relationship-request-url", &[]);
    check(Get, "/v1/customers/usagerecords", "list-customer-usage-records", &[]);
    check(Get, "/v1/customers/all/validations", "list-validation-codes", &[]);
    check(Get, "/v1/customers/all", "get-customer", &[("customer-id", "all")]);
    check(Get, "/v1/customers/all/orders", "list-orders", &[("customer-id", "all")]);
    check(Get, "/v1/invoices/summary", "get-account-balance", &[]);
    check(Get, "/v1/invoices/summaries", "list-invoice-summaries", &[]);
    check(Get, "/v1/invoices/unbilled/lineitems", "list-unbilled-line-items", &[]);
    check(Get, "/v1/invoices/unbilled", "get-invoice", &[("invoice-id", "unbilled")]);
    check(Get, "/v1/servicerequests/supporttopics", "list-support-topics", &[]);
    check(Get, "/v1/servicerequests/615", "get-service-request", &[("servicerequest-id", "615")]);
    check(Post, "/v1/servicerequests/de-DE", "create-service-request", &[("agent-locale", "de-DE")]);
    check(
        Get,
        &format!("/v1/customers/{C}/subscriptions/usagerecords"),
        "list-subscription-usage-records",
        &[("customer-id", C)],
    );
    check(Delete, &format!("/v1/customers/{C}"), "delete-sandbox-customer", &[("customer-id", C)]);
    check(
        Post,
        "/contoso.onmicrosoft.de/oauth2/token",
        "get-aad-token",
        &[("tenant-id", "contoso.onmicrosoft.de")],
    );
}

#[test]
fn parameters_are_decoded_once() {
    check(Method::Get, "/v1/offers/a%20b%2541", "get-offer", &[("offer-id", "a b%41")]);
    check(Method::Get, "/v1/offers/caf%C3%A9", "get-offer", &[("offer-id", "café")]);
    let path = "/v1/offers/x%3Ay".to_owned();
    let owned = route(Method::Get, &path).expect("an offer").params.into_owned();
    drop(path);
    assert_eq!((owned.get("offer-id"), owned.get("sku-id")), (Some("x:y"), None));
}

#[test]
fn misses_say_why() {
    use Method::{Delete, Get, Head, Patch, Post, Put};
    use RouteMiss::{Crest, Malformed, MethodNotAllowed, NotFound};
    check_miss(Get, "/v1/nonsense", &NotFound);
    check_miss(Get, "/", &NotFound);
    check_miss(Get, "", &NotFound);
    check_miss(Get, "/v1/customers/a/b", &NotFound);
    check_miss(Delete, "/v1/customers", &MethodNotAllowed(vec![Get, Post]));
    check_miss(Put, &format!("/v1/customers/{C}"), &MethodNotAllowed(vec![Get, Patch, Delete]));
    check_miss(Get, "/v1/domains/contoso.com", &MethodNotAllowed(vec![Head]));
    let long = format!("/v1/offers/{}", "x".repeat(MAX_PATH));
    let deep = "/x".repeat(MAX_SEGMENTS + 1);
    let bad = [
        "/v1/customers/../orders",
        "/v1/./customers",
        "/v1/customers/%2e%2E/orders",
        "/v1/offers/a%2Fb",
        "/v1/offers/a%5cb",
        "/v1/offers/a\\b",
        "/v1/offers/a%00b",
        "/v1/offers/a%0d%0Ab",
        "/v1/offers/%ff",
        long.as_str(),
        deep.as_str(),
    ];
    for path in bad {
        check_miss(Get, path, &Malformed);
    }
    check_miss(Post, "/my-org/tokens", &Crest);
    check_miss(Get, "/customers/get-by-identity", &Crest);
    check_miss(Post, &format!("/{C}/customers/create-reseller-customer"), &Crest);
    check_miss(Get, &format!("/{C}/Orders"), &Crest);
    check_miss(Get, &format!("/{C}/elsewhere"), &NotFound);
}

/// Every operation's own path, with odd casing, leads back to it.
#[test]
fn every_operation_routes_to_itself() {
    for (index, spec) in operations().iter().enumerate() {
        let mut path = String::new();
        let mut expected = Vec::new();
        for segment in spec.path.split('/').skip(1) {
            path.push_str("//");
            if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                path.push_str("Value-Of.");
                path.push_str(name);
                expected.push((name, format!("Value-Of.{name}")));
            } else {
                path.push_str(&segment.to_ascii_uppercase());
            }
        }
        let matched = route(spec.method, &path).unwrap_or_else(|miss| panic!("{path}: {miss:?}"));
        assert_eq!((matched.spec.id, matched.index), (spec.id, index));
        let params: Vec<_> = matched.params.iter().map(|(name, value)| (name, value.to_owned())).collect();
        assert_eq!(params, expected, "{path}");
    }
    assert!(ALIASES.iter().all(|(id, _)| find(id).is_some()), "an alias of no operation");
}
