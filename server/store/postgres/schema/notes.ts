/** Step 4 of the schema: what few deliveries have, by their ids: two notes that are asked for by themselves, and what apps said. */
export const notesSchema = `
  CREATE INDEX delivery_is_test ON delivery (id) WHERE strpos(notes, '"test"') > 0 AND removed_at IS NULL;
  CREATE INDEX delivery_is_unsubscribed ON delivery (id)
    WHERE strpos(notes, '"event-not-subscribed"') > 0 AND removed_at IS NULL;
  CREATE INDEX attempt_line_delivery ON attempt (delivery) WHERE line IS NOT NULL;
`
