/** Step 16 of the schema: failures at targets that are none any more. */
export const formerSchema = `
  -- Its target was none any more when one that is a target took the delivery: it counts no longer.
  ALTER TABLE attempt ADD COLUMN former INTEGER NOT NULL DEFAULT 0;
`
