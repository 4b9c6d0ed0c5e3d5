/** In which order JSON writers write an object's members, and what they make of names that come twice. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import type { JsonMember } from './json-document.ts'

export interface MemberOrder {
  readonly cause: Extract<SignatureCause, 'body-sorted-keys' | 'body-reordered-keys'> | null
  /** @param depth how many objects and arrays stand around the members */
  readonly arrange: (members: readonly JsonMember[], depth: number) => readonly JsonMember[]
}

type Named = { readonly name: string; readonly member: JsonMember }

/** Parsers that fill a map: a later member of a name takes the value of the first, in its place. */
function unique(members: readonly JsonMember[]): Named[] {
  const found = new Map<string, JsonMember>()
  for (const member of members) {
    const name: unknown = JSON.parse(member.name)
    if (typeof name === 'string') found.set(name, member)
  }
  return [...found].map(([name, member]) => ({ name, member }))
}

const arranged =
  (arrange: (named: Named[]) => Named[]): MemberOrder['arrange'] =>
  members =>
    arrange(unique(members)).map(({ member }) => member)
const sorted = (before: (left: string, right: string) => number) =>
  arranged(named => named.sort((left, right) => before(left.name, right.name)))

const byUnits = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)
const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right))
const byLength = (left: string, right: string) =>
  Buffer.byteLength(left) - Buffer.byteLength(right) || byBytes(left, right)

const isIndex = (name: string) => /^(?:0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1

/** JavaScript's objects: array indices first, ascending. */
function asJavaScript(named: Named[]): Named[] {
  const indices = named
    .filter(({ name }) => isIndex(name))
    .sort((left, right) => Number(left.name) - Number(right.name))
  return [...indices, ...named.filter(({ name }) => !isIndex(name))]
}

/** Java's HashMap, as org.json and others keep objects: by bucket, in each by arrival. */
function asHashMap(named: Named[]): Named[] {
  let buckets = 16
  while (named.length > buckets * 0.75) buckets *= 2
  const bucketOf = ({ name }: Named) => {
    let hash = 0
    for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  }
  return named.sort((left, right) => bucketOf(left) - bucketOf(right))
}

/** For who sorts, or keeps in a map of another kind, the outermost object alone. */
const outermost = ({ cause, arrange }: MemberOrder): MemberOrder => ({
  cause,
  arrange: (members, depth) => (depth === 0 ? arrange : onceEach.arrange)(members, depth),
})

export const asTheyStand: MemberOrder = { cause: null, arrange: members => members }
/** Only writes names once. */
export const onceEach: MemberOrder = { cause: null, arrange: arranged(named => named) }
/** Go's maps, Python's sort_keys, jq -S. */
export const byteOrder: MemberOrder = { cause: 'body-sorted-keys', arrange: sorted(byBytes) }
/** Java's TreeMap, JavaScript's sort. */
export const unitOrder: MemberOrder = { cause: 'body-sorted-keys', arrange: sorted(byUnits) }
export const javaScriptOrder: MemberOrder = { cause: 'body-reordered-keys', arrange: arranged(asJavaScript) }
/** PostgreSQL's jsonb, MySQL. */
export const lengthOrder: MemberOrder = { cause: 'body-reordered-keys', arrange: sorted(byLength) }
export const hashMapOrder: MemberOrder = { cause: 'body-reordered-keys', arrange: arranged(asHashMap) }
/** PHP's ksort; and what Jackson reads into a HashMap, whose inner objects keep their order. */
export const outermostSorted = outermost(byteOrder)
export const outermostHashMap = outermost(hashMapOrder)

/** Any order, the likelier ones first. */
export const memberOrders: readonly MemberOrder[] = [
  asTheyStand,
  onceEach,
  byteOrder,
  unitOrder,
  javaScriptOrder,
  lengthOrder,
  hashMapOrder,
]
