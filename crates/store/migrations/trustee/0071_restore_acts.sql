-- Leave to accept the older versions of a restored operator store takes two persons, and names the tenants it covers. What
-- one officer gave before counts on.
ALTER TABLE restore_acts ADD COLUMN state TEXT NOT NULL DEFAULT 'given';
ALTER TABLE restore_acts ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE restore_acts ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX restore_acts_by_state ON restore_acts (tenant, state, confirmed_at);
UPDATE restore_acts SET confirmed_at = acted_at;
