//! The customer's first approver: verified by two of the trustee's officers, outside the partner's tenant.

use access::request::sha256;
use access::sshsig::{private_from_seed, public_of};
use anyhow::{Context, Result, ensure};
use client::{Call, Error};
use contract::operations as op;
use contract::resources::access::EnrolledPerson;

use super::Story;

/// What the approver signs in with at first; handed over by the trustee.
pub struct Approver {
    pub user_name: String,
    pub one_time_password: String,
}

/// One officer proposes the person, another confirms.
pub async fn enrol(story: &mut Story<'_>, customer: &str) -> Result<Approver> {
    let [first, second] = story.access.trustee_officers.first_chunk().cloned().context("two officers")?;
    let (first, second) = (story.stage.seeded(&first), story.stage.seeded(&second));
    // The approver's own key; a story has nobody to keep it, and nobody signs with it.
    let mut seed = [0_u8; 32];
    seed.iter_mut().zip(sha256(customer.as_bytes()).bytes()).for_each(|(to, from)| *to = from);
    let key = public_of(&private_from_seed(&seed)?)?;
    let person = EnrolledPerson {
        kind: Some("customer-approver".to_owned()),
        tenant_id: Some(customer.to_owned()),
        user_principal_name: Some("freigabe".to_owned()),
        first_name: Some("Femke".to_owned()),
        last_name: Some("Harms".to_owned()),
        country: Some("DE".to_owned()),
        evidence: Some(
            "identity card and commercial register, seen at the trustee's office (sample)".to_owned(),
        ),
        ssh_public_key: Some(key.line()),
        ..EnrolledPerson::default()
    };
    let proposed = first.call(Call::to(op::ProposePerson).body(&person)).await?.value;
    let id = proposed.id.context("a proposed person without an id")?;
    let confirm = || Call::to(op::ConfirmPerson).param("person-id", &id);
    match first.call(confirm()).await {
        Err(Error::Refused(_)) => {}
        _ => anyhow::bail!("one officer alone enrolled a person"),
    }
    let made = second.call(confirm()).await?.value;
    ensure!(made.state.as_deref() == Some("enrolled"), "the person is not enrolled: {:?}", made.state);
    story.step(
        "Two officers of the trustee verify the customer's approver",
        &[
            "the account and its password are new; the partner has seen neither".to_owned(),
            "what the partner received with the customer can accept no agreement".to_owned(),
        ],
    );
    Ok(Approver {
        user_name: made.user_principal_name.context("an approver without an account")?,
        one_time_password: made.one_time_password.context("an approver without a password")?,
    })
}
