//! The page of a report, in every language.

use super::*;
use crate::gallery::HOSTILE;
use crate::tests::html;

#[test]
fn a_report_is_whole_in_every_language_and_no_text_in_it_becomes_markup() {
    for hostile in [false, true] {
        let say = |text: &str| if hostile { format!("{HOSTILE}{text}") } else { text.to_owned() };
        for calm in [false, true] {
            let pages = report_pages(&sample(say, calm));
            assert_eq!(
                pages.keys().collect::<Vec<_>>(),
                ["report.de.html", "report.en.html", "report.fr.html"]
            );
            for (name, page) in pages {
                assert!(!page.contains("<script"), "{name}");
                assert_eq!(html::faults(&page), ["a style element"], "{name}: it stands alone");
            }
        }
    }
}

#[test]
fn what_happened_is_said_and_what_did_not_happen_too() {
    let english = |calm| report_pages(&sample(str::to_owned, calm))["report.en.html"].clone();
    let (busy, calm) = (english(false), english(true));
    for said in [
        "opened data of this organisation once; records shown: 1, bytes: 40",
        "Request g:0011223344556677: customer support",
        "The bill goes to an address",
        "approver of the customer",
        "billing-profile.email",
        "access stopped",
        "13 in the period, numbers 41 to 53; 54 in all",
        "L2; in the period from L1 to L2",
        "engineering change",
        "L2 at the beginning; L1 from ",
        "witness.example/1 (",
        "sha256:00, sha256:01",
        "<dd>sha256:02",
        "Employer</dt>\n<dd>Musterwolke Betriebs GmbH",
        ", 60 minutes at most",
        "the values shown: not kept; record of the opening, without values: for ever",
        "Request g:0123456789abcdef: release to support",
        "<dd>T-2050",
        "contact data, content",
        ", 30 minutes",
        "archive, sealed to the organisation’s own key: until ",
        "The details of 1 entry were destroyed",
    ] {
        assert!(busy.contains(said), "{said} is not in {busy}");
    }
    assert!(calm.contains("opened anything of this organisation in this period"), "{calm}");
    assert!(!calm.contains("were destroyed with"), "{calm}");
    assert!(
        !calm.contains("customer support") && calm.contains("2 in the period, numbers 41 to 42"),
        "{calm}"
    );
}

#[test]
fn whatever_a_report_holds_it_is_shown() {
    for odd in
        ["null", "[]", "{}", r#"{"events":[null,1,{"entry":{"type":7,"grant":"g"}}],"released":{"uses":-1}}"#]
    {
        let odd: Value = serde_json::from_str(odd).expect("JSON");
        assert_eq!(report_pages(&odd).len(), 3);
    }
}
