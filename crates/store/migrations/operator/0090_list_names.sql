-- A page of a partner's customers is one range of one index: what it shows stands in the index. Looked up customer by customer,
-- a page of a hundred touched two hundred pages of the file, the more of them cold the larger the store.
ALTER TABLE customer_links ADD COLUMN company_name TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_links ADD COLUMN domain TEXT NOT NULL DEFAULT '';
UPDATE customer_links SET
    company_name = (SELECT c.company_name FROM customers c WHERE c.customer_id = customer_links.customer_id),
    domain = (SELECT c.domain FROM customers c WHERE c.customer_id = customer_links.customer_id);

DROP INDEX customer_links_by_company;
DROP INDEX customer_links_by_domain;
DROP INDEX customer_links_by_reseller;
DROP INDEX customer_links_of_reseller;
DROP INDEX customer_links_of_reseller_by_domain;
CREATE INDEX customer_links_by_company ON customer_links
    (account_id, company_key, customer_id, relationship, reseller_id, company_name, domain);
CREATE INDEX customer_links_by_domain ON customer_links
    (account_id, domain_key, customer_id, relationship, reseller_id, company_name, domain);
-- Most customers have no reseller and need no place in these.
CREATE INDEX customer_links_by_reseller ON customer_links
    (account_id, reseller_id, company_key, customer_id, relationship, company_name, domain) WHERE reseller_id IS NOT NULL;
CREATE INDEX customer_links_of_reseller ON customer_links
    (reseller_id, company_key, customer_id, relationship, account_id, company_name, domain) WHERE reseller_id IS NOT NULL;
CREATE INDEX customer_links_of_reseller_by_domain ON customer_links
    (reseller_id, domain_key, customer_id, relationship, company_name, domain) WHERE reseller_id IS NOT NULL;
