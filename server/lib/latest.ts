/** A view of something that is read elsewhere: as of the last reading, which is asked for when it may be another. */

export interface Latest<Value> {
  readonly value: Value
  /** Reads it anew. Resolves once what it was at this call, or later, is known; rejects as reading does. */
  refresh(): Promise<void>
}

/** @param first what it is before it is read */
export function latestOf<Value>(read: () => Promise<Value>, first: Value): Latest<Value> {
  let value = first
  let reading: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function readOnce(): Promise<void> {
    value = await read()
  }

  function refresh(): Promise<void> {
    if (reading === null) {
      const own = readOnce().finally(() => {
        reading = null
      })
      reading = own
      return own
    }
    // What is being read may be older than this call: once more, for all who call meanwhile.
    next ??= reading
      .catch(() => {})
      .then(() => {
        next = null
        return refresh()
      })
    return next
  }

  return {
    get value() {
      return value
    },
    refresh,
  }
}
