/** Step 7 of the schema: deliveries that an older hookscope described are described anew, behind everything else. */
export const renewalSchema = `
  -- Deliveries with smaller ids still have the summary and the links of before; without a row none has.
  CREATE TABLE renewal (below INTEGER NOT NULL) STRICT;
  INSERT INTO renewal SELECT id + 1 FROM delivery ORDER BY id DESC LIMIT 1;
`
