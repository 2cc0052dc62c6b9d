//! Reading the JSON of a signed report, and one for samples.

use jiff::Timestamp;
use serde_json::{Value, json};

/// The text at a place; empty when there is none.
pub(super) fn text<'a>(value: &'a Value, place: &str) -> &'a str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a place; 0 when there is none.
pub(super) fn number(value: &Value, place: &str) -> i64 {
    value.pointer(place).and_then(Value::as_i64).unwrap_or(0)
}

/// The moment at a place.
pub(super) fn date(value: &Value, place: &str) -> Option<Timestamp> {
    text(value, place).parse().ok()
}

/// The entries of the period.
pub(super) fn entries(report: &Value) -> impl Iterator<Item = &Value> {
    report["events"].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// A line of a request's text.
pub(crate) fn line<'a>(text: &'a str, key: &str) -> &'a str {
    let mut lines = text.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(name, _)| *name == key).map_or("", |(_, value)| value)
}

/// A report for samples.
pub(super) fn sample(say: &dyn Fn(&str) -> String, calm: bool) -> Value {
    let entry = |counter: u64, kind: &str, time: &str, more: Value| {
        let mut entry = json!({ "v": 1, "type": kind, "time": time, "level": "L2" });
        let mut event = json!({ "counter": counter, "index": counter * 7 });
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            if name == "detail" { event[name] = value } else { entry[name] = value }
        }
        event["entry"] = entry;
        event
    };
    let (one, other) = ("g:0011223344556677", "g:8899aabbccddeeff");
    let request = "treuhand-approval v1\noperations: get-customer-billing-profile\nfields: billing-profile.email\n\
                   masking: on\noutput: view\nmax-uses: 3\nmax-rows: 50\nreason: customer_support\nticket: T-2041\n\
                   requester: SHA256:iPbZQ3KMN0v6TqzMIkDWvUDs3M6HmRL1CqkY2Rnb2dQ\noffice: DE\nphysical: DE\n\
                   supervision: live\nfactors: customer-approver>=1 AND trustee-officer>=1\n";
    let approval = |kind: &str, key: &str| {
        json!({ "grant": one, "reason": "customer_support", "from": "pending", "to": "approved",
            "detail": { "kind": kind, "key": key, "person": "0d6b1b3e-5d6f-4c59-9a3e-1f0c7b8a9d10",
                        "at": "2018-05-12T09:12:00Z" } })
    };
    let use_of = |number: u64, more: Value| {
        let mut all =
            json!({ "grant": one, "op": "get-customer-billing-profile", "reason": "customer_support" });
        all["detail"] = json!({ "use": number });
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            all[name] = value;
        }
        all
    };
    let moved = |grant: &str, from: &str, to: &str| json!({ "grant": grant, "from": from, "to": to });
    let openings =
        json!({ "counts": { "partner": 12, "customer": 3 }, "detail": { "hour": "2018-05-11T08:00:00Z" } });
    let mut events = vec![
        entry(41, "key.create", "2018-05-01T00:05:09.221Z", json!({})),
        entry(42, "openings", "2018-05-11T09:02:00.000Z", openings),
    ];
    if !calm {
        let submitted = json!({ "grant": one, "reason": "customer_support", "from": "pending", "to": "pending",
            "detail": { "text": request, "purpose": say("The bill goes to an address that the customer has given up.") } });
        let denied =
            json!({ "grant": other, "reason": "engineering_change", "from": "pending", "to": "denied" });
        let released = json!({ "of": 322, "counts": { "rows": 1, "bytes": 40 },
            "detail": { "use": 1, "outcome": "released", "fields": "billing-profile.email" } });
        events.extend([
            entry(43, "submit", "2018-05-12T08:50:00.000Z", submitted),
            entry(
                44,
                "approve",
                "2018-05-12T09:12:00.000Z",
                approval("customer-approver", &say("SHA256:abc")),
            ),
            entry(45, "approve", "2018-05-12T09:15:00.000Z", approval("trustee-officer", "SHA256:def")),
            entry(46, "use.intent", "2018-05-12T09:20:00.000Z", use_of(1, json!({}))),
            entry(47, "use.result", "2018-05-12T09:20:01.000Z", use_of(1, released)),
            entry(48, "kill", "2018-05-12T09:25:00.000Z", moved(one, "active", "aborted")),
            entry(49, "deny", "2018-05-13T10:00:00.000Z", denied),
        ]);
    }
    let uses = i64::from(!calm);
    json!({
        "tenant": say("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"), "cause": "monthly",
        "from": "2018-05-01T00:00:00.000Z", "until": "2018-06-01T00:00:00.000Z", "issued": "2018-06-01T00:01:00.000Z",
        "stated": { "level": "L2", "operator": say("Musterwolke Betriebs GmbH (sample)"),
            "trustee": say("Treuhandstelle Musterdaten GmbH (sample)"), "policy": "sha256:00", "program": "treuhand 0.1.0" },
        "log": { "origin": say("trustee.example/log"), "size": 10_422 },
        "entries": { "all": 50, "in_period": events.len() },
        "released": { "uses": uses, "rows": uses, "bytes": uses * 40 },
        "levels": { "lowest": "L1", "highest": "L2" },
        "events": events,
    })
}
