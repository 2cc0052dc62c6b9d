//! The transparency log: what it says ([`Entry`]), how it is signed and served (C2SP tlog-tiles, checkpoints, signed
//! notes, cosignatures), and how somebody who trusts nobody checks it ([`verify_log`], [`verify_report`]).
//!
//! Everything that others read is in the unmodified formats of C2SP, so that strangers' tools read it too; the maths
//! of the tree and the note format are the crates `tlog_tiles` and `signed_note`. What is ours is the leaf: one line
//! of canonical JSON that names nobody. Entries of a tenant carry a tag, the MAC of a counter under the tenant's own
//! tag key: whoever has the key finds all its entries and sees a gap, whoever has not cannot tell which belong
//! together.
//!
//! Invariants: no clock, no randomness, no socket, no file; nothing that is read here panics, however it was made;
//! what is parsed is written again to the same bytes, or refused. Keys have no `Debug`.
//!
//! Deliberately absent: where entries are kept and when they are signed (`trustee::log`), what a grant is (`access`),
//! and the field `seq_hint` of the requirements, which would let readers link entries.

mod canonical;
mod checkpoint;
mod checks;
mod course;
pub mod demands;
mod detail;
mod entry;
mod field;
mod key;
mod kind;
mod policy;
mod proof;
mod refusal;
mod report;
mod succession;
mod tag;
mod tiles;
mod tree;
mod verify;
mod witness;

pub use canonical::{canonical, parse_canonical};
pub use checkpoint::{Checkpoint, Cosigned, Signatures};
pub use checks::{Check, Checks};
pub use course::LevelChange;
pub use demands::Demands;
pub use detail::{DetailKey, DetailSecret, MAX_DETAIL, SALT_LEN, seal_detail};
pub use entry::{Entry, MAX_ENTRY};
pub use field::{Alias, Class, Digest, Level, Word};
pub use key::{Purpose, SigningKey, VerifyingKey};
pub use kind::Kind;
pub use policy::{Policy, Quorum};
pub use proof::LogProof;
pub use refusal::Refusal;
pub use report::{Bundle, Event, Header, Material, REPORT_FORMAT, assemble};
pub use succession::{Endorsement, Succession};
pub use tag::{Tag, TagKey};
pub use tiles::{TILE, Tile, decode_bundle, encode_bundle, tiles_of};
pub use tlog_tiles::{Hash, record_hash};
pub use tree::{
    Frontier, MAX_SIZE, Memory, Node, check_consistency, check_inclusion, prove_consistency, prove_inclusion,
};
pub use verify::{
    AGE_LIMIT, Files, LogFacts, ReportFacts, SILENCE_LIMIT, Silence, View, compare, read_log, verify_log,
    verify_report,
};
pub use witness::{AddCheckpoint, Judgement, judge};
