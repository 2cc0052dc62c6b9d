-- Up to which day, inclusive, everything of an account has been billed. Renewals and expiries need no such mark:
-- a subscription's own `due` says what is still to be done.
CREATE TABLE account_billing (
    account_id TEXT NOT NULL PRIMARY KEY,
    billed_through TEXT NOT NULL
);

-- Numbers without gaps: one series for everything real, one for each sandbox.
CREATE TABLE invoice_series (
    series TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- Issued invoices. Only ever inserted into; what was paid is the one thing that changes.
CREATE TABLE invoices (
    account_id TEXT NOT NULL,
    number TEXT NOT NULL,
    series TEXT NOT NULL,
    day TEXT NOT NULL,
    due TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    currency TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    paid BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    -- The invoice without its lines, as JSON.
    head TEXT NOT NULL,
    -- What decided about the tax: both countries, the VAT id, the rule.
    tax_evidence TEXT NOT NULL,
    -- By the account's clock and by the real one.
    issued BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    PRIMARY KEY (account_id, number)
);
CREATE UNIQUE INDEX invoices_in_series ON invoices (series, number);
-- One invoice for an account and a day, whoever makes it.
CREATE UNIQUE INDEX invoices_by_day ON invoices (account_id, day);

CREATE TABLE invoice_lines (
    account_id TEXT NOT NULL,
    number TEXT NOT NULL,
    position BIGINT NOT NULL,
    subscription_id TEXT NOT NULL,
    -- Whom and what the line is for, and the line, both as JSON.
    subject TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (account_id, number, position)
);
