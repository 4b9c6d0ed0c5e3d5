/** Signed events for tests of a shop, in any runtime with Web Crypto. */
import { type EventType, findEvent } from '../events/catalogue.ts'
import { makeCatalogued } from '../events/generator/make-events.ts'
import { sampleFields } from '../events/generator/samples.ts'
import { findScenario, type scenarios } from '../events/generator/scenarios.ts'
import { wholePaths } from '../events/generator/whole-path.ts'
import { signatureHeader, type UserPassword } from '../hooks/origin.ts'
import { credentialsOf, keyOf, wholeNumber } from './options.ts'
import { signatureOf } from './signature.ts'

/** How an event is made and signed. */
export interface SignedEventOptions {
  /** The key that your endpoint verifies with; without one the event is not signed, as a stranger’s. */
  readonly key?: string | undefined
  /** The credentials that your endpoint asks for, as Basic authentication. */
  readonly basicAuth?: UserPassword | undefined
  /** Values by their path, or by its end where that is clear: `{ amount: '12.50' }`. The paths of `hookscope trigger --set`. */
  readonly set?: Readonly<Record<string, unknown>> | undefined
  /** Paths that are taken out. */
  readonly unset?: readonly string[] | undefined
  /** Decides everything in the event but its time, the id as well: a whole number of 32 bits; default: another one each time. */
  readonly seed?: number | undefined
  /** What `event_triggered` says, in local time; in a scenario that of the last event. Default: now. */
  readonly when?: Date | undefined
}

/** A POST as the gateway sends it. */
export interface SignedEvent {
  /** JSON; these are the characters that were signed. */
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Asked for with it, the same event comes again. */
  readonly seed: number
}

/** An event type of the catalogue; `cardupdate.*` is `cau.*` in its other spelling. */
export type EventTypeName = EventType | `cardupdate.${string}`

/** A chain of events about one payment. */
export type ScenarioName = (typeof scenarios)[number]['name']

/** Of 32 bits. */
const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0

/** @throws TypeError for a path that could be several */
function wholePath(typed: string, types: readonly string[]): string {
  const known = types.flatMap(type => (findEvent(type) ? sampleFields(type) : []))
  const found = wholePaths(
    typed,
    known.map(({ path }) => path),
  )
  if (found.length > 1)
    throw new TypeError(`“${typed}” is in several places. Write which one: ${found.slice(0, 4).join(' or ')}.`)
  return found[0] ?? typed
}

function changesOf({ set = {}, unset = [] }: SignedEventOptions, types: readonly string[]) {
  return {
    set: Object.entries(set).map(([path, value]) => ({ path: wholePath(path.trim(), types), value })),
    unset: unset.map(path => wholePath(path.trim(), types)),
  }
}

async function signed(item: Parameters<typeof makeCatalogued>[0], options: SignedEventOptions): Promise<SignedEvent[]> {
  const { key, basicAuth, seed = randomSeed(), when = new Date() } = options
  if (key !== undefined) keyOf(key)
  if (basicAuth !== undefined) credentialsOf(basicAuth)
  if (Number.isNaN(when.getTime())) throw new TypeError('when is an invalid date: give one that exists.')
  const made = makeCatalogued(item, wholeNumber('seed', seed, 2 ** 32 - 1), when)
  if (!made.ok) throw new TypeError(`${made.message} ${made.hint}`)
  return Promise.all(
    made.bodies.map(async ({ text: body }) => ({
      body,
      headers: {
        'Content-Type': 'application/json',
        ...(key !== undefined && { [signatureHeader]: await signatureOf(key, body) }),
        ...(basicAuth !== undefined && { Authorization: basicOf(basicAuth) }),
      },
      seed,
    })),
  )
}

/** RFC 7617, UTF-8. */
function basicOf({ username, password }: UserPassword): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}

/**
 * An event as the gateway sends it: post `body` with `headers` to your endpoint.
 * @param type of the catalogue, in either spelling
 * @throws TypeError for a type or a path that there is not; its message has the nearest ones
 */
export async function signedEvent(type: EventTypeName, options: SignedEventOptions = {}): Promise<SignedEvent> {
  const [event] = await signed({ kind: 'event', type, ...changesOf(options, [type]) }, options)
  if (event === undefined) throw new TypeError(`There is no event of ${type}.`)
  return event
}

/**
 * The events of a scenario, in the order in which they were triggered. The gateway may deliver them in any other.
 * @throws TypeError for a name or a path that there is not
 */
export async function scenario(name: ScenarioName, options: SignedEventOptions = {}): Promise<readonly SignedEvent[]> {
  return signed({ kind: 'journey', name, ...changesOf(options, findScenario(name)?.steps ?? []) }, options)
}
