/** Steps of the schema: deliveries in a state that few are in are listed by id, so that who asks for them looks at no others. */

/** What stands in `WHERE`, by the index; an index serves only a question in the very same words. */
export const stateIndexes = {
  delivery_is_rejected: `verdict = 'rejected'`,
  delivery_is_failed: 'failed = 1',
  delivery_is_unknown: 'unknown = 1',
  delivery_is_pinned: 'pinned = 1',
  delivery_is_repeated: 'repeat = 1',
  delivery_is_unrouted: `hook = 'unrouted'`,
  delivery_is_noted: `notes <> '[]'`,
} as const

/** One step each: in a large database each takes a while, and who ends hookscope meanwhile keeps those that are made. */
export const statesSchema: readonly string[] = [
  ...Object.entries(stateIndexes).map(
    ([name, state]) => `CREATE INDEX ${name} ON delivery (id) WHERE ${state} AND removed_at IS NULL;`,
  ),
  'CREATE INDEX delivery_amount ON delivery (amount) WHERE amount IS NOT NULL;',
]
