-- The queue, its lines and locks, and the history. Times are microseconds since the epoch, UTC.
--
-- A job stands in the line (user, project, slots). A line carries its head, so that a claim looks at one row of one
-- index, however many jobs wait and whoever is locked. A lock is a row of its own, one per lane.

CREATE TABLE jobs (
  seq         INTEGER PRIMARY KEY,               -- order of acceptance
  id          TEXT    NOT NULL UNIQUE,
  project     TEXT    NOT NULL,
  user        TEXT    NOT NULL,
  agent       TEXT    NOT NULL,
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  slots       INTEGER NOT NULL CHECK (slots IN (0, 1)),
  state       TEXT    NOT NULL,
  held        INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  waits_for   INTEGER NOT NULL DEFAULT 0 CHECK (waits_for >= 0),
  not_before  INTEGER,
  reason      TEXT,
  attempt     INTEGER NOT NULL DEFAULT 0,
  failures    INTEGER NOT NULL DEFAULT 0,
  losses      INTEGER NOT NULL DEFAULT 0,
  retries     INTEGER NOT NULL DEFAULT 0,
  timeout     REAL,
  fence       INTEGER,
  lane        TEXT,
  granted_at  INTEGER,
  exit_code   INTEGER,
  created_at  INTEGER NOT NULL,
  started_at  INTEGER,
  finished_at INTEGER,
  ref         TEXT,
  wish        TEXT,                              -- what a person asked of a running job: to be killed, for this reason
  batch       INTEGER,
  parked      INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),  -- runs, but has given its slot back
  pruned      INTEGER NOT NULL DEFAULT 0,        -- its folder is gone
  -- What each state has and has not. One CASE: an IN with many words builds a table of its own for every row.
  CHECK (CASE state
    WHEN 'pending'   THEN not_before IS NULL     AND lane IS NULL     AND finished_at IS NULL
    WHEN 'delayed'   THEN not_before IS NOT NULL AND lane IS NULL     AND finished_at IS NULL     AND reason IS NOT NULL
    WHEN 'assigned'  THEN not_before IS NULL     AND lane IS NOT NULL AND finished_at IS NULL
    WHEN 'starting'  THEN not_before IS NULL     AND lane IS NOT NULL AND finished_at IS NULL
    WHEN 'running'   THEN not_before IS NULL     AND lane IS NOT NULL AND finished_at IS NULL
    WHEN 'stalled'   THEN not_before IS NULL     AND lane IS NOT NULL AND finished_at IS NULL     AND reason IS NOT NULL
    WHEN 'completed' THEN not_before IS NULL     AND lane IS NULL     AND finished_at IS NOT NULL
    WHEN 'failed'    THEN not_before IS NULL     AND lane IS NULL     AND finished_at IS NOT NULL AND reason IS NOT NULL
    WHEN 'killed'    THEN not_before IS NULL     AND lane IS NULL     AND finished_at IS NOT NULL AND reason IS NOT NULL
    ELSE 0 END),
  CHECK (lane IS NULL OR (fence IS NOT NULL AND granted_at IS NOT NULL AND attempt > 0))
) STRICT;
CREATE INDEX jobs_line ON jobs (user, project, slots, priority, seq)
  WHERE state = 'pending' AND held = 0 AND waits_for = 0;
CREATE INDEX jobs_pending ON jobs (priority, seq) WHERE state = 'pending';
CREATE INDEX jobs_state ON jobs (state, seq);
CREATE INDEX jobs_user ON jobs (user, seq);
CREATE INDEX jobs_project ON jobs (project, seq);
CREATE INDEX jobs_due ON jobs (not_before) WHERE state = 'delayed';
CREATE INDEX jobs_wish ON jobs (seq) WHERE wish IS NOT NULL;
CREATE INDEX jobs_ended ON jobs (finished_at) WHERE finished_at IS NOT NULL AND pruned = 0;

-- Apart from jobs, so that a change of state does not rewrite 60 KB of prompt.
CREATE TABLE texts (
  seq      INTEGER PRIMARY KEY REFERENCES jobs (seq),
  prompt   TEXT NOT NULL,
  metadata TEXT NOT NULL
) STRICT;

CREATE TABLE deps (
  seq   INTEGER NOT NULL REFERENCES jobs (seq),
  needs INTEGER NOT NULL REFERENCES jobs (seq),
  PRIMARY KEY (seq, needs)
) STRICT, WITHOUT ROWID;
CREATE INDEX deps_needs ON deps (needs);

CREATE TABLE attempts (
  seq         INTEGER NOT NULL REFERENCES jobs (seq),
  number      INTEGER NOT NULL,
  fence       INTEGER NOT NULL,
  claimed_at  INTEGER NOT NULL,
  started_at  INTEGER,
  ended_at    INTEGER,
  cause       TEXT,
  reason      TEXT,
  exit_code   INTEGER,
  window      TEXT,
  pane        TEXT,
  pid         INTEGER,
  pid_started TEXT,
  boot        TEXT,
  server_pid  INTEGER,
  site        TEXT    NOT NULL DEFAULT '',       -- the container that it runs in; empty: this host
  PRIMARY KEY (seq, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE lines (
  user          TEXT    NOT NULL,
  project       TEXT    NOT NULL,
  slots         INTEGER NOT NULL,
  head_priority INTEGER,
  head_seq      INTEGER,
  last_served   INTEGER NOT NULL DEFAULT 0,      -- the fence of the user's last grant
  held          INTEGER NOT NULL DEFAULT 0,
  locked        INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user, project, slots),
  CHECK ((head_priority IS NULL) = (head_seq IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX lines_claimable ON lines (slots, head_priority, last_served, head_seq)
  WHERE head_seq IS NOT NULL AND held = 0 AND locked = 0;
CREATE INDEX lines_project ON lines (project);

CREATE TABLE locks (
  lane        TEXT    PRIMARY KEY,
  user        TEXT    NOT NULL,
  holder      TEXT    NOT NULL,
  seq         INTEGER UNIQUE REFERENCES jobs (seq),   -- NULL: taken by hand
  fence       INTEGER NOT NULL UNIQUE,
  lock_id     TEXT    NOT NULL UNIQUE,
  acquired_at INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  pid         INTEGER,
  pid_started TEXT,
  boot        TEXT,
  CHECK ((seq IS NULL) = (pid IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX locks_user ON locks (user);

-- Those who wait for a lock by hand; a user with a waiter gets no new job, or the waiter would starve.
CREATE TABLE waiters (
  ticket      INTEGER PRIMARY KEY AUTOINCREMENT,
  user        TEXT    NOT NULL,
  until       INTEGER NOT NULL,
  pid         INTEGER NOT NULL,
  pid_started TEXT    NOT NULL,
  boot        TEXT    NOT NULL
) STRICT;

CREATE TABLE holds (
  scope TEXT    NOT NULL CHECK (scope IN ('all', 'project', 'user')),
  key   TEXT    NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  number  INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  seq     INTEGER NOT NULL REFERENCES jobs (seq),
  attempt INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  reason  TEXT
) STRICT;
CREATE INDEX events_job ON events (seq, number);

CREATE TABLE nodes (
  host        TEXT    PRIMARY KEY,
  kind        TEXT    NOT NULL,
  pid         INTEGER NOT NULL,
  pid_started TEXT    NOT NULL,
  boot        TEXT    NOT NULL,
  since       INTEGER NOT NULL,
  beat_at     INTEGER NOT NULL,
  slots       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Kept, never counted: state:<state>, pending:<priority>, slots_used; fence, the last token given; seq, the last place.
CREATE TABLE counters (
  name  TEXT    PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES
  ('fence', 0), ('seq', 0), ('slots_used', 0),
  ('pending:0', 0), ('pending:1', 0), ('pending:2', 0), ('pending:3', 0),
  ('state:pending', 0), ('state:delayed', 0), ('state:assigned', 0), ('state:starting', 0), ('state:running', 0),
  ('state:stalled', 0), ('state:completed', 0), ('state:failed', 0), ('state:killed', 0);

-- What the agents' screens show; a row lives as long as its attempt.
CREATE TABLE panes (
  seq   INTEGER PRIMARY KEY REFERENCES jobs (seq),
  state TEXT    NOT NULL,
  rule  TEXT    NOT NULL,
  line  TEXT    NOT NULL,
  since INTEGER NOT NULL
) STRICT;

-- Batches on their way in: their jobs are in the table, but nobody sees them until the row here is gone.
CREATE TABLE staging (
  batch       INTEGER PRIMARY KEY AUTOINCREMENT,
  first       INTEGER NOT NULL,                  -- their places in the order of acceptance
  last        INTEGER NOT NULL,
  pid         INTEGER NOT NULL,
  pid_started TEXT    NOT NULL,
  boot        TEXT    NOT NULL
) STRICT;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('serialize', '1');
