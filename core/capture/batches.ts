/** A file into calls of the API, and what came of all of them. */
import type { ImportedDelivery } from './capture.ts'
import { mostImported } from './capture.ts'
import { type CaptureFormat, readCapture } from './read-capture.ts'

/** How many were left out for a reason, and the place of the first. `isFine`: they are nothing for hookscope. */
export interface LeftOutCount {
  readonly count: number
  readonly first: string
  readonly isFine: boolean
}

/** What of a file was imported so far. */
export interface ImportSums {
  readonly format: CaptureFormat
  /** The key with which an anonymized capture is signed; null for others. */
  readonly testKey: string | null
  readonly added: number
  readonly present: number
  readonly tooOld: number
  /** How many were left out, by why. */
  readonly leftOut: ReadonlyMap<string, LeftOutCount>
  /** Why it is not all of the file, as a sentence; null when it is. */
  readonly cut: string | null
  /** The id of the first that was added; null when none was. */
  readonly firstId: number | null
  /** The file has been read to its end. */
  readonly isDone: boolean
}

/** What a call answers. */
export interface BatchAnswer {
  readonly added: readonly number[]
  readonly present: number
  readonly tooOld: number
}

/** Characters of base64 in a call: with the rest of it, fewer than the API takes. */
const mostCharacters = 15 * 1024 * 1024 - 300_000
/** A call with less is answered soon. */
const enough = 1024 * 1024

/** Reasons that are counted apart; what is beyond them is one more. */
const mostReasons = 20

/**
 * Reads a file, has it imported in parts, and says after each part how far it is. Deliveries of the same moment go
 * together: which of them are there already is decided by how many there are.
 * @param chunks the bytes of the file
 * @param send a call of the API
 * @throws NoCapture for a file that cannot be imported at all
 */
export async function* importFile(
  chunks: AsyncIterable<Uint8Array>,
  send: (deliveries: readonly ImportedDelivery[]) => Promise<BatchAnswer>,
): AsyncGenerator<ImportSums> {
  const leftOut = new Map<string, LeftOutCount>()
  let sums: ImportSums = {
    ...{ format: 'hookscope', testKey: null, added: 0, present: 0, tooOld: 0, leftOut, cut: null, firstId: null },
    isDone: false,
  }
  let batch: ImportedDelivery[] = []
  let characters = 0

  async function flush(): Promise<void> {
    if (batch.length === 0) return
    const sent = batch
    batch = []
    characters = 0
    const { added, present, tooOld } = await send(sent)
    sums = {
      ...sums,
      added: sums.added + added.length,
      present: sums.present + present,
      tooOld: sums.tooOld + tooOld,
      firstId: sums.firstId ?? added[0] ?? null,
    }
  }
  function leave(where: string, why: string, isFine: boolean): void {
    const reason = leftOut.has(why) || leftOut.size < mostReasons ? why : 'other reasons'
    const before = leftOut.get(reason)
    leftOut.set(reason, { count: (before?.count ?? 0) + 1, first: before?.first ?? where, isFine })
  }

  for await (const news of readCapture(chunks)) {
    if (news.kind === 'format') sums = { ...sums, format: news.format, testKey: news.testKey }
    else if (news.kind === 'left-out') leave(news.where, news.why, news.isFine)
    else if (news.kind === 'cut') sums = { ...sums, cut: news.why }
    else {
      const { delivery } = news
      const size = delivery.body.length + JSON.stringify(delivery.headers).length
      const isFull = batch.length >= mostImported / 2 || characters >= enough
      const isOther = batch.at(-1)?.receivedAt !== delivery.receivedAt
      const isTooMuch = batch.length === mostImported || characters + size > mostCharacters
      if ((isFull && isOther) || isTooMuch) {
        await flush()
        yield sums
      }
      batch.push(delivery)
      characters += size
    }
  }
  await flush()
  yield { ...sums, isDone: true }
}
