import { useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { countText } from './count.ts'

/** Characters of a text that are shown before one asks for the rest. */
const shownAtFirst = 20_000

/** Text in its own lines; only the beginning of a long one until the rest is asked for. */
export function LongText({ text, label }: { text: string; label: string }) {
  const [all, setAll] = useState(false)
  const cut = !all && text.length > shownAtFirst
  return (
    <>
      <section class="long-text boxed" aria-label={label}>
        <pre class="mono">{cut ? text.slice(0, shownAtFirst) : text}</pre>
      </section>
      {cut ? (
        <Button small onClick={() => setAll(true)}>
          Show all {countText(text.length)} characters
        </Button>
      ) : null}
    </>
  )
}
