/** A step of the schema: an answer that is sloppy HTTP is read, and what is wrong with it stands beside how the attempt ended. */
export const sloppySchema = `
  -- Sentences, a JSON array; null for a well-formed answer.
  ALTER TABLE attempt ADD COLUMN sloppy TEXT;
`
