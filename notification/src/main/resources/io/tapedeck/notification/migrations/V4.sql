-- Who confirmed an e-mail address, and who was asked to. Only the token's digest is kept.
CREATE TABLE confirmed_addresses (
  account      VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  email        VARCHAR(320) NOT NULL,
  token        VARCHAR(64)${ascii} NOT NULL,
  asked_at     BIGINT NOT NULL,
  confirmed_at BIGINT
)${table};

CREATE INDEX confirmed_addresses_token ON confirmed_addresses (token);

-- Since when addresses are confirmed: the addresses of older accounts count as confirmed.
CREATE TABLE confirming_since (since BIGINT NOT NULL)${table};
