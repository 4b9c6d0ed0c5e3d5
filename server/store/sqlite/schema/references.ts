/** Step 17 of the schema: what a merchant knows a sale by stands in its row. */
export const referencesSchema = `
  ALTER TABLE delivery ADD COLUMN invoice TEXT;
  ALTER TABLE delivery ADD COLUMN orderid TEXT;
  -- The renewal fills them for what was kept before.
  DELETE FROM renewal;
  INSERT INTO renewal SELECT id + 1 FROM delivery ORDER BY id DESC LIMIT 1;
`
