/** A step of the schema: what is added to the list is counted by who adds it, many deliveries at once, and not row by row. */
export const countedBatchesSchema = `
  DROP TRIGGER delivery_added;
  DROP TRIGGER minute_added;
`
