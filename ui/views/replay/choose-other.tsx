import { useState } from 'preact/hooks'
import type { DeliverySummary } from '../../../core/delivery.ts'
import { printable } from '../../../core/text.ts'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { api, call } from '../../api.ts'
import { FamilyDot } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { choosingOther } from '../../models/delivery-actions.ts'
import { loadTries } from '../../models/detail.ts'
import { setParams } from '../../models/route.ts'
import { exactTime } from '../../models/time.ts'
import { Problem } from '../detail/problem.tsx'
import { useLoaded } from '../detail/use-loaded.ts'

/** Asks which delivery to compare with: another try of the event, the same type, or a number. */
export function ChooseOther({ view }: { view: DeliveryView }) {
  const close = () => {
    choosingOther.value = false
  }
  return (
    <Dialog open={choosingOther.value} title={`Compare #${view.id} with`} onClose={close}>
      <Choices view={view} onDone={close} />
    </Dialog>
  )
}

function Choices({ view, onDone }: { view: DeliveryView; onDone: () => void }) {
  const { value, problem } = useLoaded(() => candidates(view), [view.id])
  const [number, setNumber] = useState('')
  const choose = (id: number) => {
    onDone()
    setParams({ compare: String(id) }, false)
  }
  const id = /^#?(\d{1,15})$/.exec(number.trim())?.[1]
  return (
    <form
      class="stack"
      onSubmit={event => {
        event.preventDefault()
        if (id !== undefined) choose(Number(id))
      }}
    >
      <Field label="Number of the delivery" hint="Or choose one below.">
        {control => (
          <div class="row">
            <input
              {...control}
              class="input"
              inputMode="numeric"
              placeholder="#12"
              value={number}
              onInput={event => setNumber(event.currentTarget.value)}
            />
            <Button type="submit" variant="primary" disabled={id === undefined}>
              Compare
            </Button>
          </div>
        )}
      </Field>
      {problem ? <Problem problem={problem} /> : null}
      <ul class="choices">
        {(value ?? []).map(delivery => (
          <li key={delivery.id}>
            <button type="button" class="choice" onClick={() => choose(delivery.id)}>
              <FamilyDot family={delivery.family} />
              <span class="mono">#{delivery.id}</span>
              <span class="clip">{delivery.summary || printable(delivery.eventType ?? 'no event')}</span>
              <span class="muted">{exactTime(delivery.receivedAt)}</span>
            </button>
          </li>
        ))}
      </ul>
      {value?.length === 0 ? <p class="muted">No other delivery of this event or type is here.</p> : null}
    </form>
  )
}

/** Other deliveries of the event, then the newest of its type. */
async function candidates(view: DeliveryView): Promise<readonly DeliverySummary[]> {
  const tries = await loadTries(view.id)
  const type = view.eventType !== null && /^[\w.-]+$/.test(view.eventType) ? `type:${view.eventType}` : ''
  const page = await call(api.deliveries.$get({ query: { q: type, limit: '12' } }))
  const found = new Map([...tries.toReversed(), ...page.deliveries].map(delivery => [delivery.id, delivery]))
  found.delete(view.id)
  return [...found.values()].slice(0, 12)
}
