import { useState } from 'preact/hooks'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { printable } from '../../../core/text/text.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { Problem } from '../../app/problem.tsx'
import { setParams } from '../../app/route.ts'
import { api, call } from '../../client/api.ts'
import { FamilyDot } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { exactTime } from '../../kit/time.ts'
import { useLoaded } from '../../kit/use-loaded.ts'
import { loadRetries } from '../detail/open-delivery.ts'
import { choosingOther } from './delivery-actions.ts'

/** Asks which delivery to compare with: a retry of the event, the same type, or a number. */
export function ChooseOther({ view }: { view: DeliveryDetail }) {
  const close = () => {
    choosingOther.value = false
  }
  return (
    <Dialog open={choosingOther.value} title={`Compare #${view.id} with`} onClose={close}>
      <Choices view={view} onDone={close} />
    </Dialog>
  )
}

function Choices({ view, onDone }: { view: DeliveryDetail; onDone: () => void }) {
  const { value, problem } = useLoaded(() => candidates(view), [view.id])
  const [number, setNumber] = useState('')
  const choose = (id: number) => {
    onDone()
    setParams({ compare: String(id) }, false)
  }
  const id = /^#?(\d{1,15})$/.exec(number.trim())?.[1]
  return (
    <Form onSubmit={() => id !== undefined && choose(Number(id))}>
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
            <button type="button" class="line bare choice" onClick={() => choose(delivery.id)}>
              <FamilyDot family={delivery.family} />
              <span class="mono">#{delivery.id}</span>
              <span class="clip">{delivery.summary || printable(delivery.eventType ?? 'no event')}</span>
              <span class="muted">{exactTime(delivery.receivedAt)}</span>
            </button>
          </li>
        ))}
      </ul>
      {value?.length === 0 ? <p class="muted">No other delivery has this event or type.</p> : null}
    </Form>
  )
}

/** Other deliveries of the event, then the newest of its type. */
async function candidates(view: DeliveryDetail): Promise<readonly DeliverySummary[]> {
  const retries = await loadRetries(view.id)
  const type = view.eventType !== null && /^[\w.-]+$/.test(view.eventType) ? `type:${view.eventType}` : ''
  const page = await call(api.deliveries.$get({ query: { q: type, limit: '12' } }))
  const found = new Map([...retries.toReversed(), ...page.deliveries].map(delivery => [delivery.id, delivery]))
  found.delete(view.id)
  return [...found.values()].slice(0, 12)
}
