/** Step 4 of the schema: runs of the readiness check, and what each of their probes found. */
export const checksSchema = `
  CREATE TABLE check_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    hook TEXT,
    choices TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    state TEXT NOT NULL DEFAULT 'running',
    probes INTEGER NOT NULL,
    score INTEGER,
    ready INTEGER,
    problem TEXT,
    -- The report without its findings.
    report TEXT NOT NULL
  ) STRICT;

  CREATE TABLE check_finding (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    -- Requests of the run until then.
    sent INTEGER NOT NULL,
    finding TEXT NOT NULL
  ) STRICT;
  CREATE INDEX check_finding_run ON check_finding (run, outcome);
`
