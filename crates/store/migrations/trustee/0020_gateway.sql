-- What the gateway knows for itself, so that it need not believe the operator: which version of which record is
-- the latest, who is related to whom, which ids it minted, and what a retry must be answered with.

-- One row per record and field set. `floor` is the highest version known to be stored at the operator,
-- `issued` the highest ever handed out; a version is never handed out twice.
CREATE TABLE record_versions (
  tenant     TEXT   NOT NULL,
  record     TEXT   NOT NULL,
  record_id  TEXT   NOT NULL,
  field_set  TEXT   NOT NULL,
  floor      BIGINT NOT NULL,
  issued     BIGINT NOT NULL,
  floor_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant, record, record_id, field_set)
);

-- Versions sealed and sent, of which no answer has told yet whether they were stored.
CREATE TABLE record_pending (
  tenant     TEXT   NOT NULL,
  record     TEXT   NOT NULL,
  record_id  TEXT   NOT NULL,
  field_set  TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  issued_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant, record, record_id, field_set, version)
);

-- A customer of a partner. `pending` until the operator has answered the creation; `void` when it refused.
CREATE TABLE relationships (
  partner    TEXT   NOT NULL,
  customer   TEXT   NOT NULL,
  kind       TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  since      BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (partner, customer)
);
CREATE INDEX relationships_by_customer ON relationships (customer, partner);

-- An indirect reseller sells through a provider; both sides agreed to it at the trustee.
CREATE TABLE reseller_links (
  provider   TEXT   NOT NULL,
  reseller   TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  since      BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (provider, reseller)
);
CREATE INDEX reseller_links_by_reseller ON reseller_links (reseller, provider);

-- The ids minted for a creation, found again by a retry under the same request id.
CREATE TABLE mints (
  tenant     TEXT   NOT NULL,
  operation  TEXT   NOT NULL,
  request_id TEXT   NOT NULL,
  minted     TEXT   NOT NULL,
  admin      TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  minted_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant, operation, request_id)
);

-- Secret parts of an answer that is given once, sealed, for retries within the time that requests are idempotent.
CREATE TABLE replays (
  tenant     TEXT   NOT NULL,
  operation  TEXT   NOT NULL,
  request_id TEXT   NOT NULL,
  sealed     TEXT   NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, operation, request_id)
);
CREATE INDEX replays_by_expiry ON replays (expires_at);

-- A partner's and a customer's own openings, counted by the hour.
CREATE TABLE openings (
  tenant     TEXT   NOT NULL,
  opener     TEXT   NOT NULL,
  hour       BIGINT NOT NULL,
  openings   BIGINT NOT NULL,
  PRIMARY KEY (tenant, opener, hour)
);

-- Keys of the gateway's own (the MAC of requests, the signature of assertions), wrapped by the key service.
CREATE TABLE trustee_keys (
  name       TEXT   NOT NULL PRIMARY KEY,
  wrapped    BYTEA  NOT NULL,
  made_at    BIGINT NOT NULL
);

-- Leave to accept the older versions of a restored operator store. `tenant` is '*' for all.
CREATE TABLE restore_acts (
  id         TEXT   NOT NULL PRIMARY KEY,
  tenant     TEXT   NOT NULL,
  acted_at   BIGINT NOT NULL,
  actor      TEXT   NOT NULL,
  reason     TEXT   NOT NULL
);
CREATE INDEX restore_acts_by_tenant ON restore_acts (tenant, acted_at);

-- The trustee agreement, concluded between customer and trustee. `told_at` is 0 until the operator knows of it.
CREATE TABLE trustee_agreements (
  customer    TEXT   NOT NULL,
  template    TEXT   NOT NULL,
  accepted_at BIGINT NOT NULL,
  accepted_by TEXT   NOT NULL,
  told_at     BIGINT NOT NULL,
  PRIMARY KEY (customer, template)
);

-- Acts at the trustee, in order, never changed. `detail` is JSON without private values.
CREATE TABLE trustee_acts (
  id         TEXT   NOT NULL PRIMARY KEY,
  acted_at   BIGINT NOT NULL,
  actor      TEXT   NOT NULL,
  act        TEXT   NOT NULL,
  tenant     TEXT   NOT NULL,
  detail     TEXT   NOT NULL
);
CREATE INDEX trustee_acts_by_tenant ON trustee_acts (tenant, acted_at);
