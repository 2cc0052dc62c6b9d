//! Whether OpenBao keeps our keys as it must: each key as it was made, and our token with no more rights than it needs.
//!
//! Deliberately absent: what other tokens may do. A token that could look at that could do too much itself; it is for
//! OpenBao's own audit devices.

use crate::http::Pace;
use crate::names::{self, KEY_TYPE};
use crate::service::{Kept, OpenBao};
use envelope::{Deviation, KeyError, Posture};
use http::{Method, StatusCode};
use kernel::TenantId;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What loads the policy of the everyday token, as it is with this program.
const EVERYDAY: &str = "bao policy write treuhand-everyday deploy/openbao-policy.hcl";
/// What loads the policy of the erasure token.
const ERASURE: &str = "bao policy write treuhand-erasure deploy/openbao-erasure-policy.hcl";
/// A tenant that nobody is.
const PROBE: TenantId = TenantId(Uuid::from_u128(0xfeed_0000_0000_0000_0000_0000_0000_0001));

/// What the erasure login must be able to change of a key, and what is wrong where it cannot.
const CHANGES: &[(&str, &str)] = &[
    (
        r#"{"min_decryption_version":1}"#,
        "the erasure token's policy is an older one: versions of keys stay enabled after a rotation",
    ),
    (r#"{"deletion_allowed":true}"#, "the erasure token cannot let a key be deleted: nobody can be erased"),
];

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
    changes(bao, &mut posture).await?;
    let tenants = bao.tenants().await?;
    if tenants.others > 0 {
        let what = "the transit mount holds keys that are no tenant's";
        posture.deviations.push(Deviation { what, ..Deviation::default() });
    }
    for (tenant, (key, mark)) in tenants.of {
        posture.keys += 1;
        let mut found = |what| {
            posture.deviations.push(Deviation { tenant: Some(tenant), what, ..Deviation::default() });
        };
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
    let path = |pattern: &str| {
        let path = pattern.replace("{key}", &names::key(PROBE)).replace("{mark}", &names::mark(PROBE));
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
        posture.deviations.push(Deviation { what, remedy: Some(EVERYDAY), ..Deviation::default() });
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
        let what = if rights.iter().any(|right| !may.contains(right)) {
            "our token may do more than its policy"
        } else if may.iter().any(|right| !rights.contains(right)) {
            "our token may do less than it needs"
        } else {
            continue;
        };
        let place = format!("{path} {rights:?}");
        posture.deviations.push(Deviation { what, place, remedy: Some(EVERYDAY), tenant: None });
    }
    Ok(())
}

/// Which changes of a key the erasure login may make, tried on a key that nobody has: OpenBao refuses what a policy does
/// not allow before it looks for the key, and what a policy allows of a path's parameters cannot be asked otherwise.
async fn changes(bao: &OpenBao, posture: &mut Posture) -> Result<(), KeyError> {
    let Some(erasure) = &bao.erasure else { return Ok(()) };
    let place = format!("{}/keys/{}/config", bao.mount, names::key(PROBE));
    for (body, what) in CHANGES {
        let reply = erasure.call(&bao.http, Pace::Slow, &Method::POST, &place, Some(body.as_bytes())).await?;
        if reply.status == StatusCode::FORBIDDEN {
            let place = place.clone();
            posture.deviations.push(Deviation { what, place, remedy: Some(ERASURE), tenant: None });
        }
    }
    Ok(())
}
