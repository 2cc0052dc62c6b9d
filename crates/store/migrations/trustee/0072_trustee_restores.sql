-- Restores of this store itself: from then on, envelopes that were sealed after the backup was made count once more.
CREATE TABLE trustee_restores (
  id           TEXT   NOT NULL PRIMARY KEY,
  restored_at  BIGINT NOT NULL,
  kind         TEXT   NOT NULL,
  statement    TEXT   NOT NULL,
  approvals    TEXT   NOT NULL
);
CREATE INDEX trustee_restores_by_time ON trustee_restores (restored_at);

-- Logs that ended because their tail was lost: their last checkpoints, and all that was theirs.
CREATE TABLE past_logs (
  origin     TEXT   NOT NULL PRIMARY KEY,
  ended_at   BIGINT NOT NULL,
  checkpoint TEXT   NOT NULL
);
CREATE TABLE past_entries (
  origin TEXT   NOT NULL,
  idx    BIGINT NOT NULL,
  entry  BYTEA  NOT NULL,
  PRIMARY KEY (origin, idx)
);
CREATE TABLE past_details (
  origin  TEXT   NOT NULL,
  tenant  TEXT   NOT NULL,
  counter BIGINT NOT NULL,
  idx     BIGINT NOT NULL,
  sealed  BYTEA,
  PRIMARY KEY (origin, tenant, counter)
);
CREATE TABLE past_tenants (
  origin  TEXT   NOT NULL,
  tenant  TEXT   NOT NULL,
  tag_key BYTEA  NOT NULL,
  detail  BYTEA  NOT NULL,
  PRIMARY KEY (origin, tenant)
);
