/** What a person sees while listening: the block at the start, a line a delivery, news of the tunnel. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import { targetsOf } from '../../core/api/target-words.ts'
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { isExplainable } from '../../core/deliveries/explainable.ts'
import type { DeliveryWhy } from '../../core/deliveries/not-forwarded.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import { reasonOf } from '../../core/http/outcome.ts'
import type { LinkNews } from '../../server/laptop/link.ts'
import type { SendNews } from '../../server/sender/leftovers.ts'
import type { TargetNews } from '../../server/sender/target-watch.ts'
import { type AttemptReasoned, attemptLines, deliveryLines } from '../shared/delivery-line.ts'
import { preparingLines } from '../shared/preparing-lines.ts'
import { type OutputStream, paintFor, widthOf } from '../shared/style.ts'
import { wrapWords } from '../shared/wrap.ts'
import { type BannerFacts, bannerLines, consoleLines, offerLines, tunnelLines } from './banner.ts'
import { catchUpLines } from './catch-up-lines.ts'
import { diagnosisLines } from './diagnosis-line.ts'
import { fromLines } from './from-lines.ts'
import { sendNewsLines } from './leftover-lines.ts'
import { targetLines } from './target-lines.ts'
import { troubleLines } from './trouble-lines.ts'

/** A line waits this long for the target's answer and for why its signature is wrong, milliseconds; what comes later gets a line of its own. */
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
  /** Whether keys are read. */
  readonly hasKeys: boolean
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
  /** Under the line of its delivery, where that waits for it. */
  diagnosis(delivery: number, diagnosis: SignatureDiagnosis): void
  /** The newest of what is kept and not listed yet; its own line comes once it is. */
  preparing(preparing: Preparing): void
  tunnel(tunnel: TunnelStatus): void
  /** Of the server that deliveries come from. */
  from(news: LinkNews): void
  /** After the block at the start. */
  target(news: TargetNews): void
  /** Something is wrong with the database, or is no more; the block at the start says it as well. */
  store(trouble: StoreTrouble | null): void
  /** The same of what waits to be sent, and of what is not sent. */
  sending(news: SendNews): void
  /** Broken between words. */
  line(text: string): void
  /** As they are laid out. */
  lines(texts: readonly string[]): void
  /** Prints what still waits. */
  close(): void
}

/** A line that waits for what belongs to it. */
interface Held {
  readonly delivery: DeliverySummary
  readonly why: DeliveryWhy
  readonly timer: NodeJS.Timeout
  readonly awaits: Set<'answer' | 'diagnosis'>
  attempt: AttemptReasoned | null
  diagnosis: SignatureDiagnosis | null
}

const instantOf = (at: string | undefined) => (at === undefined ? null : Date.parse(at))

export function openTerminal(options: TerminalOptions): Terminal {
  const { stream, facts } = options
  const paint = paintFor(stream, options.environment)
  const held = new Map<number, Held>()
  let bannerTimer: NodeJS.Timeout | undefined
  let bannerShown = false
  let fieldsShown = false
  let anyDelivery = false
  /** What came before the block at the start. */
  const early: (() => void)[] = []

  const print = (lines: readonly string[]) => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`)
  }
  /** Of the last delivery that failed or was rejected: what to try is said once, not below each of a hundred lines. */
  let lastFailure: string | null = null
  let lastTrouble: StoreTrouble | null = null
  /** The newest delivery that was told of before it was listed. */
  let lastPrepared = 0
  let toldFailure: string | null = null
  let wasConnected = false
  let toldOffer: string | null = null
  /** While the tunnel is lost: when something last came through it, milliseconds since 1970. */
  let lastReached: number | null = null
  const style = () => ({ paint, width: widthOf(stream) })
  function styleFor(failure: string | null) {
    const withoutHint = failure !== null && failure === lastFailure
    lastFailure = failure
    return { ...style(), withoutHint }
  }

  /** Once, when nothing is kept and the Hook URL is known, or it is known that it takes its time. */
  function showFields(): void {
    const now = facts()
    const { status, before } = now
    const settled =
      status.hooks.every(hook => hook.hookUrl !== null) || ['off', 'down', 'retrying'].includes(status.tunnel.state)
    if (fieldsShown || status.from !== undefined || anyDelivery || !settled || before?.count !== 0) return
    fieldsShown = true
    // The oldest that the console can be told of; the others are where they were added.
    const hook = status.hooks.find(({ customUrl }) => customUrl === null)
    if (hook !== undefined) print(consoleLines(hook, now, style()))
  }

  function showBanner(): void {
    clearTimeout(bannerTimer)
    if (bannerShown) return
    bannerShown = true
    const now = facts()
    print(bannerLines(now, style()))
    if (now.status.trouble !== null) showTrouble(now.status.trouble)
    const { tunnel, hooks } = now.status
    if (tunnel.state === 'up' && tunnel.changedFrom !== null) print(tunnelLines(tunnel, hooks, style()))
    showFields()
    print(wrapWords(options.farewell(), widthOf(stream), '  ').map(line => paint.dim(line)))
    for (const tell of early.splice(0)) tell()
  }

  /** What was told already is not told again when only the offer of another way is new. */
  function showTunnel(tunnel: TunnelStatus): void {
    const isFailing = tunnel.state === 'retrying' || tunnel.state === 'down'
    const offer = isFailing ? (tunnel.offer ?? null) : null
    const told = isFailing ? `${tunnel.state} ${tunnel.url} ${tunnel.reason}` : null
    if (told === null || told !== toldFailure) print(tunnelLines(tunnel, facts().status.hooks, style()))
    toldFailure = told
    if (offer !== null && offer.name !== toldOffer) print(offerLines(offer, options.hasKeys, style()))
    toldOffer = offer?.name ?? null
  }

  function afterBanner(tell: () => void): void {
    if (bannerShown) tell()
    else early.push(tell)
  }

  function showTrouble(trouble: StoreTrouble | null): void {
    print(troubleLines(trouble, lastTrouble, style()))
    lastTrouble = trouble
  }

  /** Its label, where others could be meant. */
  function hookOf({ hook }: DeliverySummary) {
    const { hooks: own, from } = facts().status
    const hooks = from?.hooks ?? own
    const label = hooks.find(({ id }) => id === hook)?.label
    return hooks.length < 2 || label === undefined
      ? null
      : { label, longest: Math.max(...hooks.map(one => one.label.length)) }
  }

  function printDelivery({ delivery, why, attempt, diagnosis }: Omit<Held, 'timer' | 'awaits'>): void {
    const reason = attempt === null ? why.notForwarded : reasonOf(attempt)
    const failure = [...delivery.reasons, diagnosis?.kind !== 'unknown' && diagnosis?.sentence, reason?.message]
      .filter(Boolean)
      .join(' ')
    const isOpen = attempt?.outcome === 'pending' && delivery.reasons.length === 0
    const look = isOpen ? style() : styleFor(failure === '' ? null : failure)
    const targets = targetsOf(facts().status)
    print(deliveryLines(delivery, attempt, look, { ...why, hook: hookOf(delivery), targets, diagnosis }))
  }

  /** With what has come by now. */
  function release(one: Held): void {
    clearTimeout(one.timer)
    held.delete(one.delivery.id)
    printDelivery(one.awaits.has('answer') ? { ...one, attempt: unanswered } : one)
  }

  /** @returns whether the line of the delivery waited for it */
  function came(delivery: number, what: 'answer' | 'diagnosis', take: (one: Held) => void): boolean {
    const one = held.get(delivery)
    if (one?.awaits.delete(what) !== true) return false
    take(one)
    if (one.awaits.size === 0) release(one)
    return true
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
      const awaits: Held['awaits'] = new Set()
      if (attempts === 1 && (last === null || last.outcome === 'pending')) awaits.add('answer')
      if (isExplainable(delivery)) awaits.add('diagnosis')
      const known = { delivery, why, attempt: attempts > 1 ? null : last, diagnosis: null }
      if (awaits.size === 0) {
        printDelivery(known)
        return
      }
      const one: Held = { ...known, awaits, timer: setTimeout(() => release(one), holdMs) }
      held.set(delivery.id, one)
    },
    attempt(attempt) {
      if (!options.showsDeliveries) return
      const isForward = attempt.source === 'forward'
      if (isForward && came(attempt.delivery, 'answer', one => Object.assign(one, { attempt }))) return
      const waiting = held.get(attempt.delivery)
      if (waiting !== undefined) release(waiting)
      print(
        attemptLines(attempt, attempt.outcome === 'pending' ? style() : styleFor(reasonOf(attempt)?.message ?? null)),
      )
    },
    diagnosis(delivery, diagnosis) {
      if (!options.showsDeliveries) return
      if (came(delivery, 'diagnosis', one => Object.assign(one, { diagnosis }))) return
      // What is not known was said below the line, as what to look at.
      if (diagnosis.kind !== 'unknown') print(diagnosisLines(delivery, diagnosis, style()))
    },
    preparing({ newest: [newest], count }) {
      if (!options.showsDeliveries || newest === undefined || newest.id <= lastPrepared) return
      lastPrepared = newest.id
      showBanner()
      print(preparingLines(newest, count, style()))
    },
    tunnel(tunnel) {
      if (!bannerShown) {
        showBanner()
        return
      }
      showTunnel(tunnel)
      if (tunnel.state === 'retrying' || tunnel.state === 'down') lastReached ??= instantOf(tunnel.reachedAt)
      else if (tunnel.state === 'up' && lastReached !== null) {
        print(catchUpLines({ from: lastReached, to: instantOf(tunnel.reachedAt) ?? Date.now() }, style()))
        lastReached = null
      }
      showFields()
    },
    store(trouble) {
      if (bannerShown) showTrouble(trouble)
    },
    from: news =>
      afterBanner(() => {
        print(fromLines(news, wasConnected, style()))
        wasConnected ||= news.kind === 'state' && news.status.state === 'up'
      }),
    target: news => afterBanner(() => print(targetLines(news, options.db, style()))),
    sending: news => afterBanner(() => print(sendNewsLines(news, options.db, style()))),
    line: text => print(wrapWords(text, widthOf(stream))),
    lines: print,
    close() {
      clearTimeout(bannerTimer)
      for (const one of [...held.values()]) release(one)
    },
  }
}
