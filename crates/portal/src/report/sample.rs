//! A report for samples: one grant with two uses, one request that was denied, a release, openings.

use serde_json::{Value, json};

/// An event of a report.
fn entry(counter: u64, kind: &str, time: &str, more: Value) -> Value {
    let mut entry = json!({ "v": 1, "type": kind, "time": time, "level": "L2" });
    let mut event = json!({ "counter": counter, "index": counter * 7 });
    let Value::Object(members) = more else { return event };
    for (name, value) in members {
        match name.as_str() {
            "detail" => event[name] = value,
            // Its details were destroyed with the keys.
            "untold" => entry["detail"] = "sha256:00".into(),
            _ => entry[name] = value,
        }
    }
    event["entry"] = entry;
    event
}

/// One request that was granted and used, and one that was denied.
fn of_requests(say: &dyn Fn(&str) -> String) -> Vec<Value> {
    let (one, other) = ("g:0011223344556677", "g:8899aabbccddeeff");
    let request = "treuhand-approval v1\noperations: get-customer-billing-profile\nfields: billing-profile.email\n\
                   masking: on\noutput: view\nmax-uses: 3\nmax-rows: 50\nreason: customer_support\nticket: T-2041\n\
                   requester: SHA256:iPbZQ3KMN0v6TqzMIkDWvUDs3M6HmRL1CqkY2Rnb2dQ\noffice: DE\nphysical: DE\n\
                   not-before: 2018-05-12T08:50:00Z\nduration: 3600\nsupervision: live\n\
                   factors: customer-approver>=1 AND trustee-officer>=1\n";
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
    let submitted = json!({ "grant": one, "reason": "customer_support", "from": "pending", "to": "pending",
        "detail": { "text": request, "employer": say("Musterwolke Betriebs GmbH"), "purpose": say("The bill goes to an address that the customer has given up.") } });
    let denied = json!({ "grant": other, "reason": "engineering_change", "from": "pending", "to": "denied" });
    let released = json!({ "of": 322, "counts": { "rows": 1, "bytes": 40 },
        "detail": { "use": 1, "outcome": "released", "fields": "billing-profile.email",
            "left": [ { "what": "answer", "kept": "nowhere" }, { "what": "use-record", "kept": "always" } ] } });
    vec![
        entry(43, "submit", "2018-05-12T08:50:00.000Z", submitted),
        entry(44, "approve", "2018-05-12T09:12:00.000Z", approval("customer-approver", &say("SHA256:abc"))),
        entry(45, "approve", "2018-05-12T09:15:00.000Z", approval("trustee-officer", "SHA256:def")),
        entry(46, "use.intent", "2018-05-12T09:20:00.000Z", use_of(1, json!({}))),
        entry(47, "use.result", "2018-05-12T09:20:01.000Z", use_of(1, released)),
        entry(48, "kill", "2018-05-12T09:25:00.000Z", moved(one, "active", "aborted")),
        entry(49, "deny", "2018-05-13T10:00:00.000Z", denied),
    ]
}

/// A release to support, an archive, and something whose details are gone.
fn of_others(say: &dyn Fn(&str) -> String) -> Vec<Value> {
    let ticket = json!({ "grant": "g:0123456789abcdef", "reason": "support_release", "class": ["B", "C"],
        "detail": { "ticket": "T-2050", "employer": say("Musterwolke Betriebs GmbH"), "country": "DE" } });
    let archive = json!({ "detail": { "export": "e",
        "left": [ { "what": "archive", "kept": "until", "until": "2018-05-21T10:00:00Z" } ] } });
    vec![
        entry(50, "release.begin", "2018-05-14T10:00:00.000Z", ticket.clone()),
        entry(51, "release.end", "2018-05-14T10:30:00.000Z", ticket),
        entry(52, "export", "2018-05-14T11:00:00.000Z", archive),
        entry(53, "enrol", "2018-05-14T11:30:00.000Z", json!({ "untold": true })),
    ]
}

/// The report. `calm`: nothing was opened.
pub(super) fn sample(say: &dyn Fn(&str) -> String, calm: bool) -> Value {
    let openings =
        json!({ "counts": { "partner": 12, "customer": 3 }, "detail": { "hour": "2018-05-11T08:00:00Z" } });
    let mut events = vec![
        entry(41, "key.create", "2018-05-01T00:05:09.221Z", json!({})),
        entry(42, "openings", "2018-05-11T09:02:00.000Z", openings),
    ];
    if !calm {
        events.extend(of_requests(say));
        events.extend(of_others(say));
    }
    let uses = i64::from(!calm);
    json!({
        "tenant": say("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"), "cause": "monthly",
        "from": "2018-05-01T00:00:00.000Z", "until": "2018-06-01T00:00:00.000Z", "issued": "2018-06-01T00:01:00.000Z",
        "stated": { "level": "L2", "operator": say("Musterwolke Betriebs GmbH (sample)"),
            "trustee": say("Treuhandstelle Musterdaten GmbH (sample)"), "policy": "sha256:00",
            "policies": [say("sha256:00"), "sha256:01"], "program": "treuhand 0.1.0", "build": "sha256:02" },
        "log": { "origin": say("trustee.example/log"), "size": 10_422, "root": "cm9vdA==" },
        "entries": { "all": 54, "in_period": events.len() },
        "released": { "uses": uses, "rows": uses, "bytes": uses * 40 },
        "levels": { "lowest": "L1", "highest": "L2", "start": "L2", "changes": [
            { "index": 287, "time": "2018-05-12T09:25:00.000Z", "from": "L2", "to": "L1" },
            { "index": 294, "time": "2018-05-12T09:45:00.000Z", "from": "L1", "to": "L2" } ] },
        "cosigned": [ { "witness": say("witness.example/1"), "key": "01020304", "at": 1_527_811_205 } ],
        "events": events,
    })
}
