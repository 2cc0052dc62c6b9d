//! What is given broken input, and what each promises.

use contract::operation::{Method, Operation, operations};
use contract::operations::ListCustomers;
use contract::query::{PageLimits, Query};
use contract::route::route;
use contract::shape::Shape;
use contract::wire;
use envelope::{Expected, Header, SALT_LEN, TenantKey, TenantKeys};
use kernel::TenantId;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::papers;

/// Something that reads what strangers write.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// By what name it is chosen.
    pub name: &'static str,
    /// Genuine input.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What else is worth putting in.
    pub words: &'static [&'static str],
    /// Panics when a promise is broken.
    pub check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "message", seeds: messages, words: JSON_WORDS, check: message },
    Target { name: "path", seeds: paths, words: PATH_WORDS, check: path },
    Target { name: "query", seeds: queries, words: QUERY_WORDS, check: query },
    Target { name: "envelope", seeds: envelopes, words: &["A", "_", "=", "-"], check: envelope },
    Target { name: "age", seeds: papers::age_files, words: papers::AGE_WORDS, check: papers::age_file },
    Target { name: "age-key", seeds: papers::age_keys, words: papers::KEY_WORDS, check: papers::age_key },
    Target { name: "archive", seeds: papers::archives, words: papers::TAR_WORDS, check: papers::archive },
    Target {
        name: "archive-path",
        seeds: papers::archive_paths,
        words: papers::TAR_WORDS,
        check: papers::archive_path,
    },
    Target {
        name: "checkpoint",
        seeds: papers::checkpoints,
        words: papers::NOTE_WORDS,
        check: papers::checkpoint,
    },
    Target { name: "proof", seeds: papers::proofs, words: papers::PROOF_WORDS, check: papers::proof },
    Target { name: "entry", seeds: papers::entries, words: papers::ENTRY_WORDS, check: papers::entry },
    Target {
        name: "request",
        seeds: papers::requests,
        words: papers::REQUEST_WORDS,
        check: papers::request_text,
    },
];

const JSON_WORDS: &[&str] = &[
    "null",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "1e999",
    "-0",
    "9223372036854775808",
    "true",
    "\"sealed\":\"x\"",
    "\"SEALED\":1",
    "\"attributes\":{\"etag\":\"x\"}",
    "\"billingProfile\":",
    "\"BILLINGPROFILE\":{\"FirstName\":\"x\"},",
    "0001-01-01T00:00:00",
    "[[[[[[[[[[[[[[[[",
];
const PATH_WORDS: &[&str] = &[
    "/",
    "//",
    "%2f",
    "%5c",
    "..",
    "%2e%2e",
    "%00",
    "%ff",
    "/v1",
    "/V1.0",
    "customers",
    "%",
    "{customer-id}",
    "?",
    ";",
];
const QUERY_WORDS: &[&str] = &[
    "&",
    "=",
    "?",
    "%",
    "%00",
    "%ff",
    "+",
    "size",
    "SIZE=",
    "filter=",
    "%7B%7D",
    "seekOperation=",
    "999999999999999999999",
];

fn shapes() -> Vec<&'static Shape> {
    operations().iter().filter(|spec| spec.served).filter_map(|spec| Some(spec.body?())).collect()
}

/// The first byte chooses the shape.
fn messages() -> Vec<Vec<u8>> {
    const TEXTS: [&str; 5] = [
        r#"{"companyProfile":{"domain":"a.onmicrosoft.de"},"billingProfile":{"culture":"de-DE","language":"de","companyName":"A","firstName":"E","lastName":"M","email":"e@m.example","defaultAddress":{"country":"DE","city":"Bonn","postalCode":"53111","addressLine1":"Weg 1","phoneNumber":"+49228"}}}"#,
        r#"{"BillingCycle":"Monthly","LineItems":[{"LineItemNumber":0,"OfferId":"a","Quantity":5,"FriendlyName":null}],"ReferenceCustomerId":"0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a01"}"#,
        r#"{"quantity":7,"status":"suspended","autoRenewEnabled":false,"attributes":{"etag":"subscription-1","objectType":"Subscription"},"links":{"self":{"uri":"/x","method":"GET","headers":[]}}}"#,
        r#"{"templateId":"0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a01","type":"MicrosoftCloudAgreement","dateAgreed":"2026-01-14T00:00:00Z","primaryContact":{"firstName":"E","lastName":"M","email":"e@m.example","phoneNumber":"1"}}"#,
        r#"{"moveTo":"2026-01-14","advance":"P1M","limits":{"customers":1},"roles":["GlobalAdmin"],"isActive":true}"#,
    ];
    let count = shapes().len();
    let numbered = (0..count).flat_map(|shape| TEXTS.iter().map(move |text| (shape, text)));
    numbered.map(|(shape, text)| [&[u8::try_from(shape).unwrap_or(0)], text.as_bytes()].concat()).collect()
}

/// What is read is canonical: written and read again it is the same. Errors quote nothing of the input.
fn message(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    let shapes = shapes();
    let shape = shapes[usize::from(*first) % shapes.len()];
    if let Ok(value) = wire::canonicalise(shape, bytes) {
        let written = wire::to_bytes(&value).expect("what was read can be written");
        let again = wire::canonicalise(shape, &written);
        assert_eq!(again.as_ref(), Ok(&value), "read again as {}", shape.name);
    }
    let _ = wire::read_between_zones(shape, bytes); // must not panic; the rest is tested where it lives
    let _ = wire::inspect_reply(bytes);
}

fn paths() -> Vec<Vec<u8>> {
    let of = |path: &str| path.replace("{customer-id}", "0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a01").into_bytes();
    operations().iter().map(|spec| of(spec.path)).collect()
}

/// A path that leads somewhere leads there again when it is made anew from what was understood, as the gateway does.
fn path(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for method in [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let Ok(matched) = route(method, text) else { continue };
        let segments = matched.spec.path.split('/').map(|segment| {
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            let value = name.map(|name| matched.params.get(name).expect("each parameter has a value"));
            value.map_or(segment.to_owned(), |value| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string())
        });
        let again = segments.collect::<Vec<_>>().join("/");
        let found = route(method, &again).expect("the path made anew leads somewhere");
        assert_eq!(found.spec, matched.spec, "{again}");
        for (name, value) in matched.params.iter() {
            assert_eq!(found.params.get(name), Some(value), "{again}");
            assert!(!value.is_empty() && !value.contains(['/', '\\', '\0']), "{name} of {again}");
        }
    }
}

fn queries() -> Vec<Vec<u8>> {
    let texts = [
        "size=20&offset=40&seekOperation=Next",
        "size=0&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22cont%22%2C%22Operator%22%3A%22starts_with%22%7D",
        "startDate=11/01/2026%2000:00:00&endDate=2026-11-30T00:00:00Z&country=DE&language=de-DE",
        "SIZE=5?filter={}&mpnId=4000001&order_id=0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a01",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// A query that is read is sent on in a form that reads the same, and is judged without a panic.
fn query(input: &[u8]) {
    const NAMES: &[&str] = &[
        "size",
        "offset",
        "seekOperation",
        "filter",
        "startDate",
        "endDate",
        "country",
        "language",
        "mpnId",
        "order_id",
    ];
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(read) = Query::parse(text, NAMES) else { return };
    let again = Query::parse(&read.encode(), NAMES);
    assert!(again.as_ref() == Ok(&read), "sent on as {}", read.encode());
    let tenant = TenantId(Uuid::from_u128(1));
    let _ = (read.check_forms(), read.filter(), read.page(PageLimits::CUSTOMERS), read.day("startDate"));
    let binding = read.binding(ListCustomers::SPEC.id, tenant);
    assert!(read.seek(Some(text), &binding).is_err() || text.trim().is_empty(), "a token out of the air");
}

const PLAIN: &[u8] = br#"{"firstName":"Erika","lastName":"Muster"}"#;

fn header(version: u64) -> Header<'static> {
    let tenant = TenantId(Uuid::from_u128(7));
    Header { tenant, record_type: "billing-profile", record_id: "r", field_set: "contact", version }
}

fn key() -> TenantKey {
    TenantKey::new(header(1).tenant, 1, Zeroizing::new([1; 32]))
}

fn envelopes() -> Vec<Vec<u8>> {
    let sealed = |version: u64| {
        let salt = [u8::try_from(version).unwrap_or(0); SALT_LEN];
        envelope::seal(&key(), &header(version), PLAIN, salt).expect("sealed").into_bytes()
    };
    vec![sealed(1), sealed(2)]
}

/// Only the genuine text opens, letter by letter: not another version, not another spelling of the same bytes.
fn envelope(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let opened = envelope::open(&TenantKeys::from(key()), &Expected::from(header(1)), text);
    let genuine = envelopes().swap_remove(0);
    match opened {
        Ok(plain) => {
            assert_eq!(input, genuine, "a second text that opens");
            assert_eq!(&plain[..], PLAIN);
        }
        Err(_) => assert_ne!(input, genuine, "the genuine text opens"),
    }
}
