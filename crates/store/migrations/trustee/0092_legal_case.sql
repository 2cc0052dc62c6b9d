-- Demands of authorities. `text` is what is signed, frozen; `demand` is the copy that the customer gets. Times are 0 until
-- they come.
CREATE TABLE legal_case (
  id           TEXT   NOT NULL PRIMARY KEY,
  tenant       TEXT   NOT NULL,
  authority    TEXT   NOT NULL,
  country      TEXT   NOT NULL,
  basis        TEXT   NOT NULL,
  instrument   TEXT   NOT NULL,
  document     TEXT   NOT NULL,
  demand       TEXT   NOT NULL,
  records      TEXT   NOT NULL,
  fields       TEXT   NOT NULL,
  addressee    TEXT   NOT NULL,
  received_at  BIGINT NOT NULL,
  received_by  TEXT   NOT NULL,
  gag_basis    TEXT   NOT NULL,
  gag_until    BIGINT NOT NULL,
  text         TEXT   NOT NULL,
  created_at   BIGINT NOT NULL,
  result       TEXT   NOT NULL,
  notified_at  BIGINT NOT NULL,
  disclosed_at BIGINT NOT NULL,
  disclosed_by TEXT   NOT NULL
);
CREATE INDEX legal_case_by_tenant ON legal_case (tenant, created_at);
CREATE INDEX legal_case_by_notice ON legal_case (notified_at, gag_until);

CREATE TABLE legal_assessment (
  legal_case   TEXT   NOT NULL,
  person       TEXT   NOT NULL,
  fingerprint  TEXT   NOT NULL,
  outcome      TEXT   NOT NULL,
  signed_at    BIGINT NOT NULL,
  signature    TEXT   NOT NULL,
  PRIMARY KEY (legal_case, person)
);
