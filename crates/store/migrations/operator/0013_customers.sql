-- Customers. The id and the domain are the tenant's, made at the trustee.
CREATE TABLE customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    commerce_id TEXT NOT NULL,
    company_name TEXT NOT NULL,
    domain TEXT NOT NULL,
    -- The folded domain; empty for a deleted customer, whose domain is free again.
    domain_key TEXT,
    country TEXT NOT NULL,
    sandbox BIGINT NOT NULL CHECK (sandbox IN (0, 1)),
    company TEXT NOT NULL,
    company_sealed TEXT,
    company_version BIGINT NOT NULL,
    billing TEXT NOT NULL,
    billing_sealed TEXT,
    billing_version BIGINT NOT NULL,
    -- When the cloud agreement and the trustee agreement were accepted; no order without both.
    cloud_agreed BIGINT,
    trustee_agreed BIGINT,
    created BIGINT NOT NULL,
    deleted BIGINT
);
CREATE UNIQUE INDEX customers_by_domain ON customers (domain_key);

-- Which partner sells to which customer. The search keys are folded by the program, because the engines fold
-- differently, and stand here so that a page of one partner's customers is one range of one index.
CREATE TABLE customer_links (
    account_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    reseller_id TEXT,
    relationship TEXT NOT NULL CHECK (relationship IN ('reseller', 'none')),
    company_key TEXT NOT NULL,
    domain_key TEXT NOT NULL,
    since BIGINT NOT NULL,
    ended BIGINT,
    PRIMARY KEY (account_id, customer_id)
);
CREATE INDEX customer_links_by_company ON customer_links (account_id, company_key, customer_id);
CREATE INDEX customer_links_by_domain ON customer_links (account_id, domain_key, customer_id);
CREATE INDEX customer_links_by_reseller ON customer_links (account_id, reseller_id, company_key, customer_id);
CREATE INDEX customer_links_of_reseller ON customer_links (reseller_id, company_key, customer_id);
CREATE INDEX customer_links_of_reseller_by_domain ON customer_links (reseller_id, domain_key, customer_id);
CREATE INDEX customer_links_by_customer ON customer_links (customer_id, account_id);
