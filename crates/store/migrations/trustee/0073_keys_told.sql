-- Which epochs of tenants' keys the transparency log tells of.
ALTER TABLE sealing_key ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sealing_key_untold ON sealing_key (tenant, epoch) WHERE told = 0;
