-- Queued: when its event, which is under way still, is delivered again at the latest.
ALTER TABLE conversion ADD COLUMN event_by BIGINT NOT NULL DEFAULT 0;
