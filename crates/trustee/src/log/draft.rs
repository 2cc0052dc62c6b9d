//! What a caller wants to have in the log, in the clear. The writer takes the names out.

use kernel::TenantId;
use ledger::{Alias, Class, Digest, Entry, Kind, Level, Refusal, VerifyingKey, Word};
use serde_json::Value;

/// An entry to be. Words that are none are noticed when it is noted, not when they are said.
#[derive(Clone)]
pub struct Draft {
    /// What may be said in the open. The pen adds time, tag, stand-in and the digest of the details.
    pub(super) entry: Entry,
    pub(super) tenant: Option<TenantId>,
    pub(super) actor: Option<String>,
    pub(super) detail: Option<Value>,
    pub(super) wrong: Option<Refusal>,
}

impl Draft {
    /// An entry of this kind, about nobody.
    pub fn of(kind: Kind) -> Self {
        Self { entry: Entry::new(kind, 0), tenant: None, actor: None, detail: None, wrong: None }
    }

    /// The tenant it is about: it gets the tenant's next tag, and its details are sealed for the tenant.
    #[must_use]
    pub fn about(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Who acted, by the fingerprint of the person's key. The log shows a stand-in that differs from tenant to tenant.
    #[must_use]
    pub fn by(mut self, fingerprint: &str) -> Self {
        self.actor = Some(fingerprint.to_owned());
        self
    }

    /// Under which grant: a random stand-in that the grant keeps.
    #[must_use]
    pub fn under(mut self, grant: Alias) -> Self {
        self.entry.grant = Some(grant);
        self
    }

    /// The operation, e.g. `get-customer@1`.
    #[must_use]
    pub fn op(mut self, op: &str) -> Self {
        self.entry.op = self.word(op);
        self
    }

    /// The classes of data.
    #[must_use]
    pub fn classes(mut self, classes: impl IntoIterator<Item = Class>) -> Self {
        self.entry.class.extend(classes);
        self.entry.class.sort_unstable();
        self.entry.class.dedup();
        self
    }

    /// A number, e.g. `rows`.
    #[must_use]
    pub fn counting(mut self, what: &str, count: u64) -> Self {
        if let Some(word) = self.word(what) {
            self.entry.counts.insert(word, count);
        }
        self
    }

    /// The state after, and before if there was one.
    #[must_use]
    pub fn moving(mut self, from: Option<&str>, to: &str) -> Self {
        self.entry.from = from.and_then(|from| self.word(from));
        self.entry.to = self.word(to);
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        self.entry.reason = self.word(reason);
        self
    }

    /// A change of the assurance level; from this entry on the others tell the new one.
    #[must_use]
    pub fn changing(self, from: Level, to: Level) -> Self {
        let word = |level: Level| level.as_str().to_lowercase();
        let mut draft = self.moving(Some(&word(from)), &word(to));
        draft.entry.level = Some(to);
        draft
    }

    /// The entry that this one belongs to: a result's intent.
    #[must_use]
    pub fn belonging_to(mut self, index: u64) -> Self {
        self.entry.of = Some(index);
        self
    }

    /// The digest of something public, e.g. `policy`.
    #[must_use]
    pub fn digest(mut self, what: &str, digest: Digest) -> Self {
        if let Some(word) = self.word(what) {
            self.entry.digests.insert(word, digest);
        }
        self
    }

    /// A log's or witness's key.
    #[must_use]
    pub fn key(mut self, key: VerifyingKey) -> Self {
        self.entry.key = Some(key);
        self
    }

    /// Details in the clear: an object of text, numbers, lists. They are sealed; only their digest is in the log.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = Some(detail);
        self
    }

    fn word(&mut self, text: &str) -> Option<Word> {
        match text.parse() {
            Ok(word) => Some(word),
            Err(why) => {
                self.wrong.get_or_insert(why);
                None
            }
        }
    }
}
