-- Changes of who must agree. `body` is the policy file, `text` what is signed. `effective_at` is 0 until two officers have
-- signed. The row named `base` remembers which file the program brought along.
CREATE TABLE policy_change (
  id           TEXT   NOT NULL PRIMARY KEY,
  body         TEXT   NOT NULL,
  sha256       TEXT   NOT NULL,
  replaces     TEXT   NOT NULL,
  text         TEXT   NOT NULL,
  state        TEXT   NOT NULL,
  proposed_by  TEXT   NOT NULL,
  proposed_at  BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  told         BIGINT NOT NULL
);
CREATE INDEX policy_change_by_state ON policy_change (state, effective_at);

-- `tenant` is empty for an officer's signature, and the customer's for one of its approver.
CREATE TABLE policy_signature (
  change       TEXT   NOT NULL,
  person       TEXT   NOT NULL,
  tenant       TEXT   NOT NULL,
  fingerprint  TEXT   NOT NULL,
  signed_at    BIGINT NOT NULL,
  signature    TEXT   NOT NULL,
  PRIMARY KEY (change, person)
);
