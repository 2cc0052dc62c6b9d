//! Only in sabotage builds: reads an envelope's header as if it could be believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::TenantId;

/// What an envelope says of itself.
pub(crate) struct Claimed {
    pub(crate) tenant: TenantId,
    pub(crate) record_type: String,
    pub(crate) record_id: String,
    pub(crate) field_set: String,
}

/// Reads the header: magic 4, algorithm 2, tenant 16, then three names with a length byte each.
pub(crate) fn claimed(envelope: &str) -> Option<Claimed> {
    let bytes = URL_SAFE_NO_PAD.decode(envelope).ok()?;
    let tenant = TenantId(uuid::Uuid::from_slice(bytes.get(6..22)?).ok()?);
    let mut rest = bytes.get(22..)?;
    let mut name = || {
        let (length, after) = rest.split_first()?;
        let (name, after) = after.split_at_checked(usize::from(*length))?;
        rest = after;
        String::from_utf8(name.to_vec()).ok()
    };
    Some(Claimed { tenant, record_type: name()?, record_id: name()?, field_set: name()? })
}
