-- What customers took along, and what they brought. An archive is sealed to the customer's own key: nobody here can open
-- it. It is dropped when its days are over, when a newer one is made, and with the customer's erasure; the row stays.
CREATE TABLE customer_export (
  id           TEXT   NOT NULL PRIMARY KEY,
  tenant       TEXT   NOT NULL,
  recipient    TEXT   NOT NULL,
  requested_by TEXT   NOT NULL,
  requested_at BIGINT NOT NULL,
  kept_until   BIGINT NOT NULL,
  record_count BIGINT NOT NULL,
  file_count   BIGINT NOT NULL,
  byte_count   BIGINT NOT NULL,
  sha256       TEXT   NOT NULL,
  fetched      BIGINT NOT NULL,
  archive      BYTEA
);
CREATE INDEX customer_export_by_tenant ON customer_export (tenant, requested_at);
CREATE INDEX customer_export_by_end ON customer_export (kept_until);

-- Agreements that a customer concluded elsewhere, as it told us itself out of an export. Ids and dates, no people.
CREATE TABLE customer_history (
  tenant   TEXT   NOT NULL,
  manifest TEXT   NOT NULL,
  body     TEXT   NOT NULL,
  kept_by  TEXT   NOT NULL,
  kept_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant, manifest)
);
