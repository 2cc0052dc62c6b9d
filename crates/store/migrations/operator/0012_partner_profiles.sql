-- A partner's own profiles: commercial members as JSON, contact persons in the envelope.
CREATE TABLE partner_profiles (
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('organization', 'legal_business', 'billing', 'support')),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    sealed TEXT,
    updated BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
