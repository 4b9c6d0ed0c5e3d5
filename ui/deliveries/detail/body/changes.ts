/** `changes.old` and `changes.new` of an event side by side: what changed, from what, to what. */
import type { Family } from '../../../../core/events/catalogue.ts'
import { valueMeaning } from '../../../../core/events/field-notes.ts'
import { pathText } from '../../../../core/text/json-steps.ts'
import { childrenOf, findNode, type JsonTree, plainValue, sourceOf } from '../../../../core/text/json-tree.ts'

export interface ChangedValue {
  /** As the JSON has it: with quotes, digits intact. */
  readonly source: string
  /** What a code stands for; null when the value stands for itself. */
  readonly meaning: string | null
  /** Place in the text; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

export interface ChangedField {
  /** From `old` and `new` on, such as `original_card.expiration`. */
  readonly path: string
  /** Undefined where that side does not have the field. */
  readonly before: ChangedValue | undefined
  readonly after: ChangedValue | undefined
}

type Valid = JsonTree & { ok: true }

/** The leaves below a node, by path; an empty object or array is a leaf. */
function leaves(tree: Valid, top: number, side: 'old' | 'new', family: Family | null): Map<string, ChangedValue> {
  const found = new Map<string, ChangedValue>()
  const queue: { index: number; steps: (string | number)[] }[] = [{ index: top, steps: [] }]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { index, steps } = next
    const node = tree.nodes[index]
    if (!node) continue
    if (node.children > 0 && steps.length < 32) {
      for (const child of childrenOf(tree.nodes, index).reverse()) {
        const inner = tree.nodes[child]
        if (inner) queue.push({ index: child, steps: [...steps, inner.key ?? inner.position] })
      }
    } else if (steps.length > 0) {
      const text = node.kind === 'string' ? plainValue(tree, node) : ''
      const meaning = valueMeaning(family, ['event_body', 'changes', side, ...steps], text)
      found.set(pathText(steps), { source: sourceOf(tree, node), meaning, start: node.start, end: node.end })
    }
  }
  return found
}

/** @returns null when the event has no `changes`; fields in the order they come, those of `old` first */
export function changedFields(tree: JsonTree, family: Family | null): ChangedField[] | null {
  if (!tree.ok) return null
  const changes = findNode(tree, ['event_body', 'changes'])
  if (changes === undefined || tree.nodes[changes]?.kind !== 'object') return null
  const side = (name: 'old' | 'new') => {
    const top = findNode(tree, ['event_body', 'changes', name])
    return top === undefined ? new Map<string, ChangedValue>() : leaves(tree, top, name, family)
  }
  const before = side('old')
  const after = side('new')
  return [...new Set([...before.keys(), ...after.keys()])].map(path => ({
    path,
    before: before.get(path),
    after: after.get(path),
  }))
}
