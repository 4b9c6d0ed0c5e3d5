/** Chips, menus and the brushed time are terms of the one search text; this adds, finds and takes away such terms. */
import { unroutedHook } from '../../../core/hooks/hook.ts'
import { splitTerms } from '../../../core/search/search-terms.ts'
import type { FacetsView } from '../../client/api.ts'

export interface Chip {
  readonly id: string
  readonly label: string
  readonly term: string
  /** Chips that cannot hold together with this one. */
  readonly instead: readonly string[]
  /** Shown only where there are some: a verdict that most sessions never see. */
  readonly rare?: true
  /** null where no total is known. */
  readonly count: (facets: FacetsView) => number | null
}

export const chips: readonly Chip[] = [
  {
    id: 'verified',
    label: 'Verified',
    term: 'is:verified',
    instead: ['is:rejected', 'is:unchecked'],
    count: facets => facets.verdicts.verified,
  },
  {
    id: 'rejected',
    label: 'Rejected',
    term: 'is:rejected',
    instead: ['is:verified', 'is:unchecked'],
    count: facets => facets.verdicts.rejected,
  },
  {
    id: 'unchecked',
    label: 'Unchecked',
    term: 'is:unchecked',
    instead: ['is:verified', 'is:rejected'],
    rare: true,
    count: facets => facets.verdicts.unchecked,
  },
  { id: 'failed', label: 'Not taken', term: 'is:failed', instead: [], count: facets => facets.failed },
  { id: 'duplicates', label: 'Duplicates', term: 'is:duplicate', instead: [], count: facets => facets.duplicates },
  { id: 'unknown', label: 'Unknown type', term: 'is:unknown', instead: [], count: facets => facets.unknown },
  {
    id: 'unrouted',
    label: 'Unrouted',
    term: 'is:unrouted',
    instead: [],
    rare: true,
    count: facets => facets.hooks.find(({ hook }) => hook === unroutedHook)?.count ?? 0,
  },
  { id: 'pinned', label: 'Pinned', term: 'is:pinned', instead: [], count: facets => facets.pinned },
]

/** The fields that the menus and the brush write. */
export const typeFields = ['type', 'family'] as const
export const hookFields = ['hook'] as const
export const timeFields = ['on', 'after', 'before'] as const

const termTexts = (text: string) => splitTerms(text).map(term => text.slice(term.span.start, term.span.end))

/** Whether a search holds this very term. */
export function hasTerm(text: string, term: string): boolean {
  return termTexts(text).some(one => one.toLowerCase() === term)
}

/** Adds a chip's term (taking out those it cannot hold with), or takes it away. */
export function toggleChip(text: string, chip: Chip): string {
  const without = (gone: readonly string[]) => termTexts(text).filter(one => !gone.includes(one.toLowerCase()))
  return (hasTerm(text, chip.term) ? without([chip.term]) : [...without(chip.instead), chip.term]).join(' ')
}

/** Takes every chip's term away. */
export function clearChips(text: string): string {
  const terms = new Set(chips.map(chip => chip.term))
  return termTexts(text)
    .filter(one => !terms.has(one.toLowerCase()))
    .join(' ')
}

/** The values that a search gives these fields, commas included; negated terms aside. */
export function valuesOf(text: string, fields: readonly string[]): string[] {
  return splitTerms(text).flatMap(term =>
    !term.negated && term.field !== null && fields.includes(term.field.name)
      ? term.values.map(value => value.text)
      : [],
  )
}

/** Replaces the terms of these fields by one term, or by none. */
export function replaceFields(text: string, fields: readonly string[], term: string | null): string {
  const kept = splitTerms(text)
    .filter(one => one.negated || one.field === null || !fields.includes(one.field.name))
    .map(one => text.slice(one.span.start, one.span.end))
  return (term === null ? kept : [...kept, term]).join(' ')
}

/** A stretch of time as a term, in local time to the second; both in milliseconds since 1970, `to` exclusive. */
export function timeTerm(from: number, to: number): string {
  return `on:${localSecond(from)}..${localSecond(Math.max(from, to - 1000))}`
}

/** With its offset from UTC where that time comes twice, as clocks are put back. */
function localSecond(moment: number): string {
  const date = new Date(moment)
  const text = localText(date)
  if (Date.parse(text) === Math.floor(moment / 1000) * 1000) return text
  const minutes = -date.getTimezoneOffset()
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${text}${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}

function localText(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
