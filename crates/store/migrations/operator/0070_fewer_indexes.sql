-- What came of an order is read through its customer; an index of its own only made each order dearer.
DROP INDEX subscriptions_by_order;
-- Who sells to a customer is asked by nearly every call: the index answers it alone.
DROP INDEX customer_links_by_customer;
CREATE INDEX customer_links_by_customer ON customer_links (customer_id, account_id, reseller_id, relationship);
