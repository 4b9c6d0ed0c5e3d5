/** A storage fault a round: a page of a small database is written over, hookscope starts, takes deliveries and is asked for all. */
import { copyFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { UserError } from '../../server/lib/errors.ts'
import { StoreUnavailable } from '../../server/store/problem.ts'
import { repair } from '../../server/store/sqlite/repair/repair.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { pagesOf, writeOver } from '../helpers/damage.ts'
import { arrival, saleEvent } from '../helpers/deliveries.ts'
import { type Dice, openDice } from './dice.ts'

/** What became of one round. */
export interface Round {
  /** What was done, for who reads of a failure. */
  readonly fault: string
  /** `refused`: it does not open, which is said. `trouble`: it says what is wrong. `whole`: all is there, nothing is said. */
  readonly end: 'refused' | 'trouble' | 'whole'
  /** What is neither there nor said; empty when all is well. */
  readonly failures: readonly string[]
}

/** Deliveries of the database before its fault, and those sent after it. */
const before = 120
const sent = 5
/** How long is waited for what was sent to show, or for a word, milliseconds. */
const patienceMs = 20_000

const everything = { query: { terms: [] }, before: null, limit: 500, grouped: false } as const
const sale = (name: string) => arrival({ body: saleEvent({ id: name, invoice: name.repeat(60) }) })

/** Makes the database that every round begins with. */
export async function makeDatabase(path: string): Promise<void> {
  const store = openSqlite({ path })
  await Promise.all(Array.from({ length: before }, (_, index) => store.deliveries.append(sale(`event-${index + 1}`))))
  await store.deliveries.settled()
  await store.edits.setPinned([3], true)
  await store.edits.remove([4])
  const target = 'http://localhost:3000/'
  for (let delivery = 10; delivery < 40; delivery += 1) {
    const request = { method: 'POST', url: target, headers: [], body: new Uint8Array(2000) }
    await store.attempts.start({ delivery, source: 'forward', target, startedAt: 0, request })
  }
  await store.hooks.save({
    ...{
      id: 'main',
      label: 'Main',
      path: '/hook',
      customUrl: null,
      events: null,
      rehearsal: null,
      forward: [],
      createdAt: 0,
    },
    savedSecrets: { basicAuth: null, signatureKey: null, sourceKey: null },
  })
  await store.close()
}

/** Writes over one page. @returns what was done */
function hurt(path: string, dice: Dice): string {
  const pages = pagesOf(path)
  const [first, ...rest] = pages
  if (first === undefined) throw new Error('The database has no pages')
  const { name, page, kind } = dice.pick([first, ...rest])
  const where = `page ${page}, ${kind} of ${name}`
  switch (dice.below(4)) {
    case 0:
      writeOver(path, page)
      return `zeros over ${where}`
    case 1:
      writeOver(path, page, dice.bytes(4096))
      return `chance over ${where}`
    case 2:
      writeOver(path, page, dice.bytes(dice.pick([8, 512, 2048])))
      return `chance over the beginning of ${where}`
    default: {
      const size = statSync(path).size / 4096
      const left = Math.max(1, size - 1 - dice.below(20))
      truncateSync(path, left * 4096)
      return `cut off after page ${left} of ${size}`
    }
  }
}

/** Asks for all that is kept. @returns what is neither listed nor read */
async function missing(store: Store, wanted: readonly number[]): Promise<string[]> {
  const listed = new Set((await store.deliveries.list(everything)).deliveries.map(({ id }) => id))
  const failures = wanted.filter(id => !listed.has(id)).map(id => `delivery ${id} is not listed`)
  for (const id of wanted)
    if ((await store.deliveries.get(id)) === undefined) failures.push(`delivery ${id} does not read`)
  await store.deliveries.facets()
  await store.attempts.ofDelivery(20)
  return failures
}

/** Waits until all is well or something lasting is said. */
async function calm(store: Store, told: readonly number[], taken: readonly number[]): Promise<void> {
  const ends = performance.now() + patienceMs
  const isMoving = () => /looks at|rebuilt from/.test(store.health.trouble()?.message ?? '')
  const isTold = () => taken.every(id => told.includes(id)) || (store.health.trouble() !== null && !isMoving())
  while (performance.now() < ends && (isMoving() || !isTold())) await pause(5)
}

async function tryOut(store: Store, fault: string): Promise<Round> {
  const told: number[] = []
  store.deliveries.onIndexed(deliveries => told.push(...deliveries.map(({ id }) => id)))
  const answers = await Promise.allSettled(
    Array.from({ length: sent }, (_, index) => store.deliveries.append(sale(`new-${index}`))),
  )
  const taken = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
  const failures = answers.flatMap(answer =>
    answer.status === 'rejected' && !(answer.reason instanceof StoreUnavailable) ? [String(answer.reason)] : [],
  )
  const old = Array.from({ length: before }, (_, index) => index + 1).filter(id => id !== 4)
  let lacks: string[] = []
  // Who looks meets what nothing on the way of a delivery did; once that is dealt with, all is there or it is said.
  for (let look = 0; look < 2; look += 1) {
    await calm(store, told, taken)
    try {
      lacks = await missing(store, [...old, ...taken])
    } catch (error) {
      lacks = [String(error)]
      if (!(error instanceof StoreUnavailable)) failures.push(`a read failed with ${String(error)}`)
    }
  }
  const isSaid = store.health.trouble() !== null
  if (!isSaid) failures.push(...lacks, ...taken.filter(id => !told.includes(id)).map(id => `${id} was not told of`))
  const twice = told.filter((id, index) => told.indexOf(id) !== index)
  failures.push(...twice.map(id => `delivery ${id} was told of twice`))
  failures.push(...told.filter(id => !taken.includes(id) && id <= before).map(id => `delivery ${id} was told of again`))
  return { fault, end: isSaid ? 'trouble' : 'whole', failures }
}

/** A repair says of each delivery that it is there or that it is not. @returns what it conceals */
function repairing(path: string): string[] {
  const to = `${path}.repaired`
  try {
    const arrivals = repair({ path, to, progress: () => {} }).tables.find(({ table }) => table === 'arrival')
    const { copied = 0, lost = [], isWhole = false } = arrivals ?? {}
    if (isWhole ? copied >= before : lost.length === 0 || copied + lost.length >= before) return []
    return [`a repair has ${copied} deliveries, and says that it lacks ${lost.length}`]
  } catch (error) {
    return [`a repair failed: ${String(error)}`]
  } finally {
    for (const ending of ['', '-wal', '-shm']) rmSync(to + ending, { force: true })
  }
}

/** One round. @param original as `makeDatabase` made it @param seed of its own */
export async function faultRound(folder: string, original: string, seed: number): Promise<Round> {
  const dice = openDice(seed)
  const path = join(folder, `round-${seed}.db`)
  copyFileSync(original, path)
  const isRunning = dice.below(3) === 0
  let store: Store | undefined
  let fault = ''
  try {
    if (!isRunning) fault = hurt(path, dice)
    store = openSqlite({ path })
    if (isRunning) fault = `while it runs: ${hurtRunning(path, original, dice)}`
    const round = await tryOut(store, fault)
    await store.close()
    return round.end === 'whole' ? round : { ...round, failures: [...round.failures, ...repairing(path)] }
  } catch (error) {
    if (error instanceof UserError) return { fault, end: 'refused', failures: repairing(path) }
    return { fault, end: 'refused', failures: [`it does not open: ${String(error)}`] }
  } finally {
    await store?.close()
    for (const ending of ['', '-wal', '-shm', '.lock']) rmSync(path + ending, { force: true })
  }
}

/** The pages are those of the original: closing another connection to the open file would free its locks. */
function hurtRunning(path: string, original: string, dice: Dice): string {
  const [first, ...rest] = pagesOf(original)
  if (first === undefined) throw new Error('The database has no pages')
  const { name, page, kind } = dice.pick([first, ...rest])
  writeOver(path, page, dice.bytes(4096))
  return `chance over page ${page}, ${kind} of ${name}`
}
