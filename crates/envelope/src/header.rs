//! What an envelope belongs to: the header, its one encoding, and what a reader expects of it.

use kernel::TenantId;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// The longest record type, record id or field set, in bytes: each has a length of one byte.
pub const MAX_NAME: usize = 128;

pub(crate) const MAGIC: [u8; 4] = *b"THE1";
/// AES-256-GCM, key and nonce from HKDF-SHA256. A second algorithm gets the next number.
pub(crate) const AES_256_GCM_HKDF: u16 = 1;

/// A name that cannot stand in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record type, record id or field set must be 1 to {MAX_NAME} bytes long")]
pub struct HeaderError;

/// What is being sealed: which fields of which record of which tenant, in which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// The tenant that owns the record; must be the key's tenant.
    pub tenant: TenantId,
    /// The type of the record, e.g. `billing-profile`.
    pub record_type: &'a str,
    /// The record's id within its type.
    pub record_id: &'a str,
    /// Which fields of the record, e.g. `contact`.
    pub field_set: &'a str,
    /// Counts up by one with every sealing of this record and field set.
    pub version: u64,
}

/// What a reader expects, from its own request and its own record map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The tenant that owns the record.
    pub tenant: TenantId,
    /// The type of the record.
    pub record_type: &'a str,
    /// The record's id within its type.
    pub record_id: &'a str,
    /// Which fields of the record.
    pub field_set: &'a str,
    /// The versions that are current: one, or two while a write is not yet known to have arrived.
    pub versions: RangeInclusive<u64>,
}

impl<'a> From<Header<'a>> for Expected<'a> {
    fn from(header: Header<'a>) -> Self {
        Self {
            tenant: header.tenant,
            record_type: header.record_type,
            record_id: header.record_id,
            field_set: header.field_set,
            versions: header.version..=header.version,
        }
    }
}

impl Header<'_> {
    /// The bytes that are associated data and key derivation input: every part fixed in length or with its
    /// length before it, so that no two headers have the same bytes.
    pub(crate) fn encode(&self, epoch: u32) -> Result<Vec<u8>, HeaderError> {
        let mut out = Vec::with_capacity(64 + self.record_type.len() + self.record_id.len());
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&AES_256_GCM_HKDF.to_be_bytes());
        out.extend_from_slice(self.tenant.0.as_bytes());
        for name in [self.record_type, self.record_id, self.field_set] {
            let length = u8::try_from(name.len()).map_err(|_| HeaderError)?;
            if length == 0 || name.len() > MAX_NAME {
                return Err(HeaderError);
            }
            out.push(length);
            out.extend_from_slice(name.as_bytes());
        }
        out.extend_from_slice(&self.version.to_be_bytes());
        out.extend_from_slice(&epoch.to_be_bytes());
        Ok(out)
    }
}

/// A header as an envelope claims it, its bytes, and what follows. A claim, nothing more.
pub(crate) struct Claimed<'e> {
    pub(crate) header: Header<'e>,
    pub(crate) epoch: u32,
    pub(crate) bytes: &'e [u8],
    pub(crate) rest: &'e [u8],
}

/// Reads a header off the front of an envelope; `None` when it is not one.
pub(crate) fn parse(envelope: &[u8]) -> Option<Claimed<'_>> {
    let rest = envelope.strip_prefix(&MAGIC)?;
    let (algorithm, rest) = rest.split_first_chunk::<2>()?;
    if u16::from_be_bytes(*algorithm) != AES_256_GCM_HKDF {
        return None;
    }
    let (tenant, rest) = rest.split_first_chunk::<16>()?;
    let (record_type, rest) = name(rest)?;
    let (record_id, rest) = name(rest)?;
    let (field_set, rest) = name(rest)?;
    let (version, rest) = rest.split_first_chunk::<8>()?;
    let (epoch, rest) = rest.split_first_chunk::<4>()?;
    let header = Header {
        tenant: TenantId(Uuid::from_bytes(*tenant)),
        record_type,
        record_id,
        field_set,
        version: u64::from_be_bytes(*version),
    };
    let bytes = envelope.get(..envelope.len() - rest.len())?;
    Some(Claimed { header, epoch: u32::from_be_bytes(*epoch), bytes, rest })
}

fn name(from: &[u8]) -> Option<(&str, &[u8])> {
    let (&length, rest) = from.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(length))?;
    if name.is_empty() || name.len() > MAX_NAME {
        return None;
    }
    Some((str::from_utf8(name).ok()?, rest))
}

/// Whether the bytes of an envelope *claim* to belong to this tenant and record. For refusing nonsense early
/// where there is no key; it proves nothing.
pub fn belongs_to(envelope: &str, tenant: TenantId, record_type: &str, record_id: &str) -> bool {
    let Ok(bytes) = crate::seal::decode(envelope) else { return false };
    parse(&bytes).is_some_and(|claimed| {
        claimed.header.tenant == tenant
            && claimed.header.record_type == record_type
            && claimed.header.record_id == record_id
    })
}
