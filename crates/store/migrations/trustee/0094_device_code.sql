-- Sign-ins of devices without a browser (RFC 8628). Both codes stand here as keyed hashes only. `tenant` is empty where
-- people of every tenant may answer.
CREATE TABLE device_code (
  mac       BYTEA  PRIMARY KEY,
  user_code BYTEA  NOT NULL UNIQUE,
  app       TEXT   NOT NULL,
  tenant    TEXT   NOT NULL,
  scope     TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  person    TEXT   NOT NULL,
  home      TEXT   NOT NULL,
  mfa       BIGINT NOT NULL,
  polled_at BIGINT NOT NULL,
  expires   BIGINT NOT NULL
);
CREATE INDEX device_code_by_expiry ON device_code (expires);
