//! The portal as a whole: all pages in all states, rights, forms, looks.

mod acts;
mod house;
pub(crate) mod html;
mod leaving;
mod looks;
mod rights;

use crate::gallery::{HOSTILE, Kit, pictures};
use crate::pages::{LIST, Route};
use crate::texts::Locale;

#[test]
fn every_page_is_well_formed_in_every_state_and_language() {
    let mut wrong = Vec::new();
    for locale in Locale::ALL {
        for picture in pictures(&Kit { locale, hostile: false }) {
            wrong.extend(
                html::faults(&picture.html)
                    .into_iter()
                    .map(|fault| format!("{} {}: {fault}", picture.name, locale.tag())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_text_from_outside_becomes_markup() {
    for locale in Locale::ALL {
        for picture in pictures(&Kit { locale, hostile: true }) {
            let name = format!("{} {}", picture.name, locale.tag());
            assert!(!picture.html.contains("<script"), "{name}: {HOSTILE} got through");
            assert!(picture.html.contains("&#60;script&#62;"), "{name}: shows nothing from outside");
            assert_eq!(html::faults(&picture.html), [""; 0], "{name}");
        }
    }
}

#[test]
fn addresses_are_unique_and_read_back() {
    let mut forms: Vec<String> = LIST
        .iter()
        .map(|page| {
            let segments =
                page.pattern.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            segments.collect::<Vec<_>>().join("/")
        })
        .collect();
    forms.sort();
    let count = forms.len();
    forms.dedup();
    assert_eq!(forms.len(), count, "two pages have one address");
    for page in LIST {
        let path = house::example(page.pattern);
        let route = Route::parse(&path).unwrap_or_else(|| panic!("{path} leads nowhere"));
        assert!(
            format!("{route:?}").starts_with(page.name),
            "{path} leads to {route:?}, not to {}",
            page.name
        );
        assert_eq!(Route::parse(&format!("{path}/")), None, "{path}/ is another address");
    }
    for path in ["/portal/customers/x/orders/a%2Fb", "/portal/invoices/..%2F", "/portals", "/"] {
        assert_eq!(Route::parse(path), None, "{path}");
    }
}

#[test]
fn contract_and_pages_share_no_address() {
    for page in LIST {
        let path = house::example(page.pattern);
        for method in [contract::Method::Get, contract::Method::Post] {
            let found = contract::route::route(method, &path);
            assert!(found.is_err(), "{path} is the contract's as well");
        }
        assert_ne!(
            contract::errors::of_miss(
                &contract::route::route(contract::Method::Get, &path).expect_err("a miss")
            )
            .status,
            400,
            "{path} is malformed for the contract's router"
        );
    }
}
