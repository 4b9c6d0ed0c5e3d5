/** How the database is: every failure of the store ends up here and is told of once, whichever part of hookscope met it. */
import type { StoreTrouble, TroubleCode } from '../../core/api/store-trouble.ts'
import { createListeners } from '../lib/listeners.ts'
import { StoreUnavailable } from './problem.ts'

/** `file`: where it is. `log`: keeping deliveries. `index`: showing them and sending them on. Everything else by what was asked. */
export type Part = 'file' | 'log' | 'index' | (string & {})

export interface Health {
  /** null when all is well. */
  trouble(): StoreTrouble | null
  /** @returns a function that stops the calls */
  onTrouble(listener: (trouble: StoreTrouble | null) => void): () => void
  /** Notes a failure. @returns the StoreUnavailable that the error stands for; the error itself when it is no matter of the store */
  failed(part: Part, error: unknown): unknown
  worked(part: Part): void
  /** This is over, whichever parts met it. */
  over(code: TroubleCode): void
  /** Does what the store can open without, should pages of it not read. @returns its result, or `instead` */
  survive<Result>(part: Part, work: () => Result, instead: Result): Result
  /** What stays wrong until it is repaired, or is being repaired now; null when nothing is. */
  damage(found: StoreTrouble | null): void
  close(): void
}

/** How long a failure of something that is not tried again by itself is told of, milliseconds. */
const rememberedMs = 10_000

const until503 = 'Until then the gateway is answered 503, so that it sends again.'
/** What to do, by what is wrong. */
type Ways = Readonly<Record<TroubleCode, string>>
const fileWays: Ways = {
  full: 'Free some space on its disk, or delete deliveries in the inspector (they are then removed at once).',
  locked: 'Close the program that has it open.',
  io: 'Check its disk.',
  damaged: 'hookscope is checking what can be read.',
  shared: 'End one of the two, and restart the other.',
  gone: 'Put it back where it was, or restart hookscope.',
}

/** What this hookscope wrote as JSON or as a time and that reads as neither was changed by something else. */
const isGarbled = (error: unknown) => error instanceof SyntaxError || error instanceof RangeError

const lowered = (text: string) => text.replace(/^(The|Another)\b/, word => word.toLowerCase())

interface Failure {
  readonly code: TroubleCode
  readonly message: string
}

/** In words, by the part that met it. */
function troubleOf(part: Part, { code, message }: Failure, ways: Ways): StoreTrouble {
  const way = ways[code]
  const reason = lowered(message)
  if (part === 'file' || part === 'log')
    return {
      code,
      message: `Deliveries cannot be kept: ${reason}.`,
      hint: `${way} ${until503}`,
      keeps: false,
      rebuilding: null,
    }
  if (part === 'index')
    return {
      code,
      message: `Deliveries are kept, but neither shown nor sent on: ${reason}.`,
      hint: `${way} hookscope tries again each second.`,
      keeps: true,
      rebuilding: null,
    }
  return { code, message: `Not everything can be read or kept: ${reason}.`, hint: way, keeps: true, rebuilding: null }
}

export interface HealthOptions {
  /** The StoreUnavailable that an error of the engine stands for; undefined when it is no matter of the store. */
  unavailable(error: unknown): StoreUnavailable | undefined
  /** Something met a damaged page or row. */
  onDamage(part: Part): void
  /** Something did not fit on the disk. */
  onFull(): void
  /** What to do where the database is no file. */
  readonly ways?: Ways
  /** What none of its parts is spared, whichever meets it first: it is told of as what keeps deliveries from being kept. */
  readonly everywhere?: readonly TroubleCode[]
}

export function openHealth(options: HealthOptions): Health {
  const { unavailable, onDamage, onFull, ways = fileWays, everywhere = [] } = options
  const listeners = createListeners<StoreTrouble | null>()
  const failures = new Map<Part, Failure>()
  const timers = new Map<Part, NodeJS.Timeout>()
  let damage: StoreTrouble | null = null
  let reported = JSON.stringify(null)
  let closed = false

  const failureOf = (error: unknown): StoreUnavailable | undefined =>
    unavailable(error) ??
    (isGarbled(error) ? new StoreUnavailable('damaged', 'The database cannot be read', { cause: error }) : undefined)

  /** The worst first: what keeps deliveries from being kept. */
  function trouble(): StoreTrouble | null {
    for (const part of ['file', 'log']) {
      const failure = failures.get(part)
      if (failure) return troubleOf(part, failure, ways)
    }
    if (damage) return damage
    const rest = [...failures].sort(([one], [other]) => Number(other === 'index') - Number(one === 'index'))
    const [first] = rest
    return first ? troubleOf(...first, ways) : null
  }

  function tell(): void {
    const now = trouble()
    const text = JSON.stringify(now)
    if (text === reported || closed) return
    reported = text
    listeners.call(now)
  }

  function worked(part: Part): void {
    clearTimeout(timers.get(part))
    timers.delete(part)
    if (failures.delete(part)) tell()
  }

  const health: Health = {
    trouble,
    onTrouble: listener => listeners.add(listener),
    survive(part, work, instead) {
      try {
        return work()
      } catch (error) {
        const failure = health.failed(part, error)
        if (failure instanceof StoreUnavailable && failure.code === 'damaged') return instead
        throw error
      }
    },
    failed(from, error) {
      const failure = failureOf(error)
      if (failure === undefined || closed) return failure ?? error
      const { code, message } = failure
      const part = everywhere.some(one => one === code) ? 'file' : from
      // The damage says how far that is.
      if (code === 'rebuilding') return failure
      failures.set(part, { code, message })
      if (part !== 'file' && part !== 'log' && part !== 'index') {
        clearTimeout(timers.get(part))
        timers.set(part, setTimeout(() => worked(part), rememberedMs).unref())
      }
      if (code === 'damaged') onDamage(part)
      // Not what is refused although it would fit.
      if (code === 'full' && failure.cause !== undefined) onFull()
      tell()
      return failure
    },
    worked,
    over(code) {
      for (const [part, failure] of failures) {
        if (failure.code !== code) continue
        clearTimeout(timers.get(part))
        timers.delete(part)
        failures.delete(part)
      }
      tell()
    },
    damage(found) {
      damage = found
      // What met it is said with it, or is over.
      for (const [part, failure] of failures)
        if (failure.code === 'damaged' && part !== 'log' && part !== 'index') failures.delete(part)
      tell()
    },
    close() {
      closed = true
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
  return health
}
