-- Whose turn it is. Of the conversions of one account that wait, the one with the earliest rank is next:
-- its time of creation, and some time more for a large video.
ALTER TABLE conversion ADD COLUMN rank_at BIGINT NOT NULL DEFAULT 0;
UPDATE conversion SET rank_at = created_at WHERE state IN ('queued', 'converting', 'failed');
CREATE INDEX conversion_turn ON conversion (state, owner, rank_at);

-- Of the accounts with conversions that wait, the one with the earliest turn is next: until this
-- moment the account has had its share.
CREATE TABLE account_turn (
  owner   VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  waiting INT NOT NULL,                       -- conversions that are queued
  turn_at BIGINT NOT NULL
)${table};

CREATE INDEX account_turn_order ON account_turn (waiting, turn_at);
INSERT INTO account_turn (owner, waiting, turn_at)
  SELECT owner, COUNT(*), 0 FROM conversion WHERE state = 'queued' GROUP BY owner;
