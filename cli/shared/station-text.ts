/** How a simulated try ended, in a few words: its one answer, or what the hook of this hookscope and the apps behind it said. */
import { isGood, outcomeWords, reasonOf } from '../../core/http/outcome.ts'
import type { SimulatedAttempt } from '../../core/simulate/simulation.ts'
import type { AppResult, HookStation, NotAsked } from '../../core/simulate/stations.ts'
import { clip, printable } from '../../core/text/text.ts'
import { answerText, endText, verdictMarks } from './delivery-line.ts'

/** A piece of a line and how it is painted. */
export interface Piece {
  readonly text: string
  readonly tone: 'good' | 'bad' | 'open' | 'plain'
}

const silent: Readonly<Record<NotAsked, string>> = {
  // The hook's own word says it.
  rejected: '',
  // Said once for all attempts.
  'no-target': '',
  'not-routed': 'app not called: no route takes this event',
  paused: 'app not called: forwarding is paused',
  dropped: 'app not called: the delivery or the target was removed first',
  interrupted: 'app unknown: hookscope ended first',
}

function hookPiece(one: SimulatedAttempt, { verdict, reasons, answeredBy }: HookStation): Piece {
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  const answer = one.outcome === 'answered' ? `${one.status}` : outcomeWords[one.outcome]
  // The app's own answer stands behind it.
  const said = answeredBy === 'app' && one.app !== null ? '' : ` ${answer}`
  const mock = answeredBy === 'mock-response' ? ' (mock response)' : ''
  const isBad = verdict === 'rejected' || (said !== '' && !isGood(one))
  return {
    text: `hook ${verdictMarks[verdict]}${why}${said}${mock}`,
    tone: isBad ? 'bad' : verdict === 'verified' ? 'good' : 'open',
  }
}

/** Where an app is, as far as that tells it from the others. */
export function appPlace({ target }: AppResult): string {
  const { host, pathname } = new URL(target)
  return clip(printable(`${host}${pathname === '/' ? '' : pathname}`), 40)
}

/** @param only whether there is no other app */
function appPiece(app: AppResult, only: boolean): Piece {
  const name = only ? 'app' : `app ${appPlace(app)}`
  return isGood(app)
    ? { text: `${name} ✓ ${endText(app)}`, tone: 'good' }
    : { text: `${name} ✗ ${endText(app)}`, tone: 'bad' }
}

/** The stations of a try in their order. */
export function stationPieces(one: SimulatedAttempt): Piece[] {
  const { arrival, apps, notAsked } = one
  if (arrival === null)
    return [{ text: answerText(one), tone: isGood(one) ? 'good' : one.outcome === 'pending' ? 'open' : 'bad' }]
  const behind = apps.map(app => appPiece(app, apps.length === 1))
  if (notAsked !== null && silent[notAsked] !== '')
    behind.push({ text: silent[notAsked], tone: notAsked === 'not-routed' ? 'open' : 'bad' })
  return [hookPiece(one, arrival), ...behind].flatMap((piece, place): Piece[] =>
    place === 0 ? [piece] : [{ text: ' → ', tone: 'plain' }, piece],
  )
}

/** The app's own words for why it did not take it, where there is one app; null when it gave none. */
export function ownWords(one: SimulatedAttempt): string | null {
  const app = one.arrival === null ? one : one.app
  const reason = app === null || one.apps.length > 1 ? null : reasonOf(app)
  return reason === null || reason.hint !== null ? null : printable(reason.message)
}
