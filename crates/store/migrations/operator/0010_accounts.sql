-- Partners' commercial accounts. A principal is never made here: the id is the tenant's, made at the trustee.
CREATE TABLE accounts (
    account_id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('direct', 'indirect_provider', 'indirect_reseller')),
    sandbox BIGINT NOT NULL CHECK (sandbox IN (0, 1)),
    status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'suspended')),
    company_name TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    billing_day BIGINT NOT NULL CHECK (billing_day BETWEEN 1 AND 28),
    mpn_id TEXT,
    vat_id TEXT,
    -- The indirect provider that an indirect reseller works with.
    provider_id TEXT,
    -- The production account that a sandbox belongs to.
    production_id TEXT,
    -- Whose clock counts; its offset is on that account's row, in microseconds.
    clock_owner TEXT NOT NULL,
    clock_offset BIGINT NOT NULL,
    limits TEXT NOT NULL,
    auto_accept BIGINT NOT NULL CHECK (auto_accept IN (0, 1)),
    created BIGINT NOT NULL
);
CREATE INDEX accounts_by_mpn ON accounts (mpn_id, account_id);
CREATE INDEX accounts_by_provider ON accounts (provider_id, account_id);
CREATE INDEX accounts_by_production ON accounts (production_id, account_id);
CREATE INDEX accounts_by_clock ON accounts (clock_owner, account_id);
