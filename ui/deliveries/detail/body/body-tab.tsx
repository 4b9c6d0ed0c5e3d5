import { Download } from 'lucide-preact'
import { byteSize } from '../../../../core/text/bytes.ts'
import { type JsonTree, prettyJson } from '../../../../core/text/json-tree.ts'
import type { DeliveryDetail } from '../../../../server/api/types.ts'
import { whyNot } from '../../../app/people.ts'
import { route, setParams } from '../../../app/route.ts'
import { saveFile } from '../../../app/save-file.ts'
import { AlertIcon } from '../../../kit/badge.tsx'
import { IconButton } from '../../../kit/button.tsx'
import { CopyButton } from '../../../kit/copy-button.tsx'
import { countText } from '../../../kit/count.ts'
import { LongText } from '../../../kit/long-text.tsx'
import { Segments } from '../../../kit/segments.tsx'
import { Reveal } from '../headers-tab.tsx'
import { revealed, type ShownBody, toggleRevealed } from '../open-delivery.ts'
import { changedFields } from './changes.ts'
import { ChangesTable } from './changes-table.tsx'
import { JsonView } from './json-view.tsx'

const looks = ['tree', 'pretty', 'text'] as const
type Look = (typeof looks)[number]
const lookNames: Record<Look, string> = { tree: 'Tree', pretty: 'Indented', text: 'As received' }

/** The body: what changed, then the tree with what its fields mean; or as text. */
export function BodyTab({ view, body }: { view: DeliveryDetail; body: ShownBody }) {
  const { tree, text, masked } = body
  if (view.bytes > body.bytes.length)
    return (
      <p class="stack tab-content">
        {countText(view.bytes)} bytes were received or announced; they were refused and not kept.
      </p>
    )
  if (body.bytes.length === 0) return <p class="stack tab-content">The body is empty.</p>
  const asked = looks.find(look => look === route.value.params['as']) ?? 'tree'
  const look = tree?.ok ? asked : 'text'
  const shownText = (revealed.value.cards ? text : masked) ?? new TextDecoder().decode(body.bytes)
  const shownTree: JsonTree | null = tree?.ok ? { ...tree, text: shownText } : tree
  return (
    <div class="stack tab-content">
      <div class="row tab-tools">
        {tree?.ok ? (
          <Segments
            label="Show the body as"
            choices={lookNames}
            value={look}
            onChange={each => setParams({ as: each === 'tree' ? null : each })}
          />
        ) : null}
        <span class="grow" />
        {body.cards.length > 0 ? (
          <Reveal what="card data" shown={revealed.value.cards} onPress={() => toggleRevealed('cards')} />
        ) : null}
        <CopyButton
          small
          label="Copy body"
          text={() => (look === 'pretty' && shownTree?.ok ? prettyJson(shownTree) : shownText)}
        />
        <IconButton
          small
          variant="plain"
          label="Download"
          refused={whyNot('GET /api/deliveries/:id/body')}
          icon={<Download size={14} />}
          onClick={() => saveFile(`/api/deliveries/${view.id}/body`, `delivery-${view.id}.bin`)}
        />
      </div>
      {body.decoded ? (
        <p class="muted">
          Shown decompressed. {byteSize(body.bytes.length)} were received; the signature covers those bytes.
        </p>
      ) : null}
      {text === null ? (
        <p class="notice tone-warn">
          <AlertIcon /> The body is not UTF-8 text: what could not be read shows as �. The Raw tab has every byte.
        </p>
      ) : null}
      {tree && !tree.ok ? <JsonError tree={tree} text={shownText} /> : null}
      {shownTree?.ok && look === 'tree' ? (
        <>
          <ChangesTable changes={changedFields(shownTree, view.family)} />
          <JsonView tree={shownTree} family={view.family} />
        </>
      ) : null}
      {shownTree?.ok && look === 'pretty' ? <LongText text={prettyJson(shownTree)} label="Body, indented" /> : null}
      {look === 'text' && !(tree && !tree.ok && shownText.length < 2_000) ? (
        <LongText text={shownText} label="Body as received" />
      ) : null}
    </div>
  )
}

/** How much of a line is shown on each side of the mistake, and how many lines before it. */
const around = 60
const linesBefore = 3

function JsonError({ tree, text }: { tree: JsonTree & { ok: false }; text: string }) {
  const { line, column, message } = tree.problem
  const lines = text.split(/\r\n|\r|\n/)
  const first = Math.max(0, line - 1 - linesBefore)
  const from = Math.max(0, column - 1 - around)
  const rows = lines.slice(first, line + 1).map((content, at) => ({
    number: first + at + 1,
    before: content.slice(from, column - 1),
    at: content.slice(column - 1, column) || ' ',
    after: content.slice(column, column + around),
    whole: content.slice(from, from + 2 * around),
  }))
  return (
    <section class="json-error" aria-label="Where the JSON breaks">
      <p class="notice tone-bad">
        <AlertIcon /> Not JSON from line {line}, column {column} on. {message}
      </p>
      <pre class="mono">
        {rows.map(row => (
          <span key={row.number} class={row.number === line ? 'error-line' : undefined}>
            <span class="line-number">{row.number}</span>
            {from > 0 ? '…' : ''}
            {row.number === line ? (
              <>
                {row.before}
                <mark>{row.at}</mark>
                {row.after}
              </>
            ) : (
              row.whole
            )}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  )
}
