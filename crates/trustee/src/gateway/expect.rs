//! What an answer must name: ids from the request, never from the answer.

use contract::operation::{Reply, Spec};
use contract::private::has_private_members;
use contract::route::Params;
use contract::shape::Shape;
use kernel::TenantId;
use serde_json::Value;
use std::sync::LazyLock;

use crate::records::RecordKey;
use crate::tickets;

/// Records of which a tenant has several, and the member that tells them apart. Of all others a tenant has one,
/// whose id is the tenant's.
const SEVERAL: &[(&str, &str)] = &[("agreement", "templateId"), (tickets::RECORD, "id")];

/// The map's key of a record that stands in a message. `None` when the message does not say which of several.
pub(crate) fn record_key(
    record: &'static str,
    field_set: &'static str,
    tenant: TenantId,
    object: Option<&Value>,
) -> Option<RecordKey> {
    let record_id = match SEVERAL.iter().find(|(name, _)| *name == record) {
        None => tenant.to_string(),
        Some((_, member)) => object?.get(member)?.as_str()?.to_ascii_lowercase(),
    };
    Some(RecordKey { tenant, record, record_id, field_set })
}

/// The id that the answer's object must have: the one with which the path ends.
pub(crate) fn answer_id<'p>(spec: &Spec, params: &'p Params<'_>) -> Option<&'p str> {
    let last = spec.path.rsplit('/').next()?;
    let name = last.strip_prefix('{')?.strip_suffix('}')?;
    if name.ends_with("-id") { params.get(name) } else { None }
}

/// Whether two ids are the same: GUIDs come in either case, all others as they are.
pub(crate) fn same_id(left: &str, right: &str) -> bool {
    left == right || (left.eq_ignore_ascii_case(right) && uuid::Uuid::try_parse(left).is_ok())
}

/// What is known beforehand about an operation's answers.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// The shape of the object, or of each object of the list.
    pub(crate) shape: Option<&'static Shape>,
    /// Whether such an object can hold private members.
    pub(crate) private: bool,
    /// Whether the answer is a list of customers.
    pub(crate) customers: bool,
    /// Whether requests can hold private members.
    pub(crate) private_body: bool,
}

static PLANS: LazyLock<Vec<Plan>> =
    LazyLock::new(|| contract::operations().iter().map(|spec| plan_of(spec)).collect());

/// The plan of the operation at this place of the table.
pub(crate) fn plan(index: usize) -> Plan {
    PLANS[index]
}

/// The plan of one operation, where its place is not at hand.
pub(crate) fn plan_of(spec: &Spec) -> Plan {
    let (shape, list) = match spec.reply {
        Reply::One(shape) => (Some(shape()), false),
        Reply::Collection(shape) | Reply::Array(shape) => (Some(shape()), true),
        Reply::None | Reply::Scalar | Reply::File(_) => (None, false),
    };
    Plan {
        shape,
        private: shape.is_some_and(has_private_members),
        customers: list && shape.is_some_and(|shape| shape.object_type == "Customer"),
        private_body: spec.body.is_some_and(|body| has_private_members(body())),
    }
}
