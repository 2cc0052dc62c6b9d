//! `treuhand call`: any operation of the contract by its name, what it takes by the names in the table.
//!
//! Erasures, rotations, restore acts, changes of the policy, cases: whatever the contract serves has its command here, because
//! this is derived from the table. Where somebody signs what the trustee shows, the caller's key signs it on the way.
//!
//! Deliberately absent: any way around the API. What this command can do, its caller may do.

use std::fs;

use access::sshsig::{Namespace, sign};
use anyhow::{Context, Result, bail, ensure};
use client::Call;
use contract::operation::{Auth, Operation, Reply};
use contract::shape::{Shape, Type};
use contract::{Spec, operations as op};
use serde_json::{Map, Value, json};

use super::access::door::Way;
use super::{block_on, log, say};
use crate::cli::call::Calling;

/// What is signed with the caller's key: the operation, and the one that shows the text.
const SIGNED: &[(&Spec, &Spec)] = &[
    (op::DecideAccessRequest::SPEC, op::PrepareAccessDecision::SPEC),
    (op::SignPolicyChange::SPEC, op::PreparePolicySignature::SPEC),
    (op::AssessLegalCase::SPEC, op::PrepareLegalAssessment::SPEC),
];

/// What was given, sorted by where it belongs.
#[derive(Debug, Default, PartialEq)]
struct Given {
    params: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    body: Map<String, Value>,
}

/// Makes the call.
pub fn run(options: &Calling) -> Result<()> {
    log();
    let Some(name) = &options.operation else {
        for spec in callable() {
            say(&format!("{:<40} {}", spec.id, spec.doc));
        }
        return Ok(());
    };
    let spec = callable().find(|spec| spec.id == *name);
    let spec = spec.with_context(|| format!("there is no operation {name}; `treuhand call` lists all"))?;
    let mut given = sorted(spec, &options.given)?;
    if let Some(file) = &options.body {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let whole: Map<String, Value> = serde_json::from_str(&text).context("--body is no JSON object")?;
        for (name, value) in whole {
            given.body.entry(name).or_insert(value);
        }
    }
    let way = Way::open(&options.door)?;
    let answer = block_on(asked(&way, spec, given))?;
    match &options.out {
        Some(out) => fs::write(out, &answer).with_context(|| format!("cannot write {}", out.display())),
        None => show(spec, &answer),
    }
}

/// Operations that a person or an app calls with a token.
fn callable() -> impl Iterator<Item = &'static Spec> {
    contract::operations().iter().copied().filter(|spec| {
        spec.served && spec.auth != Auth::Anonymous && spec.area != "trustee-acts" && spec.area != "auth"
    })
}

fn show(spec: &Spec, answer: &[u8]) -> Result<()> {
    if answer.is_empty() {
        return Ok(());
    }
    ensure!(!matches!(spec.reply, Reply::File(_)), "the answer is a file: say where to, with --out");
    let value: Value = serde_json::from_slice(answer).context("the answer is no JSON")?;
    say(&serde_json::to_string_pretty(&value)?);
    Ok(())
}

async fn asked(way: &Way, spec: &'static Spec, mut given: Given) -> Result<Vec<u8>> {
    if let Some((_, prepare)) = SIGNED.iter().find(|(signed, _)| *signed == spec)
        && !given.body.contains_key("signature")
        && let Some(key) = &way.key
    {
        let query = prepare.query.iter().filter_map(|name| {
            let value = given.body.get(*name)?.as_str()?.to_owned();
            Some((*name, value))
        });
        let shown = Given { params: given.params.clone(), query: query.collect(), body: Map::new() };
        let shown: Map<String, Value> = serde_json::from_slice(&sent(way, prepare, &shown).await?)?;
        let text = shown.get("signedText").and_then(Value::as_str).context("the trustee gave no text")?;
        let signature = sign(key, Namespace::Approval, text)?;
        given.body.extend(shown.into_iter().filter(|(name, _)| name != "signedText"));
        given.body.insert("signature".to_owned(), json!(signature));
    }
    sent(way, spec, &given).await
}

async fn sent(way: &Way, spec: &'static Spec, given: &Given) -> Result<Vec<u8>> {
    let mut call = Call::by(spec);
    for (name, value) in &given.params {
        call = call.param(name, value);
    }
    for (name, value) in &given.query {
        call = call.query(name, value);
    }
    if spec.body.is_some() {
        call = call.raw_body(serde_json::to_vec(&given.body)?);
    }
    Ok(way.client.document(call).await?.value.to_vec())
}

/// Sorts what was given by the table.
fn sorted(spec: &'static Spec, given: &[String]) -> Result<Given> {
    let params: Vec<&str> =
        spec.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    let shape = spec.body.map(|shape| shape());
    let mut sorted = Given::default();
    for one in given {
        let (name, value) = one.split_once('=').with_context(|| format!("{one:?} is not NAME=VALUE"))?;
        let same = |known: &&&str| known.eq_ignore_ascii_case(name);
        if let Some(known) = params.iter().find(same) {
            sorted.params.push((*known, value.to_owned()));
        } else if let Some(known) = spec.query.iter().find(same) {
            sorted.query.push((*known, value.to_owned()));
        } else if let Some((wire, ty)) = shape.and_then(|shape| member(shape, name)) {
            put(&mut sorted.body, wire, ty, value)?;
        } else {
            bail!("{} takes no {name}; it takes {}", spec.id, taken(spec, &params, shape));
        }
    }
    if let Some(missing) = params.iter().find(|name| !sorted.params.iter().any(|(given, _)| given == *name)) {
        bail!("{} needs {missing}=…; it takes {}", spec.id, taken(spec, &params, shape));
    }
    Ok(sorted)
}

/// A member of a body that can be written.
fn member(shape: &Shape, name: &str) -> Option<(&'static str, Type)> {
    let field =
        shape.fields.iter().find(|field| !field.read_only && field.wire.eq_ignore_ascii_case(name))?;
    Some((field.wire, field.ty))
}

fn taken(spec: &Spec, params: &[&str], shape: Option<&Shape>) -> String {
    let members = shape.into_iter().flat_map(|shape| shape.fields).filter(|field| !field.read_only);
    let all = params.iter().chain(spec.query).copied().chain(members.map(|field| field.wire));
    let all: Vec<&str> = all.collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

/// Puts a value in as its type is written.
fn put(body: &mut Map<String, Value>, wire: &'static str, ty: Type, text: &str) -> Result<()> {
    let value = match ty {
        Type::List(item) => {
            let list = body.entry(wire).or_insert_with(|| json!([]));
            let list = list.as_array_mut().context("a list")?;
            list.push(typed(wire, *item, text)?);
            return Ok(());
        }
        ty => typed(wire, ty, text)?,
    };
    body.insert(wire.to_owned(), value);
    Ok(())
}

fn typed(wire: &str, ty: Type, text: &str) -> Result<Value> {
    match ty {
        Type::Text | Type::DateTime | Type::Date | Type::Guid | Type::Enum(_) => Ok(json!(text)),
        _ => serde_json::from_str(text).with_context(|| format!("{wire} is no number, truth value or JSON")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_goes_where_the_table_says() {
        let check = |operation: &str, given: &[&str], want: Result<Value, &str>| {
            let spec = callable().find(|spec| spec.id == operation).expect("an operation");
            let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
            let got = sorted(spec, &given).map(|given| json!([given.params, given.query, given.body]));
            match (got, want) {
                (Ok(got), Ok(want)) => assert_eq!(got, want, "{operation}"),
                (Err(got), Err(want)) => assert!(got.to_string().contains(want), "{operation}: {got}"),
                (got, want) => panic!("{operation}: got {got:?}, want {want:?}"),
            }
        };
        check(
            "request-erasure",
            &["customer-id=7c", "reason=We leave = now.", "waivecoolingoff=true"],
            Ok(json!([[["customer-id", "7c"]], [], {"reason": "We leave = now.", "waiveCoolingOff": true}])),
        );
        check("list-access-requests", &["size=5"], Ok(json!([[], [["size", "5"]], {}])));
        check(
            "register-legal-case",
            &["fields=billing-profile.email", "fields=billing-profile.firstName"],
            Ok(json!([[], [], {"fields": ["billing-profile.email", "billing-profile.firstName"]}])),
        );
        check("rotate-customer-keys", &[], Err("needs customer-id"));
        check(
            "rotate-customer-keys",
            &["customer-id=7c", "state=done"],
            Err("takes no state; it takes customer-id"),
        );
        check("request-erasure", &["customer-id=7c", "liveAt=2018-05-12"], Err("takes no liveAt"));
        check(
            "request-erasure",
            &["customer-id=7c", "waiveCoolingOff=perhaps"],
            Err("waiveCoolingOff is no"),
        );
        check("request-erasure", &["customer-id"], Err("is not NAME=VALUE"));
    }

    #[test]
    fn every_operation_that_is_signed_shows_its_text_under_the_same_path() {
        for (signed, prepare) in SIGNED {
            let holes = |spec: &Spec| spec.path.split('/').filter(|part| part.starts_with('{')).count();
            assert!(signed.served && prepare.served && holes(signed) == holes(prepare), "{}", signed.id);
            let shape = signed.body.expect("a body")();
            assert!(member(shape, "signature").is_some(), "{} takes a signature", signed.id);
        }
        assert!(callable().count() > 100);
    }
}
