-- Which part's checksum is awaited: only that part's end, or the next part's beginning, ends the waiting.
ALTER TABLE upload ADD COLUMN checked_by VARCHAR(32)${ascii};

-- What open uploads may still bring and which are whole; whose time is over; which to forget.
CREATE INDEX upload_progress ON upload (finished_at, expires_at, length, received);
CREATE INDEX upload_to_clear ON upload (finished_at, cleared, expires_at);
CREATE INDEX upload_by_end ON upload (expires_at);
