-- Links to one MP3 for whoever has them. Without a row a link does not work. Times are milliseconds since 1970.
CREATE TABLE shared_link (
  id         VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  conversion VARCHAR(30)${ascii} NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
)${table};
CREATE INDEX shared_link_of_conversion ON shared_link (conversion, created_at);
CREATE INDEX shared_link_by_end ON shared_link (expires_at);
