/** JSON as a flat list of nodes that point into the text, so that depth costs no stack and numbers keep their digits. */
import { tokenize } from '@humanwhocodes/momoa'

export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'
  /** Index of the node that holds this one; -1 for the root. */
  readonly parent: number
  readonly depth: number
  /** The member's name, decoded; null in an array and at the root. */
  readonly key: string | null
  /** Place among its siblings, from 0. */
  readonly position: number
  /** The value in the text, in UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
  /** Number of members or elements. */
  readonly children: number
  /** Index of the first node behind everything this one holds. */
  readonly after: number
}

/** Where JSON breaks, from 1 in line and column, from 0 in offset (UTF-16 units). */
export interface JsonProblem {
  readonly message: string
  readonly line: number
  readonly column: number
  readonly offset: number
}

export type JsonTree =
  | { readonly ok: true; readonly text: string; readonly nodes: readonly JsonNode[] }
  | { readonly ok: false; readonly text: string; readonly problem: JsonProblem }

type Building = { -readonly [field in keyof JsonNode]: JsonNode[field] }

class Broken extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

function problemAt(text: string, message: string, offset: number): JsonProblem {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { message, offset, line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** Tokens, or where the characters stop making any. */
function read(text: string): { type: string; start: number; end: number }[] {
  try {
    return tokenize(text, { mode: 'json' }).map(({ type, loc }) => ({
      type,
      start: loc.start.offset,
      end: loc.end.offset,
    }))
  } catch (error) {
    const offset = error instanceof Error && 'offset' in error ? Number(error.offset) : 0
    if (offset >= text.length) throw new Broken('The text ends in the middle of a value.', text.length)
    throw new Broken(`${describeCharacter(text, offset)} is not allowed here.`, offset)
  }
}

function describeCharacter(text: string, offset: number): string {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0)
  if (character === '\ufeff') return 'A byte order mark'
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character) ? `The invisible character ${code}` : `“${character}”`
}

const kinds: Record<string, JsonNode['kind']> = {
  LBrace: 'object',
  LBracket: 'array',
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  Null: 'null',
}

/** The characters JSON forbids unescaped in a string, which the tokenizer lets pass. */
function checkString(text: string, start: number, end: number) {
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) < 0x20) throw new Broken(`${describeCharacter(text, at)} must be escaped in a string.`, at)
  }
}

function build(text: string): JsonNode[] {
  const tokens = read(text)
  const nodes: Building[] = []
  let at = 0
  let holder = -1
  /** What may come next: a value, a value or the end of an empty holder, or what follows a value. */
  let expecting: 'value' | 'first' | 'more' = 'value'

  const fail = (expected: string): never => {
    const token = tokens[at]
    if (!token) throw new Broken(`The text ends where ${expected} is expected.`, text.length)
    throw new Broken(
      `Expected ${expected}, not “${text.slice(token.start, Math.min(token.end, token.start + 24))}”.`,
      token.start,
    )
  }
  const close = (end: number) => {
    const node = nodes[holder]
    if (!node) return
    node.end = end
    node.after = nodes.length
    holder = node.parent
    expecting = 'more'
  }
  const readKey = (): string => {
    const token = tokens[at]
    if (token?.type !== 'String') return fail('a name in double quotes')
    checkString(text, token.start, token.end)
    at++
    if (tokens[at]?.type !== 'Colon') return fail('a colon')
    at++
    return JSON.parse(text.slice(token.start, token.end)) as string
  }

  while (at < tokens.length || expecting !== 'more' || holder !== -1) {
    const inside = nodes[holder]
    const token = tokens[at]
    const closer = inside?.kind === 'object' ? 'RBrace' : 'RBracket'
    if (inside && token?.type === closer && expecting !== 'value') {
      close(token.end)
      at++
      continue
    }
    if (expecting === 'more') {
      if (!inside) fail('the end of the text')
      if (token?.type !== 'Comma') fail(inside?.kind === 'object' ? 'a comma or }' : 'a comma or ]')
      at++
      expecting = 'value'
      continue
    }
    const key = inside?.kind === 'object' ? readKey() : null
    const value = tokens[at]
    const kind = value && kinds[value.type]
    if (!value || !kind) {
      fail('a value')
      break
    }
    if (kind === 'string') checkString(text, value.start, value.end)
    const position = inside?.children ?? 0
    if (inside) inside.children++
    const index = nodes.length
    nodes.push({
      kind,
      parent: holder,
      depth: inside ? inside.depth + 1 : 0,
      key,
      position,
      start: value.start,
      end: value.end,
      children: 0,
      after: index + 1,
    })
    at++
    const holds = kind === 'object' || kind === 'array'
    if (holds) holder = index
    expecting = holds ? 'first' : 'more'
  }
  return nodes
}

/** Parses strictly, as RFC 8259 says: no comments, no trailing commas, no byte order mark. Duplicate names are all kept. */
export function parseJson(text: string): JsonTree {
  if (text.trim() === '') return { ok: false, text, problem: problemAt(text, 'There is only whitespace.', 0) }
  try {
    return { ok: true, text, nodes: build(text) }
  } catch (error) {
    if (error instanceof Broken) return { ok: false, text, problem: problemAt(text, error.message, error.offset) }
    throw error
  }
}

/** Where a text stops being JSON, in words that show nothing of it: it may hold a key. */
export function breaksAt(text: string): string {
  const tree = parseJson(text)
  return tree.ok ? 'at an unknown place' : `at line ${tree.problem.line}, column ${tree.problem.column}`
}

/** The node a path of names and positions leads to; with duplicate names the last one, as JSON.parse has it. */
export function findNode(tree: JsonTree, path: readonly (string | number)[]): number | undefined {
  if (!tree.ok) return undefined
  let index = 0
  for (const step of path) {
    const children = childrenOf(tree.nodes, index)
    const next = children.findLast(child => {
      const node = tree.nodes[child]
      return typeof step === 'string' ? node?.key === step : node?.key === null && node.position === step
    })
    if (next === undefined) return undefined
    index = next
  }
  return index
}

/** The indexes of what a node holds, in order. */
export function childrenOf(nodes: readonly JsonNode[], index: number): number[] {
  const children: number[] = []
  const end = nodes[index]?.after ?? 0
  for (let at = index + 1; at < end; at = nodes[at]?.after ?? end) children.push(at)
  return children
}

/** The value's source text: numbers with all their digits, strings with their quotes and escapes. */
export const sourceOf = (tree: { readonly text: string }, node: JsonNode) => tree.text.slice(node.start, node.end)

/** What "copy value" copies: a string's characters, anything else as it stands in the text. */
export function plainValue(tree: { readonly text: string }, node: JsonNode): string {
  const source = sourceOf(tree, node)
  return node.kind === 'string' ? (JSON.parse(source) as string) : source
}

/** The names and positions that lead to a node. */
export function stepsTo(nodes: readonly JsonNode[], index: number): (string | number)[] {
  const steps: (string | number)[] = []
  for (let at = index; at > 0; ) {
    const node = nodes[at]
    if (!node) break
    steps.unshift(node.key ?? node.position)
    at = node.parent
  }
  return steps
}

/** The nodes that show, top to bottom, when the ones in `closed` are folded. */
export function visibleNodes(nodes: readonly JsonNode[], closed: ReadonlySet<number>): number[] {
  const visible: number[] = []
  for (let at = 0; at < nodes.length; ) {
    visible.push(at)
    at = closed.has(at) ? (nodes[at]?.after ?? nodes.length) : at + 1
  }
  return visible
}

/** What is folded at first: nothing in an ordinary event, what lies deep in a large body. */
export function closedAtFirst(nodes: readonly JsonNode[]): Set<number> {
  const deepest = nodes.length > 2_000 ? 1 : 24
  const closed = new Set<number>()
  nodes.forEach((node, index) => {
    if (node.children > 0 && node.depth >= deepest) closed.add(index)
  })
  return closed
}

/** Pretty JSON that keeps every number's digits; very deep parts stay unindented so that the text stays small. */
export function prettyJson(tree: JsonTree & { ok: true }): string {
  const { nodes } = tree
  const lines: string[] = []
  const open: number[] = []
  const pad = (depth: number) => '  '.repeat(Math.min(depth, 40))
  const closeUpTo = (index: number) => {
    while (open.length > 0) {
      const node = nodes[open.at(-1) ?? 0]
      if (!node || node.after > index) break
      open.pop()
      lines.push(`${pad(node.depth)}${node.kind === 'object' ? '}' : ']'}${isLast(nodes, node) ? '' : ','}`)
    }
  }
  nodes.forEach((node, index) => {
    closeUpTo(index)
    const name = node.key === null ? '' : `${JSON.stringify(node.key)}: `
    const holds = node.children > 0
    const shown = holds ? (node.kind === 'object' ? '{' : '[') : scalar(tree, node)
    lines.push(`${pad(node.depth)}${name}${shown}${holds || isLast(nodes, node) ? '' : ','}`)
    if (holds) open.push(index)
  })
  closeUpTo(nodes.length)
  return lines.join('\n')
}

const scalar = (tree: { readonly text: string }, node: JsonNode) =>
  node.kind === 'object' ? '{}' : node.kind === 'array' ? '[]' : sourceOf(tree, node)

const isLast = (nodes: readonly JsonNode[], node: JsonNode) =>
  node.parent === -1 || node.position === (nodes[node.parent]?.children ?? 0) - 1
