-- Requests of data subjects that had reached the operator or the trustee, forwarded to the customers whose they are. The text
-- and the receipt lie in `sealed`, under the customer's own key; `receipt` is the SHA-256 of the receipt.
CREATE TABLE subject_request (
  id           TEXT   NOT NULL PRIMARY KEY,
  tenant       TEXT   NOT NULL,
  right_asked  TEXT   NOT NULL,
  received_by  TEXT   NOT NULL,
  handed_by    TEXT   NOT NULL,
  received_at  BIGINT NOT NULL,
  forwarded_at BIGINT NOT NULL,
  receipt      TEXT   NOT NULL,
  sealed       TEXT   NOT NULL
);
CREATE INDEX subject_request_by_tenant ON subject_request (tenant, forwarded_at);
CREATE INDEX subject_request_by_receiver ON subject_request (received_by, forwarded_at);
