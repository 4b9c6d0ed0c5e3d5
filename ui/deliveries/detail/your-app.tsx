import { Send } from 'lucide-preact'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { setParams } from '../../app/route.ts'
import { Button } from '../../kit/button.tsx'
import { now } from '../../kit/time.ts'
import { replaying, replayNow } from '../replay/replay.ts'
import { type AppLine, appLines } from './app-line.ts'
import { VerdictRow } from './verdict-row.tsx'

/** What the app did, with the way to the attempt and a replay at hand. */
export function YourApp({ view }: { view: DeliveryDetail }) {
  const lines = appLines(view, now.value)
  // With one target the button above does the same.
  const isOne = lines.filter(line => !line.isBeside).length === 1
  return lines.map(line => (
    <VerdictRow
      key={line.attempt?.id ?? line.aside}
      label={!line.isBeside ? 'Your app' : line.attempt?.laptop ? 'Laptop' : 'Replay'}
      tone={line.tone}
    >
      <span class="app-line">
        <span class="app-text">
          {line.text}
          {line.aside === null ? null : <span class="muted app-aside">{line.aside}</span>}
          {line.fix === null ? null : <span class="verdict-fix">{line.fix}</span>}
        </span>
        <Actions line={line} view={view} isOne={isOne} />
      </span>
    </VerdictRow>
  ))
}

function Actions({
  line: { attempt, isBeside },
  view,
  isOne,
}: {
  line: AppLine
  view: DeliveryDetail
  isOne: boolean
}) {
  return (
    <span class="app-actions">
      {attempt === null ? null : (
        <Button
          small
          title="Show request and response"
          onClick={() => setParams({ tab: 'attempts', attempt: String(attempt.id) })}
        >
          Show
        </Button>
      )}
      {isBeside ? null : (
        <Button
          small
          class={isOne ? 'app-replay' : ''}
          icon={<Send size={12} />}
          pending={replaying.value.has(view.id)}
          title={attempt === null ? 'Replay' : `Replay to ${attempt.target}`}
          onClick={() => replayNow(view.id, attempt?.target)}
        >
          Replay
        </Button>
      )}
    </span>
  )
}
