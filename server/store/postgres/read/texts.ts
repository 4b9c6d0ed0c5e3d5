/** Deliveries that show a text: in summary or body, in what the app said, in the hook's label where there are several. */
import { foldNeedle } from '../../../../core/search/search-text.ts'
import type { IdRange } from '../../search/finder.ts'
import { type Grams, keptText, shownText, stretchBits, stretchOf } from '../schema/grams.ts'
import { anyOf, idList, nothing, ours, type Sql, sql } from './sql.ts'

/** A column's text contains a text, whatever the case; accents count where the column has them. */
function contains(column: Sql, text: string): Sql {
  const needles = [...new Set([foldNeedle(text), text.toLowerCase()])]
  return anyOf(needles.map(needle => sql`strpos(lower(${column} COLLATE "C"), ${needle}) > 0`))
}

/** A text as it is looked for in what is kept. */
const needleOf = (text: string) => keptText(foldNeedle(text))

const line = ours('t.line')

/** Hooks whose label has it; it is shown where there are several hooks. */
const labelled = (text: string): Sql => sql`SELECT h.id FROM hook h
  WHERE (SELECT count(*) FROM hook WHERE removed_at IS NULL) > 1 AND (${contains(ours('h.label'), text)})`

/** Rows of `delivery d` that show it, each looked at by itself: as a subselect with a value it is never asked of all others. */
export const showsText = (text: string): Sql => sql`
  (SELECT strpos(x.text, ${needleOf(text)}) > 0 FROM delivery_text x WHERE x.id = d.id)
  OR (SELECT ${contains(line, text)} FROM attempt t WHERE t.id = d.last_attempt)
  OR d.hook IN (${labelled(text)})`

/** How many deliveries between two ids have it in summary or body. */
export const countAmong = (text: string, from: number, to: number): Sql => sql`
  SELECT count(*) AS n FROM delivery_text x
  WHERE x.id BETWEEN ${from}::bigint AND ${to}::bigint AND strpos(x.text, ${needleOf(text)}) > 0`

/** What LIKE takes for a text, wherever it stands. */
const pattern = (needle: string) => `%${needle.replace(/[\\%_]/g, '\\$&')}%`

/**
 * Statements that together have the ids of all deliveries between two that show it: of those with it in summary or body, by the
 * index, also some beside them; of those of which the app said it; of those that came by a hook whose label has it.
 * @param isPart the index is asked for these alone, which is quicker for few of all
 */
export function textIds(text: string, { from, to }: IdRange, isPart: boolean): readonly Sql[] {
  const within = (column: Sql) => sql`${column} BETWEEN ${from}::bigint AND ${to}::bigint`
  const first = stretchOf(from)
  const stretches = isPart ? Array.from({ length: stretchOf(to) - first + 1 }, (_, at) => first + at) : []
  const part = sql`${ours(`ARRAY[x.id >> ${stretchBits}]`)} && ${idList(stretches)}::bigint[] AND`
  return [
    sql`SELECT x.id FROM delivery_text x WHERE ${isPart ? part : nothing} x.text LIKE ${pattern(needleOf(text))}`,
    sql`SELECT t.delivery AS id FROM attempt t
      WHERE t.line IS NOT NULL AND ${within(ours('t.delivery'))} AND (${contains(line, text)})`,
    sql`SELECT d.id FROM delivery d WHERE ${within(ours('d.id'))} AND d.hook IN (${labelled(text)})`,
  ]
}

/** Whether the index tells where a text is: it has as many letters or digits in a row as that needs. */
export function isIndexed(text: string, grams: Grams): boolean {
  if (grams === 'none') return false
  return (grams === 'ascii' ? /[a-z\d]{3}/i : /[\p{L}\d]{3}/u).test(needleOf(text))
}

/** Characters that are read before and after a text that was found. */
const [readBefore, readAfter] = [60, 60]

/**
 * Where bodies hold a text that their summary does not: `around` it, and `place` in that, from 1. As it came where each
 * character has the same place there.
 */
export function placesOf(text: string, ids: Sql): Sql {
  const needle = needleOf(text)
  const length = readBefore + readAfter + [...needle].length
  const part = (whole: Sql) => sql`substr(${whole}, greatest(1, p.place - ${readBefore}::int), ${length}::int)`
  const came = sql`(SELECT p.summary || chr(10) || replace(convert_from(a.body, 'UTF8'), '\\/', '/')
    FROM arrival a WHERE a.id = p.id AND a.received_at = p.received_at)`
  return sql`SELECT p.id, CASE WHEN p.plain = 1 THEN ${part(came)} ELSE ${shownText(part(ours('p.text')))} END AS around,
      least(p.place, ${readBefore + 1}::int) AS place
    FROM (SELECT d.id, d.received_at, d.summary, x.plain, x.text, strpos(x.text, ${needle}) AS place
      FROM delivery d JOIN delivery_text x ON x.id = d.id WHERE d.id = ANY(${ids})) p
    WHERE p.place > length(p.summary)`
}
