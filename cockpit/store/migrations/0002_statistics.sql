-- What a node's load is, minute by minute, and what statistics read: how long attempts waited, and when things ended.

ALTER TABLE nodes ADD COLUMN cpu REAL;                 -- the newest load; NULL until the first one is measured
ALTER TABLE nodes ADD COLUMN memory REAL;
ALTER TABLE nodes ADD COLUMN queue REAL;
ALTER TABLE nodes ADD COLUMN score REAL;

-- One row a minute: the mean of its `beats` measurements, and the counts as the last of them found them.
CREATE TABLE samples (
  minute     INTEGER PRIMARY KEY,                      -- since the epoch
  beats      INTEGER NOT NULL,
  cpu        REAL    NOT NULL,
  memory     REAL    NOT NULL,
  queue      REAL    NOT NULL,
  score      REAL    NOT NULL,
  slots      INTEGER NOT NULL,
  slots_used INTEGER NOT NULL,
  running    INTEGER NOT NULL,
  critical   INTEGER NOT NULL,                         -- jobs that waited, by priority
  high       INTEGER NOT NULL,
  normal     INTEGER NOT NULL,
  low        INTEGER NOT NULL
) STRICT;

-- Microseconds from when the job could be claimed to the claim.
ALTER TABLE attempts ADD COLUMN waited INTEGER;
UPDATE attempts SET waited = (
  SELECT MAX(0, attempts.claimed_at - e.at) FROM events e
  WHERE e.seq = attempts.seq AND e.attempt = attempts.number - 1 AND e.kind IN ('queued', 'pending', 'retried')
  ORDER BY e.number DESC LIMIT 1
);

CREATE INDEX attempts_claimed ON attempts (claimed_at, waited);
CREATE INDEX attempts_ended ON attempts (ended_at, started_at) WHERE ended_at IS NOT NULL;
CREATE INDEX events_ended ON events (at, kind) WHERE kind IN ('completed', 'failed', 'killed');
