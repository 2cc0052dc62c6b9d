//! An envelope made to open under two keys, which AES-GCM alone lets through.
//!
//! GCM authenticates with a polynomial over the ciphertext. Whoever knows both keys can choose one block so that the
//! polynomials of both keys give the right tag for the same bytes. A trustee that could be made to open such an
//! envelope in two ways could be made to say two different things about one record; the commitment forbids it.

use anyhow::{Context, Result, ensure};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_256, EncryptingKey, UnboundCipherKey};
use aws_lc_rs::hkdf;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use envelope::{Expected, Header, SALT_LEN, TenantKey, TenantKeys};
use kernel::TenantId;
use testkit::Ask;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::claim::Verdict;
use crate::stage::Stage;

const COMMITMENT: usize = 32;
const TAG: usize = 16;
/// Plaintext of the forgery: so long that a random length in its first bytes fits after few tries.
const LONG: usize = 180_000;

/// What an envelope derives from a tenant key.
struct Derived {
    key: [u8; 32],
    nonce: [u8; 12],
    commitment: [u8; COMMITMENT],
}

struct Length;
impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        76
    }
}

fn derive(secret: &[u8; 32], salt: &[u8], header: &[u8]) -> Result<Derived> {
    let mut out = [0; 76];
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    extracted.expand(&[header], Length)?.fill(&mut out)?;
    let mut derived = Derived { key: [0; 32], nonce: [0; 12], commitment: [0; COMMITMENT] };
    derived.key.copy_from_slice(&out[..32]);
    derived.nonce.copy_from_slice(&out[32..44]);
    derived.commitment.copy_from_slice(&out[44..]);
    Ok(derived)
}

impl Derived {
    /// The key stream over so many bytes: what zeros are encrypted to.
    fn stream(&self, length: usize) -> Result<Vec<u8>> {
        let mut zeros = vec![0; length];
        let aead = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.key)?);
        let _tag = aead.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(self.nonce),
            Aad::empty(),
            &mut zeros,
        )?;
        Ok(zeros)
    }

    /// One block of bare AES.
    fn block(&self, block: [u8; 16]) -> Result<u128> {
        let key = EncryptingKey::ecb(UnboundCipherKey::new(&AES_256, &self.key)?)?;
        let mut out = block;
        key.encrypt(&mut out)?;
        Ok(u128::from_be_bytes(out))
    }

    fn hash_key(&self) -> Result<u128> {
        self.block([0; 16])
    }

    /// What the polynomial is hidden behind in the tag.
    fn mask(&self) -> Result<u128> {
        let mut counter = [0; 16];
        counter[..12].copy_from_slice(&self.nonce);
        counter[15] = 1;
        self.block(counter)
    }
}

/// Multiplication in GCM's field.
fn times(a: u128, b: u128) -> u128 {
    let (mut product, mut factor) = (0, b);
    for bit in (0..128).rev() {
        if a >> bit & 1 == 1 {
            product ^= factor;
        }
        let carry = factor & 1 == 1;
        factor >>= 1;
        if carry {
            factor ^= 0xE1 << 120;
        }
    }
    product
}

/// The inverse, as the power 2^128 - 2.
fn inverse(a: u128) -> u128 {
    let (mut result, mut power) = (1 << 127, a);
    for _ in 1..128 {
        power = times(power, power);
        result = times(result, power);
    }
    result
}

/// The polynomial over blocks, and the factor with which the block `at` counts in it.
fn polynomial(hash_key: u128, blocks: &[u128], at: usize) -> (u128, u128) {
    let (mut sum, mut factor) = (0, 0);
    for (number, block) in blocks.iter().enumerate() {
        sum = times(sum ^ block, hash_key);
        factor = times(if number == at { factor ^ (1 << 127) } else { factor }, hash_key);
    }
    (sum, factor)
}

/// Bytes as blocks, the last one filled up.
fn blocks(bytes: &[u8]) -> impl Iterator<Item = u128> + '_ {
    bytes.chunks(16).map(|chunk| {
        let mut block = [0; 16];
        block[..chunk.len()].copy_from_slice(chunk);
        u128::from_be_bytes(block)
    })
}

/// Makes an envelope that both keys authenticate. It commits to the first.
fn forge(keys: &[[u8; 32]; 2], head: &[u8], size: usize) -> Result<String> {
    let plain = 100_u32; // the length that the first key's reader finds
    for salt in 0_u128.. {
        let salt = salt.to_be_bytes();
        let [one, two] = [derive(&keys[0], &salt, head)?, derive(&keys[1], &salt, head)?];
        let (first, second) = (one.stream(4)?, two.stream(4)?);
        let word = |bytes: &[u8]| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if (plain ^ word(&first) ^ word(&second)) as usize > size - 4 {
            continue; // the second key's reader would find a length that does not fit
        }
        let mut cipher = one.stream(size)?;
        for (byte, length) in cipher.iter_mut().zip(plain.to_be_bytes()) {
            *byte ^= length;
        }
        let lengths = ((head.len() as u128 * 8) << 64) | (size as u128 * 8);
        let mut all: Vec<u128> = blocks(head).chain(blocks(&cipher)).chain([lengths]).collect();
        let at = all.len() - 2; // the last block of the padding, which nobody reads
        all[at] = 0;
        let ((sum, factor), (other_sum, other_factor)) =
            (polynomial(one.hash_key()?, &all, at), polynomial(two.hash_key()?, &all, at));
        let difference = sum ^ one.mask()? ^ other_sum ^ two.mask()?;
        let chosen = times(difference, inverse(factor ^ other_factor));
        let tag = sum ^ times(chosen, factor) ^ one.mask()?;
        cipher[size - 16..].copy_from_slice(&chosen.to_be_bytes());
        let envelope = [head, &salt, &one.commitment, &cipher, &tag.to_be_bytes()].concat();
        return Ok(URL_SAFE_NO_PAD.encode(envelope));
    }
    unreachable!("the numbers do not end")
}

/// The forgery, and a genuine envelope that commits to another key.
pub async fn play(stage: &mut Stage) -> Result<Verdict> {
    let mut found = Vec::new();
    let tenant = TenantId(Uuid::from_u128(7));
    let header =
        Header { tenant, record_type: "billing-profile", record_id: "r", field_set: "contact", version: 1 };
    let secrets = [[1; 32], [2; 32]];
    let genuine = envelope::seal(&key(tenant, secrets[0]), &header, &vec![b'x'; LONG], [3; SALT_LEN])?;
    let genuine = URL_SAFE_NO_PAD.decode(genuine)?;
    let size = (LONG + 4).next_multiple_of(16 * 1024);
    let head = &genuine[..genuine.len() - SALT_LEN - COMMITMENT - size - TAG];
    let forged = forge(&secrets, head, size)?;
    let opener = stage.controls().opener();
    let opens = |secret: [u8; 32], forged: &str| {
        opener(&TenantKeys::from(key(tenant, secret)), &Expected::from(header), forged).is_ok()
    };
    ensure!(authenticates(&secrets[0], head, &forged)?, "the forgery is no envelope of the first key");
    ensure!(authenticates(&secrets[1], head, &forged)?, "the forgery is no envelope of the second key");
    ensure!(opens(secrets[0], &forged), "the forgery does not open under the key that it commits to");
    if opens(secrets[1], &forged) {
        found.push("one envelope opened under two keys".to_owned());
    }

    let victim = stage.victim("opfer").await?;
    let store = stage.town.operator_store.clone();
    let row = format!("customer_id = '{}'", victim.id);
    let kept = store.by_hand(&format!("SELECT billing_sealed FROM customers WHERE {row}"))?;
    let mut bytes =
        URL_SAFE_NO_PAD.decode(kept.rows.first().and_then(|row| row.first()).context("a row")?)?;
    let at = commitment_of(&bytes).context("an envelope")?;
    bytes[at..at + COMMITMENT].fill(7);
    let damaged = URL_SAFE_NO_PAD.encode(bytes);
    store.by_hand(&format!("UPDATE customers SET billing_sealed = '{damaged}' WHERE {row}"))?;
    let app = stage.app.clone();
    let got = stage.call(&app, Ask::get(format!("/v1/customers/{}", victim.id))).await;
    if (got.status, got.slug().as_str()) != (502, "envelope_refused") {
        found.push(format!("an envelope with another commitment was answered with {}", got.status));
    }
    Ok(Verdict::of(
        found,
        "the forgery opens under the key it commits to alone; another commitment: 502".to_owned(),
    ))
}

/// Whether AES-GCM alone takes an envelope for one of this key's.
fn authenticates(secret: &[u8; 32], head: &[u8], envelope: &str) -> Result<bool> {
    let bytes = URL_SAFE_NO_PAD.decode(envelope)?;
    let (salt, rest) = bytes[head.len()..].split_at(SALT_LEN);
    let derived = derive(secret, salt, head)?;
    let aead = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &derived.key)?);
    let nonce = Nonce::assume_unique_for_key(derived.nonce);
    Ok(aead.open_in_place(nonce, Aad::from(head), &mut rest[COMMITMENT..].to_vec()).is_ok())
}

fn key(tenant: TenantId, secret: [u8; 32]) -> TenantKey {
    TenantKey::new(tenant, 1, Zeroizing::new(secret))
}

/// Where the commitment begins: after magic, algorithm, tenant, three names, version, epoch and salt.
fn commitment_of(bytes: &[u8]) -> Option<usize> {
    let mut at = 22;
    for _ in 0..3 {
        at += 1 + usize::from(*bytes.get(at)?);
    }
    Some(at + 8 + 4 + SALT_LEN)
}
