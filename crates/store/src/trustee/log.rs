//! The transparency log's rows.
//!
//! Invariants: entries and hashes are only added; [`grow`] goes through only when the log stands where the writer
//! believes it to stand, so that two writers cannot both add to it.
//!
//! Deliberately absent: what an entry says, and the key that signs checkpoints, which is never in the database.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

statements! { "log";
    /// Where the log stands.
    read STATE = "SELECT size, edge, newest, checkpoint, published_size, published FROM log_state \
        WHERE name = 'log'";
    /// A log begins.
    write BEGIN = "INSERT INTO log_state (name, size, edge, newest, checkpoint, published_size, published) \
        VALUES ('log', 0, $1, 0, $2, 0, $2) ON CONFLICT (name) DO NOTHING";
    /// The log stands elsewhere now.
    write GROW = "UPDATE log_state SET size = $2, edge = $3, newest = $4, checkpoint = $5 \
        WHERE name = 'log' AND size = $1";
    /// A checkpoint that enough witnesses have cosigned.
    write PUBLISH = "UPDATE log_state SET published_size = $1, published = $2 \
        WHERE name = 'log' AND published_size <= $1 AND size >= $1";
    /// One more entry.
    write ENTRY = "INSERT INTO log_entries (idx, entry, leaf) VALUES ($1, $2, $3)";
    /// One more hash.
    write NODE = "INSERT INTO log_nodes (level, n, hash) VALUES ($1, $2, $3)";
    /// Some entries.
    read ENTRIES = "SELECT entry FROM log_entries WHERE idx >= $1 AND idx < $2 ORDER BY idx";
    /// Entries about the assurance level, before a place.
    read LEVELS = "SELECT idx, entry FROM log_entries WHERE instr(entry, '\"type\":\"level\"') > 0 \
        AND idx < $1 ORDER BY idx";
    /// The last of them.
    read LAST_LEVEL = "SELECT idx, entry FROM log_entries WHERE instr(entry, '\"type\":\"level\"') > 0 \
        ORDER BY idx DESC LIMIT 1";
    /// The hashes of some entries.
    read LEAVES = "SELECT leaf FROM log_entries WHERE idx >= $1 AND idx < $2 ORDER BY idx";
    /// Some hashes of a level.
    read NODES = "SELECT hash FROM log_nodes WHERE level = $1 AND n >= $2 AND n < $3 ORDER BY n";
    /// A tenant's secrets.
    read TENANT = "SELECT tag_key, detail, made_at, next FROM log_tenants WHERE tenant = $1";
    /// The first ones made count.
    write SET_UP = "INSERT INTO log_tenants (tenant, tag_key, detail, made_at, next) VALUES ($1, $2, $3, $4, 0) \
        ON CONFLICT (tenant) DO NOTHING";
    /// The next counter.
    write COUNT = "UPDATE log_tenants SET next = next + 1 WHERE tenant = $1 RETURNING next";
    /// An entry is a tenant's.
    write DETAIL = "INSERT INTO log_details (tenant, counter, idx, sealed) VALUES ($1, $2, $3, $4)";
    /// A tenant's entries.
    read OF_TENANT = "SELECT d.counter, d.idx, e.entry, d.sealed FROM log_details d \
        JOIN log_entries e ON e.idx = d.idx WHERE d.tenant = $1 AND d.counter >= $2 ORDER BY d.counter LIMIT $3";
    /// A tenant's details are destroyed.
    write DESTROY = "UPDATE log_details SET sealed = NULL WHERE tenant = $1";
    /// And what their keys came from.
    write DESTROY_SECRET = "UPDATE log_tenants SET detail = $2 WHERE tenant = $1";
    /// Who has secrets, and how many entries.
    scan TENANTS = "SELECT tenant, next, tag_key FROM log_tenants ORDER BY tenant";
    /// A counter after entries that came back.
    write SET_COUNTER = "UPDATE log_tenants SET next = $2 WHERE tenant = $1";
    /// Openings of past hours that the log does not tell yet.
    scan UNLOGGED = "SELECT tenant, opener, hour, openings, logged FROM openings \
        WHERE openings > logged AND hour < $1 ORDER BY tenant, hour, opener LIMIT $2";
    /// The log tells them.
    write LOGGED = "UPDATE openings SET logged = $4 WHERE tenant = $1 AND opener = $2 AND hour = $3";
}

rows! {
    /// Where the log stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LogState {
        /// How many entries.
        pub size: i64,
        /// The right edge of the tree.
        pub edge: Vec<u8>,
        /// The newest entry's time.
        pub newest: Micros,
        /// The newest checkpoint, signed by the log.
        pub checkpoint: String,
        /// The size of the published checkpoint.
        pub published_size: i64,
        /// The newest checkpoint that enough witnesses have cosigned.
        pub published: String,
    }

    /// A tenant's secrets for the log.
    #[derive(Clone)]
    pub struct LogTenant {
        /// The key of its tags, wrapped under the house's key.
        pub tag_key: Vec<u8>,
        /// The secret of its details, wrapped under the tenant's own key.
        pub detail: Vec<u8>,
        /// When they were made.
        pub made_at: Micros,
        /// How many entries it has.
        pub next: i64,
    }

    /// An entry of a tenant's.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TenantEntry {
        /// Its number among the tenant's.
        pub counter: i64,
        /// Its place in the log.
        pub index: i64,
        /// The entry.
        pub entry: Vec<u8>,
        /// Its details, sealed.
        pub sealed: Option<Vec<u8>>,
    }

    /// Openings of an hour, and how many of them the log tells.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Unlogged {
        /// Whose records.
        pub tenant: TenantId,
        /// By whom: `partner:<tenant>` or `customer`.
        pub opener: String,
        /// The hour's start.
        pub hour: Micros,
        /// How often.
        pub openings: i64,
        /// How many of them the log tells.
        pub logged: i64,
    }
}

/// Where the log stands; none before it has begun.
pub fn state(tx: &mut Tx) -> Result<Option<LogState>, StoreError> {
    tx.opt(&STATE, &[])
}

/// Begins a log with the checkpoint of an empty tree, unless there is one.
pub fn begin(tx: &mut Tx, edge: &[u8], checkpoint: &str) -> Result<(), StoreError> {
    tx.execute(&BEGIN, &args![edge, checkpoint]).map(|_| ())
}

/// Moves the log from a size to where it stands now; false when it was not there.
pub fn grow(tx: &mut Tx, from: i64, to: &LogState) -> Result<bool, StoreError> {
    let moved = tx.execute(&GROW, &args![from, to.size, &to.edge, to.newest, &to.checkpoint])?;
    Ok(moved == 1)
}

/// Publishes a cosigned checkpoint; false when a newer one is published already.
pub fn publish(tx: &mut Tx, size: i64, note: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&PUBLISH, &args![size, note])? == 1)
}

/// The entries about the assurance level before a place, each with its place.
pub fn levels(tx: &mut Tx, before: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    tx.list(&LEVELS, &args![before])
}

/// The newest entry about the assurance level.
pub fn last_level(tx: &mut Tx) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    tx.opt(&LAST_LEVEL, &[])
}

/// Adds an entry.
pub fn add_entry(tx: &mut Tx, index: i64, entry: &[u8], leaf: &[u8]) -> Result<(), StoreError> {
    tx.execute(&ENTRY, &args![index, entry, leaf]).map(|_| ())
}

/// Adds a hash that tiles hold.
pub fn add_node(tx: &mut Tx, level: u8, n: i64, hash: &[u8]) -> Result<(), StoreError> {
    tx.execute(&NODE, &args![level, n, hash]).map(|_| ())
}

/// The entries from one place up to another.
pub fn entries(tx: &mut Tx, from: i64, until: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    Ok(firsts(tx.list(&ENTRIES, &args![from, until])?))
}

/// Hashes of a level of tiles, from one place up to another.
pub fn hashes(tx: &mut Tx, level: u8, from: i64, until: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    let found = if level == 0 {
        tx.list(&LEAVES, &args![from, until])?
    } else {
        tx.list(&NODES, &args![level, from, until])?
    };
    Ok(firsts(found))
}

fn firsts(rows: Vec<(Vec<u8>,)>) -> Vec<Vec<u8>> {
    rows.into_iter().map(|(first,)| first).collect()
}

/// A tenant's secrets, if it has any yet.
pub fn tenant(tx: &mut Tx, tenant: TenantId) -> Result<Option<LogTenant>, StoreError> {
    tx.opt(&TENANT, &args![tenant])
}

/// Keeps a tenant's fresh secrets, unless it has some.
pub fn set_up(
    tx: &mut Tx,
    tenant: TenantId,
    tag_key: &[u8],
    detail: &[u8],
    now: Micros,
) -> Result<(), StoreError> {
    tx.execute(&SET_UP, &args![tenant, tag_key, detail, now]).map(|_| ())
}

/// The number of a tenant's next entry, counted from 0.
pub fn count(tx: &mut Tx, tenant: TenantId) -> Result<i64, StoreError> {
    tx.one::<(i64,)>(&COUNT, &args![tenant]).map(|(next,)| next - 1)
}

/// Notes that an entry is a tenant's, with its sealed details.
pub fn add_detail(
    tx: &mut Tx,
    tenant: TenantId,
    counter: i64,
    index: i64,
    sealed: Option<&[u8]>,
) -> Result<(), StoreError> {
    tx.execute(&DETAIL, &args![tenant, counter, index, sealed.map(<[u8]>::to_vec)]).map(|_| ())
}

/// A tenant's entries from one number on, in their order.
pub fn of_tenant(
    tx: &mut Tx,
    tenant: TenantId,
    from: i64,
    limit: u32,
) -> Result<Vec<TenantEntry>, StoreError> {
    tx.list(&OF_TENANT, &args![tenant, from, limit])
}

/// Destroys a tenant's details and their secret; the entries stay.
pub fn destroy_details(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DESTROY_SECRET, &args![tenant, Vec::new()])?;
    tx.execute(&DESTROY, &args![tenant]).map(|_| ())
}

/// All who have entries, with the number of their next one and their wrapped tag keys.
pub fn tenants(tx: &mut Tx) -> Result<Vec<(TenantId, i64, Vec<u8>)>, StoreError> {
    tx.list(&TENANTS, &[])
}

/// Sets the number of a tenant's next entry, after entries that came back.
pub fn set_counter(tx: &mut Tx, tenant: TenantId, next: i64) -> Result<(), StoreError> {
    tx.execute(&SET_COUNTER, &args![tenant, next]).map(|_| ())
}

/// Openings of hours before this one that the log does not tell yet.
pub fn unlogged(tx: &mut Tx, before: Micros, limit: u32) -> Result<Vec<Unlogged>, StoreError> {
    tx.list(&UNLOGGED, &args![before, limit])
}

/// Notes that the log tells this row's openings.
pub fn logged(tx: &mut Tx, row: &Unlogged) -> Result<(), StoreError> {
    tx.execute(&LOGGED, &args![row.tenant, &row.opener, row.hour, row.openings]).map(|_| ())
}
