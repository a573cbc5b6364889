-- For lists on screen that are paged by key: what ended, newest first, also after its folder is gone; what waits, by
-- user and by project. The state stands behind the key, so that "failed only" is looked for in the index alone.

CREATE INDEX jobs_finished ON jobs (finished_at, seq, state) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_waiting_user ON jobs (user, priority, seq) WHERE state = 'pending';
CREATE INDEX jobs_waiting_project ON jobs (project, priority, seq) WHERE state = 'pending';
