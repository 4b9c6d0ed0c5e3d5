/** Applies the faults: what happens to an event before it is sent, and to each attempt. */
import { createHash } from 'node:crypto'
import type { SentRequest } from '../../core/deliveries/attempt.ts'
import type { FaultKind, FaultRates } from '../../core/simulate/faults.ts'
import { type GatewaySecrets, gatewayRequest } from '../sender/as-gateway.ts'
import type { Upload } from '../sender/upload.ts'
import { chance } from './chance.ts'

/** Events that go out in one instant when they come in bursts. */
const burst = 20
/** How many events overtake a late one at the most. */
const furthestLate = 20
/** From one event to the next, milliseconds, when bursts gather events for which no rate is given. */
const gatheringMs = 50

/** When and how often an event goes out. */
export interface Departure {
  /** Milliseconds after the start. */
  readonly afterMs: number
  /** Its place among those that go out at the same time. */
  readonly place: number
  /** How often at the same time. */
  readonly copies: 1 | 2
  readonly weather: readonly FaultKind[]
}

function happensTo(faults: FaultRates, kind: FaultKind, seed: number, ...question: readonly number[]): boolean {
  const share = faults[kind] ?? 0
  return share > 0 && chance(seed, kind, ...question) < share
}

/**
 * @param index of the event among those that were asked for, from 0
 * @param rate events a second; null: as fast as can be
 */
export function departure(
  index: number,
  {
    weather: faults,
    seed,
    rate,
  }: { readonly weather: FaultRates; readonly seed: number; readonly rate: number | null },
): Departure {
  const happens = (['duplicates', 'disorder', 'burst'] as const).filter(kind => happensTo(faults, kind, seed, index))
  const late = happens.includes('disorder') ? 1 + Math.floor(chance(seed, 'late', index) * furthestLate) : 0
  const own = index + late
  const slot = happens.includes('burst') ? Math.floor(own / burst) * burst + burst - 1 : own
  const stepMs = rate !== null ? 1000 / rate : faults.burst ? gatheringMs : 0
  return {
    afterMs: slot * stepMs,
    // Behind the event whose place it takes.
    place: own + (late > 0 ? 0.5 : 0),
    copies: happens.includes('duplicates') ? 2 : 1,
    weather: happens,
  }
}

/** What an attempt is to be made of. */
export interface CleanAttempt {
  readonly url: string
  /** The event's body, as it is signed. */
  readonly body: Uint8Array
  readonly secrets: GatewaySecrets
  readonly faults: FaultRates
  readonly seed: number
  /** Of the event within its simulation. */
  readonly ordinal: number
  /** 1 for the first attempt. */
  readonly number: number
  /** How long slow sending takes, milliseconds. */
  readonly slowMs: number
}

export interface FaultyAttempt {
  readonly request: SentRequest
  readonly upload: Upload | undefined
  /** The faults that hit it: not those that could not at this recipient, such as a wrong password where none is sent. */
  readonly faults: readonly FaultKind[]
}

/** The request of an attempt, with the faults that hit it. */
export function withFaults({ url, body, secrets, faults, seed, ordinal, number, slowMs }: CleanAttempt): FaultyAttempt {
  const happened: FaultKind[] = []
  const happens = (kind: FaultKind, possible: boolean) => {
    const does = possible && happensTo(faults, kind, seed, ordinal, number)
    if (does) happened.push(kind)
    return does
  }
  let { authentication, key } = secrets
  if (happens('no-signature', key !== null)) key = null
  // Also where nothing is signed: what is forged needs no key.
  else if (happens('wrong-signature', true)) key = otherKey(seed, ordinal, number)
  if (authentication.kind === 'basic') {
    if (happens('no-credentials', true)) authentication = { kind: 'none' }
    else if (happens('wrong-credentials', true))
      authentication = { ...authentication, password: `not ${authentication.password}` }
  }
  const signed = gatewayRequest(url, body, { authentication, key }, 'simulate')
  const request = happens('tamper', body.length > 0)
    ? { ...signed, body: tampered(body, chance(seed, 'byte', ordinal, number)) }
    : signed
  const slow = happens('slow', body.length > 1)
  const cut = happens('cut', true)
  return {
    request,
    upload: slow || cut ? { overMs: slow ? slowMs : 0, cutAfter: cut ? Math.floor(body.length / 2) : null } : undefined,
    faults: happened,
  }
}

/** A key that nobody has. The same attempt gets the same one. */
const otherKey = (...of: readonly number[]) =>
  createHash('sha256')
    .update(['a key of nobody', ...of].join(' '))
    .digest('hex')

/** A copy with one bit of one byte flipped: a digit becomes another where there is one, so that amounts differ. */
function tampered(body: Uint8Array, where: number): Uint8Array {
  const digits = [...body.keys()].filter(index => isDigit(body[index] ?? 0))
  const places = digits.length > 0 ? digits : [...body.keys()]
  const changed = Uint8Array.from(body)
  const place = places[Math.floor(where * places.length)] ?? 0
  changed[place] = (changed[place] ?? 0) ^ 1
  return changed
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39
