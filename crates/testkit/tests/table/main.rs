//! The exhaustive test of the operation table: every operation, asked by every kind of caller, through the real
//! gateway, answers what the table and the cloud's profile say.
//!
//! What is expected is computed by the same rule that both zones apply (`contract::admit`), whose own results are
//! agreed line by line in `contract`; this test shows that nothing between a socket and a handler says otherwise.

mod crowd;
mod paths;

use contract::admit::admit;
use contract::operation::{Party, Spec};
use contract::profile::germany;
use serde_json::json;
use store::testing::Engine;
use testkit::{Ask, Plan, Reply, Town};
use uuid::Uuid;

use crowd::{Crowd, One, Token};
use paths::Known;

/// What an answer has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Want {
    /// This status with this slug.
    Refusal(u16, String),
    /// Let in: whatever the operation says of itself, but nothing of what an unwelcome caller hears.
    In,
}

/// Token endpoints take forms and speak OAuth; identity has tests of its own.
const TOKENS: [&str; 2] = ["get-aad-token", "generate-partner-token"];

/// What only those hear who are not let in.
const UNWELCOME: [&str; 9] = [
    "token_required",
    "token_invalid",
    "token_expired",
    "user_required",
    "app_required",
    "role_required",
    "planned",
    "sovereignty_restricted",
    "not_in_this_cloud",
];

/// Operations that answer with success to anybody let in who asks about the planted things, so that a gateway which
/// refuses everything does not pass.
const PLAIN_READS: [&str; 12] = [
    "list-customers",
    "get-customer",
    "get-customer-billing-profile",
    "get-customer-company-profile",
    "list-orders",
    "get-order",
    "list-subscriptions",
    "get-subscription",
    "list-audit-records",
    "list-agreement-metadata",
    "get-legal-business-profile",
    "list-own-agreements",
];

fn expected(spec: &'static Spec, one: &One) -> Want {
    let refusal = |status: u16, slug: &str| Want::Refusal(status, slug.to_owned());
    if spec.area == "trustee-acts" {
        return refusal(404, "unknown_path"); // what the trustee tells the operator is nobody's to say
    }
    if let Token::Bad(slug) = one.token
        && spec.auth != contract::operation::Auth::Anonymous
    {
        return refusal(401, slug);
    }
    if let Err(problem) = admit(spec, germany(), one.caller()) {
        return refusal(problem.status, problem.slug);
    }
    let about_a_customer = spec.path.contains("{customer-id}");
    if one.foreign && about_a_customer && matches!(one.party, Some(Party::Partner | Party::Customer)) {
        return refusal(404, "customer_unknown");
    }
    Want::In
}

/// What is wrong with an answer, if anything.
fn complaint(spec: &'static Spec, one: &One, want: &Want, got: &Reply) -> Option<String> {
    let slug = got.slug();
    let fine = match want {
        Want::Refusal(status, wanted) => (got.status, slug.as_str()) == (*status, wanted.as_str()),
        Want::In => {
            let served = got.status < 500 && got.status != 405 && !UNWELCOME.contains(&slug.as_str());
            // The operator's people send no private members without a grant, whatever the table lets them call.
            let granted = slug != "grant_required" || one.party == Some(Party::Operator);
            let plain = PLAIN_READS.contains(&spec.id) && one.party != Some(Party::Operator);
            served && granted && (!plain || spec.success.contains(&got.status))
        }
    };
    (!fine).then(|| {
        format!("{} {} by {}: wanted {want:?}, got {} {slug}", spec.id, spec.method, one.name, got.status)
    })
}

store::for_each_engine! { every_operation_answers_every_caller_as_the_table_says }

async fn every_operation_answers_every_caller_as_the_table_says(engine: Engine) {
    let town = Town::found(Plan::on(engine)).await.expect("a town");
    let known = Known::of(&town).await;
    let crowd = Crowd::of(&town).await.expect("a crowd");
    // Some of the crowd's tokens are old by now, and so is the last look at the keys.
    town.trustee.trustee.look_at_keys().await.expect("a look at the keys");
    let (mut complaints, mut asked, mut let_in) = (Vec::new(), 0_u32, 0_u32);
    for spec in contract::operations() {
        if TOKENS.contains(&spec.id) {
            continue;
        }
        for one in &crowd.everybody {
            asked += 1;
            let mut ask = Ask::new(spec.method.name(), known.path(spec)).bearer(&one.text);
            ask = ask.id(Uuid::from_u128(0x7AB1_E000_0000 + u128::from(asked)));
            if spec.body.is_some() {
                ask = ask.json(&json!({}));
            }
            let want = expected(spec, one);
            let_in += u32::from(want == Want::In);
            let got = town.call(ask).await;
            complaints.extend(complaint(spec, one, &want, &got));
        }
    }
    assert!(complaints.is_empty(), "{} of {asked}:\n{}", complaints.len(), complaints.join("\n"));
    assert!(let_in > 500 && asked > 4000, "{let_in} of {asked} were let in: is the crowd there?");
}

/// The complaint must come when an answer is wrong: each of these answers is.
#[test]
fn a_wrong_answer_is_complained_about() {
    let spec = contract::find("get-customer").expect("in the table");
    let reply = |status: u16, slug: &str| Reply {
        status,
        headers: edge::HeaderMap::new(),
        body: json!({"data": [slug]}).to_string().into(),
    };
    let one = One::nobody();
    let want = expected(spec, &one);
    assert_eq!(want, Want::Refusal(401, "token_required".to_owned()));
    assert!(complaint(spec, &one, &want, &reply(200, "")).is_some());
    assert!(complaint(spec, &one, &want, &reply(401, "token_required")).is_none());
    for (status, slug) in
        [(403, "role_required"), (501, "planned"), (502, "foreign_id"), (403, "grant_required"), (404, "x")]
    {
        assert!(complaint(spec, &one, &Want::In, &reply(status, slug)).is_some(), "{slug}");
    }
    assert!(complaint(spec, &one, &Want::In, &reply(200, "")).is_none());
}
