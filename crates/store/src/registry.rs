//! Every statement there is, so that one test can prepare them all on both engines.

use crate::{Schema, Statement, Store, StoreError, operator, trustee};

const OPERATOR: &[&[&Statement]] = &[
    crate::meta::STATEMENTS,
    crate::migrate::STATEMENTS,
    operator::account_decisions::STATEMENTS,
    operator::accounts::STATEMENTS,
    operator::agreements::STATEMENTS,
    operator::applications::STATEMENTS,
    operator::audit::STATEMENTS,
    operator::customers::STATEMENTS,
    operator::idempotency::STATEMENTS,
    operator::invoices::STATEMENTS,
    operator::lease::STATEMENTS,
    operator::orders::STATEMENTS,
    operator::outbox::STATEMENTS,
    operator::profiles::STATEMENTS,
    operator::subscriptions::STATEMENTS,
    operator::tickets::STATEMENTS,
];

const TRUSTEE: &[&[&Statement]] = &[
    crate::meta::STATEMENTS,
    crate::migrate::STATEMENTS,
    trustee::access::STATEMENTS,
    trustee::answered::STATEMENTS,
    trustee::apps::STATEMENTS,
    trustee::devices::STATEMENTS,
    trustee::departures::STATEMENTS,
    trustee::directory::STATEMENTS,
    trustee::duties::STATEMENTS,
    trustee::erasures::STATEMENTS,
    trustee::exports::STATEMENTS,
    trustee::gags::STATEMENTS,
    trustee::issuers::STATEMENTS,
    trustee::journal::STATEMENTS,
    trustee::keys::STATEMENTS,
    trustee::legal::STATEMENTS,
    trustee::log::STATEMENTS,
    trustee::mint::STATEMENTS,
    trustee::own_keys::STATEMENTS,
    trustee::persons::STATEMENTS,
    trustee::policies::STATEMENTS,
    trustee::records::STATEMENTS,
    trustee::relationships::STATEMENTS,
    trustee::replay::STATEMENTS,
    trustee::reports::STATEMENTS,
    trustee::restores::STATEMENTS,
    trustee::rotations::STATEMENTS,
    trustee::shares::STATEMENTS,
    trustee::subjects::STATEMENTS,
    trustee::tickets::STATEMENTS,
    trustee::tokens::STATEMENTS,
    trustee::wishes::STATEMENTS,
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
    fn every_file_with_statements_is_listed() {
        for (folder, schema) in [("operator", Schema::Operator), ("trustee", Schema::Trustee)] {
            let listed: HashSet<_> = statements(schema)
                .filter_map(|one| one.name.rsplit_once('.'))
                .map(|(area, _)| area)
                .collect();
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
            for file in std::fs::read_dir(path).expect("a folder") {
                let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
                let area = text.split_once("statements! { \"").and_then(|(_, rest)| rest.split_once('"'));
                if let Some((area, _)) = area {
                    assert!(listed.contains(area), "{area} is not listed");
                }
            }
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

    /// Tables that have a handful of rows however large the store is.
    const SMALL: [&str; 3] = ["schema_migration", "key_root", "signing_key"];

    fn walks_a_table(step: &str, sql: &str) -> bool {
        let Some(walked) = step.strip_prefix("SCAN ") else {
            return false;
        };
        if walked.contains("INDEX") && sql.contains("LIMIT") {
            return false; // stops after a page
        }
        // "counted" and the like are the results of inner queries, whose own steps are in the plan.
        let table = walked.split(' ').next().unwrap_or_default();
        walked != "CONSTANT ROW" && !SMALL.contains(&table) && table != "counted"
    }

    /// A statement that walks a whole table gets slower with every customer; such reads are declared `scan`.
    #[test]
    fn only_scans_walk_whole_tables() {
        let mut walking = Vec::new();
        for schema in [Schema::Operator, Schema::Trustee] {
            let store = TestStore::new(Engine::Sqlite, schema);
            for statement in statements(schema).filter(|statement| !statement.scan) {
                let plan = store.read_blocking("plan", |tx| tx.plan(statement)).expect("understood");
                if plan.iter().any(|step| walks_a_table(step, statement.sql)) {
                    walking.push(format!("{}: {}", statement.name, plan.join(" / ")));
                }
            }
        }
        assert!(walking.is_empty(), "index these or declare them scan:\n{}", walking.join("\n"));
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
