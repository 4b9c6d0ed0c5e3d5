import { consoleButtons } from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { Problem } from '../app/problem.tsx'
import { Button } from '../kit/button.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { exactTime, now, relativeTime } from '../kit/time.ts'
import { useLoaded } from '../kit/use-loaded.ts'
import { historyWords } from './hook-words.ts'
import { closeHookWindow, loadHistory } from './hooks.ts'

/** What became of a hook, newest first. */
export function HistoryWindow({ hook }: { hook: HookView }) {
  const { value, problem } = useLoaded(() => loadHistory(hook.id), [hook.id])
  return (
    <Dialog
      open
      title={`History of “${hook.label}”`}
      onClose={closeHookWindow}
      footer={<Button onClick={closeHookWindow}>{consoleButtons.close}</Button>}
    >
      {problem ? <Problem problem={problem} /> : null}
      {value === null && !problem ? <p class="muted after-a-moment">Loading…</p> : null}
      {value?.length === 0 ? <p class="muted">Nothing has been changed since it was added.</p> : null}
      <ol class="history">
        {value?.toReversed().map(entry => {
          const { what, more } = historyWords(entry)
          return (
            <li key={`${entry.at}${what}`}>
              <time class="muted" dateTime={entry.at} title={exactTime(entry.at)}>
                {relativeTime(entry.at, now.value)}
              </time>
              <span>
                {what}
                {more ? <span class="history-more muted">{more}</span> : null}
              </span>
            </li>
          )
        })}
      </ol>
    </Dialog>
  )
}
