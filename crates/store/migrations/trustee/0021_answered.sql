-- Which versions of which records an answer to a change held, for as long as the operator repeats that answer.
CREATE TABLE answered_versions (
  tenant     TEXT   NOT NULL,
  operation  TEXT   NOT NULL,
  request_id TEXT   NOT NULL,
  owner      TEXT   NOT NULL,
  record     TEXT   NOT NULL,
  record_id  TEXT   NOT NULL,
  field_set  TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, operation, request_id, owner, record, record_id, field_set, version)
);
CREATE INDEX answered_versions_by_expiry ON answered_versions (expires_at);
