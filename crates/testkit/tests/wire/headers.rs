//! What stands beside the body, on both ways.

use testkit::Ask;

use crate::stage::{play, text};

#[test]
fn ids_are_echoed_as_they_were_sent() {
    play(|stage| async move {
        let (request, correlation) =
            ("D6B5C1C4-0001-4A6C-8E0B-5E1F2A3B4C5D", "0f0e0d0c-0b0a-4009-8807-060504030201");
        for path in ["/v1/customers", "/v1/nothing", "/v1/customers/00000000-0000-4000-8000-000000000001"] {
            let ask = Ask::get(path).header("MS-RequestId", request).header("MS-CorrelationId", correlation);
            let got = stage.send(ask).await;
            assert_eq!(
                (got.header("ms-requestid"), got.header("ms-correlationid")),
                (request, correlation),
                "{path}"
            );
            assert!(got.header("ms-cv").ends_with(".0"), "{path}");
            assert!(
                !got.header("ms-serverid").is_empty()
                    && got.header("ms-serverid").bytes().all(|b| b.is_ascii_digit())
            );
        }
        let (first, second) = (stage.get("/v1/customers").await, stage.get("/v1/customers").await);
        for name in ["ms-requestid", "ms-correlationid"] {
            let fresh: uuid::Uuid = first.header(name).parse().expect("a fresh id");
            assert_ne!(second.header(name), fresh.to_string(), "{name}");
        }
        for name in ["MS-RequestId", "MS-CorrelationId"] {
            let got = stage.send(Ask::get("/v1/customers").header(name, "no guid")).await;
            assert_eq!((got.status, got.slug().as_str()), (400, "invalid_id"), "{name}");
        }
    });
}

#[test]
fn the_locale_is_echoed_and_chooses_the_language() {
    play(|stage| async move {
        let path = format!("/v1/offers/{}?country=DE", stage.offer);
        let mut words = Vec::new();
        for locale in ["", "en-US", "de-DE", "fr-FR"] {
            let ask = Ask::get(&path);
            let got = stage.send(if locale.is_empty() { ask } else { ask.header("X-Locale", locale) }).await;
            if !locale.is_empty() {
                assert!(got.header("x-locale").starts_with(locale), "{locale}: {}", got.header("x-locale"));
            }
            words.push(text(&got.expect(200)["description"]));
        }
        assert_eq!(words[0], words[1], "en-US is the default");
        assert!(words[1] != words[2] && words[2] != words[3] && words[1] != words[3], "{words:?}");
        let odd = stage.send(Ask::get(&path).header("X-Locale", "<script>")).await;
        assert_eq!((odd.status, odd.header("x-locale")), (200, ""), "what is no language is not echoed");
    });
}

#[test]
fn callers_need_few_headers_and_may_send_many() {
    play(|stage| async move {
        for (name, value) in [
            ("Accept", "application/json, text/plain, */*"),
            ("MS-Contract-Version", "v1"),
            ("api-version", "v1"),
            ("MS-PartnerCenter-Application", "Frau Ölmüller's tool"),
            ("MS-PartnerCenter-Client", "Partner Center .NET SDK"),
            ("MS-SdkVersion", "3.4.0"),
            ("Content-Type", "text/plain"),
            ("Cookie", "a=b"),
            ("X-Anything", "x"),
        ] {
            assert_eq!(stage.send(Ask::get(stage.at("")).header(name, value)).await.status, 200, "{name}");
        }
        let waiting = Ask::post(stage.at("/orders"), &stage.order_of(1)).header("Expect", "100-continue");
        assert_eq!(stage.send(waiting).await.status, 201);
    });
}

#[test]
fn tokens_are_taken_from_the_authorization_header_alone() {
    play(|stage| async move {
        let token = stage.token.clone();
        for (header, status) in [
            (format!("Bearer {token}"), 200),
            (format!("bearer  {token}"), 200),
            (format!("BEARER {token}"), 200),
            ("Bearer null".to_owned(), 401),
            ("Bearer".to_owned(), 401),
            (format!("Basic {token}"), 401),
            (token.clone(), 401),
            (format!("Bearer {}", token.replace('.', "")), 401),
        ] {
            let got = stage.send_as("", Ask::get("/v1/customers").header("Authorization", &header)).await;
            assert_eq!(got.status, status, "{header:.12}");
            assert_eq!(got.header("www-authenticate").is_empty(), status == 200, "{header:.12}");
        }
        let query = stage.send_as("", Ask::get(format!("/v1/customers?access_token={token}"))).await;
        assert_eq!(query.status, 401);
    });
}

#[test]
fn answers_carry_what_keeps_browsers_out_and_are_shortened_on_request() {
    play(|stage| async move {
        let plain = stage.get("/v1/offers?country=DE").await;
        assert_eq!(plain.header("content-type"), "application/json; charset=utf-8");
        assert_eq!(plain.header("x-content-type-options"), "nosniff");
        assert_eq!(plain.header("cache-control"), "no-store");
        assert!(plain.header("content-security-policy").contains("sandbox"));
        assert_eq!(plain.header("content-encoding"), "");
        let short = stage.send(Ask::get("/v1/offers?country=DE").header("Accept-Encoding", "gzip")).await;
        assert_eq!(short.header("content-encoding"), "gzip");
        assert!(short.body.starts_with(&[0x1f, 0x8b]) && short.body.len() < plain.body.len());
    });
}

#[test]
fn files_are_saved_under_the_name_that_the_contract_gives_them() {
    play(|stage| async move {
        let templates = stage.send_as(&stage.admin, Ask::get("/v1/agreements")).await.expect(200);
        let template = text(&templates["items"][0]["templateId"]);
        let file =
            stage.get(&format!("/treuhand/v1/agreementtemplates/{template}/text?language=de-DE")).await;
        assert_eq!(file.status, 200, "{}", file.text());
        assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(
            file.header("content-disposition"),
            format!("attachment; filename=\"agreement-{template}.txt\"")
        );
        assert!(file.text().starts_with("Cloud-Vertrag"), "{}", file.text());
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.header("content-security-policy").contains("sandbox"));
    });
}
