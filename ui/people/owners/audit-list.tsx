import { useEffect, useState } from 'preact/hooks'
import { type AuditEntry, auditActions } from '../../../core/people/audit.ts'
import { status } from '../../app/listener.ts'
import { Problem } from '../../app/problem.tsx'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { exactTime, momentText, now } from '../../kit/time.ts'
import { owners } from '../client.ts'

interface Pages {
  readonly entries: readonly AuditEntry[]
  /** Where the older ones begin; null when there are none. */
  readonly next: number | null
}

/** Who changed what, and who came in, newest first. */
export function AuditList() {
  const [pages, setPages] = useState<Pages | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [pending, setPending] = useState(false)
  const load = async (before: number | null) => {
    setPending(true)
    try {
      const { entries, next } = await call(
        owners.audit.$get({ query: before === null ? {} : { before: String(before) } }),
      )
      setPages(shown => ({ entries: [...(before === null ? [] : (shown?.entries ?? [])), ...entries], next }))
      setProblem(null)
    } catch (error) {
      setProblem(error)
    } finally {
      setPending(false)
    }
  }
  useEffect(() => void load(null), [])
  if (pages === null)
    return problem === null ? <p class="muted after-a-moment">Loading…</p> : <Problem problem={problem} />
  const { entries, next } = pages
  return (
    <div class="stack">
      <table class="audit">
        <caption class="hidden-text">Audit list, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(entry => (
            <Row key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
      {problem === null ? null : <Problem problem={problem} />}
      {next === null ? null : (
        <div class="row">
          <Button pending={pending} onClick={() => load(next)}>
            Show older
          </Button>
        </div>
      )}
    </div>
  )
}

function Row({ entry: { at, action, who, subject, detail, address } }: { entry: AuditEntry }) {
  const hook = status.value?.hooks.find(({ id }) => id === subject)
  return (
    <tr>
      <td class="audit-when">
        <time dateTime={at} title={exactTime(at)}>
          {momentText(at, now.value)}
        </time>
      </td>
      <td class="audit-who">{who ?? (address === null ? 'command line' : 'somebody')}</td>
      <td>
        {auditActions[action]} {subject === null || subject === who ? null : <strong>{hook?.label ?? subject}</strong>}
        {detail === null ? null : <span class="muted"> ({detail})</span>}
      </td>
      <td class="audit-from muted">{address ?? ''}</td>
    </tr>
  )
}
