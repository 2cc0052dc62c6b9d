//! Whether OpenBao keeps our keys as it must: each key as it was made, and our token with no more rights than it needs.
//!
//! Deliberately absent: what other tokens may do. A token that could look at that could do too much itself; it is for
//! OpenBao's own audit devices.

use crate::http::Pace;
use crate::names::{self, KEY_TYPE};
use crate::service::{Kept, OpenBao};
use envelope::{Deviation, KeyError, Posture};
use http::Method;
use kernel::TenantId;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What our everyday token may do to any tenant's key; `None` stands for nothing at all. The names are below the
/// mount unless they begin with `/`.
const RIGHTS: &[(&str, Option<&[&str]>)] = &[
    ("keys/{key}", Some(&["read", "update"])),
    ("encrypt/{key}", Some(&["update"])),
    ("decrypt/{key}", Some(&["update"])),
    ("keys/{mark}", Some(&["read"])),
    ("keys/{key}/config", None),
    ("keys/{key}/trim", None),
    ("keys/{key}/import", None),
    ("keys/{key}/soft-delete", None),
    ("keys/{key}/soft-delete-restore", None),
    ("export/encryption-key/{key}", None),
    ("byok-export/{key}/{key}", None),
    ("backup/{key}", None),
    ("restore/{key}", None),
    ("datakey/plaintext/{key}", None),
    ("config/keys", None),
    ("/sys/mounts/treuhand-probe", None),
    ("/sys/policies/acl/treuhand-probe", None),
    ("/sys/auth/treuhand-probe", None),
    ("/sys/audit/treuhand-probe", None),
    ("/sys/raw/core", None),
    ("/sys/seal", None),
    ("/sys/storage/raft/snapshot", None),
    ("/auth/token/create", None),
    ("/auth/token/create-orphan", None),
    ("/identity/entity", None),
];

/// Looks at our rights and at every key.
pub async fn check(bao: &OpenBao) -> Result<Posture, KeyError> {
    bao.renew().await?;
    let mut posture = Posture::default();
    rights(bao, &mut posture).await?;
    let tenants = bao.tenants().await?;
    if tenants.others > 0 {
        let what = "the transit mount holds keys that are no tenant's";
        posture.deviations.push(Deviation { tenant: None, what });
    }
    for (tenant, (key, mark)) in tenants.of {
        posture.keys += 1;
        let mut found = |what| posture.deviations.push(Deviation { tenant: Some(tenant), what });
        if key && mark {
            found("the key was destroyed once and is here again");
        } else if key && let Some(kept) = bao.look(&names::key(tenant)).await? {
            faults(&kept).for_each(&mut found);
        }
    }
    Ok(posture)
}

fn faults(kept: &Kept) -> impl Iterator<Item = &'static str> {
    [
        (kept.kind != KEY_TYPE, "the key is of another type"),
        (kept.exportable, "the key can be exported"),
        (kept.allow_plaintext_backup, "the key can be backed up in clear"),
        (kept.deletion_allowed, "the key can be deleted"),
        (kept.imported_key, "the key was imported: somebody else may have it"),
        (kept.soft_deleted, "the key is marked as deleted"),
    ]
    .into_iter()
    .filter_map(|(wrong, what)| wrong.then_some(what))
}

async fn rights(bao: &OpenBao, posture: &mut Posture) -> Result<(), KeyError> {
    let probe = TenantId(Uuid::from_u128(0xfeed_0000_0000_0000_0000_0000_0000_0001));
    let path = |pattern: &str| {
        let path = pattern.replace("{key}", &names::key(probe)).replace("{mark}", &names::mark(probe));
        path.strip_prefix('/').map_or_else(|| format!("{}/{path}", bao.mount), str::to_owned)
    };
    let paths: Vec<String> = RIGHTS.iter().map(|(pattern, _)| path(pattern)).collect();
    let body = serde_json::json!({ "paths": paths }).to_string();
    let asked = bao.everyday.call(
        &bao.http,
        Pace::Slow,
        &Method::POST,
        "sys/capabilities-self",
        Some(body.as_bytes()),
    );
    let reply = asked.await?;
    if !reply.status.is_success() {
        let what = "our token may not ask what it may do";
        posture.deviations.push(Deviation { tenant: None, what });
        return Ok(());
    }
    let told: BTreeMap<String, serde_json::Value> = reply.data()?;
    for ((_, may), path) in RIGHTS.iter().zip(&paths) {
        let mut rights: Vec<&str> =
            told.get(path).and_then(|list| list.as_array()).map_or_else(Vec::new, |list| {
                list.iter().filter_map(|right| right.as_str()).filter(|right| *right != "deny").collect()
            });
        rights.sort_unstable();
        let may = may.unwrap_or_default();
        if rights.iter().any(|right| !may.contains(right)) {
            tracing::warn!(path, ?rights, "the OpenBao token may do more than its policy");
            posture
                .deviations
                .push(Deviation { tenant: None, what: "our token may do more than its policy" });
        } else if may.iter().any(|right| !rights.contains(right)) {
            tracing::warn!(path, ?rights, "the OpenBao token may do less than it needs");
            posture.deviations.push(Deviation { tenant: None, what: "our token may do less than it needs" });
        }
    }
    Ok(())
}
