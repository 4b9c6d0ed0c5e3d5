/** Step 10 of the schema: the minutes count what the app did not take as well, so that the strip shows it. */

/** What one row adds to its minute, times `sign`. */
const tally = (row: 'NEW' | 'OLD', sign: 1 | -1) => `
  INSERT INTO delivery_minute (minute, verdict, n, failed)
  SELECT ${row}.received_at / 60000, ${row}.verdict, ${sign}, ${sign} * ${row}.failed WHERE ${row}.removed_at IS NULL
  ON CONFLICT (minute, verdict) DO UPDATE SET n = n + excluded.n, failed = failed + excluded.failed;`

const forget = 'DELETE FROM delivery_minute WHERE minute = OLD.received_at / 60000 AND n = 0;'

export const appErrorsSchema = `
  ALTER TABLE delivery_minute ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;
  UPDATE delivery_minute SET failed = counted.failed
  FROM (SELECT received_at / 60000 AS minute, verdict, count(*) AS failed FROM delivery
    WHERE removed_at IS NULL AND failed = 1 GROUP BY 1, 2) AS counted
  WHERE delivery_minute.minute = counted.minute AND delivery_minute.verdict = counted.verdict;
  CREATE INDEX delivery_failed ON delivery (received_at, verdict) WHERE failed = 1 AND removed_at IS NULL;

  DROP TRIGGER minute_added;
  DROP TRIGGER minute_dropped;
  DROP TRIGGER minute_changed;
  CREATE TRIGGER minute_added AFTER INSERT ON delivery BEGIN ${tally('NEW', 1)} END;
  CREATE TRIGGER minute_dropped AFTER DELETE ON delivery WHEN OLD.removed_at IS NULL
  BEGIN ${tally('OLD', -1)} ${forget} END;
  CREATE TRIGGER minute_changed AFTER UPDATE OF removed_at, verdict, last_outcome, last_status ON delivery
  WHEN OLD.removed_at IS NOT NEW.removed_at OR OLD.verdict <> NEW.verdict OR OLD.failed <> NEW.failed
  BEGIN ${tally('OLD', -1)} ${tally('NEW', 1)} ${forget} END;
`
