-- What the requester of an emergency said about it afterwards.
CREATE TABLE access_review (
  request     TEXT   NOT NULL PRIMARY KEY,
  person      TEXT   NOT NULL,
  reviewed_at BIGINT NOT NULL,
  text        TEXT   NOT NULL
);
