/** Deliveries as a HAR 1.2. */
import { testKey } from '../../core/capture/capture.ts'
import { harEntry, harOwnField } from '../../core/capture/har.ts'
import type { Delivery } from '../../core/deliveries/delivery.ts'
import { typedValue } from '../../core/http/headers.ts'
import { bodyView } from '../bodies/body-view.ts'
import { version } from '../lib/version.ts'
import type { Store } from '../store/store.ts'
import { anonymized } from './anonymize.ts'
import type { FileWriter } from './file-writer.ts'
import { type Masked, maskedDelivery } from './masked.ts'

const isAscii = ([, value]: readonly [string, string]) => /^[\0-\x7f]*$/.test(value)

/** Everything in it may be shown: nothing has to be left out. */
const wholeOf = ({ headers, body, path }: Delivery): Masked => ({
  ...{ headers, headersLeftOut: 0, body, bodyMasked: false, target: path },
})

export function openHarWriter(store: Pick<Store, 'bodies'>, anonymize: boolean): FileWriter {
  const comment = anonymize
    ? `Anonymized. Signed with the test key ${testKey}.`
    : 'Credentials, signatures and full card numbers are left out.'
  const log = { version: '1.2', creator: { name: 'hookscope', version }, comment }

  async function entryOf(delivery: Delivery) {
    const told = anonymize ? await anonymized(delivery, store.bodies) : delivery
    const { headers, headersLeftOut, body, bodyMasked, target } = anonymize
      ? wholeOf(told)
      : await maskedDelivery(told, store.bodies)
    const { base64, text } = bodyView(body)
    return harEntry({
      ...{
        receivedAt: told.receivedAt,
        method: told.method,
        target: typedValue(target),
        httpVersion: told.httpVersion,
      },
      ...{ headers, text, status: told.status },
      own: {
        ...{ version: 1, body: base64, bodyMasked, bytes: told.bytes, readMs: told.readMs },
        ...{ remoteAddress: told.remoteAddress, verdict: told.verdictDetail },
        mocked: told.notes.includes('answer-rehearsed'),
        hook: told.hook,
        headersLeftOut,
        ...(headers.every(isAscii) ? {} : { headers }),
      },
    })
  }
  return {
    type: 'application/json',
    extension: 'har',
    head: `${JSON.stringify({ log: { ...log, ...(anonymize && { [harOwnField]: { testKey } }) } }).slice(0, -2)},"entries":[\n`,
    between: ',\n',
    text: async delivery => JSON.stringify(await entryOf(delivery)),
    foot: () => '\n]}}\n',
    oldestFirst: true,
  }
}
