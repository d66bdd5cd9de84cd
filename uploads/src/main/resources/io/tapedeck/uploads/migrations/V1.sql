-- An upload that comes in parts. The bytes are in the blob store; its offset is asked there, and
-- "received" is what it was when the last part ended: good enough to reserve room for the rest.
-- checked_from: a part with a checksum is on its way; bytes after this are not yet known to be right.
CREATE TABLE upload (
  id VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  account VARCHAR(30)${ascii} NOT NULL,
  length BIGINT,
  received BIGINT NOT NULL,
  name VARCHAR(300) NOT NULL,
  options VARCHAR(300) NOT NULL,
  metadata TEXT NOT NULL,
  checked_from BIGINT,
  expires_at BIGINT NOT NULL,
  finished_at BIGINT,
  cleared SMALLINT NOT NULL
)${table};

CREATE INDEX upload_open ON upload (finished_at, expires_at);
CREATE INDEX upload_account ON upload (account, finished_at, expires_at);

-- The first answer to a request with an Idempotency-Key; answer is null while it is under way.
CREATE TABLE idempotency_key (
  account VARCHAR(30)${ascii} NOT NULL,
  id VARCHAR(255)${ascii} NOT NULL,
  fingerprint VARCHAR(64)${ascii} NOT NULL,
  conversion VARCHAR(30)${ascii} NOT NULL,
  holder VARCHAR(32)${ascii} NOT NULL,
  leased_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  answer TEXT,
  PRIMARY KEY (account, id)
)${table};

CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
