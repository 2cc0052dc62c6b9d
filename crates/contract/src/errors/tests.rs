use super::*;

fn check(api: Api, problem: &Problem, expected: &str) {
    assert_eq!(envelope(api, problem).to_string(), expected);
}

#[test]
fn problems_are_written_in_the_form_of_their_api() {
    let stale = Problem::new(400, code::STALE_ETAG, "stale_etag", "Read again.").with("billing-profile");
    check(
        Api::PartnerCenter,
        &stale,
        r#"{"code":2055,"description":"Read again.","data":["stale_etag","billing-profile"],"source":"Treuhand"}"#,
    );
    check(
        Api::Trustee,
        &stale,
        r#"{"type":"urn:treuhand:problem:stale_etag","title":"stale_etag","status":400,"detail":"Read again.","data":["billing-profile"],"code":2055}"#,
    );
    let busy = Problem::new(429, code::UNCLASSIFIED, "throttled", "Too many calls.").retry_after(7);
    check(Api::PartnerCenter, &busy, r#"{"statusCode":429,"message":"Too many calls."}"#);
}

#[test]
fn contract_paths_never_say_413_or_422() {
    for undocumented in [413, 422] {
        let odd = Problem::new(undocumented, code::BAD_INPUT, "odd", "Odd.");
        assert_eq!(status(Api::PartnerCenter, &odd), 400);
        assert_eq!(status(Api::Enrollment, &odd), undocumented);
        assert!(CATALOGUE.iter().all(|entry| entry.status != Some(undocumented)));
    }
}

#[test]
fn the_catalogue_is_ordered_and_twice_listed_codes_are_known() {
    assert!(CATALOGUE.windows(2).all(|pair| pair[0].code <= pair[1].code), "not in order");
    let twice: Vec<u32> =
        CATALOGUE.windows(2).filter(|pair| pair[0].code == pair[1].code).map(|pair| pair[0].code.0).collect();
    assert_eq!(twice, [2006]);
    assert_eq!(documented(code::OFFER_NOT_FOR_PARTNER).count(), 2);
    assert_eq!(CATALOGUE.len(), 182);
}

#[test]
fn descriptions_are_cut_at_a_character() {
    let long = Problem::new(400, code::BAD_INPUT, "long", "ä".repeat(2000));
    let body = envelope(Api::PartnerCenter, &long);
    assert_eq!(body["description"].as_str().map(|text| text.chars().count()), Some(1024));
}
