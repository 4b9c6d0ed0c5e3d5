import { Layers, ListFilter, Timer } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import { families, familyLabels } from '../../../core/events/catalogue.ts'
import { facets } from '../../app/facets.ts'
import { grouped, queryText, setParams } from '../../app/route.ts'
import { FamilyDot } from '../../kit/badge.tsx'
import { countText, deliveriesText, foundText } from '../../kit/count.ts'
import { Menu, type MenuItem } from '../../kit/menu.tsx'
import {
  type Chip,
  chips,
  clearChips,
  hasTerm,
  replaceFields,
  timeFields,
  toggleChip,
  typeFields,
  valuesOf,
} from './filters.ts'
import { HookMenu } from './hook-menu.tsx'
import { LateMatchingMenu } from './later.tsx'
import { searchFacets, startSearchFacets } from './search-facets.ts'

const search = (q: string) => setParams({ q })

/** Chips, the menus of types and times, and whether retries are gathered. All of them write the search. */
export function FilterBar() {
  useEffect(startSearchFacets, [])
  const text = queryText.value
  const any = chips.some(chip => hasTerm(text, chip.term))
  return (
    <fieldset class="filter-bar">
      <legend class="hidden-text">Filters</legend>
      <HowMany />
      <div class="chips">
        <button type="button" class="chip" aria-pressed={!any} onClick={() => search(clearChips(text))}>
          All
        </button>
        {chips.map(chip => (
          <ChipButton key={chip.id} chip={chip} />
        ))}
      </div>
      <div class="filter-menus fixed">
        <HookMenu />
        <TypeMenu />
        <TimeMenu />
        <button
          type="button"
          class="chip"
          aria-pressed={grouped.value}
          title="Show one row per event, with its retries counted"
          onClick={() => setParams({ group: grouped.value ? '0' : null })}
        >
          <Layers size={13} /> <span class="menu-word">Group retries</span>
        </button>
        <LateMatchingMenu />
      </div>
    </fieldset>
  )
}

/** “12 of 67”: what the search finds, of what is kept; retries are counted, also where rows gather them. */
function HowMany() {
  const found = searchFacets().found
  const total = facets.value?.total
  if (!found || total === undefined) return <span class="how-many" />
  const few = foundText(found.total, found)
  const all = countText(total)
  const isSearch = queryText.value.trim() !== ''
  return (
    <span
      class="how-many"
      title={
        isSearch
          ? `${few} of ${deliveriesText(total)} match, retries included`
          : `${deliveriesText(total)}, retries included`
      }
    >
      {isSearch ? `${few} of ${all}` : all}
    </span>
  )
}

function ChipButton({ chip }: { chip: Chip }) {
  const text = queryText.value
  const counts = searchFacets().chips
  const count = counts && chip.count(counts)
  // What an estimate met none of may be there all the same.
  const isCounted = counts !== null && counts.estimated === undefined
  const pressed = hasTerm(text, chip.term)
  if (chip.rare && !count && !pressed) return null
  return (
    <button
      type="button"
      class={`chip chip-${chip.id}${!isCounted || count || pressed ? '' : ' chip-empty'}`}
      aria-pressed={pressed}
      onClick={() => search(toggleChip(text, chip))}
    >
      {chip.label}
      {count ? <span class="chip-count note">{foundText(count, counts)}</span> : null}
    </button>
  )
}

function TypeMenu() {
  const text = queryText.value
  const chosen = valuesOf(text, typeFields)
  const counted = searchFacets().types
  const types = counted?.types ?? []
  const choose = (term: string | null) => () => search(replaceFields(text, typeFields, term))
  const items: MenuItem[] = [{ label: 'All types', onSelect: choose(null), checked: chosen.length === 0 }]
  for (const family of families) {
    const own = types.filter(entry => entry.family === family)
    if (own.length === 0) continue
    const total = own.reduce((sum, entry) => sum + entry.count, 0)
    items.push({
      heading: familyLabels[family],
      label: `All of ${familyLabels[family]}`,
      icon: <FamilyDot family={family} />,
      end: foundText(total, counted),
      onSelect: choose(`family:${family}`),
      checked: chosen.includes(family),
    })
    for (const { type, count } of own)
      items.push({
        label: type,
        end: foundText(count, counted),
        onSelect: choose(`type:${type}`),
        checked: chosen.includes(type),
      })
  }
  const others = types.filter(entry => entry.family === null)
  for (const [index, { type, count }] of others.entries())
    items.push({
      ...(index === 0 && { heading: 'Not in the catalogue' }),
      label: type,
      end: foundText(count, counted),
      onSelect: choose(`type:"${type.replace(/["\\]/g, '\\$&')}"`),
      checked: chosen.includes(type),
    })
  return (
    <Menu label="Event types" items={items} small variant="ghost" icon={<ListFilter size={13} />}>
      <span class={`clip${chosen.length === 0 ? ' menu-word' : ''}`}>
        {chosen.length === 0 ? 'All types' : chosen.join(', ')}
      </span>
    </Menu>
  )
}

const times = [
  ['15 minutes', 'after:15m'],
  ['hour', 'after:1h'],
  ['24 hours', 'after:24h'],
  ['7 days', 'after:7d'],
] as const

function TimeMenu() {
  const text = queryText.value
  const chosen = valuesOf(text, timeFields)
  const choose = (term: string | null) => () => search(replaceFields(text, timeFields, term))
  const known = times.find(([, term]) => hasTerm(text, term))
  const items: MenuItem[] = [
    { label: 'Any time', onSelect: choose(null), checked: chosen.length === 0 },
    ...times.map(([label, term]) => ({ label: `Last ${label}`, onSelect: choose(term), checked: hasTerm(text, term) })),
    { label: 'Today', onSelect: choose('on:today'), checked: hasTerm(text, 'on:today') },
    { label: 'Yesterday', onSelect: choose('on:yesterday'), checked: hasTerm(text, 'on:yesterday') },
  ]
  return (
    <Menu label="Time received" items={items} small variant="ghost" icon={<Timer size={13} />}>
      <span class={`clip${chosen.length === 0 ? ' menu-word' : ''}`}>
        {chosen.length === 0
          ? 'Any time'
          : known
            ? `Last ${known[0]}`
            : chosen.map(value => value.replace('T', ' ')).join(' ')}
      </span>
    </Menu>
  )
}
