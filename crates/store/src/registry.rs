//! Every statement there is, so that one test can prepare them all on both engines.

use crate::{Schema, Statement, Store, StoreError, operator, trustee};

const OPERATOR: &[&[&Statement]] = &[
    crate::meta::STATEMENTS,
    crate::migrate::STATEMENTS,
    operator::accounts::STATEMENTS,
    operator::agreements::STATEMENTS,
    operator::applications::STATEMENTS,
    operator::audit::STATEMENTS,
    operator::customers::STATEMENTS,
    operator::idempotency::STATEMENTS,
    operator::lease::STATEMENTS,
    operator::orders::STATEMENTS,
    operator::outbox::STATEMENTS,
    operator::profiles::STATEMENTS,
    operator::subscriptions::STATEMENTS,
];

const TRUSTEE: &[&[&Statement]] = &[
    crate::meta::STATEMENTS,
    crate::migrate::STATEMENTS,
    trustee::apps::STATEMENTS,
    trustee::directory::STATEMENTS,
    trustee::journal::STATEMENTS,
    trustee::keys::STATEMENTS,
    trustee::mint::STATEMENTS,
    trustee::own_keys::STATEMENTS,
    trustee::records::STATEMENTS,
    trustee::relationships::STATEMENTS,
    trustee::replay::STATEMENTS,
    trustee::tokens::STATEMENTS,
];

/// The statements that run on this schema.
pub fn statements(schema: Schema) -> impl Iterator<Item = &'static Statement> {
    let areas = match schema {
        Schema::Operator => OPERATOR,
        Schema::Trustee => TRUSTEE,
    };
    areas.iter().copied().flatten().copied()
}

impl Store {
    /// Prepares every statement of this schema and answers how many there are, or all that fail with the reason.
    /// Never inside `async`.
    pub fn check_statements(&self, schema: Schema) -> Result<usize, StoreError> {
        self.schema_blocking("check-statements", move |tx| {
            let mut failed = Vec::new();
            for statement in statements(schema) {
                if let Err(error) = tx.nested(|tx| tx.prepare(statement)) {
                    failed.push(error.to_string());
                }
            }
            if failed.is_empty() {
                return Ok(statements(schema).count());
            }
            Err(StoreError::Schema(failed.join("\n")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Engine, TestStore};
    use std::collections::HashSet;

    fn check(schema: Schema, engine: Engine) {
        let store = TestStore::new(engine, schema);
        match store.check_statements(schema) {
            Ok(count) => assert!(count >= crate::meta::STATEMENTS.len()),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn every_operator_statement_is_understood_by_sqlite() {
        check(Schema::Operator, Engine::Sqlite);
    }

    #[test]
    fn every_operator_statement_is_understood_by_postgres() {
        check(Schema::Operator, Engine::Postgres);
    }

    #[test]
    fn every_trustee_statement_is_understood_by_sqlite() {
        check(Schema::Trustee, Engine::Sqlite);
    }

    #[test]
    fn statement_names_are_unique() {
        for schema in [Schema::Operator, Schema::Trustee] {
            let mut seen = HashSet::new();
            for statement in statements(schema) {
                assert!(seen.insert(statement.name), "{} is there twice", statement.name);
            }
        }
    }
}
