-- What one officer has asked for and a second one has to ask for too before it is done. Once done, or when its time is over,
-- a wish is deleted; the book of acts says what came of it.
CREATE TABLE officer_wish (
  wish       TEXT   NOT NULL,
  officer    TEXT   NOT NULL,
  wished_at  BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (wish, officer)
);
CREATE INDEX officer_wish_by_expiry ON officer_wish (expires_at);
