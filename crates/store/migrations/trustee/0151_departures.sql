-- Customers who gave notice, and until when what lasts. The next change is at next_at; 0 where none comes by itself.
CREATE TABLE departure (
  tenant           TEXT   NOT NULL PRIMARY KEY,
  state            TEXT   NOT NULL,
  given_by         TEXT   NOT NULL,
  given_at         BIGINT NOT NULL,
  notice_until     BIGINT NOT NULL,
  transition_until BIGINT NOT NULL,
  retrieval_until  BIGINT NOT NULL,
  waived           BIGINT NOT NULL,
  next_at          BIGINT NOT NULL
);
CREATE INDEX departure_by_next ON departure (next_at, tenant);
