-- The transparency log. Entries and hashes are only added; nothing here is ever changed but the state's one row, the
-- counters of tenants, and details that are destroyed with their tenant's key.

-- Where the log stands: its size, the right edge of its tree, its newest time, its newest checkpoint, and the newest
-- checkpoint that enough witnesses have cosigned.
CREATE TABLE log_state (
  name           TEXT   NOT NULL PRIMARY KEY,
  size           BIGINT NOT NULL,
  edge           BYTEA  NOT NULL,
  newest         BIGINT NOT NULL,
  checkpoint     TEXT   NOT NULL,
  published_size BIGINT NOT NULL,
  published      TEXT   NOT NULL
);

-- Entries with their leaf hashes.
CREATE TABLE log_entries (
  idx   BIGINT NOT NULL PRIMARY KEY,
  entry BYTEA  NOT NULL,
  leaf  BYTEA  NOT NULL
);

-- Hashes that tiles of level 1 and above hold.
CREATE TABLE log_nodes (
  level BIGINT NOT NULL,
  n     BIGINT NOT NULL,
  hash  BYTEA  NOT NULL,
  PRIMARY KEY (level, n)
);

-- A tenant's secrets for the log, wrapped, and how many entries it has. The nil tenant stands for the house.
CREATE TABLE log_tenants (
  tenant    TEXT   NOT NULL PRIMARY KEY,
  tag_key   BYTEA  NOT NULL,
  detail    BYTEA  NOT NULL,
  made_at   BIGINT NOT NULL,
  next      BIGINT NOT NULL
);

-- Which entries are a tenant's, with their sealed details.
CREATE TABLE log_details (
  tenant  TEXT   NOT NULL,
  counter BIGINT NOT NULL,
  idx     BIGINT NOT NULL,
  sealed  BYTEA,
  PRIMARY KEY (tenant, counter)
);

-- How many of an hour's openings the log tells already.
ALTER TABLE openings ADD COLUMN logged BIGINT NOT NULL DEFAULT 0;
CREATE INDEX openings_unlogged ON openings (hour) WHERE openings > logged;
