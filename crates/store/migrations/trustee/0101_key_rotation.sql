-- The latest rotation of each tenant's key, so that one that broke off is ended, and the older versions are disabled when
-- nothing is wrapped under them any more.
CREATE TABLE key_rotation (
  tenant       TEXT   NOT NULL PRIMARY KEY,
  epoch        BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  begun_at     BIGINT NOT NULL,
  rewrapped_at BIGINT NOT NULL,
  retired_at   BIGINT NOT NULL
);
CREATE INDEX key_rotation_by_end ON key_rotation (retired_at, tenant);
