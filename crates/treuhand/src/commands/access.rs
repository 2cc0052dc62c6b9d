//! `treuhand access`: asking, deciding, using and watching, as a client of the contract.
//!
//! Deliberately absent: any way around the API. What this command can do, its caller may do.

pub(super) mod door;
mod duty;
mod report;
mod signers;

use access::proof::{ACTIVATION, Proof, to_line};
use access::sshsig::{Namespace, sign};
use anyhow::{Context, Result, bail};
use client::Call;
use contract::Operation;
use contract::operations as op;
use contract::resources::access::{AccessDecision, AccessProof, AccessRequest, AccessWatch};
use serde::Serialize;

use super::{block_on, log, say};
use crate::cli::access::{Access, Act, Decide, Wish};
use door::Way;

/// Carries out one act.
pub fn run(options: &Access) -> Result<()> {
    log();
    let way = Way::open(&options.door)?;
    block_on(act(&way, &options.act))
}

async fn act(way: &Way, act: &Act) -> Result<()> {
    match act {
        Act::Request(wish) => {
            let asked = Call::to(op::CreateAccessRequest).body(&request(wish));
            shown(way, &way.client.call(asked).await?.value)
        }
        Act::List { state } => list(way, state.as_deref()).await,
        Act::Show { id } => {
            let asked = Call::to(op::GetAccessRequest).param("request-id", id);
            shown(way, &way.client.call(asked).await?.value)
        }
        Act::Sign { id, deny } => print_text(way, id, *deny).await,
        Act::Approve(decide) => decided(way, decide, "approve").await,
        Act::Deny(decide) => decided(way, decide, "deny").await,
        Act::Activate { id } => activate(way, id).await,
        Act::Read { id, operation, customer } => read(way, id, operation, customer).await,
        Act::Watch { id, once } => watch(way, id, *once).await,
        Act::Clear { id } => done(way, Call::to(op::ClearAccessUse), id).await,
        Act::Stop { id } => done(way, Call::to(op::StopAccessRequest), id).await,
        Act::Revoke { id } => done(way, Call::to(op::RevokeAccessRequest), id).await,
        Act::Withdraw { id } => done(way, Call::to(op::WithdrawAccessRequest), id).await,
        Act::Finish { id } => done(way, Call::to(op::FinishAccessRequest), id).await,
        Act::Signers => signers::print(way).await,
        Act::Report(what) => report::act(way, what).await,
        Act::Duty(what) => duty::act(way, what).await,
    }
}

fn request(wish: &Wish) -> AccessRequest {
    let kinds = || wish.fields.iter().filter_map(|field| Some(field.split_once('.')?.0.to_owned()));
    let mut records = if wish.records.is_empty() { kinds().collect() } else { wish.records.clone() };
    records.dedup();
    AccessRequest {
        tenant_id: Some(wish.tenant.clone()),
        operations: Some(wish.operations.clone()),
        records: Some(records),
        classes: Some(wish.classes.clone()),
        fields: Some(wish.fields.clone()),
        output: Some(if wish.export { "export" } else { "view" }.to_owned()),
        masking: Some(!wish.unmasked),
        max_uses: Some(wish.uses),
        max_rows: Some(wish.rows),
        max_bytes: Some(wish.bytes),
        reason: Some(wish.reason.clone()),
        ticket: Some(wish.ticket.clone()),
        purpose: Some(wish.purpose.clone()),
        customer_is_suspect: Some(wish.customer_is_suspect),
        physical_country: Some(wish.country.clone()),
        duration_seconds: wish.minutes.map(|minutes| minutes * 60),
        ..AccessRequest::default()
    }
}

async fn list(way: &Way, state: Option<&str>) -> Result<()> {
    let asked = Call::to(op::ListAccessRequests);
    let asked = match state {
        Some(state) => asked.query("state", state),
        None => asked,
    };
    let found = way.client.call(asked).await?.value.items;
    listed(way, &found, line, "There is no request that concerns you.")
}

/// Says one line for each, or that there is none.
pub(super) fn listed<T: Serialize>(way: &Way, found: &[T], line: fn(&T) -> String, none: &str) -> Result<()> {
    if way.json {
        return json(&found);
    }
    for one in found {
        say(&line(one));
    }
    if found.is_empty() {
        say(none);
    }
    Ok(())
}

/// A request in one line.
fn line(one: &AccessRequest) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let uses = format!("{}/{}", one.uses.unwrap_or_default(), one.max_uses.unwrap_or_default());
    format!(
        "{}  {:<10} {:<22} uses {uses:<6} tenant {}  {}",
        text(&one.id),
        text(&one.state),
        text(&one.reason),
        text(&one.tenant_id),
        text(&one.ticket)
    )
}

fn shown(way: &Way, one: &AccessRequest) -> Result<()> {
    if way.json {
        return json(one);
    }
    say(&line(one));
    say(&format!("purpose: {}", one.purpose.clone().unwrap_or_default()));
    say("");
    say(one.text.clone().unwrap_or_default().trim_end());
    for decision in one.decisions.iter().flatten() {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        say(&format!(
            "{} by person {} {}",
            text(&decision.decision),
            text(&decision.person_id),
            text(&decision.fingerprint)
        ));
    }
    Ok(())
}

async fn done<O>(way: &Way, call: Call<O>, id: &str) -> Result<()>
where
    O: Operation<Reply = AccessRequest>,
{
    let one = way.client.call(call.param("request-id", id)).await?.value;
    if way.json {
        return json(&one);
    }
    say(&line(&one));
    Ok(())
}

/// What a decision is signed over, as the trustee writes it.
async fn prepared(way: &Way, id: &str, decision: &str) -> Result<AccessDecision> {
    let asked = Call::to(op::PrepareAccessDecision).param("request-id", id).query("decision", decision);
    Ok(way.client.call(asked).await?.value)
}

async fn print_text(way: &Way, id: &str, deny: bool) -> Result<()> {
    let prepared = prepared(way, id, if deny { "deny" } else { "approve" }).await?;
    let text = prepared.signed_text.context("the trustee gave no text")?;
    say(text.trim_end());
    say("");
    match &way.key {
        Some(key) => say(sign(key, Namespace::Approval, &text)?.trim_end()),
        None => say(
            "Save the lines above, each with its line end, as request.txt; sign and send within a quarter of an hour:\n  \
             ssh-keygen -Y sign -n treuhand-approval@v1 -f YOUR_KEY request.txt\n  \
             treuhand access approve ID --text request.txt --signature request.txt.sig",
        ),
    }
    Ok(())
}

async fn decided(way: &Way, options: &Decide, decision: &str) -> Result<()> {
    let mut sent = match (&options.text, &options.signature) {
        (Some(text), Some(signature)) => signed_elsewhere(text, signature)?,
        _ if way.key.is_some() => {
            let mut prepared = prepared(way, &options.id, decision).await?;
            let text = prepared.signed_text.take().context("the trustee gave no text")?;
            let key = way.key.as_deref().unwrap_or_default(); // looked at just above
            prepared.signature = Some(sign(key, Namespace::Approval, &text)?);
            prepared
        }
        _ if decision == "deny" => AccessDecision::default(),
        _ => bail!(
            "an approval is signed: give --key, or --text with --signature; `access sign` shows the text"
        ),
    };
    sent.decision = Some(decision.to_owned());
    done(way, Call::to(op::DecideAccessRequest).body(&sent), &options.id).await
}

/// A decision that was signed with `ssh-keygen`: the time stands in the text.
fn signed_elsewhere(text: &std::path::Path, signature: &std::path::Path) -> Result<AccessDecision> {
    let read = |path: &std::path::Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let text = read(text)?;
    let at = text.lines().rev().find_map(|line| line.strip_prefix("at: ")).context("the text has no time")?;
    Ok(AccessDecision {
        decided_date: Some(at.parse().context("the text's time cannot be read")?),
        signature: Some(read(signature)?),
        ..AccessDecision::default()
    })
}

/// A nonce with the proof over it.
async fn proof(way: &Way, id: &str, operation: &str, parameters: &str) -> Result<AccessProof> {
    let key = way.key.as_deref().context("this is proved with your key: give --key")?;
    let asked = Call::to(op::CreateAccessNonce).param("request-id", id);
    let given = way.client.call(asked).await?.value;
    let (nonce, origin) = (given.nonce.context("no nonce")?, given.origin.context("no origin")?);
    let grant = id.parse().context("the grant's id is none")?;
    let text = Proof { grant, operation, parameters, nonce: &nonce, origin: &origin }.text()?;
    let signature = to_line(&sign(key, Namespace::Use, &text)?);
    Ok(AccessProof { nonce: Some(nonce), signature: Some(signature) })
}

async fn activate(way: &Way, id: &str) -> Result<()> {
    let proof = proof(way, id, ACTIVATION, "").await?;
    done(way, Call::to(op::ActivateAccessRequest).body(&proof), id).await
}

async fn read(way: &Way, id: &str, operation: &str, customer: &str) -> Result<()> {
    macro_rules! operations {
        ($($operation:ident),* $(,)?) => {
            match operation {
                $(name if name == <op::$operation as Operation>::SPEC.id => {
                    let spec = <op::$operation as Operation>::SPEC;
                    let target = spec.path.replace("{customer-id}", customer);
                    let proof = proof(way, id, spec.id, &target).await?;
                    let line = format!(
                        "{} {}",
                        proof.nonce.unwrap_or_default(),
                        proof.signature.unwrap_or_default()
                    );
                    let call = Call::to(op::$operation)
                        .param("customer-id", customer)
                        .header("treuhand-grant", id)
                        .header("treuhand-proof", &line);
                    json(&way.client.call(call).await?.value)
                })*
                _ => bail!("this command reads {}", [$(<op::$operation as Operation>::SPEC.id),*].join(", ")),
            }
        };
    }
    operations!(GetCustomer, GetCustomerBillingProfile, GetCustomerCompanyProfile)
}

async fn watch(way: &Way, id: &str, once: bool) -> Result<()> {
    let ask = async |marker: Option<&str>| {
        let asked = Call::to(op::WatchAccessRequest).param("request-id", id);
        let asked = match marker {
            Some(marker) => asked.query("after", marker),
            None => asked,
        };
        Ok(way.client.call(asked).await?.value)
    };
    let stands = |seen: &AccessWatch| {
        let state = seen.request.as_ref().and_then(|one| one.state.as_deref()).unwrap_or_default();
        (seen.marker.clone(), ["approved", "active", "paused"].contains(&state))
    };
    watched(once, ask, |seen| tell(way, seen), stands).await
}

/// Tells what is new of something that is watched, until it is over or was looked at once. `stands` says what was seen, and
/// whether there can be more.
pub(super) async fn watched<T>(
    once: bool,
    ask: impl AsyncFn(Option<&str>) -> Result<T>,
    told: impl Fn(&T) -> Result<()>,
    stands: impl Fn(&T) -> (Option<String>, bool),
) -> Result<()> {
    let mut marker: Option<String> = None;
    loop {
        let seen = ask(marker.as_deref()).await?;
        let (new, goes_on) = stands(&seen);
        if new != marker {
            told(&seen)?;
        }
        if once || !goes_on {
            return Ok(());
        }
        marker = new;
    }
}

fn tell(way: &Way, seen: &AccessWatch) -> Result<()> {
    if way.json {
        return json(seen);
    }
    if let Some(one) = &seen.request {
        say(&line(one));
    }
    for one in seen.uses.iter().flatten() {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let fields = one.fields.clone().unwrap_or_default().join(", ");
        let number = one.number.unwrap_or_default();
        say(&format!("  use {number}: {} {} {fields}", text(&one.operation), text(&one.outcome)));
    }
    Ok(())
}

pub(super) fn json(value: &impl Serialize) -> Result<()> {
    say(&serde_json::to_string_pretty(value)?);
    Ok(())
}
