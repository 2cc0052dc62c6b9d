use super::*;
use crate::testing::{Counter, Hand, TempStore, key_file};
use envelope::{Embedded, Expected, Header, conformance, open, seal};
use store::trustee::rotations::Shelf;

async fn service(store: &Store) -> Arc<dyn KeyService> {
    let vault = Arc::new(StoreVault::new(store.clone()));
    Arc::new(Embedded::open(vault, Arc::new(Counter::default()), &key_file()).await.expect("a service"))
}

fn tenant(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(n))
}

fn header(version: u64) -> Header<'static> {
    Header { tenant: tenant(1), record_type: "agreement", record_id: "a", field_set: "contact", version }
}

#[tokio::test]
async fn the_embedded_backend_conforms_over_the_store() {
    let temp = TempStore::new();
    let service = service(&temp.store).await;
    assert_eq!(conformance(service.as_ref(), tenant(1), tenant(2)).await, Ok(()));
}

#[tokio::test]
async fn what_was_sealed_opens_after_rotation_and_restart_but_not_after_destruction() {
    let temp = TempStore::new();
    let clock = Arc::new(Hand::at(1_000));
    let entropy: Arc<dyn Entropy> = Arc::new(Counter::default());
    let keys = Keys::open(temp.store.clone(), service(&temp.store).await, clock.clone(), entropy.clone())
        .await
        .expect("keys");
    assert_eq!(keys.of(tenant(1)).await.err().map(|problem| problem.slug), Some("no_tenant_key"));
    keys.create(tenant(1)).await.expect("created");
    keys.create(tenant(1)).await.expect("created once");

    let before = keys.of(tenant(1)).await.expect("keys");
    let old = seal(before.newest(), &header(1), b"canary", [1; 16]).expect("sealed");
    keys.rotate(tenant(1)).await.expect("rotated");
    let after = keys.of(tenant(1)).await.expect("keys");
    assert_eq!((before.newest().epoch(), after.newest().epoch()), (1, 2));

    let again = Keys::open(temp.store.clone(), service(&temp.store).await, clock.clone(), entropy)
        .await
        .expect("keys");
    let opened = open(&again.of(tenant(1)).await.expect("keys"), &Expected::from(header(1)), &old);
    assert_eq!(opened.expect("opened").as_slice(), b"canary");
    let secret = keys.house_secret("test").await.expect("a secret");
    assert_eq!(*again.house_secret("test").await.expect("a secret"), *secret);

    keys.destroy(tenant(1)).await.expect("destroyed");
    assert_eq!(keys.of(tenant(1)).await.err().map(|problem| problem.slug), Some("shredded"));
    // Another process may hold it for its minute, not longer.
    assert!(again.of(tenant(1)).await.is_ok());
    clock.forward(60);
    assert_eq!(again.of(tenant(1)).await.err().map(|problem| problem.slug), Some("shredded"));
}

/// Where a tenant's own key wraps something, besides sealing keys in this module. Each has its shelf.
const WRAPPED_AT: [(&str, Shelf); 4] = [
    ("identity/issuers/mod.rs", Shelf::Issuer),
    ("identity/sessions.rs", Shelf::Factors),
    ("log/secrets.rs", Shelf::Detail),
    ("reports/sealed.rs", Shelf::Reports),
];

#[test]
fn whatever_a_tenants_key_wraps_has_a_shelf_or_a_rotation_would_lose_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("below it").to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.contains("tests") {
                let text = std::fs::read_to_string(&path).expect("text");
                let wraps = |line: &str| {
                    let wrap = line.contains("keys.wrap(") || line.contains("keys.wrap_factor(");
                    wrap && !line.contains("HOUSE")
                };
                found.extend(text.lines().any(wraps).then_some(name));
            }
        }
    }
    found.sort();
    assert_eq!(found, WRAPPED_AT.map(|(file, _)| file));
    let shelved =
        |place: &Shelf| *place == Shelf::Sealing || WRAPPED_AT.iter().any(|(_, known)| known == place);
    assert!(Shelf::ALL.iter().all(shelved) && Shelf::ALL.len() == WRAPPED_AT.len() + 1);
}
