/** Step 4 of the schema: two notes that are asked for by themselves, and that few deliveries have. */
export const notesSchema = `
  CREATE INDEX delivery_is_test ON delivery (id) WHERE strpos(notes, '"test"') > 0 AND removed_at IS NULL;
  CREATE INDEX delivery_is_unsubscribed ON delivery (id)
    WHERE strpos(notes, '"event-not-subscribed"') > 0 AND removed_at IS NULL;
`
