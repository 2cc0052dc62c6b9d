//! The embedded migrations of both schemas. Adding one: a file, a line here. A file that has been released is
//! never edited; its checksum is recorded in every store.

/// Which tables a store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The operator zone's; on either engine.
    Operator,
    /// The trustee core's; on SQLite.
    Trustee,
}

/// One step forward.
#[derive(Debug)]
pub(crate) struct Migration {
    /// Its place in the order.
    pub number: i64,
    /// The area it belongs to.
    pub name: &'static str,
    /// Its text, before respelling.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($folder:literal: $($number:literal $name:literal),* $(,)?) => {
        &[$(Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../migrations/", $folder, "/", $name, ".sql")),
        }),*]
    };
}

const OPERATOR: &[Migration] = migrations!["operator":
    1 "0001_base",
    10 "0010_accounts",
    11 "0011_applications",
    12 "0012_partner_profiles",
    13 "0013_customers",
    14 "0014_agreements",
    30 "0030_orders",
    40 "0040_invoices",
    45 "0045_account_decisions",
    70 "0070_fewer_indexes",
    85 "0085_tickets",
    90 "0090_list_names",
];

const TRUSTEE: &[Migration] = migrations!["trustee":
    1 "0001_base",
    10 "0010_identity",
    20 "0020_gateway",
    21 "0021_answered",
    30 "0030_verification",
    35 "0035_one_time",
    50 "0050_log",
    60 "0060_access",
    70 "0070_erasures",
    71 "0071_restore_acts",
    72 "0072_trustee_restores",
    73 "0073_keys_told",
    85 "0085_reports",
    90 "0090_officer_wish",
    91 "0091_access_policy",
    92 "0092_legal_case",
    93 "0093_access_review",
    94 "0094_device_code",
    100 "0100_exports",
    101 "0101_key_rotation",
    110 "0110_tickets",
    125 "0125_issuers",
    126 "0126_duties",
    130 "0130_gag_reviews",
    131 "0131_subject_requests",
    140 "0140_report_facts",
    150 "0150_key_shares",
    151 "0151_departures",
];

impl Schema {
    /// `operator` or `trustee`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Trustee => "trustee",
        }
    }

    pub(crate) fn migrations(self) -> &'static [Migration] {
        match self {
            Self::Operator => OPERATOR,
            Self::Trustee => TRUSTEE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_agree_with_the_file_names() {
        for schema in [Schema::Operator, Schema::Trustee] {
            let mut before = 0;
            for migration in schema.migrations() {
                assert!(migration.number > before, "{}: numbers must rise", migration.name);
                assert!(
                    migration.name.starts_with(&format!("{:04}_", migration.number)),
                    "{}",
                    migration.name
                );
                before = migration.number;
            }
        }
    }
}
