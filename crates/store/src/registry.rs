//! Every statement there is, so that one test can prepare them all on both engines.

use crate::{Schema, Statement, operator, trustee};

const OPERATOR: &[&[&Statement]] = &[
    crate::meta::STATEMENTS,
    crate::migrate::STATEMENTS,
    operator::audit::STATEMENTS,
    operator::idempotency::STATEMENTS,
    operator::lease::STATEMENTS,
    operator::outbox::STATEMENTS,
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
