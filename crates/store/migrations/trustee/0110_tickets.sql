-- Whose tickets there are: the record map's word for tickets, which no path names with their customer. `tenant` is whose
-- record the thread is, `opener` who asked for it. A request id opens one ticket.
CREATE TABLE ticket (
  id         TEXT   NOT NULL PRIMARY KEY,
  tenant     TEXT   NOT NULL,
  opener     TEXT   NOT NULL,
  party      TEXT   NOT NULL,
  request_id TEXT   NOT NULL,
  opened_at  BIGINT NOT NULL,
  state      TEXT   NOT NULL
);
CREATE UNIQUE INDEX ticket_by_request ON ticket (opener, request_id);

-- What authors let the operator's support read. `revoked_at` is 0 while a release stands.
CREATE TABLE ticket_release (
  id          TEXT   NOT NULL PRIMARY KEY,
  ticket      TEXT   NOT NULL,
  tenant      TEXT   NOT NULL,
  released_at BIGINT NOT NULL,
  released_by TEXT   NOT NULL,
  revoked_at  BIGINT NOT NULL,
  revoked_by  TEXT   NOT NULL
);
CREATE INDEX ticket_release_by_ticket ON ticket_release (ticket, released_at);
CREATE INDEX ticket_release_by_end ON ticket_release (revoked_at, id);

-- Who used a release. The use itself stands with those of grants, in access_use.
CREATE TABLE ticket_release_use (
  release_id TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  person     TEXT   NOT NULL,
  country    TEXT   NOT NULL,
  PRIMARY KEY (release_id, number)
);
