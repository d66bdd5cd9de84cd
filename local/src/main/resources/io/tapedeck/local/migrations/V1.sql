-- Events that wait or are under way; a dead one stays, with dead = 1, for a person to look at.
CREATE TABLE events (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  queue        VARCHAR(16) NOT NULL,
  type         VARCHAR(32) NOT NULL,
  conversion   VARCHAR(30) NOT NULL,
  deliveries   INTEGER NOT NULL,
  available_at BIGINT NOT NULL,
  dead         INTEGER NOT NULL
);

CREATE INDEX events_next ON events (queue, dead, available_at, id);
