/** Deliveries as one HTML file to read and to print; every text is escaped by the template. */
import { isImportedHook, originOf, testKey } from '../../core/capture/capture.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { type Delivery, notes, rejections } from '../../core/deliveries/delivery.ts'
import { maskCardData } from '../../core/events/card.ts'
import { withoutQuery } from '../../core/http/credential-headers.ts'
import { type HeaderList, shownValue } from '../../core/http/headers.ts'
import { outcomeWords, throughProxy } from '../../core/http/outcome.ts'
import { verdictLabels } from '../../core/search/shown-words.ts'
import { parseJson, prettyJson } from '../../core/text/json-tree.ts'
import { isTooDeep } from '../../core/text/nesting.ts'
import { counted, printable, printableLines } from '../../core/text/text.ts'
import { fewBytes } from '../bodies/decode.ts'
import { type BodyReader, runBodyJob } from '../bodies/reader.ts'
import { pageStart, shownTime } from '../lib/html-page.ts'
import { markup } from '../lib/markup.ts'
import { version } from '../lib/version.ts'
import { anonymized } from './anonymize.ts'
import type { CaptureWriterOptions } from './capture-writer.ts'
import type { FileWriter } from './file-writer.ts'
import { captureStyle } from './html-style.ts'
import { maskedDelivery } from './masked.ts'

const when = (instant: string) => shownTime(instant, 'second')

const headerLines = (headers: HeaderList) =>
  headers.map(([name, value]) => printable(`${name}: ${shownValue(value)}`)).join('\n')

/** Indented where it is JSON that is quickly read; numbers keep their digits. */
function shownText(text: string): string {
  if (text.length > fewBytes || isTooDeep(text)) return printableLines(text)
  const tree = parseJson(text)
  return printableLines(tree.ok ? prettyJson(tree) : text)
}

async function bodyText(delivery: Delivery, bodies: BodyReader): Promise<string> {
  if (delivery.body.length === 0) return '(no body)'
  const masked = await runBodyJob(bodies, 'mask', delivery)
  if (masked === null) return '(not shown: too much to look for card data in)'
  return 'text' in masked ? shownText(masked.text) : `(${counted(delivery.body.length, 'byte')} that are no text)`
}

const ended = (attempt: AttemptSummary) =>
  markup`<li><code>${printable(withoutQuery(attempt.target))}</code>: ${attempt.status ?? outcomeWords[attempt.outcome]}${attempt.proxy === undefined ? '' : ` ${printable(throughProxy(attempt.proxy))}`}${attempt.line === null ? '' : ` · ${printable(maskCardData(attempt.line))}`} <span class="soft">${when(attempt.startedAt)}</span></li>`

export function openHtmlWriter({ store, anonymize, labelOf, diagnose }: CaptureWriterOptions): FileWriter {
  const title = 'Webhook deliveries'
  const masking = anonymize
    ? `Anonymized: people, card data and credentials are replaced; signed with the test key ${testKey}.`
    : 'Credentials, signatures and full card numbers are left out.'

  const hookText = ({ hook }: Delivery) =>
    isImportedHook(hook)
      ? `imported${originOf(hook) === null ? '' : `, received at ${originOf(hook)}`}`
      : (labelOf(hook) ?? hook)

  async function article(whole: Delivery): Promise<string> {
    const delivery = anonymize ? await anonymized(whole, store.bodies) : whole
    const attempts = anonymize ? [] : await store.attempts.summariesOf(delivery.id)
    const { headers, target } = anonymize
      ? { headers: delivery.headers, target: delivery.path }
      : await maskedDelivery(delivery, store.bodies)
    const reasons = delivery.reasons.map(reason => `${rejections[reason].title}. ${rejections[reason].advice}`)
    const diagnosis = anonymize ? null : await diagnose(delivery)
    const flags = delivery.notes.map(note => notes[note].title)
    const rows: [string, unknown][] = [
      ['Received', when(delivery.receivedAt)],
      ['Hook', anonymize ? delivery.hook : printable(hookText(delivery))],
      ['Event', markup`<code>${printable(delivery.eventType ?? 'none')}</code>`],
      ...(delivery.eventTriggered === null
        ? []
        : [['Triggered', printable(delivery.eventTriggered)] as [string, unknown]]),
      ...(reasons.length === 0 ? [] : [['Rejected', reasons.join(' ')] as [string, unknown]]),
      ...(diagnosis === null ? [] : [['Why', printable(diagnosis.sentence)] as [string, unknown]]),
      ...(flags.length === 0 ? [] : [['Flags', flags.join(' · ')] as [string, unknown]]),
      ['Answered', delivery.status === null ? 'not known' : `${delivery.status}`],
    ]
    const request = `${delivery.method} ${target} HTTP/${delivery.httpVersion}`
    return String(markup`<article aria-labelledby="d${delivery.id}">
<div class="title"><div><h2 id="d${delivery.id}">#${delivery.id} ${printable(maskCardData(delivery.summary) || (delivery.eventType ?? 'Not an event'))}</h2></div><span class="chip ${delivery.verdictDetail.kind}">${verdictLabels[delivery.verdictDetail.kind]}</span></div>
<dl class="facts">${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${attempts.length === 0 ? '' : markup`<h3>Your app</h3><ul>${attempts.map(ended)}</ul>`}
<h3>Request</h3>
<pre>${printable(request)}
${headerLines(headers)}</pre>
<h3>Body, ${counted(delivery.bytes, 'byte')}</h3>
<pre>${await bodyText(delivery, store.bodies)}</pre>
</article>
`)
  }
  return {
    type: 'text/html; charset=utf-8',
    extension: 'html',
    head: String(markup`${pageStart(title, captureStyle, version)}<header><h1>${title}</h1><p class="soft">${masking}</p></header>
<main>
`),
    between: '',
    text: article,
    foot: count =>
      String(markup`</main>
<footer><p>${counted(count, 'delivery', 'deliveries')}. Made by hookscope ${version}, ${when(new Date().toISOString())}.</p></footer>
</body>
</html>
`),
    oldestFirst: true,
  }
}
