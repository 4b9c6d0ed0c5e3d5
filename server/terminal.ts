/** What a person sees while listening: the block at the start, a line a delivery, news of the tunnel. */
import type { AttemptSummary } from '../core/attempt.ts'
import type { DeliverySummary } from '../core/delivery.ts'
import type { SignatureDiagnosis } from '../core/diagnosis.ts'
import type { NotForwarded } from '../core/not-forwarded.ts'
import { reasonOf } from '../core/outcome.ts'
import type { TunnelStatus } from '../core/tunnel.ts'
import type { DeliveryWhy } from './json-lines.ts'
import type { TargetNews } from './sender/target-watch.ts'
import { type BannerFacts, bannerLines, consoleLines, tunnelLines } from './terminal/banner.ts'
import { type AttemptReasoned, attemptLines, deliveryLines, nothingKnown } from './terminal/delivery-line.ts'
import { diagnosisLines } from './terminal/diagnosis-line.ts'
import { type OutputStream, paintFor, widthOf } from './terminal/style.ts'
import { targetLines } from './terminal/target-lines.ts'

/** A line waits this long for the target's answer, milliseconds; a later one gets a line of its own. */
const holdMs = 1500
/** Of a delivery whose line is printed before the target has answered it. */
const unanswered: AttemptReasoned = {
  outcome: 'pending',
  status: null,
  ms: null,
  line: null,
  location: null,
  error: null,
}
/** The block at the start waits this long for the tunnel, milliseconds, so that the Hook URL is in it. */
const tunnelHoldMs = 6000

export interface TerminalOptions {
  readonly stream: OutputStream & { write(text: string): unknown }
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False under --json: deliveries and attempts are told on standard output, for a program. */
  readonly showsDeliveries: boolean
  /** What `--db` was given; null when it was not. */
  readonly db: string | null
  /** The last line of the block at the start, as it is when that is shown. */
  farewell(): string
  /** What the block at the start says, as it is now. */
  facts(): BannerFacts
}

export interface Terminal {
  /** Prints the block at the start, as soon as the tunnel is there or has had its time. */
  start(): void
  /** @param attempts how many will follow: the line waits for the only one, of several each has a line of its own */
  delivery(delivery: DeliverySummary, attempts: number, why: DeliveryWhy): void
  attempt(attempt: AttemptSummary): void
  /** Under the line of its delivery, which does not wait longer for it. */
  diagnosis(delivery: number, diagnosis: SignatureDiagnosis): void
  tunnel(tunnel: TunnelStatus): void
  /** After the block at the start. */
  target(news: TargetNews): void
  line(text: string): void
  /** Prints what still waits. */
  close(): void
}

export function openTerminal(options: TerminalOptions): Terminal {
  const { stream, facts } = options
  const paint = paintFor(stream, options.environment)
  const held = new Map<number, { delivery: DeliverySummary; timer: NodeJS.Timeout }>()
  let bannerTimer: NodeJS.Timeout | undefined
  let bannerShown = false
  let fieldsShown = false
  let anyDelivery = false
  /** What came before the block at the start. */
  const targetNews: TargetNews[] = []

  const print = (lines: readonly string[]) => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`)
  }
  /** Of the last attempt that failed: what to try is said once, not below each of a hundred lines. */
  let lastFailure: string | null = null
  const style = () => ({ paint, width: widthOf(stream) })
  function styleFor(attempt: AttemptReasoned | null, notForwarded: NotForwarded | null = null) {
    if (notForwarded === null && (attempt === null || attempt.outcome === 'pending')) return style()
    const failure = (attempt === null ? notForwarded : reasonOf(attempt))?.message ?? null
    const withoutHint = failure !== null && failure === lastFailure
    lastFailure = failure
    return { ...style(), withoutHint }
  }

  /** Once, when nothing has come and the Hook URL is known, or it is known that it takes its time. */
  function showFields(): void {
    const { status, inspectorLink } = facts()
    const settled =
      status.hooks.every(hook => hook.hookUrl !== null) || ['off', 'down', 'retrying'].includes(status.tunnel.state)
    if (fieldsShown || anyDelivery || !settled) return
    fieldsShown = true
    // The oldest that the console can be told of; the others are where they were added.
    const hook = status.hooks.find(({ customUrl }) => customUrl === null)
    if (hook !== undefined) print(consoleLines(hook, status.tunnel, inspectorLink, paint))
  }

  function showBanner(): void {
    clearTimeout(bannerTimer)
    if (bannerShown) return
    bannerShown = true
    const now = facts()
    print(bannerLines(now, paint))
    const { tunnel, hooks } = now.status
    if (tunnel.state === 'up' && tunnel.changedFrom !== null) print(tunnelLines(tunnel, hooks, paint))
    showFields()
    print([paint.dim(options.farewell())])
    for (const news of targetNews.splice(0)) print(targetLines(news, options.db, style()))
  }

  function printDelivery(delivery: DeliverySummary, attempt: AttemptReasoned | null, why = nothingKnown): void {
    clearTimeout(held.get(delivery.id)?.timer)
    held.delete(delivery.id)
    print(deliveryLines(delivery, attempt, styleFor(attempt, why.notForwarded), why))
  }

  return {
    start() {
      if (facts().status.tunnel.state === 'starting') bannerTimer = setTimeout(showBanner, tunnelHoldMs)
      else showBanner()
    },
    delivery(delivery, attempts, why) {
      showBanner()
      anyDelivery = true
      if (!options.showsDeliveries) return
      const last = delivery.lastAttempt
      if (attempts !== 1 || (last !== null && last.outcome !== 'pending')) {
        printDelivery(delivery, attempts > 1 ? null : last, why)
        return
      }
      const timer = setTimeout(() => printDelivery(delivery, unanswered), holdMs)
      held.set(delivery.id, { delivery, timer })
    },
    attempt(attempt) {
      if (!options.showsDeliveries) return
      const waiting = held.get(attempt.delivery)
      if (waiting !== undefined && attempt.source === 'forward') {
        printDelivery(waiting.delivery, attempt)
        return
      }
      if (waiting !== undefined) printDelivery(waiting.delivery, unanswered)
      print(attemptLines(attempt, styleFor(attempt)))
    },
    diagnosis(delivery, diagnosis) {
      if (!options.showsDeliveries) return
      const waiting = held.get(delivery)
      if (waiting !== undefined) printDelivery(waiting.delivery, unanswered)
      print(diagnosisLines(delivery, diagnosis, style()))
    },
    tunnel(tunnel) {
      if (!bannerShown) {
        showBanner()
        return
      }
      print(tunnelLines(tunnel, facts().status.hooks, paint))
      showFields()
    },
    target(news) {
      if (bannerShown) print(targetLines(news, options.db, style()))
      else targetNews.push(news)
    },
    line: text => print([text]),
    close() {
      clearTimeout(bannerTimer)
      for (const { delivery } of [...held.values()]) printDelivery(delivery, unanswered)
    },
  }
}
