-- Public keys of the processes of a cluster: by them each knows the others' requests and events.
CREATE TABLE service_keys (
  id      VARCHAR(64)${ascii} NOT NULL PRIMARY KEY,
  service VARCHAR(32)${ascii} NOT NULL,
  jwks    VARCHAR(1000)${ascii} NOT NULL,
  seen_at BIGINT NOT NULL
)${table};
CREATE INDEX service_keys_by_age ON service_keys (seen_at);
