//! Rows that need not be read again.
//!
//! A few rows are read by every call and seldom change, the caller's account above all. [`Tx::fact`] remembers such a
//! row for as long as it cannot have changed: to the end of its snapshot, which readers on SQLite keep beyond one
//! transaction, and within a transaction until a statement writes to a table that the reading statement names.
//! Whenever something is taken back, everything is forgotten.

use crate::{FromRow, Statement, StoreError, Tx, Value};
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows remembered at a time; beyond that one begins anew.
const MOST: usize = 256;

type Question = (&'static str, Vec<Value>);

/// What a transaction remembers.
#[derive(Default)]
pub(crate) struct Facts {
    known: HashMap<Question, Known>,
}

struct Known {
    statement: &'static Statement,
    /// An `Option<Arc<T>>` of what [`Tx::fact`] was asked for.
    row: Box<dyn Any + Send>,
}

impl Facts {
    /// Everything may have changed.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// A table was written to. Its name within another word only means that more is forgotten than need be.
    pub fn wrote(&mut self, table: &str) {
        self.known.retain(|_, known| !known.statement.sql.contains(table));
    }
}

impl Tx {
    /// [`Tx::opt`] for rows that are asked for again and again.
    pub fn fact<T: FromRow + Send + Sync + 'static>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Option<Arc<T>>, StoreError> {
        self.check()?;
        let question = (statement.name, args.to_vec());
        let known = self.facts.known.get(&question);
        if let Some(row) = known.and_then(|known| known.row.downcast_ref::<Option<Arc<T>>>()) {
            return Ok(row.clone());
        }
        let row = self.opt::<T>(statement, args)?.map(Arc::new);
        if self.facts.known.len() >= MOST {
            self.facts.forget();
        }
        self.facts.known.insert(question, Known { statement, row: Box::new(row.clone()) });
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Engine, TestStore, each_engine};
    use crate::{Schema, StoreError, Tx, args, meta, statements};

    statements! { "facts-test";
        read VALUE = "SELECT value FROM meta WHERE key = $1";
        write ELSEWHERE = "DELETE FROM lease WHERE job = $1";
        /// Behind the back of whoever remembers.
        write QUIETLY = "WITH one AS (SELECT 1) UPDATE meta SET value = $1";
    }

    /// The value under `a`, as it is remembered.
    fn fact(tx: &mut Tx) -> Result<Option<String>, StoreError> {
        Ok(tx.fact::<(String,)>(STATEMENTS[0], &args!["a"])?.map(|row| row.0.clone()))
    }

    #[test]
    fn what_is_remembered_is_never_wrong() {
        each_engine(async |engine| {
            let store = TestStore::new(engine, Schema::Operator);
            let is = async |wanted: Option<&str>, when: &str| {
                for _ in 0..2 {
                    let found = store.read("fact", fact).await.expect("read");
                    assert_eq!(found.as_deref(), wanted, "{when}");
                }
            };
            is(None, "before anything").await;
            store.write("put", |tx| meta::put(tx, "a", "1")).await.expect("put");
            is(Some("1"), "after another transaction's change").await;
            let work = |tx: &mut Tx| {
                let mut seen = vec![fact(tx)?];
                tx.execute(STATEMENTS[1], &args!["nobody"])?;
                seen.push(fact(tx)?);
                meta::put(tx, "a", "2")?;
                seen.push(fact(tx)?);
                let undone: Result<(), StoreError> = tx.nested(|tx| {
                    meta::put(tx, "a", "3")?;
                    seen.push(fact(tx)?);
                    Err(StoreError::Busy)
                });
                assert_eq!(undone, Err(StoreError::Busy));
                seen.push(fact(tx)?);
                tx.execute(STATEMENTS[2], &args!["4"])?;
                seen.push(fact(tx)?);
                Ok(seen)
            };
            let seen = store.write("work", work).await.expect("written");
            let seen: Vec<_> = seen.iter().map(Option::as_deref).collect();
            assert_eq!(seen, [Some("1"), Some("1"), Some("2"), Some("3"), Some("2"), Some("4")]);
            is(Some("4"), "after all").await;
        });
    }

    #[test]
    fn a_change_elsewhere_forgets_nothing_and_one_in_the_table_does() {
        let store = TestStore::new(Engine::Sqlite, Schema::Operator);
        let work = |tx: &mut Tx| {
            let mut known = Vec::new();
            fact(tx)?;
            tx.execute(STATEMENTS[1], &args!["nobody"])?;
            known.push(tx.facts.known.len());
            meta::put(tx, "b", "1")?;
            known.push(tx.facts.known.len());
            Ok(known)
        };
        assert_eq!(store.write_blocking("work", work), Ok(vec![1, 0]));
    }
}
