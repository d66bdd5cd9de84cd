-- A suspended account cannot sign in, and its keys do not work. When it was last seen: at a sign-in or a refresh.
ALTER TABLE accounts ADD COLUMN suspended_at BIGINT;
ALTER TABLE accounts ADD COLUMN seen_at BIGINT;

-- What an administrator has set while the server runs; a setting holds where there is no row.
CREATE TABLE server_switches (
  name       VARCHAR(32)${ascii} NOT NULL PRIMARY KEY,
  value      VARCHAR(32)${ascii} NOT NULL,
  changed_at BIGINT NOT NULL
)${table};
