use super::*;
use crate::operation::{Api, find, operations};

#[test]
fn the_german_profile_holds_together() {
    let profile = germany();
    assert_eq!(profile.countries.len(), 32);
    assert_eq!(profile.currencies, Currency::ALL);
    assert!(profile.sells_in("GB".parse().expect("a country")));
    assert!(!profile.sells_in("US".parse().expect("a country")));
    assert_eq!(profile.sandbox.customers, 75);
    let cart = find("create-cart").expect("in the table");
    assert_eq!(profile.since(cart), Some(jiff::civil::date(2019, 3, 1)));
}

/// The sovereignty refusals are those of the inventory and the reading of one user, no more and no less.
#[test]
fn sovereignty_refuses_what_the_inventory_says() {
    let mut expected: Vec<&str> = include_str!("../../tests/data/operations.tsv")
        .lines()
        .filter(|line| line.ends_with("unavailable-by-sovereignty"))
        .filter_map(|line| line.split('\t').next())
        .chain(["get-user"])
        .collect();
    expected.sort_unstable();
    let mut refused: Vec<&str> = germany()
        .refusals
        .iter()
        .filter(|refusal| refusal.reason == Reason::SovereigntyRestricted)
        .flat_map(|refusal| refusal.operations.iter().copied())
        .collect();
    refused.sort_unstable();
    assert_eq!(refused, expected);
}

#[test]
fn nothing_documented_for_germany_is_refused_and_every_refusal_names_a_place() {
    for spec in operations().iter().filter(|spec| spec.api == Api::PartnerCenter) {
        if let State::Refused(refusal) = germany().state(spec) {
            assert!(!spec.clouds.contains(&Cloud::Germany), "{} is documented for Germany", spec.id);
            assert!(!spec.served, "{} is served and refused", spec.id);
            assert!(refusal.place.is_some(), "{} leaves its caller without a place to go", spec.id);
        }
    }
}

#[test]
fn a_refusal_says_why_and_where() {
    let State::Refused(refusal) = germany().state(find("list-users").expect("in the table")) else {
        panic!("list-users must be refused");
    };
    for (locale, text, place) in [
        ("en-US", "managed by the customer", "Account pages of the data trustee"),
        ("de-AT", "verwaltet der Kunde", "Kontoseiten des Datentreuhänders"),
        ("FR", "gérés par le client", "Pages de compte du fiduciaire"),
        ("pl-PL", "managed by the customer", "Account pages of the data trustee"),
        ("", "managed by the customer", "Account pages of the data trustee"),
    ] {
        let problem = refusal.problem(locale);
        assert_eq!((problem.status, problem.slug), (403, "sovereignty_restricted"));
        assert_eq!(problem.data, ["/account/users"]);
        let said = &problem.description;
        assert!(
            said.contains(text) && said.contains(place) && said.contains("(/account/users)"),
            "{locale}: {said}"
        );
    }
}

#[test]
fn each_language_has_words_of_its_own() {
    let places = germany().places.values().map(|place| &place.title);
    for text in germany().refusals.iter().map(|refusal| &refusal.text).chain(places) {
        let Text { en, de, fr } = text;
        assert!(!en.is_empty() && en != de && en != fr && de != fr, "{en}");
        for one in [en, de, fr] {
            assert!(one.trim() == one && !one.contains(['<', '{']), "{one}");
        }
    }
}

fn check(replace: &str, by: &str, expected: &str) {
    assert!(GERMANY.contains(replace), "the profile no longer says {replace}");
    let error = Profile::parse(&GERMANY.replacen(replace, by, 1)).expect_err(by);
    let before = &GERMANY[..GERMANY.find(replace).expect("found above")];
    assert_eq!(error.line, 1 + before.matches('\n').count(), "{by}: {error}");
    assert!(error.message.contains(expected), "{by}: {}", error.message);
}

#[test]
fn errors_name_line_and_key() {
    check("title = \"Sovereign", "titel = \"Sovereign", "unknown field `titel`");
    check("home_country = \"DE\"", "home_country = \"US\"", "home_country: 'US' is not among the countries");
    check("\"AT\", \"BE\"", "\"AT\", \"AT\"", "countries: 'AT' is named twice");
    check("\"AT\", \"BE\"", "\"Austria\", \"BE\"", "country code");
    check("\"EUR\", \"DKK\"", "\"EUR\", \"USD\"", "currencies: 'USD'");
    check("\"create-referral\"", "\"create-referal\"", "'create-referal' is no operation of the table");
    check("\"create-referral\"", "\"create-tenant\"", "'create-tenant' is our own");
    check("\"create-referral\"", "\"list-users\"", "'list-users' is refused twice");
    check("place = \"customer-users\"", "place = \"nowhere\"", "place: 'nowhere'");
    check("password_grant = \"demo\"", "password_grant = \"always\"", "unknown variant `always`");
    check("customers = 75", "customers = -1", "-1");
}
