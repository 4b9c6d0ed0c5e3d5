/** What differs between two JSON values, as rows; jsondiffpatch is loaded when it is first needed. */
import { pathText } from '../../../core/text/json-steps.ts'
import type { JsonTree } from '../../../core/text/json-tree.ts'

export interface DifferenceRow {
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Source texts; null where that side has nothing. */
  readonly before: string | null
  readonly after: string | null
}

/** A value whose scalars are their source texts, so that no digit is lost. */
export type Comparable = string | Comparable[] | { [name: string]: Comparable }

/** In front of member names, so that none of them means something to JavaScript or to jsondiffpatch (`__proto__`, `_t`). */
const sign = '.'

/** An object to compare. */
export function comparableObject(members: Iterable<readonly [name: string, value: Comparable]>): Comparable {
  return Object.fromEntries([...members].map(([name, value]) => [sign + name, value]))
}

/** Builds the value of a tree without recursion. */
export function comparable(tree: JsonTree & { ok: true }): Comparable {
  const values: Comparable[] = []
  tree.nodes.forEach((node, index) => {
    const value: Comparable =
      node.kind === 'object' ? {} : node.kind === 'array' ? [] : tree.text.slice(node.start, node.end)
    values[index] = value
    const holder = values[node.parent]
    if (Array.isArray(holder)) holder.push(value)
    else if (typeof holder === 'object') holder[sign + (node.key ?? '')] = value
  })
  return values[0] ?? ''
}

function sourceText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${value.map(sourceText).join(', ')}]`
  const members = Object.entries(value as object).map(
    ([name, member]) => `${JSON.stringify(name.slice(1))}: ${sourceText(member)}`,
  )
  return `{${members.join(', ')}}`
}

function rowsOf(delta: unknown, steps: (string | number)[], rows: DifferenceRow[]) {
  const path = pathText(steps)
  if (Array.isArray(delta)) {
    if (delta.length === 1) rows.push({ path, kind: 'added', before: null, after: sourceText(delta[0]) })
    else if (delta.length === 2) {
      rows.push({ path, kind: 'changed', before: sourceText(delta[0]), after: sourceText(delta[1]) })
    } else if (delta[2] === 0) rows.push({ path, kind: 'removed', before: sourceText(delta[0]), after: null })
    return
  }
  if (typeof delta !== 'object' || delta === null) return
  const isArray = '_t' in delta && (delta as { _t: unknown })._t === 'a'
  for (const [name, inner] of Object.entries(delta)) {
    if (isArray && name === '_t') continue
    // In arrays, `_3` speaks of the old place 3 and `3` of the new one.
    rowsOf(inner, [...steps, isArray ? Number(name.replace('_', '')) : name.slice(1)], rows)
  }
}

/** @returns the rows in document order, or null when the values are nested too deeply to compare */
export async function differences(left: Comparable, right: Comparable): Promise<DifferenceRow[] | null> {
  const { create } = await import('jsondiffpatch')
  try {
    const delta = create({ arrays: { detectMove: false }, cloneDiffValues: false }).diff(left, right)
    const rows: DifferenceRow[] = []
    rowsOf(delta, [], rows)
    return rows
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
