-- Access reports, and what their proofs need.

-- Where the intent of a use stands in the log: its result names it.
ALTER TABLE access_use ADD COLUMN intent BIGINT;

-- A report is announced together with its entry in the log, and issued when a published checkpoint covers that entry.
-- `subject` is the grant of an event, the month, or the report's own id: of each there is one report. The bundle is
-- sealed under a key that the customer's own key wraps, so it ends with that.
CREATE TABLE access_report (
  id           TEXT   NOT NULL PRIMARY KEY,
  tenant       TEXT   NOT NULL,
  cause        TEXT   NOT NULL,
  subject      TEXT   NOT NULL,
  from_at      BIGINT NOT NULL,
  until_at     BIGINT NOT NULL,
  announced_at BIGINT NOT NULL,
  place        BIGINT NOT NULL,
  issued_at    BIGINT NOT NULL,
  log_size     BIGINT NOT NULL,
  entries      BIGINT NOT NULL,
  in_period    BIGINT NOT NULL,
  uses         BIGINT NOT NULL,
  opened_rows  BIGINT NOT NULL,
  opened_bytes BIGINT NOT NULL,
  level        TEXT   NOT NULL,
  wrapped      BYTEA,
  sealed       BYTEA,
  UNIQUE (tenant, cause, subject)
);
CREATE INDEX access_report_by_time ON access_report (announced_at, id);
CREATE INDEX access_report_by_tenant ON access_report (tenant, announced_at);
CREATE INDEX access_report_by_issue ON access_report (issued_at, announced_at);
CREATE INDEX access_report_by_subject ON access_report (subject, cause);
