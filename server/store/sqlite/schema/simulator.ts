/** The tables of the simulated gateway: what was asked for, the events on their way, each try, samples of the user's own. */
export const simulatorSchema = `
  -- One request. Its counters are kept with every change of an event. state: preparing, running, done.
  CREATE TABLE simulation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    title TEXT NOT NULL,
    asked TEXT NOT NULL,
    -- Credentials and key for a URL that was named; gone as soon as nothing is sent there any more.
    secrets TEXT,
    unsubscribed TEXT NOT NULL DEFAULT '[]',
    events INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'preparing'
  ) STRICT;
  CREATE INDEX simulation_running ON simulation (id) WHERE state <> 'done';

  -- One event on its way to one recipient. Those of one lane go to one hook, or to one URL.
  CREATE TABLE simulated (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    simulation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    lane TEXT NOT NULL,
    hook TEXT,
    target TEXT NOT NULL,
    body INTEGER NOT NULL,
    event_id TEXT,
    event_type TEXT,
    summary TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    weather TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    due_at REAL,
    place REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    -- 1: cancelled while it was being sent, so that no try follows.
    last INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX simulated_simulation ON simulated (simulation, id);
  CREATE INDEX simulated_next ON simulated (lane, due_at, place) WHERE state = 'waiting';
  CREATE INDEX simulated_due ON simulated (due_at, id) WHERE state = 'waiting';
  CREATE INDEX simulated_sending ON simulated (id) WHERE state = 'sending';

  -- Bodies, once for all recipients.
  CREATE TABLE simulated_body (id INTEGER PRIMARY KEY, simulation INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE INDEX simulated_body_simulation ON simulated_body (simulation);

  CREATE TABLE simulated_try (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    outcome TEXT NOT NULL DEFAULT 'pending',
    status INTEGER,
    ms REAL,
    weather TEXT NOT NULL,
    error TEXT
  ) STRICT;
  CREATE INDEX simulated_try_event ON simulated_try (event, number);

  -- The bytes of a try, credentials left out. request_body is null when it is the event's own body.
  CREATE TABLE simulated_try_content (
    id INTEGER PRIMARY KEY,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body BLOB,
    answer_headers TEXT,
    answer_body BLOB,
    answer_bytes INTEGER
  ) STRICT;

  CREATE TABLE sample (
    name TEXT PRIMARY KEY,
    event_type TEXT,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    delivery INTEGER
  ) STRICT, WITHOUT ROWID;
`
