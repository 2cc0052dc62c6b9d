//! `treuhand access signers`: the registry of keys, for those who check approvals themselves.

use access::approval::Signer;
use access::sshsig::PublicKey;
use anyhow::{Context, Result};
use client::Call;
use contract::operations as op;
use contract::resources::access::{EnrolledPerson, PersonKey};

use super::door::Way;
use crate::commands::say;

/// Persons asked for at once.
const PAGE: usize = 200;

/// Prints a line for each key of each enrolled person who may approve and whom the caller may see.
pub async fn print(way: &Way) -> Result<()> {
    let mut offset = 0;
    loop {
        let asked = Call::to(op::ListPersons).query("size", PAGE);
        let page = way.client.call(asked.query("offset", offset)).await?.value.items;
        for person in &page {
            for key in person.keys.iter().flatten().filter(|key| is_enrolled(key.state.as_deref())) {
                if let Some(signer) = signer(person, key)? {
                    say(&signer.to_string());
                }
            }
        }
        if page.len() < PAGE {
            return Ok(());
        }
        offset += PAGE;
    }
}

fn is_enrolled(state: Option<&str>) -> bool {
    state == Some("enrolled")
}

/// The line's content; none for a person who does not decide.
fn signer(person: &EnrolledPerson, key: &PersonKey) -> Result<Option<Signer>> {
    let kind: Option<access::Kind> = person.kind.as_deref().and_then(|kind| kind.parse().ok());
    let Some(kind) = kind.filter(|kind| kind.may_approve() && is_enrolled(person.state.as_deref())) else {
        return Ok(None);
    };
    let tenant = person.tenant_id.as_deref().filter(|_| kind == access::Kind::CustomerApprover);
    let line = key.ssh_public_key.as_deref().context("a key without its line")?;
    Ok(Some(Signer {
        kind,
        tenant: tenant.map(str::parse).transpose().context("a tenant that is none")?,
        person: person.id.as_deref().context("a person without an id")?.parse()?,
        key: PublicKey::parse(line)?,
        since: key.usable_from.map_or(0, jiff::Timestamp::as_microsecond),
    }))
}
