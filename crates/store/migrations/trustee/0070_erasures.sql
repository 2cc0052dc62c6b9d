-- The erasure of customers: one row for each customer whose erasure was ever asked for and not taken back. From `live` on
-- the tenant's keys are destroyed, and a key service that has them again is told to destroy them again.
CREATE TABLE erasures (
  tenant           TEXT   NOT NULL PRIMARY KEY,
  state            TEXT   NOT NULL,
  reason           TEXT   NOT NULL,
  requested_by     TEXT   NOT NULL,
  requested_at     BIGINT NOT NULL,
  waived           BIGINT NOT NULL,
  due_at           BIGINT NOT NULL,
  first_officer    TEXT   NOT NULL,
  first_at         BIGINT NOT NULL,
  second_officer   TEXT   NOT NULL,
  second_at        BIGINT NOT NULL,
  live_at          BIGINT NOT NULL,
  irrecoverable_at BIGINT NOT NULL
);
CREATE INDEX erasures_by_state ON erasures (state, tenant);
