//! What every [`KeyService`] backend must do, as one function that its tests call.

use crate::service::{KeyError, KeyInfo, KeyService, Wrapped};
use kernel::TenantId;
use uuid::Uuid;

/// Plays the whole life of keys against a backend that holds none of the two given tenants' keys yet.
///
/// `Err` says, in words, what the backend did wrong.
pub async fn conformance(service: &dyn KeyService, one: TenantId, two: TenantId) -> Result<(), String> {
    let secret = b"conformance secret".as_slice();

    expect("unwrap before create", service.wrap(one, b"p", secret).await.err(), Some(KeyError::NoSuchKey))?;
    expect("rotate before create", service.rotate(one).await.err(), Some(KeyError::NoSuchKey))?;
    let fresh = KeyInfo { tenant: one, newest: 1, oldest: 1, destroyed: false };
    expect("create", service.create(one).await, Ok(fresh))?;
    expect("create again", service.create(one).await, Ok(fresh))?;
    service.create(two).await.map_err(|error| error.to_string())?;

    let first = service.wrap(one, b"p", secret).await.map_err(|error| error.to_string())?;
    let again = service.wrap(one, b"p", secret).await.map_err(|error| error.to_string())?;
    expect("two wraps differ", first.0 == again.0, false)?;
    expect("the secret shows", first.0.windows(secret.len()).any(|part| part == secret), false)?;
    let opened = service.unwrap(one, b"p", &first).await.map(|opened| opened.to_vec());
    expect("unwrap", opened, Ok(secret.to_vec()))?;
    expect("other purpose", service.unwrap(one, b"q", &first).await.err(), Some(KeyError::Refused))?;
    expect("other tenant", service.unwrap(two, b"p", &first).await.err(), Some(KeyError::Refused))?;
    for at in 0..first.0.len() {
        let mut changed = first.clone();
        changed.0[at] ^= 1;
        expect("a changed byte opens", service.unwrap(one, b"p", &changed).await.is_ok(), false)?;
    }

    let rotated = KeyInfo { newest: 2, ..fresh };
    expect("rotate", service.rotate(one).await, Ok(rotated))?;
    let opened = service.unwrap(one, b"p", &first).await.map(|opened| opened.to_vec());
    expect("unwrap of an old epoch", opened, Ok(secret.to_vec()))?;
    let anew = service.rewrap(one, b"p", &first).await.map_err(|error| error.to_string())?;
    let opened = service.unwrap(one, b"p", &anew).await.map(|opened| opened.to_vec());
    expect("unwrap after rewrap", opened, Ok(secret.to_vec()))?;
    expect("rewrap for another purpose", service.rewrap(one, b"q", &first).await.is_ok(), false)?;

    let retired = retired(service, one, (&first, &anew)).await?;

    service.health().await.map_err(|error| error.to_string())?;
    let listed = service.list(None, 1000).await.map_err(|error| error.to_string())?;
    expect("list", listed.contains(&retired), true)?;
    expect("list in order", listed.is_sorted_by_key(|info| info.tenant), true)?;
    let (low, high) = (one.min(two), one.max(two));
    let after = service.list(Some(low), 1000).await.map_err(|error| error.to_string())?;
    expect("list after", after.iter().all(|info| info.tenant > low), true)?;
    expect("list after", after.iter().any(|info| info.tenant == high), true)?;
    let limited = service.list(None, 1).await.map_err(|error| error.to_string())?;
    expect("list limit", limited.len(), 1)?;
    let posture = service.posture().await.map_err(|error| error.to_string())?;
    expect("posture", posture.deviations, Vec::new())?;
    expect("keys looked at", posture.keys >= 2, true)?;

    expect("destroy", service.destroy(one).await, Ok(()))?;
    for wrapped in [&first, &anew] {
        let after = service.unwrap(one, b"p", wrapped).await.err();
        expect("unwrap after destroy", after, Some(KeyError::Destroyed))?;
    }
    expect("wrap after destroy", service.wrap(one, b"p", secret).await.err(), Some(KeyError::Destroyed))?;
    expect("rotate after destroy", service.rotate(one).await.err(), Some(KeyError::Destroyed))?;
    expect("create after destroy", service.create(one).await.err(), Some(KeyError::Destroyed))?;
    expect("destroy again", service.destroy(one).await, Ok(()))?;
    let listed = service.list(None, 1000).await.map_err(|error| error.to_string())?;
    let marked = listed.iter().any(|info| info.tenant == one && info.destroyed);
    expect("the destroyed key is listed as such", marked, true)?;
    let posture = service.posture().await.map_err(|error| error.to_string())?;
    expect("posture after destroy", posture.deviations, Vec::new())?;
    let unknown = TenantId(third(one, two));
    expect("destroy of what never was", service.destroy(unknown).await, Err(KeyError::NoSuchKey))?;
    expect("the other tenant's key", service.wrap(two, b"p", secret).await.is_ok(), true)
}

/// Disables the first of two epochs, under which `first` was wrapped; `anew` is wrapped under the second.
async fn retired(
    service: &dyn KeyService,
    one: TenantId,
    (first, anew): (&Wrapped, &Wrapped),
) -> Result<KeyInfo, String> {
    expect("the epoch of a wrap", service.version(&first.0), Some(1))?;
    expect("the epoch of a new wrap", service.version(&anew.0), Some(2))?;
    expect("the epoch of what is no wrap", service.version(b"nothing of ours"), None)?;
    expect("retire what is to come", service.retire(one, 3).await.err(), Some(KeyError::Refused))?;
    let retired = KeyInfo { tenant: one, newest: 2, oldest: 2, destroyed: false };
    expect("retire", service.retire(one, 2).await, Ok(retired))?;
    expect("retire again", service.retire(one, 2).await, Ok(retired))?;
    expect(
        "unwrap of a disabled epoch",
        service.unwrap(one, b"p", first).await.err(),
        Some(KeyError::Refused),
    )?;
    let opened = service.unwrap(one, b"p", anew).await.map(|opened| opened.to_vec());
    expect("unwrap of the epoch that counts", opened.is_ok(), true)?;
    Ok(retired)
}

/// A tenant that is neither of the two.
fn third(one: TenantId, two: TenantId) -> Uuid {
    Uuid::from_u128(one.0.as_u128() ^ two.0.as_u128() ^ (1 << 127))
}

#[expect(clippy::needless_pass_by_value, reason = "thirty calls read better without ampersands")]
fn expect<T: PartialEq + std::fmt::Debug>(what: &str, got: T, want: T) -> Result<(), String> {
    if got == want { Ok(()) } else { Err(format!("{what}: got {got:?}, want {want:?}")) }
}
