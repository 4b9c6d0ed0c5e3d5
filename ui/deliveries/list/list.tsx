import { useSignalEffect } from '@preact/signals'
import { ArrowUp } from 'lucide-preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { isExplainable } from '../../../core/deliveries/explainable.ts'
import { status } from '../../app/listener.ts'
import { openDelivery, openId } from '../../app/route.ts'
import { targets } from '../../app/targets.ts'
import { countText } from '../../kit/count.ts'
import { createTallScroll } from '../../kit/long-list/tall-scroll.ts'
import { density } from '../../kit/theme.ts'
import { dayOf, dayText, now } from '../../kit/time.ts'
import { rejectedShown } from './causes.ts'
import { type Columns, columnsFor } from './columns.ts'
import { extendTo, reveal } from './cursor.ts'
import {
  atTop,
  jumpToNewest,
  list,
  listState,
  listVersion,
  live,
  shifts,
  topCalls,
  waitingCap,
  waitingCount,
} from './deliveries.ts'
import { LatePreparingHead } from './later.tsx'
import { RowContent } from './row.tsx'
import { cursorId, selectedIds, toggleSelected } from './selection.ts'

const rowHeights = { calm: { one: 40, two: 58 }, dense: { one: 30, two: 48 } } as const
/** Rows drawn above and below what is visible, so that fast scrolling finds them there. */
const spare = 12

/** The deliveries, newest first: only the visible rows are in the page, however many there are. */
export function DeliveryList() {
  const box = useRef<HTMLDivElement>(null)
  const scroll = useRef(createTallScroll()).current
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [, redraw] = useState(0)
  const columns = columnsFor(size.width, status.value?.hooks.length ?? 0)
  const rowHeight = rowHeights[density.value][columns.twoLines ? 'two' : 'one']
  listVersion.value
  scroll.resize(list.total, rowHeight, size.height)

  // For what runs after this drawing.
  const rowHeightNow = useRef(rowHeight)
  rowHeightNow.current = rowHeight

  const scrollTo = (offset: number) => {
    const element = box.current
    if (!element) return
    element.scrollTop = scroll.go(offset)
    redraw(turn => turn + 1)
  }

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // One listener for all rows; the keys of the list are in list-keys.ts.
  useLayoutEffect(() => {
    const element = box.current
    const noSelection = (event: MouseEvent) => {
      if (event.shiftKey) event.preventDefault()
    }
    element?.addEventListener('click', clickRow)
    element?.addEventListener('mousedown', noSelection)
    return () => {
      element?.removeEventListener('click', clickRow)
      element?.removeEventListener('mousedown', noSelection)
    }
  }, [])

  // The scroll bar catches up with the rows once scrolling rests; see tall-scroll.ts.
  useEffect(() => {
    const element = box.current
    if (!element) return
    const rest = () => {
      const top = scroll.rest()
      if (Math.abs(element.scrollTop - top) > 1) element.scrollTop = top
    }
    element.addEventListener('scrollend', rest)
    return () => element.removeEventListener('scrollend', rest)
  }, [scroll])

  useSignalEffect(() => {
    if (topCalls.value > 0) scrollTo(0)
  })
  useSignalEffect(() => {
    const shift = shifts.value
    if (shift && Math.floor(scroll.offset / rowHeightNow.current) >= shift.from)
      scrollTo(scroll.offset + shift.by * rowHeightNow.current)
  })
  useSignalEffect(() => {
    const { index, turn } = reveal.value
    const element = box.current
    if (turn === 0 || !element) return
    const height = rowHeightNow.current
    const [top, bottom] = [index * height, (index + 1) * height]
    const seen = element.clientHeight
    // Far away: into the middle, so that its neighbours show as well.
    if (bottom < scroll.offset - seen || top > scroll.offset + 2 * seen) scrollTo(top - (seen - height) / 2)
    else if (top < scroll.offset) scrollTo(top)
    else if (bottom > scroll.offset + seen) scrollTo(bottom - seen)
  })
  const first = Math.max(0, Math.floor(scroll.offset / rowHeight) - spare)
  const last = Math.min(list.total - 1, Math.ceil((scroll.offset + size.height) / rowHeight) + spare)
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
  useEffect(() => {
    if (size.height === 0) return
    list.show(first, Math.max(first, last))
    rejectedShown.value = indexes.flatMap(index => {
      const delivery = list.rowAt(index)
      return delivery && isExplainable(delivery) ? [delivery.id] : []
    })
  }, [first, last, listVersion.value, size.height])

  const shownTop = (box.current?.scrollTop ?? 0) - (scroll.offset - first * rowHeight)
  const waits = waitingCount.value
  const cursor = cursorId.value ?? openId.value
  const cursorAt = cursor === null ? null : list.indexOf(cursor)
  const cursorDrawn = cursorAt !== null && cursorAt >= first && cursorAt <= last

  const top = list.rowAt(Math.floor(scroll.offset / rowHeight))

  return (
    <div class={listClass(columns)} aria-busy={listState.value !== 'ready'}>
      {columns.twoLines ? null : <ColumnNames columns={columns} day={top && dayText(top.receivedAt, now.value)} />}
      <LatePreparingHead columns={columns} height={rowHeight} />
      {waits > 0 ? (
        <button type="button" class="new-pill" onClick={jumpToNewest}>
          <ArrowUp size={14} /> {waits >= waitingCap ? `${countText(waits)} or more` : countText(waits)} new
        </button>
      ) : null}
      <span class="hidden-text" role="status">
        {waits > 0 && !live.value ? (waits === 1 ? '1 new delivery' : `${waits} new deliveries`) : ''}
      </span>
      <div
        ref={box}
        class="list-box scrolls"
        id="delivery-list"
        role="listbox"
        tabIndex={0}
        aria-label="Deliveries, newest first"
        aria-multiselectable="true"
        aria-activedescendant={cursorDrawn ? `delivery-${cursor}` : undefined}
        onScroll={event => {
          scroll.moved(event.currentTarget.scrollTop)
          atTop.value = scroll.offset < rowHeight / 2
          redraw(turn => turn + 1)
        }}
      >
        <div class="list-height" role="presentation" style={{ height: `${scroll.height}px` }}>
          <div class="list-rows" role="presentation" style={{ transform: `translateY(${shownTop}px)` }}>
            {indexes.map(index => {
              const delivery = list.rowAt(index)
              return delivery ? (
                <Row
                  key={delivery.id}
                  {...{ delivery, index, columns }}
                  height={rowHeight}
                  day={isFirstOfDay(index) ? dayText(delivery.receivedAt, now.value) : null}
                />
              ) : (
                <EmptyRow key={`empty-${index}`} height={rowHeight} />
              )
            })}
            {indexes.map(index => {
              const delivery = index > 0 && isFirstOfDay(index) ? list.rowAt(index) : undefined
              return delivery ? (
                <div
                  key={`day-${delivery.id}`}
                  class="day-mark"
                  aria-hidden="true"
                  style={{ top: `${(index - first) * rowHeight}px` }}
                >
                  <span>{dayText(delivery.receivedAt, now.value)}</span>
                </div>
              ) : null
            })}
          </div>
        </div>
      </div>
    </div>
  )
}

const listClass = ({ twoLines, hook, money }: Columns) =>
  [
    'list',
    twoLines && 'list-two',
    hook && 'list-hooks',
    money && 'list-money',
    targets.value.length > 1 && 'list-targets',
  ]
    .filter(Boolean)
    .join(' ')

/** Whether a row is on another day than the one above it; of rows that are on their way nothing is said. */
function isFirstOfDay(index: number): boolean {
  const [above, own] = [list.rowAt(index - 1), list.rowAt(index)]
  if (own === undefined) return false
  return index === 0 || (above !== undefined && dayOf(above.receivedAt) !== dayOf(own.receivedAt))
}

/** What stands in each column; rows say it in words of their own. @param day of the row at the top */
function ColumnNames({ columns, day }: { columns: Columns; day: string | undefined }) {
  return (
    <div class="column-names note" aria-hidden="true">
      <span />
      <span class="column-day">{day ?? ''}</span>
      <span />
      <span>Event</span>
      {columns.hook ? <span>Hook</span> : null}
      <span>Summary</span>
      {columns.money ? (
        <>
          <span class="column-right">Amount</span>
          <span>Invoice / order</span>
        </>
      ) : null}
      <span class="column-right">Your app</span>
    </div>
  )
}

/** Opens the row; with ctrl, or on its mark, marks it; with shift, marks up to it. */
function clickRow(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null
  const id = Number(target?.closest<HTMLElement>('[data-id]')?.dataset['id'])
  if (!id) return
  if (event.shiftKey) {
    extendTo(id)
    return
  }
  cursorId.value = id
  if (event.ctrlKey || event.metaKey || target?.closest('.row-mark')) toggleSelected(id)
  else openDelivery(id)
}

/** A place whose row is on its way. */
function EmptyRow({ height }: { height: number }) {
  return (
    <div class="delivery-row row-empty" aria-hidden="true" style={{ height: `${height}px` }}>
      <span class="after-a-moment" />
    </div>
  )
}

interface RowProps {
  delivery: DeliverySummary
  index: number
  height: number
  /** In words, for the first row of a day. */
  day: string | null
  columns: Columns
}

/** A row is drawn again only when its delivery, its place or its state has changed. */
function Row({ delivery, index, height, day, columns }: RowProps) {
  const { id } = delivery
  const marked = selectedIds.value.has(id)
  const open = openId.value === id
  const state = `${open ? ' row-open' : ''}${marked ? ' row-marked' : ''}${cursorId.value === id ? ' row-cursor' : ''}`
  return (
    <div
      class={`delivery-row${state}`}
      id={`delivery-${id}`}
      data-id={id}
      role="option"
      tabIndex={-1}
      aria-selected={marked || open}
      aria-setsize={list.total}
      aria-posinset={index + 1}
      style={{ height: `${height}px` }}
    >
      <RowContent {...{ delivery, marked, day, columns }} />
    </div>
  )
}
