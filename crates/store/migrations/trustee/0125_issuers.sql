-- Where a tenant's people may sign in besides: one OpenID issuer per tenant, its accounts that people linked to their own,
-- and sign-ins under way. `person` is empty while somebody signs in, and names who is linking otherwise.
CREATE TABLE issuer (
  tenant    TEXT   PRIMARY KEY,
  issuer    TEXT   NOT NULL,
  client_id TEXT   NOT NULL,
  secret    BYTEA  NOT NULL,
  claim     TEXT   NOT NULL,
  set_by    TEXT   NOT NULL,
  set_at    BIGINT NOT NULL
);
CREATE TABLE issuer_link (
  person    TEXT   PRIMARY KEY,
  tenant    TEXT   NOT NULL,
  issuer    TEXT   NOT NULL,
  subject   TEXT   NOT NULL,
  linked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX issuer_link_by_subject ON issuer_link (tenant, issuer, subject);
CREATE TABLE issuer_visit (
  mac       BYTEA  PRIMARY KEY,
  browser   BYTEA  NOT NULL,
  tenant    TEXT   NOT NULL,
  issuer    TEXT   NOT NULL,
  person    TEXT   NOT NULL,
  back      TEXT   NOT NULL,
  expires   BIGINT NOT NULL
);
CREATE INDEX issuer_visit_by_expiry ON issuer_visit (expires);
CREATE INDEX auth_code_by_person ON auth_code (person);
ALTER TABLE browser_session ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
