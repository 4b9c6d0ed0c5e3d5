/** What a person can mean by a text that is written as the list, the detail and the terminal write things. */
import { notes, rejections } from '../deliveries/delivery.ts'
import { catalogue, families, familyLabels } from '../events/catalogue.ts'
import type { Envelope } from '../events/envelope.ts'
import { whatHappened } from '../events/what-happened.ts'
import { outcomeWords } from '../http/outcome.ts'
import type { Condition } from './query.ts'
import { foldNeedle, foldText } from './search-text.ts'
import { type Clock, parsePeriod } from './search-time.ts'
import { noteWords, verdictLabels } from './shown-words.ts'

/** `12.50`, `1,234.50`, `$1234`, `−$5.00`: dollars; null for everything else. */
export function readAmount(text: string): number | null {
  const [, sign = '', grouped, plain] =
    /^([-−]?)\$?(?:(\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?)|(\d{1,12}(?:\.\d{1,4})?))$/.exec(text) ?? []
  const digits = grouped?.replaceAll(',', '') ?? plain
  return digits === undefined ? null : Number(`${sign === '' ? '' : '-'}${digits}`)
}

/** Reads one way of writing. @returns null when the text is not written so */
type Reader = (text: string, clock: Clock) => readonly Condition[] | null

const readId: Reader = text => {
  const id = Number(/^#(\d{1,15})$/.exec(text)?.[1] ?? Number.NaN)
  return Number.isNaN(id) ? null : [{ field: 'id', from: id, to: id }]
}

/** With a currency sign or its thousands apart: other digits are mostly part of something else. */
const readMoney: Reader = text => {
  const amount = /[$,]/.test(text) ? readAmount(text) : null
  return amount === null ? null : [{ field: 'amount', comparison: '=', amount }]
}

const readStatus: Reader = text => {
  const status = /^[1-5]\d\d$/.test(text) ? Number(text) : null
  if (status === null) return null
  return [
    { field: 'status', from: status, to: status },
    { field: 'answered', from: status, to: status },
  ]
}

const readTries: Reader = text => {
  const tries = /^×(\d{1,6})$/.exec(text)?.[1]
  return tries === undefined ? null : [{ field: 'tries', tries: Number(tries) }]
}

/** What is rounded to a number of so many decimals. */
function around(number: string, unit: number): { readonly from: number; readonly to: number } {
  const half = 0.5 / 10 ** (number.split('.')[1]?.length ?? 0)
  return { from: (Number(number) - half) * unit, to: (Number(number) + half) * unit }
}

const readDuration: Reader = text => {
  const [, number, unit] = /^(\d{1,6}|\d{1,4}\.\d) (ms|s)$/.exec(text) ?? []
  return number === undefined ? null : [{ field: 'took', ...around(number, unit === 's' ? 1000 : 1) }]
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2 }

const readSize: Reader = text => {
  const [, number, unit = ''] = /^(\d{1,6}|\d{1,3}\.\d) (B|KB|MB)$/.exec(text) ?? []
  return number === undefined ? null : [{ field: 'size', ...around(number, units[unit] ?? 1) }]
}

/** Not what is counted from now, `2h`, nor a word. */
const readMoment: Reader = (text, clock) => {
  const period = /^\d{1,2}:\d\d|^\d{4}-\d\d-\d\d|^[a-z]{3,9}\.? \d|^\d{1,2}\.? [a-z]/i.test(text)
    ? parsePeriod(text, clock)
    : null
  return period && [{ field: 'received', from: period.from, to: period.to }]
}

/** For what an event says whatever it holds. */
const noEnvelope: Envelope = {
  ...{ eventType: null, eventId: null, eventTriggered: null, merchant: null },
  ...{ object: null, changes: null, complete: false },
}

const entriesOf = <Key extends string>(table: Readonly<Record<Key, unknown>>) => Object.keys(table) as Key[]

interface ShownWords {
  /** Folded; a line for each way to write it. */
  readonly words: string
  readonly condition: Condition
}

const shown = (words: readonly string[], condition: Condition): ShownWords => ({
  words: words.map(foldText).join('\n'),
  condition,
})

/** What rows say in one or two words: a part of them is enough. */
const labels: readonly ShownWords[] = [
  ...entriesOf(verdictLabels).map(verdict => shown([verdictLabels[verdict]], { field: 'verdict', verdict })),
  ...entriesOf(rejections).map(reason => shown([rejections[reason].title, reason], { field: 'reason', reason })),
  ...entriesOf(notes).map(note => shown([noteWords.get(note) ?? '', note], { field: 'note', note })),
  ...entriesOf(outcomeWords).flatMap(outcome =>
    outcome === 'answered' ? [] : shown([outcomeWords[outcome], outcome], { field: 'outcome', outcome }),
  ),
  ...families.map(family => shown([familyLabels[family]], { field: 'family', family })),
  shown(['Pinned'], { field: 'is', state: 'pinned' }),
]

/** What the detail says in a sentence: any word of it would find too much, several in a row are meant so. */
const sentences: readonly ShownWords[] = [
  ...entriesOf(notes).map(note => shown([notes[note].title], { field: 'note', note })),
  ...catalogue.map(entry =>
    shown([whatHappened({ ...noEnvelope, eventType: entry.type }, entry)], { field: 'type', pattern: entry.type }),
  ),
]

/** Shorter ones are in too many words. */
const shortestWord = 3

const readWords: Reader = text => {
  const needle = foldNeedle(text)
  if (needle.trim().length < shortestWord) return null
  const known = needle.trim().includes(' ') ? [...labels, ...sentences] : labels
  return known.flatMap(({ words, condition }) => (words.includes(needle) ? condition : []))
}

const readers: readonly Reader[] = [
  readId,
  readMoney,
  readStatus,
  readTries,
  readDuration,
  readSize,
  readMoment,
  readWords,
]

/** Everything that a text says of a delivery beside being found in it. */
export function readingsOf(text: string, clock: Clock): readonly Condition[] {
  return readers.flatMap(read => read(text, clock) ?? [])
}

/** Whether words side by side are one thing as it is shown: `Nov 30, 2026`, `35 ms`, `4.1 KB`. */
export function belongTogether(words: string, clock: Clock): boolean {
  return [readDuration, readSize, readMoment].some(read => read(words, clock) !== null)
}

/** Most words of such a thing: `Nov 30, 2026, 14:05:09.123 UTC`. */
export const mostTogether = 5
