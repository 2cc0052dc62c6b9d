-- Who of the operator's people wants an account stopped, or back in force. Two of them must; `done` says when they had.
CREATE TABLE account_decisions (
    decision_id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('suspend', 'reinstate')),
    staff_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided BIGINT NOT NULL,
    done BIGINT
);
CREATE INDEX account_decisions_by_account ON account_decisions (account_id, decided, decision_id);
CREATE UNIQUE INDEX account_decisions_open ON account_decisions (account_id, staff_id) WHERE done IS NULL;
CREATE INDEX accounts_by_vat ON accounts (vat_id, account_id);
