import './tables.css'
import { Eye, EyeOff } from 'lucide-preact'
import { type HeaderList, shownHeaders, shownValue } from '../../../core/headers.ts'
import { printable } from '../../../core/text.ts'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { revealed, toggleRevealed } from '../../models/detail.ts'

const credentials = new Set(['authorization', 'proxy-authorization', 'cookie'])

/** A signature with all but its beginning hidden. */
export const maskSignature = (value: string) => (value.length > 12 ? `${value.slice(0, 6)}••••` : '••••')

/** The header lines as they came: order, case and duplicates. */
export function HeadersTab({ view }: { view: DeliveryView }) {
  const { credentials: credentialsShown, signature } = revealed.value
  const has = (test: (name: string) => boolean) => view.headers.some(([name]) => test(name.toLowerCase()))
  const shown: HeaderList = shownHeaders(view.headers).map(([name, value]) => [
    name,
    name.toLowerCase() === 'x-signature' && !signature ? maskSignature(value) : value,
  ])
  return (
    <div class="tab-content">
      <div class="tab-tools">
        <p class="muted mono clip">
          {view.method} {printable(view.path)} HTTP/{view.httpVersion} · from {view.remoteAddress}
        </p>
        {has(name => credentials.has(name)) ? (
          <Reveal what="credentials" shown={credentialsShown} onPress={() => toggleRevealed('credentials')} />
        ) : null}
        {has(name => name === 'x-signature') ? (
          <Reveal what="signature" shown={signature} onPress={() => toggleRevealed('signature')} />
        ) : null}
        <CopyButton small label="Copy shown" text={shown.map(([name, value]) => `${name}: ${value}`).join('\n')} />
      </div>
      <HeaderTable headers={shown} caption="Headers as they came" />
    </div>
  )
}

/** Shows or hides a secret. */
export function Reveal({ what, shown, onPress }: { what: string; shown: boolean; onPress: () => void }) {
  return (
    <Button
      small
      aria-pressed={shown}
      icon={shown ? <EyeOff size={14} aria-hidden="true" /> : <Eye size={14} aria-hidden="true" />}
      onClick={onPress}
    >
      {shown ? 'Hide' : 'Reveal'} {what}
    </Button>
  )
}

/** Header lines in order; names that come more than once are marked. */
export function HeaderTable({ headers, caption }: { headers: HeaderList; caption: string }) {
  if (headers.length === 0) return <p class="muted">No headers.</p>
  const counts = new Map<string, number>()
  for (const [name] of headers) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1)
  const rows = headers.map(([name, value], place) => ({ id: `${place}`, name, value: shownValue(value) }))
  return (
    <table class="pairs">
      <caption class="hidden-text">{caption}</caption>
      <thead class="hidden-text">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, value }) => {
          const times = counts.get(name.toLowerCase()) ?? 1
          return (
            <tr key={id}>
              <th scope="row">
                {printable(name)}
                {times > 1 ? <Badge title="This name comes more than once">{times} times</Badge> : null}
              </th>
              <td>{value === '' ? <span class="muted">(empty)</span> : printable(value)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
