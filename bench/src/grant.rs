//! A grant as people come to one: asked for by an engineer of the operator's, approved by the customer's approver and an
//! officer of the trustee's with their own keys, begun by the engineer's. What was granted is one customer's billing
//! profile, two fields of it, for an audit: nobody has to watch, so that nothing else happens meanwhile.

use access::proof::{ACTIVATION, Proof, to_line};
use access::sshsig::{Namespace, sign};
use anyhow::{Context, Result};
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::net::SocketAddr;

use crate::client::{Call, Caller, Connection};
use crate::people::{Access, Person};

/// What is opened under it.
pub const OPERATION: &str = "get-customer-billing-profile";
const GRANT: HeaderName = HeaderName::from_static("treuhand-grant");
const PROOF: HeaderName = HeaderName::from_static("treuhand-proof");
/// More uses, rows and bytes than any measurement takes.
const PLENTY: u64 = 1 << 30;

/// An active grant and whose it is.
pub struct Grant {
    id: String,
    engineer: Caller,
    key: String,
    target: String,
}

/// A nonce and the origin that a proof names with it.
pub struct Nonce {
    nonce: String,
    origin: String,
}

impl Grant {
    /// Has one asked for, approved and begun at this door.
    pub async fn begun(door: SocketAddr, people: &Access) -> Result<Self> {
        let engineer = people.operator_staff.first().context("one of the operator's people")?;
        let officer = people.trustee_officers.first().context("an officer")?;
        let customer = people.first_customer()?;
        let mut line = Connection::open(door).await?;
        let caller = engineer.sign_in(door).await?;
        let wish = json!({
            "tenantId": customer.tenant_id, "operations": [OPERATION], "records": ["billing-profile"],
            "classes": ["contact"], "fields": ["billing-profile.firstName", "billing-profile.email"],
            "masking": false, "maxUses": PLENTY, "maxRows": PLENTY, "maxBytes": PLENTY, "reason": "audit_sample",
            "ticket": "BENCH-1", "purpose": "How long does an opening take?", "physicalCountry": "DE",
        });
        let asked = caller.post("/trustee/v1/access-requests", wish.to_string().into());
        let asked = line.call(asked).await?.json(StatusCode::CREATED).context("asking for access")?;
        let id = text(&asked, "id")?;
        for decider in [&customer.admin, officer] {
            approve(&mut line, door, decider, &id).await.context("approving access")?;
        }
        let target = format!("/v1/customers/{}/profiles/billing", customer.tenant_id);
        let grant = Self { id, engineer: caller, key: key(engineer)?.to_owned(), target };
        let nonce = grant.nonce(&mut line).await?;
        let signature = grant.proof(&nonce, ACTIVATION, "")?;
        let body = json!({"nonce": nonce.nonce, "signature": signature});
        let begin = grant.engineer.post(&grant.path("activation"), body.to_string().into());
        line.call(begin).await?.json(StatusCode::OK).context("beginning to use the grant")?;
        Ok(grant)
    }

    /// Asks for the nonce that the next use is proved with.
    pub async fn nonce(&self, line: &mut Connection) -> Result<Nonce> {
        let given = line.call(self.engineer.post(&self.path("nonces"), "{}".into())).await?;
        let given = given.json(StatusCode::CREATED).context("asking for a nonce")?;
        Ok(Nonce { nonce: text(&given, "nonce")?, origin: text(&given, "origin")? })
    }

    /// One use, proved with this nonce.
    pub fn use_with(&self, nonce: &Nonce) -> Result<Call> {
        let proof = format!("{} {}", nonce.nonce, self.proof(nonce, OPERATION, &self.target)?);
        let mut call = self.engineer.get(&self.target);
        call.headers_mut().insert(GRANT, HeaderValue::try_from(&self.id)?);
        call.headers_mut().insert(PROOF, HeaderValue::try_from(proof)?);
        Ok(call)
    }

    fn proof(&self, nonce: &Nonce, operation: &str, parameters: &str) -> Result<String> {
        let (grant, Nonce { nonce, origin }) = (self.id.parse()?, nonce);
        let text = Proof { grant, operation, parameters, nonce, origin }.text()?;
        Ok(to_line(&sign(&self.key, Namespace::Use, &text)?))
    }

    fn path(&self, what: &str) -> String {
        request(&self.id, what)
    }
}

fn request(id: &str, what: &str) -> String {
    format!("/trustee/v1/access-requests/{id}/{what}")
}

/// Signs what the trustee shows, and sends it.
async fn approve(line: &mut Connection, door: SocketAddr, person: &Person, id: &str) -> Result<()> {
    let caller = person.sign_in(door).await?;
    let shown = line.call(caller.get(&request(id, "decision?decision=approve"))).await?;
    let mut decision = shown.json(StatusCode::OK)?;
    decision["signature"] = sign(key(person)?, Namespace::Approval, &text(&decision, "signedText")?)?.into();
    let sent = caller.post(&request(id, "decisions"), decision.to_string().into());
    line.call(sent).await?.json(StatusCode::OK).map(drop)
}

fn key(person: &Person) -> Result<&str> {
    person.ssh_key.as_deref().context("a person without a key")
}

fn text(of: &Value, member: &str) -> Result<String> {
    let found = of[member].as_str().with_context(|| format!("an answer without {member}"))?;
    Ok(found.to_owned())
}
