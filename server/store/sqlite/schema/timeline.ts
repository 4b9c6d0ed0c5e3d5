/** Step 5 of the schema: how many deliveries came in each minute, so that the strip over everything kept counts no rows. */

/** What one row adds to its minute, times `sign`; a minute without deliveries has no row. */
const tally = (row: 'NEW' | 'OLD', sign: 1 | -1) => `
  INSERT INTO delivery_minute (minute, verdict, n)
  SELECT ${row}.received_at / 60000, ${row}.verdict, ${sign} WHERE ${row}.removed_at IS NULL
  ON CONFLICT (minute, verdict) DO UPDATE SET n = n + excluded.n;`

const forget = 'DELETE FROM delivery_minute WHERE minute = OLD.received_at / 60000 AND n = 0;'

export const timelineSchema = `
  -- Minutes since 1970, and the deliveries of each that are not removed, kept true by the triggers below.
  CREATE TABLE delivery_minute (
    minute INTEGER NOT NULL, verdict TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (minute, verdict)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO delivery_minute
  SELECT received_at / 60000, verdict, count(*) FROM delivery WHERE removed_at IS NULL GROUP BY 1, 2;

  CREATE TRIGGER minute_added AFTER INSERT ON delivery BEGIN ${tally('NEW', 1)} END;
  CREATE TRIGGER minute_dropped AFTER DELETE ON delivery WHEN OLD.removed_at IS NULL
  BEGIN ${tally('OLD', -1)} ${forget} END;
  CREATE TRIGGER minute_changed AFTER UPDATE OF removed_at, verdict ON delivery
  WHEN OLD.removed_at IS NOT NEW.removed_at OR OLD.verdict <> NEW.verdict
  BEGIN ${tally('OLD', -1)} ${tally('NEW', 1)} ${forget} END;
`
