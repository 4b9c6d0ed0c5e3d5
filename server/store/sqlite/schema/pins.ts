/** A step of the schema: what is pinned is found at once, to be left out of what the limits count. */
export const pinsSchema = `
  CREATE INDEX delivery_pinned ON delivery (kept) WHERE pinned = 1 AND removed_at IS NULL;
`
