/** Step 2 of the schema: attempts that laptops report, see the same of SQLite. */
export const laptopsSchema = `
  ALTER TABLE attempt ADD COLUMN laptop text;
  ALTER TABLE attempt ADD COLUMN report text COLLATE "C";
  CREATE UNIQUE INDEX attempt_report ON attempt (report) WHERE report IS NOT NULL;
`
