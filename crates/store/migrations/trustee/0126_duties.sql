-- Which officers are on duty when, as two of them said; and emergencies that were approved, for the customer to be told.
-- A shift is never deleted: votes of that time rest on it.
CREATE TABLE duty (
  id       TEXT   PRIMARY KEY,
  person   TEXT   NOT NULL,
  from_at  BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  set_by   TEXT   NOT NULL,
  second   TEXT   NOT NULL,
  set_at   BIGINT NOT NULL,
  ended_by TEXT   NOT NULL
);
CREATE INDEX duty_by_person ON duty (person, from_at);
CREATE INDEX duty_by_end ON duty (until_at);
CREATE INDEX officer_wish_by_officer ON officer_wish (officer);
CREATE TABLE emergency (
  request     TEXT   PRIMARY KEY,
  tenant      TEXT   NOT NULL,
  approved_at BIGINT NOT NULL
);
