/** Mock responses: held back for as long as they are to be, and written as they are. */
import type { ServerResponse } from 'node:http'
import type { AppAnswer } from '../../core/deliveries/attempt.ts'
import type { MockAnswer } from '../../core/hooks/mock-response.ts'
import { writeAppAnswer } from './answers.ts'

export interface MockResponder {
  /**
   * Writes the answer once its time has come; one that hangs ends as a 504.
   * @returns the status that went out; null when the sender had gone by then
   * @throws TypeError or RangeError when it cannot be written as HTTP; nothing is sent then
   */
  play(answer: MockAnswer, outgoing: ServerResponse): Promise<number | null>
  /** Lets go of what is held back: all of it goes out at once, and whatever comes later too. */
  release(): void
}

/** Whether the answer goes out later than the delivery is stored. */
export const isHeldBack = (answer: MockAnswer): boolean => answer.hangs || answer.delayMs > 0

/** What follows a hang: the sender that waited this long is to take it for a failure too. */
const afterHang: AppAnswer = { status: 504, headers: [], body: new Uint8Array() }

/** @param hangMs how long a hanging answer takes, milliseconds */
export function openMockResponder(hangMs: number): MockResponder {
  const held = new Set<() => void>()
  let released = false

  function hold(ms: number, outgoing: ServerResponse): Promise<void> {
    if (released || ms === 0 || outgoing.destroyed) return Promise.resolve()
    return new Promise(resolve => {
      const go = () => {
        clearTimeout(timer)
        held.delete(go)
        outgoing.off('close', go)
        resolve()
      }
      const timer = setTimeout(go, ms)
      held.add(go)
      outgoing.on('close', go)
    })
  }

  return {
    async play(answer, outgoing) {
      await hold(answer.hangs ? hangMs : answer.delayMs, outgoing)
      if (outgoing.destroyed) return null
      const { status, headers, body } = answer
      writeAppAnswer(outgoing, answer.hangs ? afterHang : { status, headers, body: Buffer.from(body) })
      return outgoing.statusCode
    },
    release() {
      released = true
      for (const go of [...held]) go()
    },
  }
}
