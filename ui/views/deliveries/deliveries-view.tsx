import './deliveries.css'
import '../../models/list-keys.ts'
import { ArrowLeft } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import { AlertIcon } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { list, listProblem, listState, listVersion, partialUpTo, reloadList } from '../../models/deliveries.ts'
import { facets } from '../../models/facets.ts'
import { closeDelivery, openId, queryText } from '../../models/route.ts'
import { splitShare } from '../../models/split.ts'
import { countText } from '../../models/time.ts'
import { Divider } from './divider.tsx'
import { Empty, NoMatch } from './empty.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Bulk, Detail } from './later.tsx'
import { DeliveryList } from './list.tsx'
import { Strip } from './strip.tsx'

/** Strip, filters, the list, and beside it the open delivery. */
export function DeliveriesView() {
  listVersion.value
  const id = openId.value
  const nothing = listState.value === 'ready' && list.total === 0 && listProblem.value === null
  const first = nothing && queryText.value === '' && (facets.value?.total ?? 0) === 0
  if (first && id === null) return <Empty />
  return (
    <div class={`deliveries${id === null ? '' : ' deliveries-open'}`}>
      <h1 class="hidden-text">Deliveries</h1>
      <section
        class="deliveries-list"
        aria-label="List of deliveries"
        style={id === null ? {} : { flexBasis: `${splitShare.value}%` }}
      >
        <Strip />
        <FilterBar />
        <ListHead />
        {listProblem.value ? <ListProblem text={listProblem.value} /> : null}
        {partialUpTo.value === null ? null : <PartialSearch upTo={partialUpTo.value} />}
        {nothing ? <NoMatch /> : <DeliveryList />}
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
  const shown = listState.value === 'first' ? '' : `${countText(list.total)} ${list.total === 1 ? 'row' : 'rows'}`
  return (
    <p class="hidden-text" role="status">
      {listState.value === 'ready' ? shown : ''}
    </p>
  )
}

function ListProblem({ text }: { text: string }) {
  return (
    <p class="bar bar-bad" role="alert">
      <AlertIcon />
      <span>{text}</span>
      <Button small onClick={() => void reloadList()}>
        Try again
      </Button>
    </p>
  )
}

function PartialSearch({ upTo }: { upTo: number }) {
  return (
    <p class="bar" role="status">
      <span>Deliveries up to #{upTo} are still being prepared for search. Accents do not match in them yet.</span>
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
    <section ref={region} class="deliveries-detail" aria-label="Open delivery" tabIndex={-1}>
      <div class="detail-back">
        <Button variant="ghost" icon={<ArrowLeft size={15} aria-hidden="true" />} onClick={closeDelivery}>
          Deliveries
        </Button>
      </div>
      <Detail id={id} />
    </section>
  )
}
