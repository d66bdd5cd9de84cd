-- Times are milliseconds since 1970. Passwords are Argon2id in PHC form; all other secrets SHA-256.
CREATE TABLE accounts (
  id         VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  email      VARCHAR(254) NOT NULL UNIQUE,
  role       VARCHAR(8)${ascii} NOT NULL,
  language   VARCHAR(8)${ascii} NOT NULL,
  password   VARCHAR(255)${ascii} NOT NULL,
  created_at BIGINT       NOT NULL
)${table};

CREATE TABLE sessions (
  id         VARCHAR(32)${ascii} NOT NULL PRIMARY KEY,
  account    VARCHAR(30)${ascii} NOT NULL,
  next_key   VARCHAR(64)${ascii} NOT NULL, -- with it each refresh token gives the next
  client     VARCHAR(200) NOT NULL,
  address    VARCHAR(64)  NOT NULL,
  created_at BIGINT       NOT NULL,
  used_at    BIGINT       NOT NULL,
  expires_at BIGINT       NOT NULL
)${table};
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  hash        VARCHAR(43)${ascii} NOT NULL PRIMARY KEY,
  session     VARCHAR(32)${ascii} NOT NULL,
  replaced_at BIGINT
)${table};
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session);

CREATE TABLE api_keys (
  id         VARCHAR(32)${ascii} NOT NULL PRIMARY KEY,
  account    VARCHAR(30)${ascii} NOT NULL,
  name       VARCHAR(100) NOT NULL,
  hash       VARCHAR(43)${ascii} NOT NULL UNIQUE,
  start      VARCHAR(16)  NOT NULL, -- the first characters, by which a person knows it again
  created_at BIGINT       NOT NULL,
  used_at    BIGINT
)${table};
CREATE INDEX api_keys_of_account ON api_keys (account);

CREATE TABLE password_resets (
  hash       VARCHAR(43)${ascii} NOT NULL PRIMARY KEY,
  account    VARCHAR(30)${ascii} NOT NULL,
  expires_at BIGINT      NOT NULL
)${table};
CREATE INDEX password_resets_of_account ON password_resets (account);

CREATE TABLE invites (
  hash       VARCHAR(43)${ascii} NOT NULL PRIMARY KEY,
  kind       VARCHAR(8)${ascii} NOT NULL, -- person, or setup: for the first administrator
  role       VARCHAR(8)${ascii} NOT NULL,
  email      VARCHAR(254),          -- whom it is for; anybody who has it when null
  created_at BIGINT       NOT NULL,
  expires_at BIGINT       NOT NULL
)${table};

CREATE TABLE attempts (
  name          VARCHAR(43)${ascii} NOT NULL PRIMARY KEY, -- a hash: neither addresses nor names are kept
  count         INT         NOT NULL,
  blocked_until BIGINT      NOT NULL,
  last_at       BIGINT      NOT NULL
)${table};

CREATE TABLE signing_keys (
  id         VARCHAR(64)${ascii} NOT NULL PRIMARY KEY,
  jwk        VARCHAR(1000) NOT NULL,
  created_at BIGINT        NOT NULL
)${table};
