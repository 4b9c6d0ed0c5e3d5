/** A step of the schema: simulated tries tell of sloppy HTTP as attempts do. */
export const sloppyTriesSchema = `
  -- Sentences, a JSON array; null for a well-formed answer.
  ALTER TABLE simulated_try ADD COLUMN sloppy TEXT;
`
