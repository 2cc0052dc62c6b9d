//! More keys of a person, and keys that count before their day is over.

use access::person::KEY_AGE;
use kernel::Problem;
use serde_json::json;
use store::Tx;
use store::trustee::persons::{self, KeyRow, PersonRow};

use super::enrol::key_taken;
use super::{ENROLLED, PROPOSED, Persons, REMOVED, officer, other_eyes, person, refusal};
use crate::identity::Caller;

impl Persons {
    /// Proposes one more key.
    pub(super) async fn propose_key(&self, caller: &Caller, id: &str, line: &str) -> Result<KeyRow, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let key = self.new_key(&id.to_lowercase(), line, &by.to_string())?;
        let (caller, id) = (caller.clone(), id.to_owned());
        let write = move |tx: &mut Tx| {
            officer(tx, &caller)?;
            if person(tx, &id)?.state != ENROLLED {
                return Err(refusal(409, "state_conflict", "Only an enrolled person gets more keys."));
            }
            if persons::add_key(tx, &key)? { Ok(key.clone()) } else { Err(key_taken()) }
        };
        self.store.try_write("propose_key", write).await
    }

    /// Confirms a key as a second officer. It counts a day later.
    pub(super) async fn confirm_key(&self, caller: &Caller, id: &str, key: &str) -> Result<KeyRow, Problem> {
        let (controls, now) = (self.controls, self.now());
        self.change_key(
            caller,
            (id, key),
            ("key-enrolled", ledger::Kind::Enrol, "key"),
            move |row, key, by| {
                if key.state != PROPOSED || row.state != ENROLLED {
                    return Err(refusal(
                        409,
                        "state_conflict",
                        "This key is not waiting for a confirmation.",
                    ));
                }
                other_eyes(controls, &key.proposed_by, by, row)?;
                ENROLLED.clone_into(&mut key.state);
                (key.enrolled_at, key.usable_from) = (now, now + KEY_AGE);
                Ok(())
            },
        )
        .await
    }

    /// Says that a key may count at once. It does when two officers have said so, neither of them the key's owner.
    pub(super) async fn hasten_key(&self, caller: &Caller, id: &str, key: &str) -> Result<KeyRow, Problem> {
        let now = self.now();
        self.change_key(
            caller,
            (id, key),
            ("key-hastened", ledger::Kind::Enrol, "key.hasten"),
            move |row, key, by| {
                let by = by.to_string();
                if key.state != ENROLLED || key.usable_from <= now {
                    return Err(refusal(409, "state_conflict", "This key is not waiting for its day."));
                }
                if row.account == by || key.hastened_by == by {
                    let text = "Two officers other than the key's owner must say so.";
                    return Err(refusal(403, "self_approval", text));
                }
                if key.hastened_by.is_empty() {
                    key.hastened_by = by;
                } else {
                    key.usable_from = now;
                }
                Ok(())
            },
        )
        .await
    }

    /// Removes a key.
    pub(super) async fn remove_key(&self, caller: &Caller, id: &str, key: &str) -> Result<(), Problem> {
        let removed =
            self.change_key(caller, (id, key), ("key-removed", ledger::Kind::Remove, "key"), |_, key, _| {
                REMOVED.clone_into(&mut key.state);
                Ok(())
            });
        removed.await.map(|_| ())
    }

    async fn change_key(
        &self,
        caller: &Caller,
        (id, key): (&str, &str),
        act: (&'static str, ledger::Kind, &'static str),
        change: impl Fn(&PersonRow, &mut KeyRow, kernel::UserId) -> Result<(), Problem> + Send + Sync + 'static,
    ) -> Result<KeyRow, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let (find, at) = (id.to_owned(), key.to_lowercase());
        let at_key = at.clone();
        let look = move |tx: &mut Tx| {
            let row = person(tx, &find)?;
            Ok::<_, Problem>((persons::key(tx, &at_key)?, row))
        };
        let (key, row) = self.store.try_read("person_of_key", look).await?;
        let print = key.map(|key| key.fingerprint).unwrap_or_default();
        let act = self.record(by, act, &row, &json!({"key": at, "fingerprint": print}));
        let (caller, id) = (caller.clone(), id.to_owned());
        let write = move |tx: &mut Tx| {
            officer(tx, &caller)?;
            let row = person(tx, &id)?;
            let found = persons::key(tx, &at)?.filter(|key| key.person == row.id);
            let mut key = found.ok_or_else(|| contract::errors::not_found("This person has no such key."))?;
            change(&row, &mut key, by)?;
            persons::set_key(tx, &key)?;
            act.write(tx)?;
            Ok(key)
        };
        self.store.try_write("change_key", write).await
    }
}
