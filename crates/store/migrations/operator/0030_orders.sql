-- Orders as they were placed. What became of a line is the subscription's business.
CREATE TABLE orders (
    order_id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    reference_customer_id TEXT NOT NULL,
    billing_cycle TEXT NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('completed', 'pending', 'cancelled')),
    -- The lines as the contract shows them, as JSON.
    lines TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX orders_by_customer ON orders (customer_id, created, order_id);

-- Subscriptions: the state that the rules know, as JSON, and beside it what is looked up.
CREATE TABLE subscriptions (
    subscription_id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    parent_id TEXT,
    offer_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'deleted')),
    state TEXT NOT NULL,
    -- The MPN id of the indirect reseller who sold it.
    partner_on_record TEXT,
    support_contact TEXT,
    -- The day on which the next thing happens by itself; none when nothing does.
    due TEXT,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX subscriptions_by_customer ON subscriptions (customer_id, created, subscription_id);
CREATE INDEX subscriptions_by_order ON subscriptions (order_id, subscription_id);
CREATE INDEX subscriptions_by_account ON subscriptions (account_id, subscription_id);
CREATE INDEX subscriptions_due ON subscriptions (account_id, due, subscription_id);

-- What happened to a subscription: all that billing needs. Only grows.
CREATE TABLE subscription_events (
    subscription_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    day TEXT NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (subscription_id, sequence)
);
