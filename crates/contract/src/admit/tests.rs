use std::collections::BTreeMap;

use super::*;
use crate::operation::operations;
use crate::profile::germany;

/// Every kind of caller that the exhaustive test of the zones also plays.
fn callers() -> Vec<(String, Caller<'static>)> {
    const ROLES: [&[Role]; 10] = [
        &[Role::GlobalAdmin],
        &[Role::AdminAgent],
        &[Role::SalesAgent],
        &[Role::HelpdeskAgent],
        &[Role::BillingAdmin],
        &[Role::UserManagementAdmin],
        &[Role::OperatorStaff],
        &[Role::TrusteeOfficer],
        &[Role::Auditor],
        &[Role::CustomerAdmin],
    ];
    let parties = [Party::Partner, Party::Customer, Party::Operator, Party::Trustee];
    let mut callers = vec![("nobody".to_owned(), Caller::Nobody), ("user".to_owned(), Caller::User(&[]))];
    callers.extend(parties.map(|party| (format!("app:{party:?}"), Caller::App(party))));
    callers.extend(ROLES.map(|roles| (roles[0].name().to_owned(), Caller::User(roles))));
    callers
}

fn answer(spec: &Spec, caller: Caller<'_>) -> String {
    match admit(spec, germany(), caller) {
        Ok(()) => "ok".to_owned(),
        Err(problem) => format!("{} {}", problem.status, problem.slug),
    }
}

/// Who may call what, operations with the same answers together. Planned operations are asked as if they were
/// served, so that this changes when rights change and not with every operation that gets built.
#[test]
fn rights_are_as_agreed() {
    let mut patterns: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for spec in operations() {
        let spec = Spec { served: true, ..**spec };
        let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, caller) in callers() {
            answers.entry(answer(&spec, caller)).or_default().push(name);
        }
        let lines: Vec<String> =
            answers.iter().map(|(answer, names)| format!("  {answer}: {}", names.join(" "))).collect();
        patterns.entry(lines.join("\n")).or_default().push(spec.id);
    }
    let text: Vec<String> =
        patterns.iter().map(|(pattern, ids)| format!("{}\n{pattern}\n", ids.join("\n"))).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn checks_come_in_order() {
    let refused = crate::find("list-users").expect("in the table");
    let planned = crate::find("list-estimate-links").expect("in the table");
    assert_eq!(answer(refused, Caller::Nobody), "401 token_required");
    assert_eq!(answer(planned, Caller::Nobody), "401 token_required");
    assert_eq!(answer(refused, Caller::User(&[])), "403 sovereignty_restricted");
    assert_eq!(answer(planned, Caller::User(&[])), "501 planned");
}

#[test]
fn roles_add_up_and_apps_stay_in_their_party() {
    let create = crate::find("create-order").expect("in the table");
    assert_eq!(answer(create, Caller::User(&[Role::HelpdeskAgent, Role::SalesAgent])), "ok");
    assert_eq!(answer(create, Caller::App(Party::Partner)), "ok");
    assert_eq!(answer(create, Caller::App(Party::Customer)), "403 role_required");
    assert_eq!(answer(create, Caller::App(Party::Operator)), "403 grant_required");
    let invoice = crate::find("get-invoice").expect("in the table");
    assert_eq!(answer(invoice, Caller::App(Party::Partner)), "403 user_required");
}
