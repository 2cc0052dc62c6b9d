//! Only in sabotage builds: believes what envelopes and tokens say of themselves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::operation::{Party, Role};
use kernel::{AppId, TenantId, UserId};
use serde_json::Value;
use std::sync::Arc;

use crate::identity::Caller;

/// The caller that a token claims, whoever signed it.
pub(crate) fn believed(token: &str) -> Option<Arc<Caller>> {
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?).ok()?;
    let text = |name: &str| claims[name].as_str();
    let roles: Vec<Role> =
        claims["roles"].as_array()?.iter().filter_map(|role| role.as_str()?.parse().ok()).collect();
    Some(Arc::new(Caller {
        tenant: text("tid")?.parse::<TenantId>().ok()?,
        party: roles.first().map_or(Party::Partner, |role| role.party()),
        user: text("oid")
            .and_then(|oid| oid.parse::<UserId>().ok())
            .filter(|_| text("idtyp") == Some("user")),
        app: text("appid")?.parse::<AppId>().ok()?,
        roles,
        mfa: true,
        expires: claims["exp"].as_i64()?,
    }))
}

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
