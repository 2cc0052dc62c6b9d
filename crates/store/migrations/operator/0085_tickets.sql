-- Support tickets without what people wrote: `sealed` holds a ticket's whole thread. `customer_id` is empty where a partner
-- asks for itself. `clock` is the account by whose clock it goes.
CREATE TABLE tickets (
    ticket_id TEXT NOT NULL PRIMARY KEY,
    opener_id TEXT NOT NULL,
    opener_name TEXT NOT NULL,
    customer_id TEXT,
    customer_name TEXT,
    clock TEXT NOT NULL,
    sandbox BIGINT NOT NULL,
    topic TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    product_id TEXT,
    country TEXT NOT NULL,
    version BIGINT NOT NULL,
    sealed TEXT,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    closed BIGINT,
    answered BIGINT,
    assigned TEXT
);
CREATE INDEX tickets_by_opener ON tickets (opener_id, created);
CREATE INDEX tickets_by_customer ON tickets (customer_id, created);
CREATE INDEX tickets_by_status ON tickets (status, modified);
