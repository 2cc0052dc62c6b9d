use super::*;
use crate::conformance;
use crate::root::{Argon2Cost, KeyFile};
use crate::testing::Counter;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use uuid::Uuid;

/// Nothing in memory ever waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory vault made somebody wait"),
    }
}

fn tenant(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(n))
}

fn passphrase(text: &str) -> Unlock {
    Unlock::Passphrase(Zeroizing::new(text.to_owned()), Argon2Cost { memory: 64, passes: 1 })
}

fn key_file(seed: u64) -> Unlock {
    Unlock::KeyFile(KeyFile::generate(&Counter::from(seed)))
}

fn open(vault: &Arc<MemoryVault>, unlock: &Unlock) -> Result<Embedded, KeyError> {
    now(Embedded::open(vault.clone(), Arc::new(Counter::from(77)), unlock))
}

#[test]
fn the_embedded_backend_conforms() {
    for unlock in [passphrase("correct horse"), key_file(5)] {
        let service = open(&Arc::default(), &unlock).expect("a service");
        assert_eq!(now(conformance(&service, tenant(2), tenant(1))), Ok(()));
    }
}

#[test]
fn only_the_right_passphrase_or_file_opens_the_root() {
    let vault = Arc::new(MemoryVault::default());
    let service = open(&vault, &passphrase("correct horse")).expect("a service");
    now(service.create(tenant(1))).expect("a key");
    let wrapped = now(service.wrap(tenant(1), b"p", b"secret")).expect("wrapped");
    for wrong in [passphrase("Correct horse"), passphrase(""), key_file(5)] {
        assert_eq!(open(&vault, &wrong).err(), Some(KeyError::WrongUnlock));
    }
    let again = open(&vault, &passphrase("correct horse")).expect("a service");
    assert_eq!(now(again.unwrap(tenant(1), b"p", &wrapped)).expect("opened").as_slice(), b"secret");

    now(again.change_unlock(&passphrase("correct horse"), &key_file(6))).expect("changed");
    assert_eq!(open(&vault, &passphrase("correct horse")).err(), Some(KeyError::WrongUnlock));
    let by_file = open(&vault, &key_file(6)).expect("a service");
    assert_eq!(now(by_file.unwrap(tenant(1), b"p", &wrapped)).expect("opened").as_slice(), b"secret");
}

#[test]
fn a_rotated_root_leaves_nothing_under_the_old_one() {
    let vault = Arc::new(MemoryVault::default());
    let service = open(&vault, &key_file(5)).expect("a service");
    let count = u128::try_from(ROTATION_PAGE).expect("small") + 3;
    let mut wrapped = Vec::new();
    for n in 1..=count {
        now(service.create(tenant(n))).expect("a key");
        wrapped.push((tenant(n), now(service.wrap(tenant(n), b"p", b"secret")).expect("wrapped")));
    }
    now(service.rotate(tenant(2))).expect("rotated");
    now(service.destroy(tenant(3))).expect("destroyed");
    assert_eq!(now(service.rotate_root(&key_file(6))).err(), Some(KeyError::WrongUnlock));
    assert_eq!(now(service.rotate_root(&key_file(5))), Ok(2));

    let rows = now(vault.page(None, usize::MAX)).expect("rows");
    assert!(rows.iter().filter_map(|row| row.wrapped.as_deref()).all(|w| wrap::epoch(w) == Some(2)));
    assert_eq!(now(vault.roots()).expect("roots").iter().map(|r| r.epoch).collect::<Vec<_>>(), [2]);
    let fresh = open(&vault, &key_file(5)).expect("a service");
    for (tenant_id, wrapped) in wrapped {
        let got = now(fresh.unwrap(tenant_id, b"p", &wrapped)).map(|opened| opened.to_vec());
        let want = if tenant_id == tenant(3) { Err(KeyError::Destroyed) } else { Ok(b"secret".to_vec()) };
        assert_eq!(got, want);
    }
}

#[test]
fn a_key_in_another_tenants_place_does_not_open() {
    let vault = Arc::new(MemoryVault::default());
    let service = open(&vault, &key_file(5)).expect("a service");
    for n in [1, 2] {
        now(service.create(tenant(n))).expect("a key");
    }
    let mut foreign = now(vault.tenant(tenant(2))).expect("rows");
    foreign[0].tenant = tenant(1);
    now(vault.rewrapped(foreign)).expect("swapped");
    assert_eq!(now(service.wrap(tenant(1), b"p", b"s")).err(), Some(KeyError::Refused));
}

#[test]
fn key_files_are_read_back_and_nonsense_is_not() {
    let file = KeyFile::generate(&Counter::from(9));
    let text = file.to_text();
    assert_eq!(KeyFile::from_text(&text).expect("a key file").to_text(), text);
    for bad in ["", "treuhand-key-file-1", "treuhand-key-file-1\nabc", &text.replace("-1\n", "-2\n")] {
        assert!(KeyFile::from_text(bad).is_none(), "{bad:?}");
    }
}

#[test]
fn a_lost_root_comes_back_from_its_shares_and_then_another_takes_its_place() {
    use crate::age::Identity;
    use crate::shares::{Holder, Share, ShareFile};
    let entropy = Counter::from(3);
    let (vault, other) = (Arc::new(MemoryVault::default()), Arc::new(MemoryVault::default()));
    let service = open(&vault, &key_file(5)).expect("a service");
    now(service.create(tenant(1))).expect("a key");
    let wrapped = now(service.wrap(tenant(1), b"p", b"secret")).expect("wrapped");
    let keys: Vec<Identity> = (0..5).map(|_| Identity::generate(&entropy)).collect();
    let holder = |key: &Identity| Holder { person: "p".to_owned(), to: key.recipient().expect("a key") };
    let holders: Vec<Holder> = keys.iter().map(holder).collect();
    let plan = SharePlan { instance: "i", id: "s", needed: 3, holders: &holders, beside: b"beside" };
    let (epoch, made) = now(service.share_root(&plan)).expect("shared");
    let given = |which: &[usize]| -> Vec<Share> {
        which
            .iter()
            .map(|at| ShareFile::read(&made[*at].file).expect("read").open(&keys[*at]).expect("opened"))
            .collect()
    };
    assert!(Recovered::of(&given(&[0, 1])).is_err(), "two of three");
    let back = Recovered::of(&given(&[4, 0, 2])).expect("joined");
    assert_eq!((back.epoch, back.beside.as_slice()), (epoch, b"beside".as_slice()));
    now(back.fits(vault.as_ref())).expect("the root");
    let (seed, unlock) = (Arc::new(Counter::from(78)), key_file(6));
    now(now(Embedded::open(other.clone(), seed, &unlock)).expect("another").create(tenant(1)))
        .expect("a key");
    assert_eq!(now(back.fits(other.as_ref())), Err(KeyError::Refused), "of another vault");

    let lost = key_file(7);
    assert_eq!(open(&vault, &lost).err(), Some(KeyError::WrongUnlock));
    let sealed = back.sealed(&lost, &entropy).expect("sealed");
    now(vault.put_root(RootRow { epoch, sealed })).expect("kept");
    let service = open(&vault, &lost).expect("opens again");
    assert_eq!(now(service.unwrap(tenant(1), b"p", &wrapped)).expect("opened").as_slice(), b"secret");
    now(service.rotate_root(&lost)).expect("rotated");
    assert!(
        matches!(now(back.fits(vault.as_ref())), Err(KeyError::Shares(_))),
        "shares of before are worthless"
    );
    assert_eq!(now(service.unwrap(tenant(1), b"p", &wrapped)).expect("opened").as_slice(), b"secret");
}
