-- What administrators did. Times are milliseconds since 1970; an id begins with its time, in 13 digits.
CREATE TABLE admin_acts (
  id      VARCHAR(40)${ascii} NOT NULL PRIMARY KEY,
  at      BIGINT NOT NULL,
  actor   VARCHAR(30)${ascii},          -- null for the command line
  address VARCHAR(64) NOT NULL,
  act     VARCHAR(40)${ascii} NOT NULL,
  about   VARCHAR(80) NOT NULL,
  detail  VARCHAR(200) NOT NULL
)${table};
CREATE INDEX admin_acts_by_time ON admin_acts (at);
