//! The trustee core's areas, one file each; see the crate's page for how to add one.

/// Statements of the trustee's areas that have no file of their own yet.
pub const STATEMENTS: &[&crate::Statement] = &[];
