import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import type { Family } from '../../../../core/events/catalogue.ts'
import { fieldNote, valueMeaning } from '../../../../core/events/field-notes.ts'
import { pathText } from '../../../../core/text/json-steps.ts'
import {
  closedAtFirst,
  type JsonNode,
  type JsonTree,
  plainValue,
  sourceOf,
  stepsTo,
  visibleNodes,
} from '../../../../core/text/json-tree.ts'
import { clip, printable } from '../../../../core/text/text.ts'
import { Button } from '../../../kit/button.tsx'
import { CopyButton } from '../../../kit/copy-button.tsx'
import { countText } from '../../../kit/count.ts'

type Valid = JsonTree & { ok: true }

/** Rows that are drawn before one asks for more. */
const rowsAtOnce = 400
/** Deeper than this, rows are not moved in any further. */
const deepestIndent = 24

/** A JSON body as a tree: arrows move, open and close; the selected value and its path can be copied. */
export function JsonView({ tree, family }: { tree: Valid; family: Family | null }) {
  const { nodes } = tree
  const [closed, setClosed] = useState(() => closedAtFirst(nodes))
  const [selected, setSelected] = useState(0)
  const [limit, setLimit] = useState(rowsAtOnce)
  const list = useRef<HTMLDivElement>(null)
  const visible = useMemo(() => visibleNodes(nodes, closed), [nodes, closed])
  const rows = visible.slice(0, limit)

  const toggle = (index: number, open?: boolean) => {
    const next = new Set(closed)
    if (open ?? next.has(index)) next.delete(index)
    else next.add(index)
    setClosed(next)
  }
  const focus = (index: number | undefined) => {
    if (index === undefined) return
    setSelected(index)
    list.current?.querySelector<HTMLElement>(`[data-node="${index}"]`)?.focus()
  }
  const move = (event: KeyboardEvent) => {
    const node = nodes[selected]
    const place = rows.indexOf(selected)
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return
    const isOpen = node.children > 0 && !closed.has(selected)
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(rows[place + 1]),
      ArrowUp: () => focus(rows[place - 1]),
      Home: () => focus(rows[0]),
      End: () => focus(rows.at(-1)),
      ArrowRight: () => (isOpen ? focus(rows[place + 1]) : node.children > 0 && toggle(selected, true)),
      ArrowLeft: () => (isOpen ? toggle(selected, false) : node.parent >= 0 && focus(node.parent)),
      Enter: () => node.children > 0 && toggle(selected),
      ' ': () => node.children > 0 && toggle(selected),
    }
    const act = moves[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  return (
    <div class="json">
      <div ref={list} class="json-tree" role="tree" aria-label="Body">
        {rows.map(index => (
          <Row
            key={index}
            tree={tree}
            index={index}
            family={family}
            open={!closed.has(index)}
            selected={index === selected}
            onSelect={() => setSelected(index)}
            onToggle={() => toggle(index)}
            onKeyDown={move}
          />
        ))}
      </div>
      {visible.length > rows.length ? (
        <Button small onClick={() => setLimit(limit + rowsAtOnce * 4)}>
          Show more ({countText(visible.length - rows.length)} rows left)
        </Button>
      ) : null}
      <Selected tree={tree} index={selected} family={family} />
    </div>
  )
}

interface RowProps {
  tree: Valid
  index: number
  family: Family | null
  open: boolean
  selected: boolean
  onSelect: () => void
  onToggle: () => void
  onKeyDown: (event: KeyboardEvent) => void
}

function Row({ tree, index, family, open, selected, onSelect, onToggle, onKeyDown }: RowProps) {
  const node = tree.nodes[index]
  if (!node) return null
  const holds = node.children > 0
  // Notes are about the gateway's fields, which lie near the top.
  const steps = node.depth <= 8 ? stepsTo(tree.nodes, index) : []
  const note = fieldNote(family, steps)
  const meaning = node.kind === 'string' ? valueMeaning(family, steps, plainValue(tree, node)) : null
  return (
    <div
      class={`json-row${selected ? ' json-selected' : ''}`}
      role="treeitem"
      data-node={index}
      tabIndex={selected ? 0 : -1}
      aria-level={node.depth + 1}
      aria-expanded={holds ? open : undefined}
      aria-selected={selected}
      style={{ '--indent': Math.min(node.depth, deepestIndent) }}
      onClick={() => {
        if (selected && holds) onToggle()
        onSelect()
      }}
      onKeyDown={onKeyDown}
      onFocus={onSelect}
    >
      <span class="json-field">
        {holds ? (
          <span
            class="json-fold"
            aria-hidden="true"
            onPointerDown={event => {
              event.preventDefault()
              onToggle()
            }}
          >
            {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
          </span>
        ) : (
          <span class="json-fold" />
        )}
        <span class="json-name mono">{nameOf(node)}</span>
        <span class={`json-value mono json-${node.kind}`}>{valueText(tree, node)}</span>
        {meaning ? <span class="json-meaning muted">{meaning}</span> : null}
      </span>
      {note ? <span class="json-note clip note">{note}</span> : null}
    </div>
  )
}

function nameOf(node: JsonNode): string {
  if (node.key !== null) return `${printable(node.key) || '""'}`
  return node.parent < 0 ? 'body' : String(node.position)
}

function valueText(tree: Valid, node: JsonNode): string {
  if (node.kind === 'object') return node.children === 0 ? '{}' : `{ ${countText(node.children)} }`
  if (node.kind === 'array') return node.children === 0 ? '[]' : `[ ${countText(node.children)} ]`
  return clip(printable(sourceOf(tree, node)), 2_000)
}

/** The selected row's path, what it means, and what can be copied of it. */
function Selected({ tree, index, family }: { tree: Valid; index: number; family: Family | null }) {
  const node = tree.nodes[index]
  if (!node) return null
  const steps = stepsTo(tree.nodes, index)
  const path = pathText(steps)
  const note = fieldNote(family, steps)
  return (
    <div class="line json-selection">
      <span class="json-where fill">
        <span class="mono clip" title={path}>
          {path === '' ? 'The whole body' : printable(path)}
        </span>
        {note ? <span class="note">{note}</span> : null}
      </span>
      <CopyButton small label="Copy value" text={() => plainValue(tree, node)} />
      <CopyButton small label="Copy path" text={path} disabled={path === ''} />
    </div>
  )
}
