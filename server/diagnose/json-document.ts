/** JSON with everything its writer chose: whitespace, number texts, escapes, the order of names. Nothing is lost or rounded. */

/** A string, a number, true, false or null, as it stands in the text. */
export interface JsonLeaf {
  readonly kind: 'string' | 'number' | 'word'
  readonly text: string
}

/** `before` and `after`: the whitespace around it. */
export interface JsonElement {
  readonly before: string
  readonly value: JsonValue
  readonly after: string
}

export interface JsonMember extends JsonElement {
  /** With its quotation marks and escapes. */
  readonly name: string
  /** The colon and the whitespace around it. */
  readonly colon: string
}

export type JsonValue =
  | JsonLeaf
  | {
      readonly kind: 'array'
      readonly elements: readonly JsonElement[] /** Blanks in an empty one. */
      readonly whitespace: string
    }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[]; readonly whitespace: string }

/** A whole text: one value with whitespace around it. */
export type JsonDocument = JsonElement

/** Deeper nesting is nobody's event; it would only cost stack. */
const deepest = 200

const blanksAt = /[ \t\n\r]*/y
const stringAt = /"[^"\\]*(?:\\.[^"\\]*)*"/y
const scalarAt = /[-+.\w]+/y

/** @returns null for what is not JSON (RFC 8259) or is nested too deep */
export function readJson(text: string): JsonDocument | null {
  try {
    // Whatever passes this needs no further check below.
    JSON.parse(text)
  } catch {
    return null
  }
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  const leaf = (): JsonLeaf => {
    if (text[at] === '"') return { kind: 'string', text: take(stringAt) }
    const scalar = take(scalarAt)
    return { kind: /^[-\d]/.test(scalar) ? 'number' : 'word', text: scalar }
  }
  const value = (depth: number): JsonValue | null => {
    const opening = text[at]
    if (opening !== '{' && opening !== '[') return leaf()
    if (depth === deepest) return null
    at += 1
    const isObject = opening === '{'
    const members: JsonMember[] = []
    let before = take(blanksAt)
    while (text[at] !== '}' && text[at] !== ']') {
      const name = isObject ? take(stringAt) : ''
      let colon = ''
      if (isObject) {
        colon = `${take(blanksAt)}:`
        at += 1
        colon += take(blanksAt)
      }
      const inner = value(depth + 1)
      if (inner === null) return null
      members.push({ before, name, colon, value: inner, after: take(blanksAt) })
      before = ''
      if (text[at] === ',') {
        at += 1
        before = take(blanksAt)
      }
    }
    at += 1
    return isObject
      ? { kind: 'object', members, whitespace: before }
      : { kind: 'array', elements: members, whitespace: before }
  }
  const before = take(blanksAt)
  const root = value(0)
  return root === null ? null : { before, value: root, after: take(blanksAt) }
}

/** The text as its writer wrote it. */
export function writeJson(document: JsonDocument): string {
  const parts: string[] = []
  const write = (value: JsonValue): void => {
    if (value.kind === 'object') {
      parts.push('{', value.whitespace)
      value.members.forEach((member, index) => {
        parts.push(index === 0 ? '' : ',', member.before, member.name, member.colon)
        write(member.value)
        parts.push(member.after)
      })
      parts.push('}')
    } else if (value.kind === 'array') {
      parts.push('[', value.whitespace)
      value.elements.forEach((element, index) => {
        parts.push(index === 0 ? '' : ',', element.before)
        write(element.value)
        parts.push(element.after)
      })
      parts.push(']')
    } else parts.push(value.text)
  }
  parts.push(document.before)
  write(document.value)
  parts.push(document.after)
  return parts.join('')
}

/** The same document with each leaf, names included, written by `rewrite`. */
export function mapLeaves(document: JsonDocument, rewrite: (leaf: JsonLeaf) => string): JsonDocument {
  const map = (value: JsonValue): JsonValue => {
    if (value.kind === 'array')
      return { ...value, elements: value.elements.map(element => ({ ...element, value: map(element.value) })) }
    if (value.kind === 'object')
      return {
        ...value,
        members: value.members.map(member => ({
          ...member,
          name: rewrite({ kind: 'string', text: member.name }),
          value: map(member.value),
        })),
      }
    return { ...value, text: rewrite(value) }
  }
  return { ...document, value: map(document.value) }
}

/**
 * The same document with the members of each object, the innermost first, as `arrange` returns them; whitespace keep their places.
 * @param arrange is told how many objects and arrays stand around these members
 */
export function mapMembers(
  document: JsonDocument,
  arrange: (members: readonly JsonMember[], depth: number) => readonly JsonMember[],
): JsonDocument {
  const map = (value: JsonValue, depth: number): JsonValue => {
    if (value.kind === 'array')
      return {
        ...value,
        elements: value.elements.map(element => ({ ...element, value: map(element.value, depth + 1) })),
      }
    if (value.kind !== 'object') return value
    const inner = value.members.map(member => ({ ...member, value: map(member.value, depth + 1) }))
    const arranged = arrange(inner, depth)
    const places = arranged.length
    const members = arranged.map((member, index) => ({
      ...member,
      before: inner[index]?.before ?? '',
      // What stands before the closing brace stays there, also when members went.
      after: (index === places - 1 ? inner.at(-1) : inner[index])?.after ?? '',
    }))
    return { ...value, members }
  }
  return { ...document, value: map(document.value, 0) }
}
