-- One row per letter: claimed by who sends it now, waiting after a try that did not work,
-- and at last sent or refused.
CREATE TABLE letters (
  conversion VARCHAR(30)${ascii} NOT NULL,
  attempt INT NOT NULL,
  kind VARCHAR(10)${ascii} NOT NULL,
  state VARCHAR(10)${ascii} NOT NULL,
  tries INT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (conversion, attempt, kind)
)${table};

CREATE INDEX letters_by_state ON letters (state, changed_at);
