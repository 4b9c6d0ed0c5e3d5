import './sandbox.css'
import { sandbox, sandboxRemarks } from '../../../core/sandbox.ts'
import { Dialog } from '../../components/dialog.tsx'
import { setParams } from '../../models/route.ts'
import { scrollable } from '../detail/scrollable.ts'

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
                <span>{how}</span>
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
