-- What the trustee knows of a tenant's organisation, and when it verified the organisation itself.
ALTER TABLE tenant ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE tenant ADD COLUMN verified_at BIGINT;
CREATE INDEX tenant_by_party ON tenant (party, created, id);
