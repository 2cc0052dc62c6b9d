use super::*;
use crate::profile::germany;

fn built() -> Value {
    document("0.0.0", &[germany()])
}

#[test]
fn every_operation_is_in_the_document_with_its_state() {
    let document = built();
    for spec in operations() {
        let entry = &document["paths"][path_of(spec)][spec.method.name().to_ascii_lowercase()];
        assert_eq!(entry["operationId"], spec.id);
        assert_eq!(entry["x-state"]["germany"]["state"], germany().state(spec).name(), "{}", spec.id);
        let path_params = spec.path.matches('{').count();
        assert_eq!(
            entry["parameters"].as_array().map(Vec::len),
            Some(path_params + spec.query.len()),
            "{}",
            spec.id
        );
    }
    let refused = &document["paths"]["/v1/customers/{customer-id}/users"]["get"]["x-state"]["germany"];
    assert_eq!(
        *refused,
        json!({ "state": "refused", "reason": "sovereignty_restricted", "place": "/account/users" })
    );
}

#[test]
fn paths_that_differ_in_names_only_are_one() {
    let document = built();
    let tickets =
        document["paths"]["/v1/servicerequests/{servicerequest-id}"].as_object().expect("an object");
    assert_eq!(tickets.keys().collect::<Vec<_>>(), ["get", "patch", "post"]);
    assert_eq!(document["paths"]["/v1/servicerequests/{agent-locale}"], Value::Null);
}

/// Follows every reference of the document.
#[test]
fn no_reference_leads_nowhere() {
    fn walk(node: &Value, root: &Value, seen: &mut usize) {
        match node {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                    let found = root.pointer(target.trim_start_matches('#'));
                    assert!(found.is_some_and(Value::is_object), "{target} leads nowhere");
                    *seen += 1;
                }
                members.values().for_each(|member| walk(member, root, seen));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, root, seen)),
            _ => {}
        }
    }
    let (document, mut seen) = (built(), 0);
    walk(&document, &document, &mut seen);
    assert!(seen > operations().len(), "only {seen} references");
}

#[test]
fn members_say_their_class_and_the_envelope_stays_inside() {
    use crate::shape::Resource;
    let mut schemas = Schemas::default();
    schemas.refer(crate::resources::customer::Customer::shape());
    let schemas = schemas.finish();
    let profile = &schemas["CustomerBillingProfile"];
    assert_eq!(profile["properties"]["firstName"]["x-data-class"], "contact");
    assert_eq!(profile["x-sealed"]["record"], "billing-profile");
    assert_eq!(profile["properties"]["sealed"], Value::Null);
}

#[test]
fn a_cloud_s_table_lists_its_operations() {
    let german = docs_table(Cloud::Germany, Some(germany()));
    assert_eq!(german.matches("\n| **").count(), operations().len());
    assert!(german.contains("| **list-users**<br>"), "refusals are listed");
    let chinese = docs_table(Cloud::China, None);
    let documented = operations().iter().filter(|spec| spec.clouds.contains(&Cloud::China)).count();
    assert_eq!(chinese.matches("\n| **").count(), documented);
}
