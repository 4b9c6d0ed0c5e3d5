import { ClipboardCopy } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { HeaderList } from '../../../core/http/headers.ts'
import { snippet } from '../../../core/http/snippets.ts'
import type { SimulationPreview } from '../../../core/simulate/simulation.ts'
import { status } from '../../app/listener.ts'
import { Problem } from '../../app/problem.tsx'
import { hostOf } from '../../app/targets.ts'
import { BodyText } from '../../kit/body-text.tsx'
import { Button } from '../../kit/button.tsx'
import { copyText } from '../../kit/copy-button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { HeaderTable } from '../../kit/header-table.tsx'
import { fromBase64 } from '../../kit/hex-dump.ts'
import { TabPanel, Tabs } from '../../kit/tabs.tsx'
import { useLoaded } from '../../kit/use-loaded.ts'
import { Warning } from '../../kit/warning.tsx'
import { previewOf } from '../run/runs.ts'
import { eventCountText } from '../words.ts'
import type { Draft } from './draft.ts'

type Preview = SimulationPreview['requests'][number]

/** The first request to each recipient, signed, as it would go out. */
export function PreviewDialog({ made, onClose }: { made: Draft; onClose: () => void }) {
  const { value, problem } = useLoaded(() => previewOf(made), [made])
  return (
    <Dialog open title="What would be sent" onClose={onClose} wide>
      {problem ? <Problem problem={problem} /> : null}
      {value ? <Shown preview={value} /> : problem ? null : <p class="after-a-moment">Loading…</p>}
    </Dialog>
  )
}

function Shown({ preview }: { preview: SimulationPreview }) {
  const [active, setActive] = useState('0')
  const request = preview.requests[Number(active)]
  return (
    <div class="stack">
      <p class="muted">
        {eventCountText(preview.events)} in all. This is the first attempt of the first one
        {preview.requests.length > 1 ? ', to each hook' : ''}; nothing has been sent.
      </p>
      {preview.remarks.map(remark => (
        <Warning key={remark}>{remark}</Warning>
      ))}
      {preview.unsubscribed.length > 0 ? (
        <Warning>No hook is subscribed to {preview.unsubscribed.join(', ')}, so it would not be sent.</Warning>
      ) : null}
      {preview.requests.length > 1 ? (
        <Tabs
          label="Recipients"
          name="preview"
          tabs={preview.requests.map(({ hook, url }, place) => ({
            id: String(place),
            label: status.value?.hooks.find(({ id }) => id === hook)?.label ?? hostOf(url),
          }))}
          active={active}
          onChange={setActive}
        />
      ) : null}
      {request ? (
        preview.requests.length > 1 ? (
          <TabPanel name="preview" active={active}>
            <OneRequest request={request} />
          </TabPanel>
        ) : (
          <OneRequest request={request} />
        )
      ) : null}
    </div>
  )
}

function OneRequest({ request }: { request: Preview }) {
  const { method, url, headers, body } = request
  return (
    <section class="stack preview" aria-label="Request">
      <div class="row">
        <code class="breaks">
          {method} {url}
        </code>
        <span class="grow" />
        <Button
          small
          icon={<ClipboardCopy size={14} />}
          onClick={() => {
            const text = snippet('curl', {
              method,
              url,
              headers,
              body: fromBase64(body.base64),
              hideAuthorization: hasCredentials(headers),
            })
            const variable = hasCredentials(headers)
              ? ' Set the variable WEBHOOK_AUTHORIZATION to the credentials.'
              : ''
            void copyText(text, `Copied as curl.${variable}`)
          }}
        >
          Copy as curl
        </Button>
      </div>
      <HeaderTable headers={withoutCredentials(headers)} caption="Headers" />
      <BodyText body={body} label="Body" />
    </section>
  )
}

const isCredentials = ([name]: readonly [string, string]) => name.toLowerCase() === 'authorization'
const hasCredentials = (headers: HeaderList) => headers.some(isCredentials)

/** The signature is what the preview is for; a password is never shown. */
const withoutCredentials = (headers: HeaderList): HeaderList =>
  headers.map(([name, value]) => [name, isCredentials([name, value]) ? value.replace(/ .*/, ' ••••') : value])
