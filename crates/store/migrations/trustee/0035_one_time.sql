-- Until when a one-time password counts; never ends for people whom nobody else could let in again.
ALTER TABLE person ADD COLUMN password_until BIGINT;
