/** Step 6 of the schema: what an app said stands beside how the attempt ended, so that a list of rows reads no bodies. */
export const answersSchema = `
  -- One line of a non-2xx answer, the Location of a 3xx, and why there is no answer (JSON). attempt_content.error is of before.
  ALTER TABLE attempt ADD COLUMN line TEXT;
  ALTER TABLE attempt ADD COLUMN location TEXT;
  ALTER TABLE attempt ADD COLUMN error TEXT;
  UPDATE attempt SET error = (SELECT c.error FROM attempt_content c WHERE c.id = attempt.id)
  WHERE outcome NOT IN ('answered', 'pending');
`
