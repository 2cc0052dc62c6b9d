//! What a partner's people and apps did, as the partner sees it.
//!
//! Entries are written by the dispatcher, in the transaction of what they tell of; here they are only read.
//! Invariants: a partner sees its own trail; 90 days of it; nothing private is in it.

mod get;
mod list;

use contract::resources::audit::{AuditOperation, AuditRecord, AuditResource, AuditStatus};
use contract::resources::shared::KeyValue;
use jiff::Timestamp;
use store::operator::audit::AuditEntry;

/// Days for which a partner can look back.
const KEPT_DAYS: i64 = 90;

/// An entry as it is shown. Words of our own, which the documented lists do not have, are `undefined` there and
/// stand in the customised data.
fn shown(entry: AuditEntry) -> AuditRecord {
    let mut customized: Vec<KeyValue> = serde_json::from_str(&entry.customized).unwrap_or_default();
    let mut own = |key: &str, word: &str| {
        customized.push(KeyValue { key: Some(key.to_owned()), value: Some(word.to_owned()) });
    };
    let resource = AuditResource::parse(&entry.resource_type);
    if resource.is_none() {
        own("resourceType", &entry.resource_type);
    }
    let operation = AuditOperation::parse(&entry.operation_type);
    if operation.is_none() {
        own("operationType", &entry.operation_type);
    }
    AuditRecord {
        id: Some(entry.id.to_string()),
        partner_id: Some(entry.partner.to_string()),
        customer_id: entry.customer.map(|id| id.to_string()),
        customer_name: entry.customer_name,
        user_principal_name: entry.user.map(|id| id.to_string()),
        application_id: entry.application.map(|id| id.to_string()),
        resource_type: Some(resource.unwrap_or(AuditResource::Undefined)),
        resource_old_value: entry.old_value,
        resource_new_value: entry.new_value,
        operation_type: Some(operation.unwrap_or(AuditOperation::Undefined)),
        original_correlation_id: entry.correlation.map(|id| id.to_string()),
        operation_date: Timestamp::from_microsecond(entry.happened).ok(),
        operation_status: AuditStatus::parse(&entry.operation_status),
        customized_data: customized,
        attributes: None,
    }
}
