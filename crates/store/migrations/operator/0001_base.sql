-- What every area of the operator zone stands on.

-- Single facts about this store.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- A call that was accepted once is answered the same way again. status is NULL between claim and answer.
CREATE TABLE idempotency (
    id BYTEA PRIMARY KEY,
    body_mac BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    status BIGINT,
    headers TEXT,
    body BYTEA
);
CREATE INDEX idempotency_expires ON idempotency (expires);

-- Events on their way out. A sequence says in which order they were made, not in which they were committed:
-- what is due is read from next_attempt, which is NULL once nothing more is to be done.
CREATE TABLE outbox (
    sequence BIGSERIAL PRIMARY KEY,
    partner TEXT NOT NULL,
    event TEXT NOT NULL,
    resource TEXT NOT NULL,
    payload TEXT NOT NULL,
    created BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt BIGINT,
    delivered BIGINT,
    last_error TEXT
);
CREATE INDEX outbox_due ON outbox (next_attempt, sequence) WHERE next_attempt IS NOT NULL;
CREATE INDEX outbox_partner ON outbox (partner, sequence);

-- What was done, by whom; only ever inserted into. No private members.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    partner TEXT NOT NULL,
    happened BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    customer TEXT,
    customer_name TEXT,
    customer_name_key TEXT,
    user_id TEXT,
    application TEXT,
    resource_type TEXT NOT NULL,
    old_value TEXT,
    new_value TEXT,
    operation_type TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    correlation TEXT,
    customized TEXT NOT NULL
);
CREATE INDEX audit_partner ON audit (partner, happened, id);
CREATE INDEX audit_customer ON audit (partner, customer, happened, id);
CREATE INDEX audit_resource ON audit (partner, resource_type, happened, id);

-- Who runs a job that must not run twice at the same time.
CREATE TABLE lease (
    job TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);
