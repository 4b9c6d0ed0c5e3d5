import { Send } from 'lucide-preact'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { Button } from '../../components/button.tsx'
import { replaying, replayNow } from '../../models/replay.ts'
import { setParams } from '../../models/route.ts'
import { now } from '../../models/time.ts'
import { type AppLine, appLines } from '../../models/your-app.ts'
import { VerdictRow } from './verdict-row.tsx'

/** What the app did, with the way to the attempt and a replay at hand. */
export function YourApp({ view }: { view: DeliveryView }) {
  return appLines(view, now.value).map(line => (
    <VerdictRow key={line.attempt?.id ?? line.aside} label="Your app" tone={line.tone}>
      <span class="app-line">
        <span class="app-text">
          {line.text}
          {line.aside === null ? null : <span class="muted app-aside">{line.aside}</span>}
          {line.fix === null ? null : <span class="verdict-fix">{line.fix}</span>}
        </span>
        <Actions line={line} view={view} />
      </span>
    </VerdictRow>
  ))
}

function Actions({ line: { attempt }, view }: { line: AppLine; view: DeliveryView }) {
  return (
    <span class="app-actions">
      {attempt === null ? null : (
        <Button
          small
          title="Show what was sent and what came back"
          onClick={() => setParams({ tab: 'attempts', attempt: String(attempt.id) })}
        >
          Show
        </Button>
      )}
      <Button
        small
        icon={<Send size={12} aria-hidden="true" />}
        pending={replaying.value.has(view.id)}
        title={attempt === null ? 'Replay' : `Replay to ${attempt.target}`}
        onClick={() => replayNow(view.id, attempt?.target)}
      >
        Replay
      </Button>
    </span>
  )
}
