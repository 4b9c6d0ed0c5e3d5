/** The database's schema, as the steps that lead to it. A step that was released is never changed: add one after it. */
import type { Database } from 'better-sqlite3'
import { UserError } from '../../../lib/errors.ts'
import { answersSchema } from './answers.ts'
import { appErrorsSchema } from './app-errors.ts'
import { addChangesFunction, changedAttemptsSchema } from './changed-attempts.ts'
import { checksSchema } from './checks.ts'
import { countedBatchesSchema } from './counted-batches.ts'
import { formerSchema } from './former.ts'
import { hookForwardSchema } from './hook-forward.ts'
import { hooksSchema } from './hooks.ts'
import { laptopsSchema } from './laptops.ts'
import { pinsSchema } from './pins.ts'
import { proxiesSchema } from './proxies.ts'
import { referencesSchema } from './references.ts'
import { renewalSchema } from './renewal.ts'
import { searchSchema } from './search.ts'
import { shownAttemptsSchema } from './shown-attempts.ts'
import { simulatorSchema } from './simulator.ts'
import { sloppySchema } from './sloppy.ts'
import { sloppyTriesSchema } from './sloppy-tries.ts'
import { statesSchema } from './states.ts'
import { stationsSchema } from './stations.ts'
import { timelineSchema } from './timeline.ts'
import { turnsSchema } from './turns.ts'
import { unfinishedSchema } from './unfinished.ts'

/** Marks a file as hookscope's: "hksc". */
const applicationId = 0x68_6b_73_63

/** What one row adds to the counters, times `sign`. */
const tally = (row: 'NEW' | 'OLD', sign: 1 | -1) => `
  INSERT INTO counter (facet, name, n)
  SELECT column1, column2, ${sign} * column3 FROM (VALUES
    ('total', '', 1), ('bytes', '', ${row}.kept), ('verdict', ${row}.verdict, 1), ('hook', ${row}.hook, 1),
    ('type', coalesce(${row}.type, ${row}.event_type), 1), ('duplicates', '', ${row}.repeat),
    ('unknown', '', ${row}.unknown), ('failed', '', ${row}.failed), ('pinned', '', ${row}.pinned))
  WHERE ${row}.removed_at IS NULL AND column2 IS NOT NULL AND column3 <> 0
  ON CONFLICT (facet, name) DO UPDATE SET n = n + excluded.n;`

const first = `
  -- The log: what came, written before the gateway is answered, one insert each.
  CREATE TABLE arrival (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    read_ms REAL NOT NULL,
    bytes INTEGER NOT NULL,
    status INTEGER,
    hook TEXT NOT NULL,
    method TEXT NOT NULL,
    http_version TEXT NOT NULL,
    remote_address TEXT NOT NULL,
    verdict TEXT NOT NULL,
    path TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  -- What the list shows and searches: narrow rows, filled behind the answer. An arrival without one is not indexed yet.
  CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    status INTEGER,
    hook TEXT NOT NULL,
    method TEXT NOT NULL,
    verdict TEXT NOT NULL,
    verdict_detail TEXT NOT NULL,
    notes TEXT NOT NULL,
    repeat INTEGER NOT NULL,
    event_id TEXT,
    event_type TEXT,
    event_triggered TEXT,
    type TEXT,
    family TEXT,
    summary TEXT NOT NULL,
    object_key TEXT,
    refnum TEXT,
    amount REAL,
    retry_of INTEGER,
    tries INTEGER NOT NULL,
    superseded INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    removed_at INTEGER,
    last_attempt INTEGER,
    last_outcome TEXT,
    last_status INTEGER,
    rejected INTEGER NOT NULL GENERATED ALWAYS AS (verdict = 'rejected') VIRTUAL,
    unknown INTEGER NOT NULL GENERATED ALWAYS AS (event_type IS NOT NULL AND type IS NULL) VIRTUAL,
    failed INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(last_outcome <> 'pending'
      AND (last_outcome <> 'answered' OR last_status NOT BETWEEN 200 AND 299), 0)) VIRTUAL
  ) STRICT;
  CREATE INDEX delivery_received ON delivery (received_at, verdict) WHERE removed_at IS NULL;
  CREATE INDEX delivery_event ON delivery (event_id, hook, rejected, id) WHERE event_id IS NOT NULL;
  CREATE INDEX delivery_refnum ON delivery (refnum, id) WHERE refnum IS NOT NULL;
  CREATE INDEX delivery_removed ON delivery (removed_at) WHERE removed_at IS NOT NULL;

  -- Keys that link deliveries: of the object, its batch, its source.
  CREATE TABLE delivery_key (key TEXT NOT NULL, delivery INTEGER NOT NULL, PRIMARY KEY (key, delivery)) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_key_delivery ON delivery_key (delivery);

  CREATE VIRTUAL TABLE delivery_text USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61');
  -- Merging because of deletions would hold up a commit for as long as the index is large; ordinary merging drops them too.
  INSERT INTO delivery_text (delivery_text, rank) VALUES ('deletemerge', 0);

  CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery INTEGER NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    ms REAL
  ) STRICT;
  CREATE INDEX attempt_delivery ON attempt (delivery, source);
  CREATE INDEX attempt_pending ON attempt (id) WHERE outcome = 'pending';

  -- The bytes of an attempt. request_body is null when it is the delivery's own body.
  CREATE TABLE attempt_content (
    id INTEGER PRIMARY KEY,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body BLOB,
    answer_headers TEXT,
    answer_body BLOB,
    answer_bytes INTEGER,
    timing TEXT,
    error TEXT
  ) STRICT;

  -- The change log that the stream replays: what changed, in order; its state is read when it is asked for.
  CREATE TABLE feed (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id INTEGER NOT NULL) STRICT;
  -- A cursor of another database should not pass for one of this: begin anywhere.
  INSERT INTO sqlite_sequence (name, seq) VALUES ('feed', abs(random() % 281474976710656));

  CREATE TABLE hook (
    id TEXT PRIMARY KEY, label TEXT NOT NULL, path TEXT NOT NULL, saved_secrets TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Totals over the deliveries that are not removed, kept true by the triggers below.
  CREATE TABLE counter (
    facet TEXT NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (facet, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER delivery_added AFTER INSERT ON delivery BEGIN ${tally('NEW', 1)} END;
  CREATE TRIGGER delivery_dropped AFTER DELETE ON delivery WHEN OLD.removed_at IS NULL BEGIN ${tally('OLD', -1)} END;
  CREATE TRIGGER delivery_changed AFTER UPDATE OF removed_at, verdict, repeat, pinned, kept, last_outcome, last_status ON delivery
  BEGIN ${tally('OLD', -1)} ${tally('NEW', 1)} END;
`

const steps: readonly string[] = [
  first,
  hooksSchema,
  simulatorSchema,
  checksSchema,
  timelineSchema,
  answersSchema,
  renewalSchema,
  searchSchema,
  stationsSchema,
  appErrorsSchema,
  shownAttemptsSchema,
  sloppySchema,
  sloppyTriesSchema,
  unfinishedSchema,
  pinsSchema,
  formerSchema,
  referencesSchema,
  changedAttemptsSchema,
  ...statesSchema,
  turnsSchema,
  countedBatchesSchema,
  hookForwardSchema,
  proxiesSchema,
  laptopsSchema,
]

/** The version this hookscope writes. */
export const newestVersion = steps.length

function pragmaNumber(db: Database, name: string): number {
  return Number(db.pragma(name, { simple: true }))
}

/**
 * Makes sure that a database is hookscope's, or empty, before anything about it is changed.
 * @param path as it is told of
 * @throws UserError when it belongs to another program or to a newer hookscope
 */
export function checkVersion(db: Database, path = db.name): void {
  const version = pragmaNumber(db, 'user_version')
  const owner = pragmaNumber(db, 'application_id')
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (owner !== applicationId && (owner !== 0 || tables !== 0))
    throw new UserError(
      `${path} is another program’s database.`,
      'Choose another file with --db; hookscope creates it if needed.',
    )
  if (version > newestVersion)
    throw new UserError(
      `${path} was written by a newer hookscope (format ${version}, this one knows ${newestVersion}).`,
      'Update hookscope, or choose another file with --db.',
    )
}

/**
 * Brings a database to a version: an empty one in a single step, since each waits for the disk; else each step whole or not at all.
 * @param to default: the newest
 * @param begins called before each step with its number; not for an empty database
 */
export function migrate(db: Database, to = newestVersion, begins?: (step: number) => void): void {
  const version = pragmaNumber(db, 'user_version')
  addChangesFunction(db)
  const missing = [...steps.slice(0, to).entries()].slice(version)
  const take = db.transaction((index: number, step: string) => {
    db.exec(step)
    db.pragma(`application_id = ${applicationId}`)
    db.pragma(`user_version = ${index + 1}`)
  })
  if (version === 0) {
    db.transaction(() => {
      for (const [index, step] of missing) take(index, step)
    }).immediate()
    return
  }
  for (const [index, step] of missing) {
    begins?.(index + 1)
    take.immediate(index, step)
  }
}
