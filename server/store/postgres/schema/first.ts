/** Step 1 of the schema. Columns mean what those of SQLite mean, so that rows of both read the same: flags are 0 or 1, JSON is text. */

/** What one row adds to the counters. */
const facetsOf = (row: string, sign: 1 | -1) => `
  SELECT f.facet, f.name, ${sign} * f.n AS n FROM ${row} r CROSS JOIN LATERAL (VALUES
    ('total', '', 1::bigint), ('bytes', '', r.kept), ('verdict', r.verdict, 1), ('hook', r.hook, 1),
    ('type', coalesce(r.type, r.event_type), 1), ('duplicates', '', r.repeat), ('unknown', '', r.unknown),
    ('failed', '', r.failed), ('pinned', '', r.pinned)) AS f (facet, name, n)
  WHERE r.removed_at IS NULL AND f.name IS NOT NULL AND f.n <> 0`

const minutesOf = (row: string, sign: 1 | -1) => `
  SELECT r.received_at / 60000 AS minute, r.verdict, ${sign} AS n, ${sign} * r.failed AS failed FROM ${row} r
  WHERE r.removed_at IS NULL`

/** Adds to the counters what a statement changed about \`delivery\`. */
const counting = (rows: readonly (readonly [row: string, sign: 1 | -1])[]) => `
  INSERT INTO hookscope.counter (facet, name, n)
  SELECT facet, name, sum(n) FROM (${rows.map(row => facetsOf(...row)).join(' UNION ALL ')}) c
  GROUP BY facet, name HAVING sum(n) <> 0;
  INSERT INTO hookscope.delivery_minute (minute, verdict, n, failed)
  SELECT minute, verdict, sum(n), sum(failed) FROM (${rows.map(row => minutesOf(...row)).join(' UNION ALL ')}) m
  GROUP BY minute, verdict HAVING sum(n) <> 0 OR sum(failed) <> 0;`

const onDelivery = (name: string, when: string, referencing: string, body: string) => `
  CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NULL; END $$;
  CREATE TRIGGER ${name} AFTER ${when} ON delivery REFERENCING ${referencing}
  FOR EACH STATEMENT EXECUTE FUNCTION ${name}();`

export const firstSchema = `
  CREATE SEQUENCE arrival_id AS bigint;

  -- The log: what came, committed before the gateway is answered. A table a day of received_at (UTC); one for all days before
  -- the first, and one for what is of no day that has a table.
  CREATE TABLE arrival (
    id bigint NOT NULL DEFAULT nextval('arrival_id'),
    received_at bigint NOT NULL,
    read_ms double precision NOT NULL,
    bytes bigint NOT NULL,
    -- As it was known when it was kept; \`delivery\` has what became known later.
    status integer,
    hook text COLLATE "C" NOT NULL,
    method text COLLATE "C" NOT NULL,
    http_version text NOT NULL,
    remote_address text NOT NULL,
    verdict text NOT NULL,
    path text COLLATE "C" NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    rehearsed smallint NOT NULL DEFAULT 0
  ) PARTITION BY RANGE (received_at);
  CREATE INDEX arrival_by_id ON arrival (id);
  CREATE TABLE arrival_other PARTITION OF arrival DEFAULT;

  -- Arrivals that the list does not have yet: each is put here with it, and taken out by who indexes it.
  CREATE TABLE unindexed (
    id bigint PRIMARY KEY,
    received_at bigint NOT NULL,
    -- What the gateway was answered, where that became known meanwhile.
    status integer
  );

  -- What the list shows and searches: narrow rows, filled behind the answer.
  CREATE TABLE delivery (
    id bigint PRIMARY KEY,
    received_at bigint NOT NULL,
    bytes bigint NOT NULL,
    kept bigint NOT NULL,
    status integer,
    hook text COLLATE "C" NOT NULL,
    method text COLLATE "C" NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    verdict_detail text NOT NULL,
    notes text COLLATE "C" NOT NULL,
    repeat smallint NOT NULL,
    event_id text COLLATE "C",
    event_type text COLLATE "C",
    event_triggered text COLLATE "C",
    type text COLLATE "C",
    family text COLLATE "C",
    summary text COLLATE "C" NOT NULL,
    object_key text COLLATE "C",
    refnum text COLLATE "C",
    amount double precision,
    invoice text COLLATE "C",
    orderid text COLLATE "C",
    retry_of bigint,
    tries integer NOT NULL,
    superseded smallint NOT NULL DEFAULT 0,
    pinned smallint NOT NULL DEFAULT 0,
    removed_at bigint,
    last_attempt bigint,
    last_outcome text COLLATE "C",
    last_status integer,
    -- What follows the ? of its path; null without one.
    query text,
    rejected smallint NOT NULL GENERATED ALWAYS AS (CASE WHEN verdict = 'rejected' THEN 1 ELSE 0 END) STORED,
    unknown smallint NOT NULL
      GENERATED ALWAYS AS (CASE WHEN event_type IS NOT NULL AND type IS NULL THEN 1 ELSE 0 END) STORED,
    failed smallint NOT NULL GENERATED ALWAYS AS (CASE WHEN last_outcome <> 'pending'
      AND (last_outcome <> 'answered' OR last_status NOT BETWEEN 200 AND 299) THEN 1 ELSE 0 END) STORED
  );
  CREATE INDEX delivery_received ON delivery (received_at, verdict, id) WHERE removed_at IS NULL;
  CREATE INDEX delivery_event ON delivery (event_id, hook, rejected, id) WHERE event_id IS NOT NULL;
  CREATE INDEX delivery_hook ON delivery (hook, id) WHERE removed_at IS NULL;
  CREATE INDEX delivery_refnum ON delivery (refnum, id) WHERE refnum IS NOT NULL;
  CREATE INDEX delivery_removed ON delivery (removed_at) WHERE removed_at IS NOT NULL;
  CREATE INDEX delivery_amount ON delivery (amount) WHERE amount IS NOT NULL;
  CREATE INDEX delivery_pinned ON delivery (kept) WHERE pinned = 1 AND removed_at IS NULL;
  -- Of states that few are in: who asks for them looks at no others.
  CREATE INDEX delivery_is_rejected ON delivery (id) WHERE verdict = 'rejected' AND removed_at IS NULL;
  CREATE INDEX delivery_is_failed ON delivery (id) WHERE failed = 1 AND removed_at IS NULL;
  CREATE INDEX delivery_is_unknown ON delivery (id) WHERE unknown = 1 AND removed_at IS NULL;
  CREATE INDEX delivery_is_pinned ON delivery (id) WHERE pinned = 1 AND removed_at IS NULL;
  CREATE INDEX delivery_is_repeated ON delivery (id) WHERE repeat = 1 AND removed_at IS NULL;
  CREATE INDEX delivery_is_unrouted ON delivery (id) WHERE hook = 'unrouted' AND removed_at IS NULL;
  CREATE INDEX delivery_is_noted ON delivery (id) WHERE notes <> '[]' AND removed_at IS NULL;

  -- Keys that link deliveries: of the object, its batch, its source.
  CREATE TABLE delivery_key (key text COLLATE "C" NOT NULL, delivery bigint NOT NULL, PRIMARY KEY (key, delivery));
  CREATE INDEX delivery_key_delivery ON delivery_key (delivery);

  -- What is searched of a delivery, folded: its summary, a line break, its body.
  -- See keptText of grams.ts. plain: 1 where its characters are those of summary and body but for their case.
  CREATE TABLE delivery_text (id bigint PRIMARY KEY, plain smallint NOT NULL, text text COLLATE "C" NOT NULL);

  CREATE TABLE attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    started_at bigint NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    status integer,
    ms double precision,
    line text COLLATE "C",
    location text,
    error text,
    sloppy text,
    proxy text,
    former smallint NOT NULL DEFAULT 0,
    changes text COLLATE "C" NOT NULL DEFAULT '[]',
    own smallint NOT NULL DEFAULT 1,
    -- Who sends it.
    process integer NOT NULL
  );
  CREATE INDEX attempt_delivery ON attempt (delivery, source);
  CREATE INDEX attempt_pending ON attempt (process) WHERE outcome = 'pending';
  CREATE INDEX attempt_line ON attempt (id) WHERE line IS NOT NULL;

  -- The bytes of an attempt. request_body is null when it is the delivery's own body.
  CREATE TABLE attempt_content (
    id bigint PRIMARY KEY,
    method text NOT NULL,
    url text NOT NULL,
    request_headers text NOT NULL,
    request_body bytea,
    answer_headers text,
    answer_body bytea,
    answer_bytes bigint,
    timing text
  );

  -- The change log: what changed, in the order of the commits, see \`tell\`. Its state is read when it is asked for.
  CREATE SEQUENCE feed_seq AS bigint;
  CREATE TABLE feed (
    seq bigint PRIMARY KEY,
    -- delivery, attempt, simulated; hook, setting, simulation; begin.
    kind text COLLATE "C" NOT NULL,
    id bigint NOT NULL,
    -- What listeners are called for: indexed, dropped, removed, restored; ended.
    event text COLLATE "C",
    process integer NOT NULL
  );
  -- A cursor of another database should not pass for one of this: begin anywhere.
  SELECT setval('feed_seq', 1 + floor(random() * 281474976710656)::bigint);
  INSERT INTO feed SELECT last_value, 'begin', 0, NULL, 0 FROM feed_seq;

  -- Puts changes on the change log; last in a transaction. The lock is held to its end, so that numbers commit in order: who
  -- has seen one misses none below it. Returns the numbers of the first and the last one.
  CREATE FUNCTION tell(who integer, kinds text[], ids bigint[], events text[], OUT first bigint, OUT last bigint)
  LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hookscope feed', 0));
    WITH told AS (
      INSERT INTO hookscope.feed (seq, kind, id, event, process)
      SELECT nextval('hookscope.feed_seq'), c.kind, c.id, c.event, who
      FROM unnest(kinds, ids, events) WITH ORDINALITY AS c (kind, id, event, place) ORDER BY c.place
      RETURNING seq)
    SELECT min(seq), max(seq) INTO first, last FROM told;
    PERFORM pg_notify('hookscope_changes', '');
  END $$;

  CREATE TABLE hook (
    id text COLLATE "C" PRIMARY KEY,
    label text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL UNIQUE,
    saved_secrets text NOT NULL,
    custom_url text,
    events text,
    rehearsal text,
    forward text,
    created_at bigint NOT NULL,
    removed_at bigint
  );
  CREATE TABLE hook_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hook text COLLATE "C" NOT NULL, at bigint NOT NULL, entry text NOT NULL
  );
  CREATE INDEX hook_history_hook ON hook_history (hook);

  CREATE TABLE verdict_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, delivery bigint NOT NULL, at bigint NOT NULL, before text NOT NULL,
    after text NOT NULL, reason text NOT NULL
  );
  CREATE INDEX verdict_history_delivery ON verdict_history (delivery);

  CREATE TABLE setting (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
  CREATE TABLE unfinished (
    kind text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (kind, name)
  );

  -- Who works on this log, each as long as it holds the advisory lock of its id.
  CREATE TABLE process (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, locked_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );

  -- Totals over the deliveries that are not removed: of each facet and name the sum of its rows, which are folded now and then.
  -- Rows are only added, so that nobody waits for another one who counts.
  CREATE TABLE counter (facet text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, n bigint NOT NULL);
  CREATE INDEX counter_facet ON counter (facet, name);
  -- The same by minutes since 1970.
  CREATE TABLE delivery_minute (
    minute bigint NOT NULL, verdict text COLLATE "C" NOT NULL, n bigint NOT NULL, failed bigint NOT NULL
  );
  CREATE INDEX delivery_minute_minute ON delivery_minute (minute, verdict);

  ${onDelivery('delivery_added', 'INSERT', 'NEW TABLE AS added', counting([['added', 1]]))}
  ${onDelivery(
    'delivery_dropped',
    'DELETE',
    'OLD TABLE AS dropped',
    `${counting([['dropped', -1]])}
     DELETE FROM hookscope.verdict_history WHERE delivery IN (SELECT id FROM dropped);
     DELETE FROM hookscope.delivery_key WHERE delivery IN (SELECT id FROM dropped);
     DELETE FROM hookscope.delivery_text WHERE id IN (SELECT id FROM dropped);`,
  )}
  ${onDelivery(
    'delivery_changed',
    'UPDATE',
    'OLD TABLE AS old_rows NEW TABLE AS new_rows',
    counting([
      ['old_rows', -1],
      ['new_rows', 1],
    ]),
  )}

  CREATE TABLE simulation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at bigint NOT NULL,
    title text NOT NULL,
    asked text NOT NULL,
    -- Credentials and key for a URL that was named; gone as soon as nothing is sent there any more.
    secrets text,
    unsubscribed text NOT NULL DEFAULT '[]',
    events integer NOT NULL DEFAULT 0,
    delivered integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    cancelled integer NOT NULL DEFAULT 0,
    state text COLLATE "C" NOT NULL DEFAULT 'preparing',
    -- Who prepares it.
    process integer NOT NULL
  );
  CREATE INDEX simulation_running ON simulation (id) WHERE state <> 'done';

  CREATE TABLE simulated (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    simulation bigint NOT NULL,
    ordinal integer NOT NULL,
    lane text COLLATE "C" NOT NULL,
    hook text COLLATE "C",
    target text NOT NULL,
    body bigint NOT NULL,
    event_id text COLLATE "C",
    event_type text COLLATE "C",
    summary text NOT NULL,
    created_at bigint NOT NULL,
    weather text NOT NULL,
    state text COLLATE "C" NOT NULL DEFAULT 'waiting',
    due_at double precision,
    place double precision NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    -- 1: cancelled while it was being sent, so that no try follows.
    last smallint NOT NULL DEFAULT 0,
    -- Of the simulation; null when it stands alone, and once its first try is over: then it holds up nobody.
    scenario integer,
    -- 1: another one of its scenario goes first.
    held smallint NOT NULL DEFAULT 0,
    -- Who sends it.
    process integer
  );
  CREATE INDEX simulated_simulation ON simulated (simulation, id);
  CREATE INDEX simulated_next ON simulated (lane, due_at, place) WHERE state = 'waiting' AND held = 0;
  CREATE INDEX simulated_due ON simulated (due_at, id) WHERE state = 'waiting';
  CREATE INDEX simulated_sending ON simulated (id) WHERE state = 'sending';
  CREATE INDEX simulated_scenario ON simulated (simulation, scenario, lane) WHERE scenario IS NOT NULL;

  -- Bodies, once for all recipients.
  CREATE TABLE simulated_body (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, simulation bigint NOT NULL, body bytea NOT NULL
  );
  CREATE INDEX simulated_body_simulation ON simulated_body (simulation);

  CREATE TABLE simulated_try (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event bigint NOT NULL,
    number integer NOT NULL,
    started_at bigint NOT NULL,
    outcome text COLLATE "C" NOT NULL DEFAULT 'pending',
    status integer,
    ms double precision,
    weather text NOT NULL,
    error text,
    line text,
    location text,
    sloppy text,
    proxy text,
    -- JSON: HookStation, once it has arrived; AppsAsked, once nothing more is to come.
    arrival text,
    apps text
  );
  CREATE INDEX simulated_try_event ON simulated_try (event, number);

  -- The bytes of a try, credentials left out. request_body is null when it is the event's own body.
  CREATE TABLE simulated_try_content (
    id bigint PRIMARY KEY,
    method text NOT NULL,
    url text NOT NULL,
    request_headers text NOT NULL,
    request_body bytea,
    answer_headers text,
    answer_body bytea,
    answer_bytes bigint
  );

  CREATE TABLE sample (
    name text COLLATE "C" PRIMARY KEY, event_type text, body text NOT NULL, created_at bigint NOT NULL, delivery bigint
  );

  CREATE TABLE check_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target text NOT NULL,
    hook text COLLATE "C",
    choices text NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    state text COLLATE "C" NOT NULL DEFAULT 'running',
    probes integer NOT NULL,
    score double precision,
    ready smallint,
    problem text,
    -- The report without its findings.
    report text NOT NULL,
    process integer NOT NULL
  );
  CREATE TABLE check_finding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run bigint NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    found_at bigint NOT NULL,
    -- Requests of the run until then.
    sent integer NOT NULL,
    finding text NOT NULL
  );
  CREATE INDEX check_finding_run ON check_finding (run, outcome);
`
