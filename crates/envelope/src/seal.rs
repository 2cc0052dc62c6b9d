//! Sealing and opening. Layout: header · salt 16 · commitment 32 · padded ciphertext · tag 16, as base64url.
//!
//! Record key, nonce and commitment are one HKDF-SHA256 output over (tenant key, salt, header): the key serves
//! one message, so the nonce needs no counter, and a commitment of 32 bytes binds the envelope to its key,
//! which AES-GCM alone does not.

use crate::header::{self, Expected, Header, HeaderError};
use crate::keys::{TenantKey, TenantKeys};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hkdf;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// Random bytes that every sealing needs fresh.
pub const SALT_LEN: usize = 16;
/// The most that one envelope holds: the body limit of the edge.
pub const MAX_PLAINTEXT: usize = 1 << 20;

const COMMITMENT_LEN: usize = 32;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
/// The length of the plaintext stands before it, inside the ciphertext.
const LENGTH_LEN: usize = 4;
/// No envelope is smaller than this, so that an absent telephone number does not show.
const SMALLEST_BUCKET: usize = 128;
/// Up to here buckets double; above they grow by this much, so that padding never wastes more than a little.
const LARGEST_DOUBLING: usize = 16 * 1024;

/// Why something was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The header cannot be written.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The key belongs to another tenant than the header names.
    #[error("the key belongs to another tenant than the record")]
    OtherTenant,
    /// Too much for one envelope.
    #[error("more than {MAX_PLAINTEXT} bytes cannot be sealed in one envelope")]
    TooLong,
    /// The cryptographic library refused.
    #[error("sealing failed")]
    Failed,
}

/// Why an envelope was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not an envelope, changed on its way, or sealed under another key.
    #[error("the envelope is damaged or was not sealed by this trustee")]
    Tampered,
    /// A genuine envelope may be, but of another tenant, record or field set than the one asked for.
    #[error("the envelope belongs to another record")]
    WrongRecord,
    /// A genuine envelope of this record, of a version that is no longer current.
    #[error("the envelope has version {found}, but {expected} is current")]
    Stale {
        /// The version of the envelope.
        found: u64,
        /// The oldest version that counts as current.
        expected: u64,
    },
    /// A genuine envelope of this record, newer than anything the reader knows of.
    #[error("the envelope has version {found}, but {expected} is the newest known")]
    Ahead {
        /// The version of the envelope.
        found: u64,
        /// The newest version known.
        expected: u64,
    },
    /// The envelope names an epoch of which the reader has no key.
    #[error("there is no key of epoch {0}")]
    NoSuchEpoch(u32),
}

/// Seals a plaintext under a tenant's key. `salt` must be fresh random bytes, used for nothing else.
pub fn seal(
    key: &TenantKey,
    header: &Header<'_>,
    plaintext: &[u8],
    salt: [u8; SALT_LEN],
) -> Result<String, SealError> {
    if key.tenant != header.tenant {
        return Err(SealError::OtherTenant);
    }
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLong);
    }
    let head = header.encode(key.epoch)?;
    let derived = Derived::new(key, &salt, &head).ok_or(SealError::Failed)?;
    let mut body = pad(plaintext).ok_or(SealError::TooLong)?;
    let aead = derived.aead().ok_or(SealError::Failed)?;
    aead.seal_in_place_append_tag(derived.nonce(), Aad::from(&head), &mut body)
        .map_err(|_| SealError::Failed)?;

    let mut out = head;
    out.reserve(SALT_LEN + COMMITMENT_LEN + body.len());
    out.extend_from_slice(&salt);
    out.extend_from_slice(derived.commitment());
    out.extend_from_slice(&body);
    Ok(URL_SAFE_NO_PAD.encode(&out))
}

/// Opens an envelope, if it is genuine and is what the reader expects. The plaintext is wiped when dropped.
pub fn open(
    keys: &TenantKeys,
    expected: &Expected<'_>,
    envelope: &str,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_as(keys, expected, envelope, true)
}

/// What AES-GCM alone would open: an envelope that fits the expectations, whatever key it commits to.
#[cfg(feature = "sabotage")]
pub fn open_without_commitment(
    keys: &TenantKeys,
    expected: &Expected<'_>,
    envelope: &str,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_as(keys, expected, envelope, false)
}

fn open_as(
    keys: &TenantKeys,
    expected: &Expected<'_>,
    envelope: &str,
    committed: bool,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let bytes = decode(envelope)?;
    let claimed = header::parse(&bytes).ok_or(OpenError::Tampered)?;
    let Header { tenant, record_type, record_id, field_set, version } = claimed.header;
    if tenant != expected.tenant
        || record_type != expected.record_type
        || record_id != expected.record_id
        || field_set != expected.field_set
        || keys.tenant() != expected.tenant
    {
        return Err(OpenError::WrongRecord);
    }
    let key = keys.epoch(claimed.epoch).ok_or(OpenError::NoSuchEpoch(claimed.epoch))?;
    let (salt, rest) = claimed.rest.split_first_chunk::<SALT_LEN>().ok_or(OpenError::Tampered)?;
    let (commitment, sealed) = rest.split_first_chunk::<COMMITMENT_LEN>().ok_or(OpenError::Tampered)?;
    let derived = Derived::new(key, salt, claimed.bytes).ok_or(OpenError::Tampered)?;
    if committed {
        verify_slices_are_equal(derived.commitment(), commitment).map_err(|_| OpenError::Tampered)?;
    }

    let mut body = Zeroizing::new(sealed.to_vec());
    let aead = derived.aead().ok_or(OpenError::Tampered)?;
    aead.open_in_place(derived.nonce(), Aad::from(claimed.bytes), &mut body)
        .map_err(|_| OpenError::Tampered)?;
    // Only now is the version a fact; a forged one would have failed above.
    if version < *expected.versions.start() {
        return Err(OpenError::Stale { found: version, expected: *expected.versions.start() });
    }
    if version > *expected.versions.end() {
        return Err(OpenError::Ahead { found: version, expected: *expected.versions.end() });
    }
    unpad(&body).ok_or(OpenError::Tampered)
}

/// The bytes of an envelope. Only the one canonical text of them is taken.
pub(crate) fn decode(envelope: &str) -> Result<Vec<u8>, OpenError> {
    URL_SAFE_NO_PAD.decode(envelope).map_err(|_| OpenError::Tampered)
}

const DERIVED_LEN: usize = KEY_LEN + NONCE_LEN + COMMITMENT_LEN;

struct Derived(Zeroizing<[u8; DERIVED_LEN]>);

struct DerivedLength;
impl hkdf::KeyType for DerivedLength {
    fn len(&self) -> usize {
        DERIVED_LEN
    }
}

impl Derived {
    fn new(key: &TenantKey, salt: &[u8; SALT_LEN], header: &[u8]) -> Option<Self> {
        let mut out = Zeroizing::new([0_u8; DERIVED_LEN]);
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(key.bytes.as_ref());
        secret.expand(&[header], DerivedLength).ok()?.fill(out.as_mut()).ok()?;
        Some(Self(out))
    }

    fn aead(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0[..KEY_LEN]).ok().map(LessSafeKey::new)
    }

    fn nonce(&self) -> Nonce {
        let mut nonce = [0_u8; NONCE_LEN];
        nonce.copy_from_slice(&self.0[KEY_LEN..KEY_LEN + NONCE_LEN]);
        Nonce::assume_unique_for_key(nonce)
    }

    fn commitment(&self) -> &[u8] {
        &self.0[KEY_LEN + NONCE_LEN..]
    }
}

/// The size that a plaintext of `length` bytes (its own length included) is filled up to.
fn bucket(length: usize) -> usize {
    if length <= LARGEST_DOUBLING {
        length.next_power_of_two().max(SMALLEST_BUCKET)
    } else {
        length.next_multiple_of(LARGEST_DOUBLING)
    }
}

fn pad(plaintext: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(plaintext.len()).ok()?;
    let size = bucket(LENGTH_LEN + plaintext.len());
    let mut body = Vec::with_capacity(size + TAG_LEN);
    body.extend_from_slice(&length.to_be_bytes());
    body.extend_from_slice(plaintext);
    body.resize(size, 0);
    Some(body)
}

/// The plaintext inside an opened body (whose tag still follows it).
fn unpad(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let padded = body.get(..body.len().checked_sub(TAG_LEN)?)?;
    let (length, rest) = padded.split_first_chunk::<LENGTH_LEN>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    Some(Zeroizing::new(rest.get(..length)?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::MAX_NAME;
    use kernel::TenantId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn tenant(n: u128) -> TenantId {
        TenantId(Uuid::from_u128(n))
    }

    fn key(tenant_n: u128, epoch: u32, fill: u8) -> TenantKey {
        TenantKey::new(tenant(tenant_n), epoch, Zeroizing::new([fill; 32]))
    }

    fn header(version: u64) -> Header<'static> {
        Header {
            tenant: tenant(7),
            record_type: "billing-profile",
            record_id: "0f3c",
            field_set: "contact",
            version,
        }
    }

    fn sealed() -> String {
        seal(&key(7, 1, 9), &header(3), b"canary", [5; SALT_LEN]).expect("sealed")
    }

    fn check(keys: TenantKey, expected: &Expected<'_>, want: Result<&[u8], OpenError>) {
        let got = open(&TenantKeys::from(keys), expected, &sealed());
        assert_eq!(got.as_ref().map(|p| p.as_slice()).map_err(|e| *e), want, "{expected:?}");
    }

    #[test]
    fn opens_only_what_was_expected() {
        let right = Expected::from(header(3));
        check(key(7, 1, 9), &right, Ok(b"canary"));
        check(key(7, 1, 9), &Expected { versions: 2..=3, ..right.clone() }, Ok(b"canary"));
        let wrong = [
            Expected { tenant: tenant(8), ..right.clone() },
            Expected { record_type: "company-profile", ..right.clone() },
            Expected { record_id: "0f3d", ..right.clone() },
            Expected { field_set: "content", ..right.clone() },
        ];
        for expected in wrong {
            check(key(7, 1, 9), &expected, Err(OpenError::WrongRecord));
        }
        let newer = Expected { versions: 4..=5, ..right.clone() };
        check(key(7, 1, 9), &newer, Err(OpenError::Stale { found: 3, expected: 4 }));
        let older = Expected { versions: 1..=2, ..right.clone() };
        check(key(7, 1, 9), &older, Err(OpenError::Ahead { found: 3, expected: 2 }));
        check(key(7, 2, 9), &right, Err(OpenError::NoSuchEpoch(1)));
        check(key(7, 1, 8), &right, Err(OpenError::Tampered));
        check(key(8, 1, 9), &right, Err(OpenError::WrongRecord));
    }

    /// A12: the header of one record on the body of another, by someone who can write both.
    #[test]
    fn a_swapped_header_does_not_open() {
        let honest = header(3);
        let swaps = [
            Header { tenant: tenant(8), ..honest },
            Header { record_type: "company-profile", ..honest },
            Header { record_id: "0f3d", ..honest },
            Header { field_set: "content", ..honest },
            Header { version: 4, ..honest },
        ];
        let bytes = decode(&sealed()).expect("bytes");
        let body = header::parse(&bytes).expect("a header").rest.to_vec();
        for swapped in swaps {
            let mut forged = swapped.encode(1).expect("a header");
            forged.extend_from_slice(&body);
            // Worst case: the reader really wants that record, and both tenants have the same key.
            let keys = TenantKey::new(swapped.tenant, 1, Zeroizing::new([9; 32]));
            let got =
                open(&TenantKeys::from(keys), &Expected::from(swapped), &URL_SAFE_NO_PAD.encode(&forged));
            assert_eq!(got.err(), Some(OpenError::Tampered), "{swapped:?}");
        }
    }

    /// A14: each byte, each bit of it.
    #[test]
    fn every_flipped_bit_is_refused() {
        let bytes = decode(&sealed()).expect("bytes");
        let keys = TenantKeys::from(key(7, 1, 9));
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let text = URL_SAFE_NO_PAD.encode(&changed);
                assert!(open(&keys, &Expected::from(header(3)), &text).is_err(), "byte {at} bit {bit}");
            }
        }
        for short in 0..bytes.len() {
            let text = URL_SAFE_NO_PAD.encode(&bytes[..short]);
            assert!(open(&keys, &Expected::from(header(3)), &text).is_err(), "cut to {short}");
        }
    }

    /// A15: an envelope whose ciphertext decrypts under a second key is still refused, because the commitment
    /// is that of the first. The right ciphertext with another key's commitment shows that it is looked at.
    #[test]
    fn a_foreign_commitment_is_refused() {
        let mine = decode(&sealed()).expect("bytes");
        let other = seal(&key(7, 1, 8), &header(3), b"canary", [5; SALT_LEN]).expect("sealed");
        let other = decode(&other).expect("bytes");
        let start = header(3).encode(1).expect("a header").len() + SALT_LEN;
        let mut forged = mine.clone();
        forged[start..start + COMMITMENT_LEN].copy_from_slice(&other[start..start + COMMITMENT_LEN]);
        assert_ne!(forged, mine);
        let keys = TenantKeys::from(key(7, 1, 9));
        let got = open(&keys, &Expected::from(header(3)), &URL_SAFE_NO_PAD.encode(&forged));
        assert_eq!(got.err(), Some(OpenError::Tampered));
    }

    #[test]
    fn only_the_canonical_text_is_taken() {
        let keys = TenantKeys::from(key(7, 1, 9));
        for text in [String::new(), format!("{}=", sealed()), format!(" {}", sealed()), "ä".to_owned()] {
            assert!(open(&keys, &Expected::from(header(3)), &text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_show_only_a_bucket() {
        for (length, want) in
            [(0, 128), (124, 128), (125, 256), (16_380, 16_384), (16_381, 32_768), (40_000, 49_152)]
        {
            assert_eq!(pad(&vec![1; length]).expect("padded").len(), want, "{length}");
        }
    }

    #[test]
    fn refuses_to_seal_what_it_could_not_open() {
        let key = key(7, 1, 9);
        let long = "x".repeat(MAX_NAME + 1);
        let cases = [
            (Header { tenant: tenant(8), ..header(1) }, 0, SealError::OtherTenant),
            (Header { record_id: "", ..header(1) }, 0, SealError::Header(HeaderError)),
            (Header { record_type: &long, ..header(1) }, 0, SealError::Header(HeaderError)),
            (header(1), MAX_PLAINTEXT + 1, SealError::TooLong),
        ];
        for (header, length, want) in cases {
            assert_eq!(seal(&key, &header, &vec![0; length], [1; SALT_LEN]).err(), Some(want));
        }
    }

    #[test]
    fn claims_can_be_looked_at_without_a_key() {
        assert!(header::belongs_to(&sealed(), tenant(7), "billing-profile", "0f3c"));
        assert!(!header::belongs_to(&sealed(), tenant(8), "billing-profile", "0f3c"));
        assert!(!header::belongs_to("plain text", tenant(7), "billing-profile", "0f3c"));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(
            plain in proptest::collection::vec(any::<u8>(), 0..5000),
            id in "[a-zA-Z0-9:-]{1,128}",
            version in any::<u64>(),
            salt in any::<[u8; SALT_LEN]>(),
            bytes in any::<[u8; 32]>(),
        ) {
            let header = Header { record_id: &id, version, ..header(0) };
            let key = TenantKey::new(tenant(7), 4, Zeroizing::new(bytes));
            let text = seal(&key, &header, &plain, salt).expect("sealed");
            let keys = TenantKeys::new(vec![key, self::key(7, 9, 1)]).expect("keys");
            let opened = open(&keys, &Expected::from(header), &text).expect("opened");
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
        }

        #[test]
        fn nonsense_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut framed = header::MAGIC.to_vec();
            framed.extend_from_slice(&[0, 1]);
            framed.extend_from_slice(&bytes);
            let text = URL_SAFE_NO_PAD.encode(&framed);
            prop_assert!(open(&TenantKeys::from(key(7, 1, 9)), &Expected::from(header(3)), &text).is_err());
        }
    }
}
