-- What bytes the file had whose answer is kept: a file of the same length may have others.
ALTER TABLE idempotency_key ADD COLUMN sha256 VARCHAR(64)${ascii};
