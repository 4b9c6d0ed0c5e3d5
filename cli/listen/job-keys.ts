/** Keys of a program that a shell may send to the background and bring back: only in the foreground are there any. */
import { platform } from 'node:process'
import type { ProcessPlace } from '../shared/foreground.ts'
import type { OpenKeys } from './shortcuts.ts'

const keysLine = 'Keys: ? lists them, o opens the inspector, q ends hookscope.'
const backgroundLine = 'Running in the background: no keys here. fg brings it back, with its keys.'
const stoppedLine = 'While stopped, hookscope answers nothing. bg lets it run on, fg brings it back.'

/** What the block at the start says at its end. */
export function endingLine(hasKeys: boolean, place: ProcessPlace): string {
  if (place === 'background') return hasKeys ? backgroundLine : 'Running in the background. fg brings it back.'
  return hasKeys ? keysLine : 'Ctrl-C ends hookscope.'
}

/** `fg` sends a job that runs no signal: this often is looked, milliseconds, and only while there are no keys. */
const lookMs = 1000

export interface Job {
  place(): ProcessPlace
  /** Stops the job, as the terminal does at Ctrl-Z; returns when it goes on. null where there are no jobs. */
  readonly stop: (() => void) | null
  onContinued(listener: () => void): void
  offContinued(listener: () => void): void
}

/** This process, with what the shell started in the same job: npx waits for it, and has to stop as well. */
export const thisJob = (place: () => ProcessPlace): Job => ({
  place,
  stop: platform === 'win32' ? null : () => void process.kill(0, 'SIGTSTP'),
  onContinued: listener => void process.on('SIGCONT', listener),
  offContinued: listener => void process.off('SIGCONT', listener),
})

/**
 * @param open starts reading keys; `suspend` is for Ctrl-Z, which a terminal in raw mode no longer turns into a signal
 * @param say tells the person that keys came or went
 */
export function openJobKeys(
  open: (suspend: () => void) => OpenKeys,
  job: Job,
  say: (line: string) => void,
): { close(): void } {
  let keys: OpenKeys | null = null
  let looking: NodeJS.Timeout | undefined

  function watch(): void {
    clearInterval(looking)
    looking = setInterval(() => {
      const place = job.place()
      if (place === 'background') return
      clearInterval(looking)
      // The terminal may have been closed meanwhile: then there is nothing to read.
      if (place === 'foreground') start()
    }, lookMs)
    looking.unref()
  }
  function start(): void {
    clearInterval(looking)
    keys = open(suspend)
    say(keysLine)
  }
  function suspend(): void {
    if (job.stop === null || job.place() === 'none') return
    keys?.close()
    keys = null
    say(stoppedLine)
    // Where no shell looks after jobs, nothing stops, and nothing continues: the watch brings the keys back.
    watch()
    job.stop()
  }
  function continued(): void {
    const place = job.place()
    if (place === 'none') return
    if (place === 'foreground') {
      keys?.close()
      if (keys === null) start()
      else keys = open(suspend)
      return
    }
    keys?.leave()
    keys = null
    say(backgroundLine)
    watch()
  }

  job.onContinued(continued)
  if (job.place() === 'background') watch()
  else keys = open(suspend)
  return {
    close() {
      job.offContinued(continued)
      clearInterval(looking)
      keys?.close()
    },
  }
}
