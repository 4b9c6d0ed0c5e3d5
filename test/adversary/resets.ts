/** Strangers who hang up: at every stage of a request, with a reset or without. */
import net from 'node:net'
import pLimit from 'p-limit'
import { type Dice, openDice } from './dice.ts'
import { type Door, nextRequest } from './requests.ts'

export interface Fuzzed {
  readonly requests: number
  /** Connections that were refused: nobody listened any more. */
  readonly refused: number
  /** First lines of answers of 500 and above. */
  readonly failures: readonly string[]
}

const connectionsAtOnce = 30
/** Answers that a person who reads on waits for; ends what never answers, milliseconds. */
const patienceMs = 300

type Stage = 'connected' | 'cut' | 'sent' | 'a while later' | 'answering' | 'answered'
const stages = ['connected', 'cut', 'cut', 'sent', 'sent', 'a while later', 'answering', 'answered'] as const

function hangUp(socket: net.Socket, dice: Dice): void {
  if (dice.below(5) === 0) socket.end()
  else socket.resetAndDestroy()
}

/** One connection. @returns the answer's first line, `''` when none came, null when nobody listens */
function one(dice: Dice, door: Door): Promise<string | null> {
  const bytes = nextRequest(dice, door)
  const stage: Stage = dice.pick(stages)
  const cut = dice.below(bytes.length)
  const later = dice.below(20)
  return new Promise(resolve => {
    let answer: string | null = ''
    const socket = net.connect(door.port, '127.0.0.1')
    const patience = setTimeout(() => socket.destroy(), patienceMs)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') answer = null
    })
    socket.on('close', () => {
      clearTimeout(patience)
      resolve(answer)
    })
    socket.on('data', chunk => {
      if (answer === '') answer = chunk.toString('latin1').split('\r\n', 1)[0] ?? ''
      if (stage === 'answering') hangUp(socket, dice)
    })
    socket.on('connect', () => {
      if (stage === 'connected') return hangUp(socket, dice)
      const sent = stage === 'cut' ? bytes.subarray(0, cut) : bytes
      socket.write(sent, () => {
        if (stage === 'cut' || stage === 'sent') hangUp(socket, dice)
        else if (stage === 'a while later') setTimeout(() => hangUp(socket, dice), later)
      })
    })
  })
}

/** Sends so many requests to the doors in turn, each hung up on at a stage that the seed decides. */
export async function fuzzResets(doors: readonly [Door, ...Door[]], seed: number, requests: number): Promise<Fuzzed> {
  const limit = pLimit(connectionsAtOnce)
  const failures: string[] = []
  let refused = 0
  await Promise.all(
    Array.from({ length: requests }, (_, index) =>
      limit(async () => {
        const dice = openDice(seed + index)
        const answer = await one(dice, dice.pick(doors))
        if (answer === null) refused += 1
        else if (/^HTTP\/1\.[01] 5/.test(answer)) failures.push(`${answer} (seed ${seed + index})`)
      }),
    ),
  )
  return { requests, refused, failures }
}
