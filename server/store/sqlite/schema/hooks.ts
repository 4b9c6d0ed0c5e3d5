/** Step 2 of the schema: hooks as the console configures them, what became of them, and verdicts that were replaced. */
export const hooksSchema = `
  ALTER TABLE hook ADD COLUMN custom_url TEXT;
  -- A JSON list; null for every event of the catalogue.
  ALTER TABLE hook ADD COLUMN events TEXT;
  ALTER TABLE hook ADD COLUMN rehearsal TEXT;
  ALTER TABLE hook ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE hook ADD COLUMN removed_at INTEGER;
  UPDATE hook SET created_at = coalesce((SELECT min(received_at) FROM arrival), unixepoch() * 1000);
  CREATE UNIQUE INDEX hook_path ON hook (path);

  CREATE TABLE hook_history (
    id INTEGER PRIMARY KEY, hook TEXT NOT NULL, at INTEGER NOT NULL, entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX hook_history_hook ON hook_history (hook);

  CREATE TABLE verdict_history (
    id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, at INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX verdict_history_delivery ON verdict_history (delivery);
  CREATE TRIGGER delivery_history_dropped AFTER DELETE ON delivery
  BEGIN DELETE FROM verdict_history WHERE delivery = OLD.id; END;

  -- Whether the hook's rehearsed answer went back.
  ALTER TABLE arrival ADD COLUMN rehearsed INTEGER NOT NULL DEFAULT 0;
`
