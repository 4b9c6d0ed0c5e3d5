import type { DeliveryView } from '../../../server/inspector/types.ts'
import { hrefOf } from '../../models/route.ts'
import { verdictLines } from '../../models/verdict-lines.ts'
import { VerdictRow } from './verdict-row.tsx'
import { YourApp } from './your-app.tsx'

/** What the app did, then one line for each thing that was checked; what is wrong comes with its fix. */
export function VerdictPanel({ view }: { view: DeliveryView }) {
  return (
    <section class="verdict-panel" aria-label="Verdict">
      <ul>
        <YourApp view={view} />
        {verdictLines(view).map(({ label, tone, text, about, fix }) => (
          <VerdictRow key={`${label}${text}`} label={label} tone={tone}>
            {text}
            {about === null ? null : (
              <>
                {' '}
                <a href={hrefOf({ delivery: about })}>First: #{about}</a>
              </>
            )}
            {fix ? <span class="verdict-fix">{fix}</span> : null}
          </VerdictRow>
        ))}
      </ul>
    </section>
  )
}
