//! The proof that goes with every call under a grant: the requester's own key over exactly this call, once.
//!
//! Invariants: the text names grant, operation, the call's own parameters, a nonce that the trustee gave out for this
//! grant and takes back once, and the origin that is called. Copying any of it gives nothing.

use crate::request::RequestId;
use crate::sshsig::{Namespace, PublicKey, SignatureError, hex_sha256};
use crate::text::{TextError, Writer};

/// The first line.
const TITLE: &str = "treuhand-use v1";
/// Stands for the operation where a grant is begun.
pub const ACTIVATION: &str = "activate";

/// One call, as it is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof<'a> {
    /// Under which grant.
    pub grant: RequestId,
    /// The operation's id.
    pub operation: &'a str,
    /// Path and query as they are sent, or empty where the operation has no more to it.
    pub parameters: &'a str,
    /// The nonce.
    pub nonce: &'a str,
    /// The origin that is called.
    pub origin: &'a str,
}

impl Proof<'_> {
    /// What is signed.
    ///
    /// # Errors
    /// When some value cannot stand in a text.
    pub fn text(&self) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        out.line("grant", &self.grant.to_string())?;
        out.line("operation", self.operation)?;
        out.line("params-sha256", &hex_sha256(self.parameters.as_bytes()))?;
        out.line("nonce", self.nonce)?;
        out.line("origin", self.origin)?;
        Ok(out.finish())
    }

    /// Whether this signature proves it.
    ///
    /// # Errors
    /// When it does not.
    pub fn verify(&self, key: &PublicKey, pem: &str) -> Result<(), SignatureError> {
        let text = self.text().map_err(|_| SignatureError::OtherText)?;
        key.verify(Namespace::Use, &text, pem)
    }
}

/// A signature as one line, for a header: the PEM without its frame.
pub fn to_line(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect()
}

/// The PEM of a signature that came as one line.
pub fn from_line(line: &str) -> String {
    use std::fmt::Write as _;
    let mut pem = String::from("-----BEGIN SSH SIGNATURE-----\n");
    let clean: Vec<char> = line.trim().chars().collect();
    for chunk in clean.chunks(70) {
        let _ = writeln!(pem, "{}", chunk.iter().collect::<String>()); // a String takes everything
    }
    pem.push_str("-----END SSH SIGNATURE-----\n");
    pem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sshsig::{private_from_seed, public_of, sign};
    use uuid::Uuid;

    #[test]
    fn a_proof_is_of_one_call_and_one_key() {
        let (own, other) =
            (private_from_seed(&[1; 32]).expect("a key"), private_from_seed(&[2; 32]).expect("a key"));
        let key = public_of(&own).expect("a key");
        let proof = Proof {
            grant: RequestId(Uuid::from_u128(1)),
            operation: "get-customer",
            parameters: "/v1/customers/1",
            nonce: "n1",
            origin: "https://a.example",
        };
        let text = proof.text().expect("sound");
        let pem = sign(&own, Namespace::Use, &text).expect("signs");
        assert_eq!(proof.verify(&key, &from_line(&to_line(&pem))), Ok(()));
        for (changed, what) in [
            (Proof { grant: RequestId(Uuid::from_u128(2)), ..proof }, "grant"),
            (Proof { operation: "get-customer-billing-profile", ..proof }, "operation"),
            (Proof { parameters: "/v1/customers/2", ..proof }, "parameters"),
            (Proof { nonce: "n2", ..proof }, "nonce"),
            (Proof { origin: "https://b.example", ..proof }, "origin"),
        ] {
            assert_eq!(changed.verify(&key, &pem), Err(SignatureError::OtherText), "{what}");
        }
        let stolen = sign(&other, Namespace::Use, &text).expect("signs");
        assert_eq!(proof.verify(&key, &stolen), Err(SignatureError::OtherKey));
        let approval = sign(&own, Namespace::Approval, &text).expect("signs");
        assert_eq!(proof.verify(&key, &approval), Err(SignatureError::OtherNamespace));
        assert_eq!(proof.verify(&key, "nonsense"), Err(SignatureError::Form));
        assert_eq!(proof.verify(&key, &from_line("")), Err(SignatureError::Form));
    }
}
