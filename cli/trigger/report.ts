/** Tells of a simulation while it runs: a line an attempt, and a summary. */
import type { SimulatedAttempt, SimulatedEvent, Simulation } from '../../core/simulate/simulation.ts'
import { attemptEnd, endsAtHook } from '../../core/simulate/stations.ts'
import { capital, counted, jsonText, printable } from '../../core/text/text.ts'
import type { Io } from '../shared/io.ts'
import { simulatedLine, simulationLine } from '../shared/json-simulation.ts'
import { sayingTo } from '../shared/say.ts'
import { simulatedAttemptLines } from '../shared/simulated-line.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import type { KnownHook } from './recipients.ts'

/** Who goes on with what still waits when the command ends: the listener, whoever opens the database next, or nobody. */
export type GoesOn = 'listener' | 'database' | 'nobody'

export interface Report {
  /** Tells of each attempt that has ended since, once. */
  events(events: readonly SimulatedEvent[]): void
  /** Sums up, after the end or when nobody watches any more. */
  end(simulation: Simulation): void
}

export interface ReportOptions {
  readonly json: boolean
  readonly hooks: readonly KnownHook[]
  readonly seed: number
  /** Whether the person knows the seed, or has no use for it. */
  readonly seedIsKnown: boolean
  readonly goesOn: GoesOn
  /** Whether what goes to this hook is signed; null: to a URL that was named. */
  signs(hook: string | null): boolean
}

/** Whether a request had an X-Signature: a wrong one is made with a random key. */
const isSigned = ({ weather: faults }: SimulatedAttempt, signs: boolean) =>
  !faults.includes('no-signature') && (signs || faults.includes('wrong-signature'))

const events = (count: number) => counted(count, 'event')

/** What becomes of what still waits. */
function afterwards(goesOn: GoesOn, waiting: number): string {
  const [them, they] = waiting === 1 ? ['it', 'It is kept, and is sent'] : ['them', 'They are kept, and are sent']
  const commands = `hookscope pending lists ${them}, hookscope pending cancel all cancels ${them}.`
  switch (goesOn) {
    case 'listener':
      return `The listening hookscope continues with ${them}: ${commands}`
    case 'database':
      return `${they} when hookscope next listens here: ${commands}`
    case 'nobody':
      return `${them === 'it' ? 'It is' : 'They are'} not kept.`
  }
}

/** Why hookscope's own answer is the last word. */
const noApp =
  'Your app was not called: no target is set. Start hookscope with --forward URL, or send to your app with --to URL.'

const noRoute =
  'Your app was not called: no route takes the event, or it is left out. hookscope status lists the routes.'

/** What it means that an app takes what nobody signed. */
const takesUnsigned = 'your app does not check signatures, or answers 2xx before it does.'

interface Counts {
  readonly tries: number
  /** Those whose last word was hookscope's own, since nothing is forwarded. */
  readonly unasked: number
  /** Those of them that no route takes. */
  readonly unrouted: number
  /** Those that an app took, and for which there was no key. */
  readonly unsigned: number
}

/** How it went, as sentences. */
function summaryOf(simulation: Simulation, { tries, unasked, unrouted, unsigned }: Counts): string[] {
  const { delivered, failed, cancelled, unsubscribed } = simulation
  const went =
    unasked > 0 && unasked === tries
      ? 'answered 2xx by hookscope itself'
      : unsigned > 0 && unsigned === delivered
        ? 'delivered, unsigned'
        : 'delivered'
  const all = simulation.events
  const parts = [failed > 0 && `${failed} failed`, cancelled > 0 && `${cancelled} canceled`].filter(
    part => part !== false,
  )
  const more = tries > all ? `, in ${tries} attempts` : ''
  const sentence =
    all === 0
      ? []
      : delivered === all
        ? [`${all === 1 ? capital(went) : `All ${all} ${went}`}${more}.`]
        : all === 1
          ? [`${cancelled > 0 ? 'Canceled' : 'Failed: not answered 2xx'}${more}.`]
          : [`${delivered} of ${events(all)} ${went}${more}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}.`]
  const nobody = unsubscribed.map(type => `No hook is subscribed to ${printable(type)}, so it was not sent.`)
  const first = sentence.map(text =>
    unsigned === 0
      ? text
      : unsigned === all
        ? text.replace(/\.$/, `: ${takesUnsigned}`)
        : `${text} ${unsigned} ${unsigned === 1 ? 'was' : 'were'} unsigned: ${takesUnsigned}`,
  )
  return [...first, ...(unasked > unrouted ? [noApp] : []), ...(unrouted > 0 ? [noRoute] : []), ...nobody]
}

export function openReport(options: ReportOptions, io: Io): Report {
  const style = { paint: paintFor(io.stderr, io.environment), width: widthOf(io.stderr) }
  const { say, put } = sayingTo(io)
  const write = (line: object) => {
    if (options.json && !io.outputGone.aborted) io.stdout.write(`${jsonText(line)}\n`)
  }
  const labels = new Map(options.hooks.map(({ id, label }) => [id, label]))
  /** The number of the last attempt that was reported, by event. */
  const reported = new Map<number, number>()
  let tries = 0
  let unasked = 0
  let unrouted = 0
  let unsigned = 0

  return {
    events(changed) {
      for (const event of changed) {
        for (const ended of event.tries) {
          if (attemptEnd(ended) === 'pending' || ended.number <= (reported.get(event.id) ?? 0)) continue
          reported.set(event.id, ended.number)
          tries += 1
          if (endsAtHook(ended.notAsked)) unasked += 1
          if (ended.notAsked === 'not-routed') unrouted += 1
          const signed = isSigned(ended, options.signs(event.hook))
          const lacksKey = !signed && !ended.weather.includes('no-signature')
          if (lacksKey && attemptEnd(ended) === 'taken' && !endsAtHook(ended.notAsked)) unsigned += 1
          write(simulatedLine(event, ended, signed))
          const marks = lacksKey ? ['unsigned'] : []
          const label = event.hook === null || options.hooks.length < 2 ? null : (labels.get(event.hook) ?? event.hook)
          put(simulatedAttemptLines(event, ended, label, marks, Date.now(), style))
        }
      }
    },
    end(simulation) {
      write(simulationLine(simulation, options.seed))
      for (const line of summaryOf(simulation, { tries, unasked, unrouted, unsigned })) say(line)
      const waiting = simulation.events - simulation.delivered - simulation.failed - simulation.cancelled
      if (waiting > 0)
        say(
          `Stopped: ${events(waiting)} ${waiting === 1 ? 'is' : 'are'} queued. ${afterwards(options.goesOn, waiting)}`,
        )
      if (!options.seedIsKnown) say(style.paint.dim(`Repeat the same events: --seed ${options.seed}`))
    },
  }
}
