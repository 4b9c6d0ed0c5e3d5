/** Makes a delivery's text findable, and finds it: candidates by their grams, then what the text itself says. */
import type { Database } from 'better-sqlite3'
import { foldNeedle, gramsIn, isGram } from '../../../../core/search/search-text.ts'
import type { Searchable } from '../../index/searchable.ts'
import type { Sql } from '../read/sql.ts'
import type { Walk } from '../read/states.ts'

/** The text of a row of `delivery d`, folded: its summary, a line break, its body. */
const searchedText = `coalesce((SELECT s.text FROM delivery_searched s WHERE s.id = d.id),
  (SELECT lower(d.summary) || char(10) || lower(replace(CAST(a.body AS TEXT), '\\/', '/')) FROM arrival a WHERE a.id = d.id))`

/** The same as it came where that is ASCII, so that each character has the same place in both. */
const cameText = `coalesce((SELECT s.text FROM delivery_searched s WHERE s.id = d.id),
  (SELECT d.summary || char(10) || replace(CAST(a.body AS TEXT), '\\/', '/') FROM arrival a WHERE a.id = d.id))`

/** Characters that are read before and after a text that was found. */
const [readBefore, readAfter] = [60, 60]

/**
 * Where bodies hold a text that their summary does not: `around` it, and `place` in that, from 1. Of deliveries in the index:
 * in those that it lacks card data may not be masked.
 */
export function placesOf(text: string, ids: readonly number[], unfilled: number | null): Sql {
  const needle = foldNeedle(text)
  return {
    text: `SELECT id, substr(came, max(1, place - ${readBefore}), ${readBefore + readAfter} + ?) AS around,
        min(place, ${readBefore + 1}) AS place FROM (
      SELECT d.id, ${cameText} AS came, instr(${searchedText}, ?) AS place, length(d.summary) AS shown FROM delivery d
      WHERE d.id IN (SELECT value FROM json_each(?)) AND d.id > ?
    ) WHERE place > shown`,
    values: [[...needle].length, needle, JSON.stringify(ids), unfilled ?? 0],
  }
}

/** Both only inside a transaction. */
export interface TextIndex {
  /** For a delivery that is not there yet. */
  add(id: number, searchable: Searchable): void
  /** For one that may be. */
  replace(id: number, searchable: Searchable): void
}

export function createTextIndex(db: Database): TextIndex {
  const addGrams = db.prepare('INSERT INTO delivery_gram (rowid, grams) VALUES (?, ?)')
  const addText = db.prepare('INSERT INTO delivery_searched (id, text) VALUES (?, ?)')
  const dropGrams = db.prepare('DELETE FROM delivery_gram WHERE rowid = ?')
  const dropText = db.prepare('DELETE FROM delivery_searched WHERE id = ?')
  function add(id: number, { grams, text }: Searchable): void {
    addGrams.run(id, grams)
    if (text !== null) addText.run(id, text)
  }
  return {
    add,
    replace(id, searchable) {
      dropGrams.run(id)
      dropText.run(id)
      add(id, searchable)
    },
  }
}

/** Grams as full text search asks for them: all must be there. */
const expression = (grams: readonly string[]) => grams.map(gram => `"${gram}"`).join(' ')

/** A column's text contains a text, whatever the case; accents count where the column has them. */
function contains(column: string, text: string): Sql {
  const needles = [...new Set([foldNeedle(text), text.toLowerCase()])]
  return { text: needles.map(() => `instr(lower(${column}), ?) > 0`).join(' OR '), values: needles }
}

/** The label is shown where there are several hooks. */
const labelled = (text: string): Sql => {
  const label = contains('h.label', text)
  return { text: `(SELECT count(*) FROM hook WHERE removed_at IS NULL) > 1 AND (${label.text})`, values: label.values }
}

/**
 * Rows of `delivery d` that show a text: in summary or body, in what the app said, in the hook's label. Between two ids that
 * are bound later as @from and @to.
 * @param unfilled the newest delivery that the index lacks; null when it has all
 * @param where it is looked for: in the index, or in each text itself, and then nothing is bound later
 */
export function showsText(text: string, unfilled: number | null, where: 'index' | 'text'): Sql {
  const needle = foldNeedle(text)
  const grams = where === 'index' ? gramsIn(needle) : []
  const parts: Sql[] = []
  if (grams.length > 0) {
    const match =
      'd.id IN (SELECT rowid FROM delivery_gram WHERE delivery_gram MATCH ? AND rowid BETWEEN @from AND @to)'
    parts.push(
      unfilled === null
        ? { text: match, values: [expression(grams)] }
        : { text: `(${match} OR d.id <= ?)`, values: [expression(grams), unfilled] },
    )
  }
  // What the index lacks is looked at as it came; card data may not be masked there yet.
  if (unfilled !== null) parts.push({ text: `(d.id > ? OR instr(d.notes, '"card-') = 0)`, values: [unfilled] })
  if (unfilled !== null || !isGram(needle, grams))
    parts.push({ text: `instr(${searchedText}, ?) > 0`, values: [needle] })
  const said = contains('t.line', text)
  const label = labelled(text)
  return {
    text: `(${parts.map(part => part.text).join(' AND ')})
      OR (SELECT ${said.text} FROM attempt t WHERE t.id = d.last_attempt)
      OR d.hook IN (SELECT h.id FROM hook h WHERE ${label.text})`,
    values: [...parts.flatMap(part => part.values), ...said.values, ...label.values],
  }
}

/** Where else than in summary and body a text is shown, and what finds that out. */
export interface TextWalk extends Walk {
  /** Has a row when the text is in what an app said or in a hook's label: then there is more than the walk meets. */
  readonly elsewhere: Sql
  /** What it meets surely has the text; otherwise each is looked at. */
  readonly isSure: boolean
}

/** The walk that meets every delivery with a text in its summary or body; null where the index cannot tell. */
export function walkText(text: string): TextWalk | null {
  const needle = foldNeedle(text)
  const grams = gramsIn(needle)
  if (grams.length === 0) return null
  const ids = 'SELECT rowid AS id FROM delivery_gram WHERE delivery_gram MATCH ? AND rowid BETWEEN @from AND @to'
  const said = contains('line', text)
  const label = labelled(text)
  return {
    ids,
    isSure: isGram(needle, grams),
    values: [expression(grams)],
    start: `SELECT min(id) AS start FROM (${ids} ORDER BY rowid DESC LIMIT @most)`,
    elsewhere: {
      text: `SELECT 1 WHERE EXISTS (SELECT 1 FROM attempt WHERE line IS NOT NULL AND (${said.text}))
        OR EXISTS (SELECT 1 FROM hook h WHERE ${label.text})`,
      values: [...said.values, ...label.values],
    },
  }
}

/** The ids of deliveries that may show a text, at most @most, when the index can tell: all of it is filled. */
export function mayShowText(text: string): Sql | null {
  const grams = gramsIn(foldNeedle(text))
  if (grams.length === 0) return null
  const said = contains('line', text)
  const label = labelled(text)
  return {
    text: `SELECT id FROM (
      SELECT rowid AS id FROM delivery_gram WHERE delivery_gram MATCH ?
      UNION ALL SELECT delivery FROM attempt WHERE line IS NOT NULL AND (${said.text})
      UNION ALL SELECT d.id FROM hook h CROSS JOIN delivery d ON d.hook = h.id WHERE ${label.text}
    ) LIMIT @most`,
    values: [expression(grams), ...said.values, ...label.values],
  }
}
