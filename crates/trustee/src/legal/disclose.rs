//! Carrying out a disclosure: the trustee's own people open exactly what the case names, sealed to the addressee.
//!
//! Invariants: two officers ask for it; the intent is durable in the log before anything is opened, the result before
//! anything goes out; it happens once; nothing but the named members is in it, and nobody but the holder of the
//! addressee's private key reads it, the officers included.
//!
//! Sealed with HPKE (RFC 9180) as rustls has it, which draws its own randomness.

use access::legal::Outcome;
use access::{Kind, Output, Refusal, Scope};
use contract::operation::{Method, Spec};
use contract::resources::legal::LegalDisclosure;
use contract::route::route;
use data_encoding::{BASE64, HEXLOWER};
use edge::Request;
use kernel::{CustomerId, Problem};
use ledger::{Kind as LogKind, demands};
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_256;
use rustls::crypto::hpke::{Hpke, HpkePublicKey};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Tx;
use store::trustee::legal;

use super::cases::{ASSESSORS, Loaded, load, note, possible};
use super::{Legal, unknown};
use crate::four_eyes;
use crate::gateway::{Gateway, bad, plan};
use crate::grants::{Begun, who};
use crate::identity::Caller;

/// What the sealed text is for, so that it can be nothing else.
const PURPOSE: &[u8] = b"treuhand-legal-disclosure v1";
/// How it is sealed.
const ALGORITHM: &str = "HPKE (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode";

/// The addressee's key from its text: an X25519 public key in base64.
pub(super) fn key_of(text: &str) -> Result<HpkePublicKey, Problem> {
    let bytes = BASE64.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() == 32);
    let bytes = bytes.ok_or_else(|| bad("addresseeKey", "must be an X25519 public key in base64"))?;
    Ok(HpkePublicKey(bytes))
}

impl Legal {
    /// Begins a disclosure as the second officer who asks for it; notes the intent.
    async fn begin(&self, caller: &Caller, id: &str) -> Result<Loaded, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let (now, controls, teller) = (self.now(), self.controls, self.teller.clone());
        let (caller, id) = (caller.clone(), id.to_owned());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, ASSESSORS)?;
            let loaded = load(tx, &id, controls)?;
            if loaded.result != Some(Outcome::Compelled) {
                let text = "Nothing is disclosed unless a legal officer and another person have found that law which \
                            has effect in Germany compels it.";
                return Err(Problem::new(409, kernel::Code(0), "not_compelled", text));
            }
            possible(&loaded.case, Outcome::Compelled, controls)?;
            if loaded.row.disclosed_at != 0 || loaded.case.fields.is_empty() {
                return Err(Refusal::StateConflict.into());
            }
            key_of(&loaded.case.addressee_key)?;
            let wish = format!("disclose-case {}", loaded.row.id);
            four_eyes::join_as(tx, controls, ASSESSORS, &wish, (by, now))?;
            teller.note(tx, note(&loaded.row, LogKind::LegalDisclosure, &who.row.id, "legal.intent")?)?;
            Ok(loaded)
        };
        let done = self.store.try_write("begin_disclosure", write).await;
        four_eyes::noted(&self.store, (by, now), done).await
    }

    /// Ends it, once.
    async fn end(&self, caller: &Caller, id: &str, counts: (u64, u64)) -> Result<(), Problem> {
        let (now, controls, teller) = (self.now(), self.controls, self.teller.clone());
        let (caller, id) = (caller.clone(), id.to_owned());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, &[Kind::LegalOfficer, Kind::TrusteeOfficer])?;
            let loaded = load(tx, &id, controls)?;
            if !legal::disclosed(tx, &loaded.row.id, now, &who.row.id)? {
                return Err(Refusal::StateConflict.into());
            }
            let mut note = note(&loaded.row, LogKind::LegalDisclosure, &who.row.id, demands::RELEASED)?;
            (note.rows, note.bytes) = counts;
            note.details["left"] = crate::left::by_disclosure();
            demands::DISCLOSED.clone_into(&mut note.to);
            teller.note(tx, note)
        };
        self.store.try_write("end_disclosure", write).await
    }
}

impl Gateway {
    /// Discloses what a compelled case names.
    pub(crate) async fn disclose(&self, caller: &Caller, id: &str) -> Result<LegalDisclosure, Problem> {
        self.legal.get(id).await?;
        self.keys.sound()?;
        let loaded = self.legal.begin(caller, id).await?;
        // Durable before anything is opened.
        self.grants.tell().await?;
        let members = self.named(caller, &loaded).await?;
        let rows = members.iter().map(|(record, ..)| record).collect::<BTreeSet<_>>().len() as u64;
        let listed: Vec<Value> = members
            .iter()
            .map(|(record, field, value)| json!({"record": record, "field": field, "value": value}))
            .collect();
        let text = json!({
            "case": loaded.row.id,
            "tenantId": loaded.row.tenant,
            "authority": loaded.row.authority,
            "documentSha256": loaded.row.document,
            "members": listed,
        })
        .to_string();
        let key = key_of(&loaded.case.addressee_key)?;
        let aad = loaded.row.text.as_bytes();
        let sealed = DH_KEM_X25519_HKDF_SHA256_AES_256.seal(PURPOSE, aad, text.as_bytes(), &key);
        let (secret, sealed) = sealed.map_err(|_| bad("addresseeKey", "is no key that can be sealed to"))?;
        self.legal.end(caller, id, (rows, text.len() as u64)).await?;
        self.grants.tell().await?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &sealed);
        Ok(LegalDisclosure {
            case_id: Some(loaded.row.id),
            algorithm: Some(ALGORITHM.to_owned()),
            encapsulated_key: Some(BASE64.encode(&secret.0)),
            ciphertext: Some(BASE64.encode(&sealed)),
            ciphertext_sha256: Some(HEXLOWER.encode(digest.as_ref())),
            bound_to: Some(loaded.row.text),
        })
    }

    /// Opens the named members: record, field, value, of each record that has them.
    async fn named(&self, caller: &Caller, loaded: &Loaded) -> Result<Vec<(String, String, Value)>, Problem> {
        let customer: CustomerId = loaded.row.tenant.parse().map_err(|_| unknown())?;
        let scope = Scope {
            tenant: loaded.case.tenant,
            operations: BTreeSet::new(),
            records: loaded.case.records.clone(),
            classes: BTreeSet::new(),
            fields: loaded.case.fields.clone(),
            output: Output::Export,
            masking: false,
            max_uses: 1,
            max_rows: u64::MAX,
            max_bytes: u64::MAX,
        };
        let begun = Arc::new(Begun::disclosure(scope.clone()));
        for spec in operations(&scope)? {
            let path = spec.path.replace("{customer-id}", &customer.to_string());
            let matched = route(Method::Get, &path).map_err(|_| Problem::internal())?;
            let request = edge::http::Request::get(&path).body(()).map_err(|_| Problem::internal())?;
            let request = Request::from_parts(request.into_parts().0, bytes::Bytes::new());
            let stand_in = Arc::new(self.stand_in(caller, spec, customer).await?);
            let index = matched.index;
            let mut call = self.call(matched, stand_in, &request).await?;
            call.grant = Some(begun.clone());
            match self.pass(&call, plan(index), &request).await {
                Ok(_) => {}
                // A customer without this record has nothing of it to disclose.
                Err(problem) if problem.status == 404 => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(begun.disclosed())
    }
}

/// Operations that together answer with every named member, each record by the first that has it.
fn operations(scope: &Scope) -> Result<Vec<&'static Spec>, Problem> {
    let mut missing: BTreeSet<String> = scope.fields.iter().map(ToString::to_string).collect();
    let mut chosen = Vec::new();
    let plain = |spec: &&&Spec| {
        access::scope::is_openable(spec) && spec.path.matches('{').count() == 1 && spec.query.is_empty()
    };
    for spec in contract::operations().iter().filter(plain) {
        let mut brings = false;
        for field in access::scope::fields_of(spec) {
            brings |= missing.remove(&format!("{}.{}", field.record, field.path));
        }
        if brings {
            chosen.push(*spec);
        }
    }
    match missing.first() {
        None => Ok(chosen),
        Some(field) => {
            Err(bad("fields", "names a member that no record of a customer has").with(field.clone()))
        }
    }
}
