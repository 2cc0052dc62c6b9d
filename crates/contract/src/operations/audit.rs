//! The record of what a partner's people and apps did.

use crate::resources::audit::AuditRecord;

operations! {
    area "audit" of PartnerCenter;

    /// Lists what the partner's people and apps did.
    ListAuditRecords "list-audit-records" Get "/v1/auditrecords" ["startDate", "endDate", "filter", "size", "seekOperation"]
        in [Global, Germany, UsGov] by Both for PARTNER; Read at Composed;
        takes nothing; gives [200] (collection AuditRecord); served

    /// Reads one audit record.
    GetAuditRecord "get-audit-record" Get "/v1/auditrecords/{audit-record-id}" []
        in none by Both for PARTNER; Read at Composed;
        takes nothing; gives [200] (one AuditRecord); served
}
