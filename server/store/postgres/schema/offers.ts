/** Step 5 of the schema: what processes say to one another of what they offer to be sent again. */
export const offersSchema = `
  CREATE TABLE offer (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    value text NOT NULL
  );
`
