import { useEffect } from 'preact/hooks'
import { Problem } from '../../app/problem.tsx'
import { closeDelivery, route } from '../../app/route.ts'
import { ApiFailure } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { TabPanel, Tabs } from '../../kit/tabs.tsx'
import { ReplayDialog } from '../replay/replay-dialog.tsx'
import { AttemptsTab } from './attempts/attempts-tab.tsx'
import { BodyTab } from './body/body-tab.tsx'
import { ComparePanel } from './compare-panel.tsx'
import { DetailHead } from './detail-head.tsx'
import { chooseTab, type DetailTab, detailTabOf, detailTabs } from './detail-tabs.ts'
import { HeadersTab } from './headers-tab.tsx'
import { followDelivery, loadProblem, type ShownDelivery, shown } from './open-delivery.ts'
import { RawTab } from './raw-tab.tsx'
import { RelatedEventsTab } from './related-events-tab.tsx'
import { SignatureTab } from './signature/signature-tab.tsx'
import { VerdictPanel } from './verdict-panel.tsx'

/** Everything about one delivery: what happened, the verdict, and the tabs. */
export function DetailView({ id }: { id: number }) {
  useEffect(() => followDelivery(id), [id])
  const delivery = shown.value
  const problem = loadProblem.value
  if (problem instanceof ApiFailure && problem.status === 404) return <Gone id={id} />
  if (delivery?.view.id !== id && problem) return <Problem problem={problem} />
  if (!delivery) return <p class="detail-wait after-a-moment">Loading delivery {id}…</p>
  return <Open delivery={delivery} stale={delivery.view.id !== id} />
}

function Gone({ id }: { id: number }) {
  return (
    <div class="detail-gone">
      <h1>Delivery {id} not found</h1>
      <p class="muted">It was deleted, or dropped by the limits of what is kept.</p>
      <Button onClick={closeDelivery}>Back to the list</Button>
    </div>
  )
}

function Open({ delivery, stale }: { delivery: ShownDelivery; stale: boolean }) {
  const { view, body } = delivery
  const { params } = route.value
  const active = detailTabOf(params['tab'])
  const compare = /^\d{1,15}$/.test(params['compare'] ?? '') ? Number(params['compare']) : null
  return (
    <article class={stale ? 'detail detail-stale' : 'detail'} aria-label={`Delivery ${view.id}`} aria-busy={stale}>
      <DetailHead delivery={delivery} />
      {compare === null ? (
        <>
          <VerdictPanel view={view} />
          <div class="detail-tabs">
            <Tabs
              label="Parts of the delivery"
              name="detail"
              active={active}
              onChange={tab => chooseTab(detailTabOf(tab))}
              tabs={detailTabs.map(tab => ({ id: tab, label: tabLabels[tab], end: tabCount(tab, delivery) }))}
            />
          </div>
          <TabPanel key={view.id} name="detail" active={active}>
            {active === 'body' && <BodyTab key={view.id} view={view} body={body} />}
            {active === 'headers' && <HeadersTab view={view} />}
            {active === 'signature' && <SignatureTab view={view} body={body} />}
            {active === 'attempts' && <AttemptsTab key={view.id} view={view} />}
            {active === 'related' && <RelatedEventsTab view={view} />}
            {active === 'raw' && <RawTab key={view.id} view={view} body={body} />}
          </TabPanel>
        </>
      ) : (
        <ComparePanel key={compare} delivery={delivery} other={compare} />
      )}
      <ReplayDialog delivery={delivery} />
    </article>
  )
}

const tabLabels: Record<DetailTab, string> = {
  body: 'Body',
  headers: 'Headers',
  signature: 'Signature',
  attempts: 'Attempts',
  related: 'Related events',
  raw: 'Raw',
}

function tabCount(tab: DetailTab, { view }: ShownDelivery) {
  const count = tab === 'headers' ? view.headers.length : tab === 'attempts' ? view.attempts.length : 0
  return count > 0 ? <span class="tab-count note">{count}</span> : null
}
