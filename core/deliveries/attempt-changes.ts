/** What an attempt sent differently from what came: its answer is then no answer to the delivery. */
import { signatureHeader } from '../hooks/origin.ts'
import { endToEnd, type HeaderList, headerValues } from '../http/headers.ts'
import { leftOut, writtenAnew } from '../http/marks.ts'

/** `signature`: X-Signature is another one, made for the body that was sent or typed. Contract with scripts. */
export type AttemptChange = 'method' | 'headers' | 'body' | 'signature'

interface Message {
  readonly method: string
  readonly headers: HeaderList
}

/** What `outgoing` writes anew for each send, or leaves out. */
const perSend: ReadonlySet<string> = new Set([...leftOut, ...writtenAnew])

/**
 * What an attempt sent differently from what came. A step of the schema calls it for attempts of earlier versions, and its answer
 * decides what their deliveries show: who changes it adds a step.
 * @param isSameBody whether the bytes of the body are those that came
 * @returns empty where the app was sent the delivery itself, but for what every send writes for itself
 */
export function changesIn(came: Message, sent: Message, isSameBody: boolean): AttemptChange[] {
  // Text that is typed in place of a compressed body goes out as it is.
  const isMeant = (name: string) =>
    !perSend.has(name) && name !== signatureHeader.toLowerCase() && (isSameBody || name !== 'content-encoding')
  const lines = ({ headers }: Message) =>
    JSON.stringify(endToEnd(headers).filter(([name]) => isMeant(name.toLowerCase())))
  const signature = ({ headers }: Message) => headerValues(headers, signatureHeader).join()
  const changes: readonly (readonly [AttemptChange, boolean])[] = [
    ['method', came.method.toUpperCase() !== sent.method.toUpperCase()],
    ['headers', lines(came) !== lines(sent)],
    ['body', !isSameBody],
    ['signature', signature(came) !== signature(sent)],
  ]
  return changes.flatMap(([change, isMade]) => (isMade ? [change] : []))
}
