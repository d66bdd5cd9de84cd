-- When and why an event died. Of those that died before, nobody wrote it down.
ALTER TABLE events ADD COLUMN died_at BIGINT;
ALTER TABLE events ADD COLUMN reason VARCHAR(300);

UPDATE events SET died_at = available_at, reason = 'not noted' WHERE dead = 1;
