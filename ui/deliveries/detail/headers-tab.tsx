import { Eye, EyeOff, MonitorUp } from 'lucide-preact'
import { credentialHeaders } from '../../../core/http/credential-headers.ts'
import { shownHeaders } from '../../../core/http/headers.ts'
import { printable } from '../../../core/text/text.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { whyNot } from '../../app/people.ts'
import { Button } from '../../kit/button.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { HeaderTable } from '../../kit/header-table.tsx'
import { setSharing, sharing, shownHeader } from '../../kit/screen-sharing.ts'
import { revealed, toggleRevealed } from './open-delivery.ts'

/** The header lines as they came: order, case and duplicates. */
export function HeadersTab({ view }: { view: DeliveryDetail }) {
  const { credentials: credentialsShown } = revealed.value
  const has = (test: (name: string) => boolean) => view.headers.some(([name]) => test(name.toLowerCase()))
  const shown = shownHeaders(view.headers)
  return (
    <div class="stack tab-content">
      <div class="row tab-tools">
        <p class="muted mono clip">
          {view.method} {printable(view.path)} HTTP/{view.httpVersion} · from {view.remoteAddress}
        </p>
        {has(name => credentialHeaders.includes(name)) ? (
          <Reveal
            what="credentials"
            refused={whyNot('GET /api/deliveries/:id reveal')}
            shown={credentialsShown}
            onPress={() => toggleRevealed('credentials')}
          />
        ) : null}
        {has(name => name === 'x-signature') ? <ScreenSharing /> : null}
        <CopyButton
          small
          label="Copy shown"
          text={shown.map(([name, value]) => `${name}: ${shownHeader(name, value)}`).join('\n')}
        />
      </div>
      <HeaderTable headers={shown} caption="Headers as received" />
    </div>
  )
}

/** The switch for a shared screen, where signatures are shown. */
export function ScreenSharing() {
  return (
    <Button
      small
      aria-pressed={sharing.value}
      title="While the screen is shared: hides every signature (H)"
      aria-keyshortcuts="H"
      icon={<MonitorUp size={14} />}
      onClick={() => setSharing(!sharing.value)}
    >
      Screen sharing
    </Button>
  )
}

/** Shows or hides a secret. */
export function Reveal({
  what,
  shown,
  refused = null,
  onPress,
}: {
  what: string
  shown: boolean
  /** Why the person may not. */
  refused?: string | null
  onPress: () => void
}) {
  return (
    <Button
      small
      refused={refused}
      aria-pressed={shown}
      icon={shown ? <EyeOff size={14} /> : <Eye size={14} />}
      onClick={onPress}
    >
      {shown ? 'Hide' : 'Reveal'} {what}
    </Button>
  )
}
