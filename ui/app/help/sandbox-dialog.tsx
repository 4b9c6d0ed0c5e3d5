import './sandbox.css'
import { sandbox, sandboxRemarks } from '../../../core/events/sandbox.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { scrollable } from '../../kit/scrollable.ts'
import { setParams } from '../route.ts'

const cardNumber = /(\d{4}(?: \d{4}){3})/

/** A card number stays on one line. */
const cardWhole = (text: string, place: number) =>
  place % 2 === 0 ? (
    text
  ) : (
    <span key={text} class="sandbox-card">
      {text}
    </span>
  )

/** Which card, account, amount and hour brings which event in the gateway's sandbox. */
export function SandboxDialog() {
  return (
    <Dialog open title="Sandbox: what brings which event" wide onClose={() => setParams({ help: null })}>
      <div class="sandbox" {...scrollable}>
        <p class="muted">{sandboxRemarks.join(' ')}</p>
        <dl>
          {sandbox.map(({ see, how, hour, events }) => (
            <div key={see}>
              <dt>{see}</dt>
              <dd>
                <span>{how.split(cardNumber).map(cardWhole)}</span>
                <span class="muted">
                  {hour}
                  {events.map(event => (
                    <code key={event}>{event}</code>
                  ))}
                </span>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  )
}
