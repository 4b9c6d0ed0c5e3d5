/** A step of the schema: deliveries that are from another hookscope, and attempts that laptops report. */
export const laptopsSchema = `
  -- Where it came first, see originText; null: here.
  ALTER TABLE arrival ADD COLUMN origin TEXT;
  CREATE INDEX arrival_origin ON arrival (origin) WHERE origin IS NOT NULL;
  -- Read with each row of the list: without it, past the body of each.
  CREATE INDEX arrival_with_origin ON arrival (id, origin) WHERE origin IS NOT NULL;
  -- Whose laptop sent it, JSON; null: this hookscope did.
  ALTER TABLE attempt ADD COLUMN laptop TEXT;
  -- What it was reported as; each once.
  ALTER TABLE attempt ADD COLUMN report TEXT;
  CREATE UNIQUE INDEX attempt_report ON attempt (report) WHERE report IS NOT NULL;
`
