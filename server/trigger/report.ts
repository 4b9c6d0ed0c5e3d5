/** Tells of a simulation while it runs: a line a try, and a summary. */
import type { SimulatedEvent, Simulation } from '../../core/simulation.ts'
import { tryEnd } from '../../core/stations.ts'
import { jsonText, printable } from '../../core/text.ts'
import type { Io } from '../io.ts'
import { simulationLine, tryLine } from '../json-lines.ts'
import type { KnownHook, SimulateReach } from '../reach/simulate.ts'
import { tryLinesOf } from '../terminal/simulated-line.ts'
import { paintFor, widthOf } from '../terminal/style.ts'

export interface Report {
  /** Tells of each try that has ended since, once. */
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
  readonly goesOn: SimulateReach['goesOn']
}

const events = (count: number) => (count === 1 ? '1 event' : `${count} events`)

/** What becomes of what still waits. */
function afterwards(goesOn: SimulateReach['goesOn'], waiting: number): string {
  const [them, they] = waiting === 1 ? ['it', 'It is kept, and goes'] : ['them', 'They are kept, and go']
  const commands = `hookscope pending lists ${them}, hookscope pending cancel all ends ${them}.`
  switch (goesOn) {
    case 'listener':
      return `The hookscope that is listening goes on with ${them}: ${commands}`
    case 'database':
      return `${they} on when hookscope next listens here: ${commands}`
    case 'nobody':
      return `Nothing of ${them} is kept.`
  }
}

/** Why hookscope's own answer is the last word. */
const noApp =
  'No app was asked: this hookscope forwards to none. Start it with --forward URL, or name your app with --to URL.'

/**
 * How it went, as sentences.
 * @param unasked tries whose last word was hookscope's own, since nothing is forwarded
 */
export function summaryOf(simulation: Simulation, tries: number, unasked: number): string[] {
  const { delivered, failed, cancelled, unsubscribed } = simulation
  const answered = unasked > 0 && unasked === tries ? 'answered 2xx by hookscope itself' : 'answered 2xx'
  const all = simulation.events
  const parts = [failed > 0 && `${failed} failed`, cancelled > 0 && `${cancelled} cancelled`].filter(
    part => part !== false,
  )
  const more = tries > all ? `, in ${tries} tries` : ''
  const sentence =
    all === 0
      ? []
      : delivered === all
        ? [`${all === 1 ? 'It was' : `All ${all} were`} ${answered}${more}.`]
        : all === 1
          ? [`It was not ${answered}${more}${cancelled > 0 ? '; cancelled' : ''}.`]
          : [
              `${delivered} of ${events(all)} ${delivered === 1 ? 'was' : 'were'} ${answered}${more}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}.`,
            ]
  const nobody = unsubscribed.map(type => `No hook is subscribed to ${printable(type)}: nothing of it was sent.`)
  return [...sentence, ...(unasked > 0 ? [noApp] : []), ...nobody]
}

export function openReport(options: ReportOptions, io: Io): Report {
  const style = { paint: paintFor(io.stderr, io.environment), width: widthOf(io.stderr) }
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const write = (line: object) => {
    if (options.json && !io.outputGone.aborted) io.stdout.write(`${jsonText(line)}\n`)
  }
  const labels = new Map(options.hooks.map(({ id, label }) => [id, label]))
  /** The number of the last try that was told of, by event. */
  const told = new Map<number, number>()
  let tries = 0
  let unasked = 0

  return {
    events(changed) {
      for (const event of changed) {
        for (const ended of event.tries) {
          if (tryEnd(ended) === 'pending' || ended.number <= (told.get(event.id) ?? 0)) continue
          told.set(event.id, ended.number)
          tries += 1
          if (ended.notAsked === 'no-target') unasked += 1
          write(tryLine(event, ended))
          const label = event.hook === null || options.hooks.length < 2 ? null : (labels.get(event.hook) ?? event.hook)
          for (const line of tryLinesOf(event, ended, label, Date.now(), style)) say(line)
        }
      }
    },
    end(simulation) {
      write(simulationLine(simulation, options.seed))
      for (const line of summaryOf(simulation, tries, unasked)) say(line)
      const waiting = simulation.events - simulation.delivered - simulation.failed - simulation.cancelled
      if (waiting > 0)
        say(
          `Stopped: ${events(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for a try. ${afterwards(options.goesOn, waiting)}`,
        )
      if (!options.seedIsKnown) say(style.paint.dim(`--seed ${options.seed} makes the same events again.`))
    },
  }
}
