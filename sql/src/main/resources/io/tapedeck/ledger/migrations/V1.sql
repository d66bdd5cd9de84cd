-- All conversions. Times are epoch milliseconds; what a column means outside its state is nothing.
CREATE TABLE conversion (
  id             VARCHAR(30)${ascii} NOT NULL PRIMARY KEY,
  owner          VARCHAR(30)${ascii} NOT NULL,
  state          VARCHAR(10)${ascii} NOT NULL,
  hidden         SMALLINT NOT NULL,           -- 1 when the owner deleted it
  attempt        INT NOT NULL,                -- the fencing token: claims so far
  strikes        INT NOT NULL,                -- leases freed since it was last asked for
  created_at     BIGINT NOT NULL,
  changed_at     BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL,
  video_name     VARCHAR(300) NOT NULL,
  video_search   VARCHAR(900) NOT NULL,       -- the name as searches compare it
  video_size     BIGINT NOT NULL,
  video_blob     VARCHAR(80)${ascii} NOT NULL,
  options        VARCHAR(200)${ascii} NOT NULL,
  worker         VARCHAR(200),                -- converting
  lease_until    BIGINT,
  fraction       DOUBLE PRECISION,
  speed          DOUBLE PRECISION,
  mp3_blob       VARCHAR(80)${ascii},         -- ready
  mp3_size       BIGINT,
  mp3_micros     BIGINT,                      -- stays when expired: minutes used are used
  mp3_sha256     VARCHAR(64)${ascii},
  mp3_copied     SMALLINT,
  mp3_warnings   TEXT,                        -- one a line
  ready_at       BIGINT,
  problem_code   VARCHAR(40)${ascii},         -- failed
  problem_detail TEXT
)${table};

-- A page of an owner's list, all states and one state; the second also answers what is stored.
CREATE INDEX conversion_list ON conversion (owner, hidden, id);
CREATE INDEX conversion_list_of_state ON conversion (owner, state, hidden, id, video_size, mp3_size);
CREATE INDEX conversion_changes ON conversion (owner, changed_at);
CREATE INDEX conversion_sound ON conversion (owner, ready_at, mp3_micros);
-- The Janitor's questions.
CREATE INDEX conversion_state_since ON conversion (state, changed_at);
CREATE INDEX conversion_expiry ON conversion (state, expires_at);

-- Which worker holds what only one may do at a time.
CREATE TABLE duty (
  name       VARCHAR(60)${ascii} NOT NULL PRIMARY KEY,
  worker     VARCHAR(200) NOT NULL,
  held_until BIGINT NOT NULL
)${table};
