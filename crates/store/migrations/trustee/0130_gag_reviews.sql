-- Until when a customer may not be told of a demand, as it stands: a new document can put it off, silence cannot. Reminders
-- ask each month whether that was checked; `answered_at` is 0 until somebody did. `gag_until` stays what was signed.
ALTER TABLE legal_case ADD COLUMN gag_ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE legal_case SET gag_ends_at = gag_until;
DROP INDEX legal_case_by_notice;
CREATE INDEX legal_case_by_notice ON legal_case (notified_at, gag_ends_at);

CREATE TABLE gag_reminder (
  legal_case  TEXT   NOT NULL,
  month       BIGINT NOT NULL,
  asked_at    BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  PRIMARY KEY (legal_case, month)
);

CREATE TABLE gag_review (
  id          TEXT   NOT NULL PRIMARY KEY,
  legal_case  TEXT   NOT NULL,
  person      TEXT   NOT NULL,
  found       TEXT   NOT NULL,
  until_at    BIGINT NOT NULL,
  document    TEXT   NOT NULL,
  reviewed_at BIGINT NOT NULL
);
CREATE INDEX gag_review_by_case ON gag_review (legal_case, reviewed_at);
