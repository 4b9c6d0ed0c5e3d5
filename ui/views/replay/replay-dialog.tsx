import { Send } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { HeaderList } from '../../../core/headers.ts'
import { reasonOf } from '../../../core/outcome.ts'
import type { ReplayPreview, ReplayRequest } from '../../../core/replay.ts'
import { clientsOwn } from '../../../core/snippets.ts'
import type { AttemptView, DeliveryView } from '../../../server/inspector/types.ts'
import { api, call } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { attemptTone, outcomeText } from '../../models/attempt-words.ts'
import type { ShownDelivery } from '../../models/detail.ts'
import { parseJson, prettyJson } from '../../models/json-tree.ts'
import { attemptSentence, editing, previewReplay, replay, targetProblem, usualTarget } from '../../models/replay.ts'
import { byteSize } from '../../models/time.ts'
import { BodyText } from '../detail/attempt-card.tsx'
import { Problem } from '../detail/problem.tsx'
import { scrollable } from '../detail/scrollable.ts'
import { useLoaded } from '../detail/use-loaded.ts'
import { CodeEditor } from './code-editor.tsx'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from './header-rows.tsx'
import { SignatureChoice } from './signature-choice.tsx'
import { TargetField } from './target-field.tsx'
import './replay.css'

/** “Replay with changes”: body, headers, target, method; re-signed or not; what came back. */
export function ReplayDialog({ delivery }: { delivery: ShownDelivery }) {
  const { view } = delivery
  const open = editing.value === view.id
  const close = () => {
    editing.value = null
  }
  return (
    <Dialog open={open} title={`Replay #${view.id} with changes`} onClose={close} wide>
      <WithSecrets view={view} />
    </Dialog>
  )
}

/** The headers go out as they came, so the form needs the ones that are masked elsewhere. */
function WithSecrets({ view }: { view: DeliveryView }) {
  const { value, problem } = useLoaded(
    () => call(api.deliveries[':id'].$get({ param: { id: String(view.id) }, query: { reveal: '1' } })),
    [view.id],
  )
  if (problem) return <Problem problem={problem} />
  return value ? <ReplayForm view={value} /> : <p class="after-a-moment">Loading…</p>
}

interface Draft {
  readonly target: string
  readonly method: string
  readonly headers: readonly HeaderRow[]
  readonly text: string
  readonly resign: boolean
}

function draftOf(view: DeliveryView): Draft {
  const text = (view.decoded ?? view.body).text ?? ''
  return {
    target: usualTarget() ?? '',
    method: view.method,
    headers: rowsOf(editableHeaders(view)),
    text,
    resign: false,
  }
}

/** Without those that are set when it is sent. */
const editableHeaders = (view: DeliveryView): HeaderList =>
  view.headers.filter(([name]) => !clientsOwn.has(name.toLowerCase()))

const sameHeaders = (left: HeaderList, right: HeaderList) => JSON.stringify(left) === JSON.stringify(right)

/** Only what was changed is asked for: everything else goes out byte for byte as it came. */
function requestOf(draft: Draft, view: DeliveryView): ReplayRequest {
  const came = draftOf(view)
  const headers = headersOf(draft.headers)
  return {
    target: draft.target.trim(),
    resign: draft.resign,
    changes: {
      ...(draft.method === came.method ? {} : { method: draft.method }),
      ...(sameHeaders(headers, editableHeaders(view)) ? {} : { headers }),
      ...(draft.text === came.text ? {} : { body: { text: draft.text } }),
    },
  }
}

function ReplayForm({ view }: { view: DeliveryView }) {
  const [draft, setDraft] = useState(() => draftOf(view))
  const [asked, setAsked] = useState(false)
  const [sending, setSending] = useState(false)
  const [result, setResult] = useState<{ attempt: AttemptView } | { problem: unknown } | null>(null)
  const change = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }))
  const wrongTarget = targetProblem(draft.target)
  const request = requestOf(draft, view)
  const preview = usePreview(view.id, request, wrongTarget === null)
  const bodyChanged = request.changes?.body !== undefined
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('input[inputmode="url"]')?.focus(), [])
  const indented = indent(draft.text)
  const editable = (view.decoded ?? view.body).text !== null

  const [edition, setEdition] = useState(0)
  /** Gives the editor another text to start from. */
  const replaceText = (text: string) => {
    change({ text })
    setEdition(edition + 1)
  }

  const send = async () => {
    setAsked(true)
    if (wrongTarget !== null || sending) return
    setSending(true)
    setResult(null)
    try {
      setResult({ attempt: await replay(view.id, request) })
    } catch (problem) {
      setResult({ problem })
    } finally {
      setSending(false)
    }
  }

  return (
    <form
      ref={form}
      class="replay-form"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
      onKeyDown={event => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        void send()
      }}
    >
      <div class="replay-where">
        <Field label="Method">
          {control => (
            <input
              {...control}
              class="input mono"
              value={draft.method}
              onInput={event => change({ method: event.currentTarget.value.toUpperCase() })}
            />
          )}
        </Field>
        <TargetField value={draft.target} error={asked ? wrongTarget : null} onChange={target => change({ target })} />
      </div>
      <div class="replay-columns">
        <section class="replay-body" aria-label="Body">
          <div class="section-head">
            <h3>Body</h3>
            {bodyChanged ? <Badge tone="accent">changed</Badge> : <span class="muted">as it came, every byte</span>}
            <span class="grow" />
            {bodyChanged ? (
              <Button small onClick={() => replaceText(draftOf(view).text)}>
                Take back
              </Button>
            ) : null}
            {indented !== null && indented !== draft.text ? (
              <Button small onClick={() => replaceText(indented)}>
                Indent
              </Button>
            ) : null}
          </div>
          {editable ? (
            <CodeEditor key={edition} text={draft.text} label="Body that is sent" onChange={text => change({ text })} />
          ) : (
            <p class="muted">These {byteSize(view.body.bytes)} are not text; they go out as they came.</p>
          )}
          {view.decoded ? <p class="muted">It came compressed; a changed body goes out uncompressed.</p> : null}
        </section>
        <section aria-label="Headers" class="replay-headers">
          <h3>Headers</h3>
          <HeaderRows
            rows={draft.headers}
            hint="Host, Content-Length and headers of the connection are set when it is sent."
            onChange={headers => change({ headers })}
          />
        </section>
      </div>
      <SignatureChoice
        preview={preview.value}
        resign={draft.resign}
        bodyChanged={bodyChanged}
        onChange={resign => change({ resign })}
      />
      {preview.problem ? <Problem problem={preview.problem} /> : null}
      <div class="replay-send">
        <div class="replay-result" role="status" {...(result ? scrollable : {})}>
          {sending ? <span class="after-a-moment">Sending…</span> : null}
          {result && 'attempt' in result ? <Result attempt={result.attempt} /> : null}
          {result && 'problem' in result ? <Problem problem={result.problem} /> : null}
        </div>
        <Button
          type="submit"
          variant="primary"
          pending={sending}
          icon={<Send size={14} aria-hidden="true" />}
          title="Send (Ctrl+Enter)"
        >
          {result ? 'Send again' : 'Send'}
        </Button>
      </div>
    </form>
  )
}

/** The text indented, digits intact; null when it is not JSON. */
function indent(text: string): string | null {
  const tree = text.length < 200_000 ? parseJson(text) : null
  return tree?.ok ? prettyJson(tree) : null
}

/** Asks hookscope what would go out, a moment after the last change. */
function usePreview(id: number, request: ReplayRequest, usable: boolean) {
  const [state, setState] = useState<{ value: ReplayPreview | null; problem: unknown }>({ value: null, problem: null })
  const asked = JSON.stringify(request)
  useEffect(() => {
    if (!usable) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      previewReplay(id, JSON.parse(asked) as ReplayRequest, stop.signal).then(
        value => setState({ value, problem: null }),
        (problem: unknown) => {
          if (!stop.signal.aborted) setState({ value: null, problem })
        },
      )
    }, 200)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [id, asked, usable])
  return state
}

function Result({ attempt }: { attempt: AttemptView }) {
  const hint = reasonOf(attempt)?.hint ?? null
  return (
    <section aria-label="Result" class="stack">
      <p>
        <Badge tone={attemptTone(attempt)}>{outcomeText(attempt)}</Badge> {attemptSentence(attempt)}.
      </p>
      {hint === null ? null : <p class="muted">{hint}</p>}
      {attempt.answer ? <BodyText body={attempt.answer.body} label="The answer’s body" /> : null}
    </section>
  )
}
