-- Applications of tenants that want to sell in this cloud. The contact person is in the envelope.
CREATE TABLE applications (
    application_id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('submitted', 'in_approval', 'approved', 'rejected', 'withdrawn')),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    sealed TEXT,
    reason TEXT,
    submitted BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    decided BIGINT
);
CREATE INDEX applications_by_state ON applications (state, application_id);
-- One application of a tenant at a time; a rejected or withdrawn one can be followed by another.
CREATE UNIQUE INDEX applications_by_tenant ON applications (tenant_id) WHERE state IN ('submitted', 'in_approval', 'approved');

-- Who of the operator's people said yes, and to which version. A correction starts anew.
CREATE TABLE application_approvals (
    application_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    approved BIGINT NOT NULL,
    PRIMARY KEY (application_id, version, staff_id)
);
