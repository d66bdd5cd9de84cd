-- Accounts with limits of their own. What is null is as for everybody.
CREATE TABLE account_quota (
  account       VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  stored_bytes  BIGINT,
  audio_seconds BIGINT,
  active        INT
)${table};
