import { Send } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ReplayPreview, ReplayRequest } from '../../../core/deliveries/replay.ts'
import { signatureHeader } from '../../../core/hooks/origin.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { isSetWhenSent, sentAsReceived } from '../../../core/http/marks.ts'
import { reasonOf } from '../../../core/http/outcome.ts'
import { byteSize } from '../../../core/text/bytes.ts'
import { parseJson, prettyJson } from '../../../core/text/json-tree.ts'
import type { AttemptView, DeliveryDetail } from '../../../server/api/types.ts'
import { attemptTone, outcomeText } from '../../app/attempt-words.ts'
import { Problem } from '../../app/problem.tsx'
import { TargetField } from '../../app/target-field.tsx'
import { targetProblem } from '../../app/target-problem.ts'
import { usualTarget } from '../../app/targets.ts'
import { api, call } from '../../client/api.ts'
import { Badge } from '../../kit/badge.tsx'
import { BodyText } from '../../kit/body-text.tsx'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { CodeEditor } from '../../kit/editor/code-editor.tsx'
import { TextField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../../kit/header-rows.tsx'
import { scrollable } from '../../kit/scrollable.ts'
import { useLoaded } from '../../kit/use-loaded.ts'
import type { ShownDelivery } from '../detail/open-delivery.ts'
import { attemptSentence, editing, previewReplay, sendReplay } from './replay.ts'
import { SignatureChooser } from './signature-choice.tsx'

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
function WithSecrets({ view }: { view: DeliveryDetail }) {
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
  /** null until somebody chooses: signed anew when something is changed. */
  readonly resign: boolean | null
}

function draftOf(view: DeliveryDetail): Draft {
  const text = (view.decoded ?? view.body).text ?? ''
  return {
    target: usualTarget(view) ?? '',
    method: view.method,
    headers: rowsOf(sentAsReceived(view.headers)),
    text,
    resign: null,
  }
}

const isSignature = (name: string) => name.trim().toLowerCase() === signatureHeader.toLowerCase()

/** What the sender writes, as it would be now. */
function setWhenSent(preview: ReplayPreview | null, resign: boolean): HeaderList {
  if (preview === null) return []
  const own = preview.request.headers.filter(([name]) => isSetWhenSent(name))
  return resign ? [...own, [signatureHeader, preview.signatures.resigned ?? '']] : own
}

const sameHeaders = (left: HeaderList, right: HeaderList) => JSON.stringify(left) === JSON.stringify(right)

/** Only what was changed is asked for: everything else goes out byte for byte as it came. */
function changesOf(draft: Draft, view: DeliveryDetail): NonNullable<ReplayRequest['changes']> {
  const came = draftOf(view)
  const headers = headersOf(draft.headers)
  return {
    ...(draft.method === came.method ? {} : { method: draft.method }),
    ...(sameHeaders(headers, sentAsReceived(view.headers)) ? {} : { headers }),
    ...(draft.text === came.text ? {} : { body: { text: draft.text } }),
  }
}

/** What is sent. What is changed is signed anew, unless somebody chose otherwise or wrote a signature, or no key is known. */
function requestOf(draft: Draft, view: DeliveryDetail) {
  const changes = changesOf(draft, view)
  const typed = signaturesIn(changes.headers ?? view.headers) !== signaturesIn(view.headers)
  const usual = Object.keys(changes).length > 0 && !typed && view.signature.keys.length > 0
  return { target: draft.target.trim(), resign: draft.resign ?? usual, changes }
}

const signaturesIn = (headers: HeaderList) => JSON.stringify(headers.filter(([name]) => isSignature(name)))

function ReplayForm({ view }: { view: DeliveryDetail }) {
  const [draft, setDraft] = useState(() => draftOf(view))
  const [asked, setAsked] = useState(false)
  const [sending, setSending] = useState(false)
  const [result, setResult] = useState<{ attempt: AttemptView } | { problem: unknown } | null>(null)
  const change = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }))
  const wrongTarget = targetProblem(draft.target)
  const request = requestOf(draft, view)
  const preview = usePreview(view.id, request, wrongTarget === null)
  const bodyChanged = request.changes.body !== undefined
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
      setResult({ attempt: await sendReplay(view.id, request) })
    } catch (problem) {
      setResult({ problem })
    } finally {
      setSending(false)
    }
  }

  return (
    <Form element={form} class="replay-form" ctrlEnter onSubmit={send}>
      <div class="replay-where">
        <TextField label="Method" mono value={draft.method} onChange={text => change({ method: text.toUpperCase() })} />
        <TargetField value={draft.target} error={asked ? wrongTarget : null} onChange={target => change({ target })} />
      </div>
      <div class="replay-columns">
        <section class="replay-body" aria-label="Body">
          <div class="row section-head">
            <h3>Body</h3>
            {bodyChanged ? <Badge tone="accent">changed</Badge> : null}
            <span class="muted">{bodyChanged ? 'sent exactly as shown' : 'as received, byte for byte'}</span>
            <span class="grow" />
            {bodyChanged ? (
              <Button small onClick={() => replaceText(draftOf(view).text)}>
                Reset
              </Button>
            ) : null}
            {indented !== null && indented !== draft.text ? (
              <Button
                small
                title="Indents the body that is sent; no value is changed"
                onClick={() => replaceText(indented)}
              >
                Format
              </Button>
            ) : null}
          </div>
          {editable ? (
            <CodeEditor key={edition} text={draft.text} label="Body that is sent" onChange={text => change({ text })} />
          ) : (
            <p class="muted">These {byteSize(view.body.bytes)} are not text; they are sent as received.</p>
          )}
          {view.decoded ? (
            <p class="muted">The received body is compressed; a changed body is sent uncompressed.</p>
          ) : null}
        </section>
        <section aria-label="Headers" class="replay-headers">
          <h3>Headers</h3>
          <HeaderRows
            rows={draft.headers}
            fixed={setWhenSent(preview.value, request.resign)}
            {...(request.resign ? { hides: isSignature } : {})}
            hint="Received marks of hookscope, Expect and headers of the connection are left out."
            onChange={headers => change({ headers })}
          />
        </section>
      </div>
      <SignatureChooser
        preview={preview.value}
        resign={request.resign}
        bodyChanged={bodyChanged}
        onChange={resign => change({ resign })}
      />
      {preview.problem ? <Problem problem={preview.problem} /> : null}
      <div class="replay-send">
        <div class="replay-result fill" role="status" {...(result ? scrollable : {})}>
          {sending ? <span class="after-a-moment">Sending…</span> : null}
          {result && 'attempt' in result ? <Result attempt={result.attempt} /> : null}
          {result && 'problem' in result ? <Problem problem={result.problem} /> : null}
        </div>
        <Button type="submit" variant="primary" pending={sending} icon={<Send size={14} />} title="Send (Ctrl+Enter)">
          {result ? 'Send again' : 'Send'}
        </Button>
      </div>
    </Form>
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
      {attempt.answer ? <BodyText body={attempt.answer.body} label="Response body" /> : null}
    </section>
  )
}
