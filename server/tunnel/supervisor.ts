/** Gives the machine's decisions hands: timers, probes, and the provider's lines. */
import { isDeepStrictEqual } from 'node:util'
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import type { IssuedProbe } from './probe.ts'
import { probe } from './probe.ts'
import type { Line, LineEvents, Opening, Provider } from './provider.ts'
import type { Command, Happening, Manner } from './supervision.ts'
import { begin, statusOf, step } from './supervision.ts'

/** A supervised way to the public internet. */
export interface Tunnel {
  status(): TunnelStatus
  /** Calls `listener` after each change of the status, round trips included; the answer unsubscribes. */
  onChange(listener: (status: TunnelStatus) => void): () => void
  /** Ends it at whatever state, with no timer, socket or process left. Never rejects; may be called twice. */
  close(): Promise<void>
}

/** What the supervisor needs beside its provider. Times in milliseconds. */
export interface SupervisorOptions {
  readonly manner: Manner
  readonly probeTimeoutMs: number
  readonly previousUrl: string | null
  issueProbe(): IssuedProbe
}

/** Opens the provider's line and keeps it open until closed. */
export function supervise(provider: Provider, options: SupervisorOptions): Tunnel {
  const { manner } = options
  const listeners = new Set<(status: TunnelStatus) => void>()
  const life = new AbortController()
  const work = new Set<Promise<void>>()
  let state = begin(options.previousUrl)
  let reported = statusOf(state, manner)
  let line: Line | null = null
  let timer: NodeJS.Timeout | undefined
  let probing: AbortController | null = null
  let dropping = Promise.resolve()

  function take(happening: Happening): void {
    const { next, commands } = step(state, happening, manner, { now: Date.now(), chance: Math.random() })
    state = next
    for (const command of commands) carryOut(command)
    const status = statusOf(state, manner)
    if (isDeepStrictEqual(status, reported)) return
    reported = status
    for (const listener of [...listeners]) listener(status)
  }

  function carryOut(command: Command): void {
    switch (command.kind) {
      case 'open':
        track(openLine())
        break
      case 'drop':
        dropping = dropLine()
        track(dropping)
        break
      case 'probe':
        clearTimeout(timer)
        // One that is under way already answers the same question.
        if (probing === null && line !== null) track(probeLine(line))
        break
      case 'rest':
        clearTimeout(timer)
        timer = setTimeout(() => take({ kind: 'rested' }), command.ms)
    }
  }

  function track(promise: Promise<void>): void {
    work.add(promise)
    void promise.finally(() => work.delete(promise))
  }

  async function dropLine(): Promise<void> {
    const old = line
    line = null
    probing?.abort()
    probing = null
    await old?.close()
  }

  async function openLine(): Promise<void> {
    // The line before this one may still be closing, and its name would count as taken.
    await dropping
    if (life.signal.aborted) return
    let mine: Line | null = null
    const events: LineEvents = {
      lost: reason => mine !== null && mine === line && take({ kind: 'lost', reason }),
      doubt: () => mine !== null && mine === line && take({ kind: 'doubt' }),
      moved(url) {
        if (mine === null || mine !== line) return
        mine = line = { ...line, url }
        probing?.abort()
        probing = null
        take({ kind: 'opened', url, insteadOf: null })
      },
    }
    const opening = await opened(events)
    if (opening.kind !== 'open') return take(opening)
    if (life.signal.aborted) return opening.line.close()
    mine = opening.line
    line = opening.line
    take({ kind: 'opened', url: line.url, insteadOf: line.insteadOf })
  }

  async function opened(events: LineEvents): Promise<Opening> {
    try {
      return await provider.open(life.signal, events)
    } catch (error) {
      return { kind: 'failed', reason: `The tunnel could not be opened (${String(error)}).` }
    }
  }

  async function probeLine(asked: Line): Promise<void> {
    const control = new AbortController()
    probing = control
    const busyBefore = asked.busy()
    const outcome = await probe(asked.url, options.issueProbe(), {
      timeoutMs: options.probeTimeoutMs,
      signal: control.signal,
    })
    // Given up, because the line was dropped meanwhile: its answer says nothing about the next one.
    if (probing !== control) return
    probing = null
    if (outcome.arrived) return take({ kind: 'arrived', ms: outcome.ms })
    // The last of the deliveries may have been answered just before the probe's time was up.
    take({ kind: 'missed', reason: outcome.reason, busy: busyBefore || asked.busy() })
  }

  carryOut({ kind: 'open' })
  return {
    status: () => reported,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      clearTimeout(timer)
      life.abort()
      take({ kind: 'close' })
      while (work.size > 0) await Promise.all(work)
    },
  }
}
