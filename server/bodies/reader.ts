/** Reads bodies on a thread that is ended when one is too much for it: none holds up the receiver, nor the next one. */
/// <reference path="../lib/threads.d.ts" />
import { Worker } from 'node:worker_threads'
import { encodingsOf, isMuchToRead } from './decode.ts'
import { type Came, type JobInputs, type JobName, type JobResults, jobs } from './jobs.ts'
import type { JobReply } from './thread.ts'
import source from './thread.ts?thread'

export interface ReadOptions {
  /** How long it may take, milliseconds. Default 5000. */
  readonly ms?: number
  /** The body is of no more use here: it changes hands instead of being copied. */
  readonly handOver?: boolean
  /** Called when the thread has started and begins with it. */
  begun?(): void
}

export interface BodyReader {
  /**
   * Does a job on the thread, after those that were asked for before.
   * @returns null when it takes too long, or the thread cannot do it
   */
  read<Name extends JobName>(
    name: Name,
    input: JobInputs[Name],
    options?: ReadOptions,
  ): Promise<JobResults[Name] | null>
  /** Ends the thread; what was asked for is not done any more. */
  close(): Promise<void>
}

/** The largest body that is unpacked takes a tenth of a second; a machine with much else to do takes longer. */
const usualMs = 5000
/** How long the thread may take to start, milliseconds. */
const startMs = 10_000
/** A thread that was asked for nothing for so long is ended, milliseconds: it holds some megabytes. */
const idleMs = 10_000
/** Memory of the thread, MiB. What JSON.parse makes of a megabyte of brackets takes a third of it. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 }

interface Waiting {
  readonly job: { readonly name: JobName; readonly input: JobInputs[JobName] }
  readonly ms: number
  readonly handOver: boolean
  readonly begun: (() => void) | undefined
  /** null: it was not done. */
  done(result: JobResults[JobName] | null): void
}

interface Thread {
  readonly worker: Worker
  ready: boolean
  timer?: NodeJS.Timeout
}

/** The thread starts with the first job, and again after it was ended. */
export function openBodyReader(): BodyReader {
  let queue: Waiting[] = []
  let thread: Thread | undefined
  let closed = false

  function start(): Thread {
    const worker = new Worker(source, { eval: true, resourceLimits })
    const started: Thread = { worker, ready: false }
    worker.on('message', (told: JobReply) => {
      if (thread !== started) return
      if (told.kind === 'ready') started.ready = true
      else queue.shift()?.done(told.kind === 'done' ? told.result : null)
      next()
    })
    // Out of memory, for instance.
    worker.on('error', () => giveUp(started))
    worker.on('exit', () => giveUp(started))
    return started
  }

  /** Ends the thread, and does without what it was at; the others get a new one. */
  function giveUp(ended: Thread): void {
    if (thread !== ended) return
    thread = undefined
    clearTimeout(ended.timer)
    void ended.worker.terminate()
    queue.shift()?.done(null)
    next()
  }

  /** Hands over the first that waits; called when the one before is done with. */
  function next(): void {
    const [first] = queue
    if (first === undefined) {
      if (thread) rest(thread)
      return
    }
    if (thread === undefined) {
      try {
        thread = start()
        allow(thread, startMs)
      } catch {
        // No memory for one more thread, for instance.
        queue.shift()?.done(null)
        next()
      }
      return
    }
    if (!thread.ready) return
    allow(thread, first.ms)
    first.begun?.()
    thread.worker.postMessage(first.job, ownedBy(first))
  }

  function allow(busy: Thread, ms: number): void {
    busy.worker.ref()
    clearTimeout(busy.timer)
    busy.timer = setTimeout(() => giveUp(busy), ms)
  }

  function rest(idle: Thread): void {
    idle.worker.unref()
    clearTimeout(idle.timer)
    idle.timer = setTimeout(() => giveUp(idle), idleMs)
    idle.timer.unref()
  }

  return {
    read<Name extends JobName>(
      name: Name,
      input: JobInputs[Name],
      { ms = usualMs, handOver = false, begun }: ReadOptions = {},
    ) {
      return new Promise<JobResults[Name] | null>(resolve => {
        if (closed) return resolve(null)
        // The thread answers a job with what the job of that name gives.
        const done = (result: JobResults[JobName] | null) => resolve(result as JobResults[Name] | null)
        queue.push({ job: { name, input }, ms, handOver, begun, done })
        if (queue.length === 1) next()
      })
    },
    async close() {
      closed = true
      const [ended, waiting] = [thread, queue]
      thread = undefined
      queue = []
      clearTimeout(ended?.timer)
      for (const { done } of waiting) done(null)
      await ended?.worker.terminate()
    },
  }
}

/** The memory that is its body's alone, where that is handed over; none when it shares it with others. */
function ownedBy({ handOver, job: { input } }: Waiting): ArrayBuffer[] {
  if (!handOver || !('body' in input)) return []
  const { buffer, byteLength } = input.body
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
}

/** Does a job at once for a body that is little, as most are, and on the thread for the others. @returns null as `read` does */
export async function runBodyJob<Name extends 'mask' | 'money' | 'anonymize'>(
  bodies: BodyReader,
  name: Name,
  { headers, body }: Came,
): Promise<JobResults[Name] | null> {
  const isMuch = isMuchToRead(encodingsOf(headers).length > 0, body.length)
  return isMuch ? bodies.read(name, { headers, body }) : jobs[name]({ headers, body })
}
