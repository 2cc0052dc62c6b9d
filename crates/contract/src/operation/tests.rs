use std::collections::BTreeMap;

use super::*;

const INVENTORY: &str = include_str!("../../tests/data/operations.tsv");

/// One row of the inventory: id, method, path without query, query names, clouds, token style.
fn rows() -> impl Iterator<Item = [&'static str; 6]> {
    INVENTORY.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        columns.try_into().expect("six columns")
    })
}

fn queries(path: &str) -> Vec<&str> {
    path.split_once('?')
        .map(|(_, query)| query.split('&').filter_map(|pair| pair.split('=').next()).collect())
        .unwrap_or_default()
}

#[test]
fn the_table_says_what_the_inventory_says() {
    let mut differences = Vec::new();
    for [id, method, path, clouds, auth, _] in rows() {
        let Some(spec) = find(id) else {
            differences.push(format!("{id}: not in the table"));
            continue;
        };
        let expected_path = path.split('?').next().unwrap_or_default().trim_start_matches("{authority}");
        let ours: Vec<&str> = spec.clouds.iter().map(|cloud| cloud.name()).collect();
        let ours = if ours.is_empty() { "-".to_owned() } else { ours.join(",") };
        // The token endpoint takes no bearer token, it gives them; where no page states a style, either goes.
        let expected_auth = match (id, auth) {
            ("get-aad-token", _) => "anonymous",
            (_, "-") => "both",
            (_, auth) => auth,
        };
        let pairs = [
            ("method", spec.method.name(), method),
            ("path", spec.path, expected_path),
            ("clouds", ours.as_str(), clouds),
            ("auth", spec.auth.name(), expected_auth),
        ];
        for (column, ours, theirs) in pairs.into_iter().filter(|(_, ours, theirs)| ours != theirs) {
            differences.push(format!("{id}: {column} is {ours}, the inventory says {theirs}"));
        }
        for name in queries(path).iter().filter(|name| !spec.query.contains(name)) {
            differences.push(format!("{id}: query name {name} is missing"));
        }
    }
    assert_eq!(differences, [""; 0]);
    let public = operations().iter().filter(|spec| spec.api == Api::PartnerCenter).count();
    assert_eq!((rows().count(), public), (191, 191));
}

#[test]
fn what_germany_documents_is_germany_s_in_the_table() {
    for [id, .., clouds, _, germany] in rows() {
        let listed = clouds.split(',').any(|cloud| cloud == "germany");
        // Creating customers and orders listed Germany until the cloud closed to new business; consents of apps
        // are on a page that names no cloud.
        let expected = match id {
            "create-customer" | "create-order" => true,
            "create-application-consent" | "delete-application-consent" => false,
            _ => listed,
        };
        assert_eq!(germany == "available", expected, "{id}");
    }
}

#[test]
fn ids_and_calls_are_unique_and_entries_make_sense() {
    let mut calls: BTreeMap<(String, Method), &str> = BTreeMap::new();
    for spec in operations() {
        if let Some(other) = calls.insert((spec.path.to_ascii_lowercase(), spec.method), spec.id) {
            panic!("{} and {} are the same call", spec.id, other);
        }
        assert_eq!(find(spec.id).map(|found| found.path), Some(spec.path), "{} is not unique", spec.id);
        assert_eq!(spec.roles.is_empty(), spec.auth == Auth::Anonymous, "{}: roles and token style", spec.id);
        assert!(spec.doc.ends_with('.') && !spec.doc.contains('\n'), "{}: one sentence", spec.id);
        let reads = matches!(spec.method, Method::Get | Method::Head);
        assert!(!reads || spec.effect == Effect::Read, "{}: a {} changes nothing", spec.id, spec.method);
        assert!(!reads || spec.body.is_none(), "{}: a {} has no body", spec.id, spec.method);
        assert!(
            spec.success.iter().all(|status| (200..300).contains(status) || *status == 404),
            "{}",
            spec.id
        );
        let ours = ["/enrollment/", "/trustee/", "/sandbox/", "/treuhand/"];
        assert_eq!(
            spec.api != Api::PartnerCenter,
            ours.iter().any(|prefix| spec.path.starts_with(prefix)),
            "{}: prefix and API",
            spec.id
        );
    }
}

#[test]
fn a_zone_is_told_which_served_operation_it_forgot() {
    let mut served: Vec<&'static Spec> =
        operations().iter().copied().filter(|spec| spec.served && spec.home != Home::Trustee).collect();
    assert_eq!(first_unhandled(Home::Trustee, &served), None);
    let forgotten = served.remove(0);
    assert_eq!(first_unhandled(Home::Trustee, &served), Some(forgotten.id));
    let (odd, even): (Vec<_>, Vec<_>) = operations()
        .iter()
        .copied()
        .filter(|spec| spec.home == Home::Trustee)
        .partition(|spec| spec.id.len() % 2 == 1);
    assert_eq!(first_unhandled_at(Home::Trustee, &[&odd, &even]), None);
    let forgotten = odd.iter().find(|spec| spec.served).map(|spec| spec.id);
    assert!(forgotten.is_some());
    assert_eq!(first_unhandled_at(Home::Trustee, &[&even]), forgotten);
}

/// A body without a shape could carry anything past the gateway; only the token endpoints' forms have none.
#[test]
fn what_is_served_has_declared_members() {
    let untyped = |shape: ShapeFn| shape().name == "Untyped";
    let open: Vec<&str> = operations()
        .iter()
        .filter(|spec| spec.served && spec.body.is_some_and(untyped))
        .map(|spec| spec.id)
        .collect();
    assert_eq!(open, ["get-aad-token", "generate-partner-token"]);
    let open: Vec<&str> = operations()
        .iter()
        .filter(|spec| match spec.reply {
            Reply::One(shape) | Reply::Collection(shape) | Reply::Array(shape) => {
                spec.served && untyped(shape)
            }
            Reply::None | Reply::Scalar | Reply::File(_) => false,
        })
        .map(|spec| spec.id)
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

/// A file that a browser runs as a page would speak with the voice of the gateway's own origin.
#[test]
fn files_are_no_pages_and_are_named_by_their_paths() {
    const SAFE: [&str; 6] = [
        "application/pdf",
        "text/csv",
        "text/plain",
        "application/json",
        "application/octet-stream",
        "application/zip",
    ];
    let mut files = 0;
    for spec in operations() {
        let Reply::File(file) = spec.reply else { continue };
        files += 1;
        let media = file.media.split(';').next().unwrap_or_default();
        assert!(SAFE.contains(&media), "{}: {media}", spec.id);
        let path = spec.path.split('/').map(|segment| if segment.starts_with('{') { "x-1" } else { segment });
        let path = path.collect::<Vec<_>>().join("/");
        let matched = crate::route::route(spec.method, &path).expect("its own path");
        let name = file.name_of(&matched.params);
        assert!(name.contains("x-1.") && !name.contains('{'), "{}: {name}", spec.id);
    }
    assert!(files > 3, "{files}");
    let file = File { media: "text/csv", name: "{invoice-id}.csv" };
    let odd = "/v1/invoices/..%20%22x%22%0a;é";
    assert!(crate::route::route(Method::Get, odd).is_err(), "no control characters in parameters");
    let matched = crate::route::route(Method::Get, "/v1/invoices/..%20%22x%22;é").expect("an invoice");
    assert_eq!(file.name_of(&matched.params), "..x.csv");
}
