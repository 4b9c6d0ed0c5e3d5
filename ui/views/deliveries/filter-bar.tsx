import { Layers, ListFilter, Timer } from 'lucide-preact'
import { families, familyLabels } from '../../../core/catalogue.ts'
import { FamilyDot } from '../../components/badge.tsx'
import { Menu, type MenuItem } from '../../components/menu.tsx'
import { facets } from '../../models/facets.ts'
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
} from '../../models/filters.ts'
import { grouped, queryText, setParams } from '../../models/route.ts'
import { countText } from '../../models/time.ts'
import { HookMenu } from './hook-menu.tsx'
import { MatchingMenu } from './matching-menu.tsx'

const search = (q: string) => setParams({ q })

/** Chips, the menus of types and times, and whether retries are gathered. All of them write the search. */
export function FilterBar() {
  const text = queryText.value
  const any = chips.some(chip => hasTerm(text, chip.term))
  return (
    <fieldset class="filter-bar">
      <legend class="hidden-text">Filters</legend>
      <div class="chips">
        <button type="button" class="chip" aria-pressed={!any} onClick={() => search(clearChips(text))}>
          All
        </button>
        {chips.map(chip => (
          <ChipButton key={chip.id} chip={chip} />
        ))}
      </div>
      <div class="filter-menus">
        <HookMenu />
        <TypeMenu />
        <TimeMenu />
        <button
          type="button"
          class="chip"
          aria-pressed={grouped.value}
          title="Show one row an event, its retries counted"
          onClick={() => setParams({ group: grouped.value ? '0' : null })}
        >
          <Layers size={13} aria-hidden="true" /> <span class="menu-word">Group retries</span>
        </button>
        <MatchingMenu />
      </div>
    </fieldset>
  )
}

function ChipButton({ chip }: { chip: Chip }) {
  const text = queryText.value
  const count = facets.value ? chip.count(facets.value) : null
  if (chip.rare && !count && !hasTerm(text, chip.term)) return null
  return (
    <button
      type="button"
      class={`chip chip-${chip.id}`}
      aria-pressed={hasTerm(text, chip.term)}
      onClick={() => search(toggleChip(text, chip))}
    >
      {chip.label}
      {count ? <span class="chip-count">{countText(count)}</span> : null}
    </button>
  )
}

function TypeMenu() {
  const text = queryText.value
  const chosen = valuesOf(text, typeFields)
  const types = facets.value?.types ?? []
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
      end: countText(total),
      onSelect: choose(`family:${family}`),
      checked: chosen.includes(family),
    })
    for (const { type, count } of own)
      items.push({
        label: type,
        end: countText(count),
        onSelect: choose(`type:${type}`),
        checked: chosen.includes(type),
      })
  }
  const others = types.filter(entry => entry.family === null)
  for (const [index, { type, count }] of others.entries())
    items.push({
      ...(index === 0 && { heading: 'Not in the catalogue' }),
      label: type,
      end: countText(count),
      onSelect: choose(`type:"${type.replace(/["\\]/g, '\\$&')}"`),
      checked: chosen.includes(type),
    })
  return (
    <Menu label="Event types" items={items} small variant="ghost" icon={<ListFilter size={13} aria-hidden="true" />}>
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
    <Menu label="Time received" items={items} small variant="ghost" icon={<Timer size={13} aria-hidden="true" />}>
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
