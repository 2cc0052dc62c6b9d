-- Opening for the operator's people: persons, their keys, requests, decisions, uses.

-- A person, apart from the account. Names stand here only until a customer's approver has an account of his or her own.
CREATE TABLE enrolled_person (
  id           TEXT   NOT NULL PRIMARY KEY,
  kind         TEXT   NOT NULL,
  tenant       TEXT   NOT NULL,
  account      TEXT   NOT NULL,
  login        TEXT   NOT NULL,
  given_name   TEXT   NOT NULL,
  family_name  TEXT   NOT NULL,
  country      TEXT   NOT NULL,
  evidence     TEXT   NOT NULL,
  state        TEXT   NOT NULL,
  proposed_by  TEXT   NOT NULL,
  proposed_at  BIGINT NOT NULL,
  confirmed_by TEXT   NOT NULL,
  confirmed_at BIGINT NOT NULL,
  removed_by   TEXT   NOT NULL,
  removed_at   BIGINT NOT NULL
);
CREATE INDEX enrolled_person_by_account ON enrolled_person (account, state);
CREATE INDEX enrolled_person_by_kind ON enrolled_person (kind, state);

-- A key is never enrolled twice, not even after its removal.
CREATE TABLE enrolled_key (
  id           TEXT   NOT NULL PRIMARY KEY,
  person       TEXT   NOT NULL,
  fingerprint  TEXT   NOT NULL UNIQUE,
  line         TEXT   NOT NULL,
  hardware     BIGINT NOT NULL,
  state        TEXT   NOT NULL,
  proposed_by  TEXT   NOT NULL,
  enrolled_at  BIGINT NOT NULL,
  usable_from  BIGINT NOT NULL,
  hastened_by  TEXT   NOT NULL
);
CREATE INDEX enrolled_key_by_person ON enrolled_key (person);

-- `text` is what was asked, frozen; everything after `rev` is what became of it.
CREATE TABLE access_request (
  id           TEXT   NOT NULL PRIMARY KEY,
  tenant       TEXT   NOT NULL,
  requester    TEXT   NOT NULL,
  wish         TEXT   NOT NULL,
  text         TEXT   NOT NULL,
  digest       TEXT   NOT NULL,
  purpose      TEXT   NOT NULL,
  created_at   BIGINT NOT NULL,
  rev          BIGINT NOT NULL,
  changed_at   BIGINT NOT NULL,
  state        TEXT   NOT NULL,
  approved_at  BIGINT,
  activated_at BIGINT,
  used_at      BIGINT,
  paused_at    BIGINT,
  paused       BIGINT NOT NULL,
  supervisor   TEXT   NOT NULL,
  heard_at     BIGINT,
  cleared      BIGINT NOT NULL,
  uses         BIGINT NOT NULL,
  opened_rows  BIGINT NOT NULL,
  opened_bytes BIGINT NOT NULL
);
CREATE INDEX access_request_by_time ON access_request (created_at, id);
CREATE INDEX access_request_by_tenant ON access_request (tenant, created_at);
CREATE INDEX access_request_by_requester ON access_request (requester, created_at);
CREATE INDEX access_request_by_wish ON access_request (wish, state);
CREATE INDEX access_request_by_state ON access_request (state, changed_at);

CREATE TABLE access_decision (
  request      TEXT   NOT NULL,
  person       TEXT   NOT NULL,
  fingerprint  TEXT   NOT NULL,
  decision     TEXT   NOT NULL,
  decided_at   BIGINT NOT NULL,
  signature    TEXT   NOT NULL,
  PRIMARY KEY (request, person)
);

CREATE TABLE access_use (
  request      TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  operation    TEXT   NOT NULL,
  parameters   TEXT   NOT NULL,
  began_at     BIGINT NOT NULL,
  outcome      TEXT   NOT NULL,
  opened_rows  BIGINT NOT NULL,
  opened_bytes BIGINT NOT NULL,
  fields       TEXT   NOT NULL,
  PRIMARY KEY (request, number)
);
CREATE INDEX access_use_by_outcome ON access_use (outcome, began_at);

-- What has to be written into the log, in the same transaction as what it tells.
CREATE TABLE log_outbox (
  id           TEXT   NOT NULL PRIMARY KEY,
  body         TEXT   NOT NULL,
  told_at      BIGINT NOT NULL
);
CREATE INDEX log_outbox_by_telling ON log_outbox (told_at, id);

CREATE TABLE access_nonce (
  nonce        TEXT   NOT NULL PRIMARY KEY,
  request      TEXT   NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX access_nonce_by_expiry ON access_nonce (expires_at);
