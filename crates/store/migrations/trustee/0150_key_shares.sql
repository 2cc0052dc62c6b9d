-- Sets of shares of the root key: who holds one, never the shares themselves; and ceremonies that brought a root back.
CREATE TABLE share_set (
  id         TEXT   NOT NULL PRIMARY KEY,
  root       BIGINT NOT NULL,
  needed     BIGINT NOT NULL,
  log_origin TEXT   NOT NULL,
  made_at    BIGINT NOT NULL,
  first      TEXT   NOT NULL,
  second     TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  ended_at   BIGINT NOT NULL
);
CREATE INDEX share_set_by_time ON share_set (made_at);
CREATE INDEX share_set_by_state ON share_set (state);
CREATE TABLE share_holder (
  set_id    TEXT   NOT NULL,
  number    BIGINT NOT NULL,
  person    TEXT   NOT NULL,
  recipient TEXT   NOT NULL,
  digest    TEXT   NOT NULL,
  used_at   BIGINT NOT NULL,
  PRIMARY KEY (set_id, number)
);
CREATE TABLE share_ceremony (
  id        TEXT   NOT NULL PRIMARY KEY,
  set_id    TEXT   NOT NULL,
  auditor   TEXT   NOT NULL,
  statement TEXT   NOT NULL,
  signature TEXT   NOT NULL,
  plan      TEXT   NOT NULL,
  held_at   BIGINT NOT NULL,
  ended_at  BIGINT NOT NULL
);
CREATE INDEX share_ceremony_by_end ON share_ceremony (ended_at, held_at);
