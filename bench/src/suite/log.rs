//! The transparency log: 100 000 entries appended, each durable in a signed checkpoint before its caller goes on, and the
//! whole log verified as a stranger verifies it. In process, with the house's own store and writer.

use anyhow::{Context, Result};
use envelope::{Embedded, KeyFile, Unlock};
use jiff::Timestamp;
use kernel::{Clock, TenantId};
use ledger::{Files, Kind, Policy, Purpose, Refusal, SigningKey, verify_log};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use store::{Schema, Store};
use trustee::keys::{Keys, StoreVault};
use trustee::log::{Draft, Log, LogHome, LogParts, Seen, Witnessing, read_file};

use super::Plan;
use crate::random::Repeatable;
use crate::report::{Bound, Report, Row};

const ENTRIES: u64 = 100_000;
/// Callers that wait for their entry to be durable, at the same time.
const CALLERS: u64 = 512;
const TENANTS: u128 = 100;
/// Both together, as the trustee's issue promises.
const BOUND: Bound = Bound::AtMost(10.0);

/// One moment: what is measured does not depend on it.
struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Nothing is remembered outside of the database.
struct Forgetful;

impl Seen for Forgetful {
    fn last(&self) -> Result<Option<String>, String> {
        Ok(None)
    }
    fn keep(&self, _note: &str) {}
    fn evidence(&self, _text: &str) {}
}

/// The log's files out of the store.
struct Copied(HashMap<String, Vec<u8>>);

impl Files for Copied {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.0.get(path).cloned())
    }
}

/// Appends and verifies, as often as the plan has rounds.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    let (mut appended, mut verified, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        let (append, verify) = one(&plan.folder.join(format!("log-{round}"))).await?;
        appended.push(append);
        verified.push(verify);
        both.push(append + verify);
    }
    let what = format!("{ENTRIES} log entries appended, checkpointed and verified");
    report.rows.push(Row::value(&what, "s", &both, BOUND));
    report.rows.push(Row::value(
        "of which appended, each durable before it is answered",
        "s",
        &appended,
        Bound::None,
    ));
    report.rows.push(Row::value("of which verified from the files", "s", &verified, Bound::None));
    Ok(())
}

/// The seconds of one round.
async fn one(folder: &Path) -> Result<(f64, f64)> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join("trustee.db");
    let store = tokio::task::spawn_blocking(move || {
        let store = Store::open_sqlite(file)?;
        store.migrate(Schema::Trustee).map(|_| store)
    });
    let store = store.await?.context("a store")?;
    let clock: Arc<dyn Clock> = Arc::new(Still(Timestamp::from_second(1_795_335_000)?));
    let (log, policy) = open(&store, &clock).await?;
    let begin = Instant::now();
    append(&log).await?;
    let appended = begin.elapsed().as_secs_f64();
    let files = copy(&store).await?;
    let now = clock.now().as_microsecond();
    let begin = Instant::now();
    let facts = verify_log(&files, &policy, now, None)?;
    let verified = begin.elapsed().as_secs_f64();
    anyhow::ensure!(facts.checkpoint.size == ENTRIES + 1, "the log has {} entries", facts.checkpoint.size);
    drop(log);
    let closing = store.clone();
    tokio::task::spawn_blocking(move || closing.close()).await?;
    Ok((appended, verified))
}

async fn open(store: &Store, clock: &Arc<dyn Clock>) -> Result<(Log, Policy)> {
    let entropy = Arc::new(Repeatable::new(7));
    let unlock = Unlock::KeyFile(KeyFile::generate(&*entropy));
    let vault = Arc::new(StoreVault::new(store.clone()));
    let service = Embedded::open(vault, entropy.clone(), &unlock).await.context("a key service")?;
    let keys = Arc::new(Keys::open(store.clone(), Arc::new(service), clock.clone(), entropy.clone()).await?);
    for number in 1..=TENANTS {
        keys.create(tenant(number)).await?;
    }
    let key = SigningKey::from_seed("bench.example/log", Purpose::Log, [1; 32])?;
    let policy = Policy::of_log(key.public().clone());
    let home = LogHome { key, witnessing: Witnessing::none(), seen: Arc::new(Forgetful) };
    let parts = LogParts { store: store.clone(), keys, clock: clock.clone(), entropy, home };
    Ok((Log::open(parts).await?, policy))
}

fn tenant(number: u128) -> TenantId {
    TenantId(uuid::Uuid::from_u128(number))
}

/// Many callers, each waiting for its own entry.
async fn append(log: &Log) -> Result<()> {
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let log = log.clone();
        callers.spawn(async move {
            for entry in (caller..ENTRIES).step_by(usize::try_from(CALLERS)?) {
                let draft = Draft::of(Kind::UseIntent)
                    .about(tenant(1 + u128::from(entry) % TENANTS))
                    .by("SHA256:bench")
                    .op("get-customer@1")
                    .counting("rows", 1)
                    .because("customer_support")
                    .detail(json!({ "record": entry }));
                log.append(draft).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    Ok(())
}

async fn copy(store: &Store) -> Result<Copied> {
    let read = |tx: &mut store::Tx| {
        let mut files = HashMap::new();
        let paths = ledger::tiles_of(ENTRIES + 1).map(|tile| tile.path());
        for path in std::iter::once("checkpoint".to_owned()).chain(paths) {
            if let Some(file) = read_file(tx, &path)? {
                files.insert(path, file.content);
            }
        }
        Ok(files)
    };
    Ok(Copied(store.read("copy-log", read).await?))
}
