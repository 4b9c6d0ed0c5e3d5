/** What the deliveries of the log are: of little bodies it is told at once, those that are much are looked into elsewhere. */
import { type Described, describeLogged, isMuch, type LoggedDelivery } from '../../index/described.ts'
import type { LogRow } from './log-rows.ts'

export interface Ahead {
  /** Whether it can be told at once what one is. */
  isReady(row: LogRow): boolean
  /** What one is that is ready. */
  described(row: LogRow): Described
  /** Has one looked into that is not ready, unless another one is. @throws where its body does not read */
  look(row: LogRow): void
  /** Until what is looked into is ready; undefined when nothing is. */
  looked(): Promise<void> | undefined
}

/**
 * @param bodyOf of a delivery in the log
 * @param describeMuch describes one that is much to look into, elsewhere; never rejects
 */
export function openAhead(
  bodyOf: (id: number) => Uint8Array | undefined,
  describeMuch: (logged: LoggedDelivery) => Promise<Described>,
): Ahead {
  let known: { readonly id: number; readonly described: Described } | undefined
  let looking: Promise<void> | undefined

  async function lookInto(id: number, logged: LoggedDelivery): Promise<void> {
    known = { id, described: await describeMuch(logged) }
    looking = undefined
  }

  function isLittle({ body, ...head }: LogRow): boolean {
    try {
      return body !== null && !isMuch(head, body.length)
    } catch {
      // Its headers are no headers: telling what it is will say so.
      return true
    }
  }

  return {
    isReady: row => known?.id === row.id || isLittle(row),
    described(row) {
      if (known?.id === row.id) return known.described
      return describeLogged({ ...row, body: row.body ?? new Uint8Array() })
    },
    look({ id, hook, method, headers, verdict, body }) {
      if (looking !== undefined) return
      const whole = body ?? bodyOf(id) ?? new Uint8Array()
      looking = lookInto(id, { hook, method, headers, verdict, body: whole })
    },
    looked: () => looking,
  }
}
