/** Deliveries of a file into the log: each once, under a hook that nobody has. */
import { type ImportedDelivery, importedHook } from '../../core/capture/capture.ts'
import type { Delivery, NewDelivery } from '../../core/deliveries/delivery.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import type { Query } from '../../core/search/query.ts'
import type { Store } from '../store/store.ts'

export interface Imported {
  /** The ids of those that were added, in the order of the file. */
  readonly added: readonly number[]
  /** How many were there already. */
  readonly present: number
  /** How many of those that were added are older than what is kept by age: they will be dropped unless they are pinned. */
  readonly tooOld: number
}

export interface Imports {
  /** One call at a time: two files with the same delivery add it once. */
  add(deliveries: readonly ImportedDelivery[]): Promise<Imported>
}

const dayMs = 86_400_000
/** So many deliveries of the same millisecond are compared with one that is imported. */
const mostOfMoment = 500

/** Nobody typed it. */
const nowhere = { start: 0, end: 0 }

const headersText = (headers: HeaderList) => JSON.stringify(headers)

function arrivalOf(one: ImportedDelivery, body: Buffer): NewDelivery {
  const { readMs, method, target, httpVersion, headers, bytes, remoteAddress, verdict, status, mocked } = one
  return {
    ...{ hook: importedHook(one.hook), receivedAt: Date.parse(one.receivedAt), readMs, method, path: target },
    ...{ httpVersion, headers, body, bytes, remoteAddress, verdict, status, rehearsed: mocked },
  }
}

/** Whether a stored delivery is the one of the file: when it came, what was asked for, and the bytes. */
function isSame(stored: Delivery, one: ImportedDelivery, body: Buffer): boolean {
  return (
    stored.method === one.method &&
    stored.bytes === one.bytes &&
    body.equals(stored.body) &&
    // What a browser wrote, or was masked, has other headers than came, and may have another target.
    (!one.headersExact || (stored.path === one.target && headersText(stored.headers) === headersText(one.headers)))
  )
}

/** @param retention what is kept by age; null: everything */
export function openImports(
  { deliveries: kept }: Pick<Store, 'deliveries'>,
  retention: { readonly days: number | null },
): Imports {
  let turn: Promise<unknown> = Promise.resolve()

  async function storedAt(receivedAt: string): Promise<Delivery[]> {
    const from = Date.parse(receivedAt)
    const query: Query = {
      terms: [{ negated: false, anyOf: [{ field: 'received', from, to: from + 1 }], span: nowhere }],
    }
    const page = await kept.list({ query, before: null, limit: mostOfMoment, grouped: false, whole: true })
    return page.deliveries.length === 0 ? [] : kept.getMany(page.deliveries.map(({ id }) => id))
  }

  async function add(batch: readonly ImportedDelivery[]): Promise<Imported> {
    // What was added before, or came just now, is found only once it is indexed.
    await kept.settled()
    /** By time: those that no delivery of the batch was found to be. Several may be alike: each stands for one. */
    const unmatched = new Map<string, Delivery[]>()
    const oldest = retention.days === null ? null : Date.now() - retention.days * dayMs
    const adding: Promise<number>[] = []
    let [present, tooOld] = [0, 0]
    for (const one of batch) {
      const stored = unmatched.get(one.receivedAt) ?? (await storedAt(one.receivedAt))
      unmatched.set(one.receivedAt, stored)
      const body = Buffer.from(one.body, 'base64')
      const at = stored.findIndex(delivery => isSame(delivery, one, body))
      if (at >= 0) {
        stored.splice(at, 1)
        present += 1
        continue
      }
      adding.push(kept.append(arrivalOf(one, body)))
      if (oldest !== null && Date.parse(one.receivedAt) < oldest) tooOld += 1
    }
    const added = await Promise.all(adding)
    return { added, present, tooOld }
  }

  return {
    add(batch) {
      const mine = turn.then(() => add(batch))
      turn = mine.catch(() => {})
      return mine
    },
  }
}
