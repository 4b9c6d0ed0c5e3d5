import './list-keys.ts'
import { ArrowLeft } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import { facets } from '../../app/facets.ts'
import { preparing } from '../../app/listener.ts'
import { closeDelivery, openId, queryText } from '../../app/route.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { late } from '../../kit/late.tsx'
import { isPart, list, listProblem, listState, listVersion, reloadList } from './deliveries.ts'
import { Divider } from './divider.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Bulk, Detail, LateLackNotes, LateRejectedBar } from './later.tsx'
import { DeliveryList } from './list.tsx'
import { splitShare } from './split.ts'
import { Strip } from './strip.tsx'

/** Read once, before the first delivery. */
const Empty = late(async () => (await import('./empty.tsx')).Empty)
const NoMatch = late(async () => (await import('../larger-half.ts')).NoMatch)

/** Strip, filters, the list, and beside it the open delivery. */
export function DeliveriesView() {
  listVersion.value
  const id = openId.value
  const isEmpty = list.total === 0 && preparing.value === null
  const nothing = listState.value === 'ready' && isEmpty && listProblem.value === null
  const first = nothing && !isPart.value && queryText.value === '' && (facets.value?.total ?? 0) === 0
  if (first && id === null) return <Empty />
  return (
    <div class={`deliveries${id === null ? '' : ' deliveries-open'}`}>
      <h1 class="hidden-text">Deliveries</h1>
      <section
        class="deliveries-list column"
        aria-label="List of deliveries"
        style={id === null ? {} : { flexBasis: `${splitShare.value}%` }}
      >
        <Strip />
        <FilterBar />
        <LateRejectedBar />
        <ListHead />
        {listProblem.value ? <ListProblem text={listProblem.value} /> : null}
        <LateLackNotes />
        {nothing && !isPart.value ? <NoMatch /> : <DeliveryList />}
        <Bulk />
      </section>
      {id === null ? null : (
        <>
          <Divider />
          <OpenDelivery id={id} />
        </>
      )}
    </div>
  )
}

function ListHead() {
  listVersion.value
  const shown = listState.value === 'first' ? '' : `${countText(list.total)} ${list.total === 1 ? 'row' : 'rows'}`
  return (
    <p class="hidden-text" role="status">
      {listState.value === 'ready' ? shown : ''}
    </p>
  )
}

function ListProblem({ text }: { text: string }) {
  return (
    <p class="bar tone-bad" role="alert">
      <AlertIcon />
      <span>{text}</span>
      <Button small onClick={() => void reloadList()}>
        Try again
      </Button>
    </p>
  )
}

function OpenDelivery({ id }: { id: number }) {
  const region = useRef<HTMLElement>(null)
  // On a narrow screen the list is gone: the focus goes along, and back at the end.
  useEffect(() => {
    if (document.getElementById('delivery-list')?.offsetParent == null) region.current?.focus()
    return () => {
      queueMicrotask(() => document.getElementById('delivery-list')?.focus({ preventScroll: true }))
    }
  }, [])
  return (
    <section ref={region} class="deliveries-detail column" aria-label="Open delivery" tabIndex={-1}>
      <div class="detail-back">
        <Button variant="ghost" icon={<ArrowLeft size={15} />} onClick={closeDelivery}>
          Deliveries
        </Button>
      </div>
      <Detail id={id} />
    </section>
  )
}
