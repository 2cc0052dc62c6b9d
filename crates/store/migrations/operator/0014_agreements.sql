-- Agreements of customers: with the operator (cloud agreement and supplement) and with the trustee, of which the
-- operator sees kind, version and date only.
CREATE TABLE customer_agreements (
    agreement_id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    -- The partner that reported it; empty when the customer accepted at the trustee.
    account_id TEXT,
    kind TEXT NOT NULL,
    template_id TEXT NOT NULL,
    version TEXT NOT NULL,
    date_agreed BIGINT NOT NULL,
    -- Pseudonymous: the partner's user who reported it.
    user_id TEXT,
    sealed TEXT,
    created BIGINT NOT NULL
);
CREATE UNIQUE INDEX customer_agreements_by_customer ON customer_agreements (customer_id, template_id, version);
