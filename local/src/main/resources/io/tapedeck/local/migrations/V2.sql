-- A conversion has one living event of each type at most; of several the oldest stays.
DELETE FROM events WHERE dead = 0 AND id NOT IN (
  SELECT MIN(id) FROM events WHERE dead = 0 GROUP BY conversion, type);

CREATE UNIQUE INDEX events_living ON events (conversion, type) WHERE dead = 0;
