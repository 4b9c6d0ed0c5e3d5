/** Deliveries that were to be sent and are not: why, in the words of the terminal and the inspector. */
import { counted } from '../text/text.ts'

/** Contract with scripts. */
export type LeftoverReason =
  /** It was on its way when hookscope ended: the app may have it. */
  | 'interrupted'
  /** It waited when hookscope ended, and came more than a day ago. */
  | 'old'
  /** It waited when hookscope ended, for a target that is not forwarded to now. */
  | 'elsewhere'
  /** It came while the queue was full. */
  | 'queue-full'
  /** Its target was taken away, and it with it. */
  | 'let-go'
  /** Nobody was there at its target when it was forwarded, and somebody was again later. */
  | 'missed'
  /** Nobody was there when it was forwarded, and its target was removed before somebody was. */
  | 'missed-removed'
  /** The same, in an earlier run: it may be down still. */
  | 'missed-before'
  /** A replay of several had not come to it when hookscope ended. */
  | 'replay'

/** They are kept, and are sent when somebody says so. */
export interface Leftover {
  readonly id: string
  readonly target: string
  readonly why: LeftoverReason
  readonly count: number
  /** A search that finds them; null when they are too scattered for one. */
  readonly query: string | null
}

export const deliveriesWords = (count: number) => counted(count, 'delivery', 'deliveries')

type Said = (what: string, target: string, isOne: boolean) => string

const sentences: Readonly<Record<LeftoverReason, Said>> = {
  interrupted: (what, target, isOne) =>
    `${what} ${isOne ? 'was' : 'were'} being sent to ${target} when hookscope ended: your app may have ${isOne ? 'it' : 'them'}.`,
  old: (what, target, isOne) =>
    `${what} waited for ${target} and ${isOne ? 'is' : 'are'} more than a day old: not sent automatically.`,
  elsewhere: (what, target, isOne) =>
    `${what} still ${isOne ? 'waits' : 'wait'} for ${target}, which is no longer a target.`,
  'queue-full': (what, target) => `${what} arrived while the queue for ${target} was full.`,
  'let-go': (what, target, isOne) => `${what} waited for ${target} and ${isOne ? 'is' : 'are'} not sent.`,
  missed: (what, target) => `${target} missed ${what} while it was down.`,
  'missed-removed': (what, target) => `${target} missed ${what} and was removed as a target while it was down.`,
  'missed-before': (what, target) => `${target} missed ${what} before the restart.`,
  replay: (what, target) => `hookscope ended before ${what} of a replay to ${target} could be sent.`,
}

/** @param target as it is to be shown */
export const leftoverSentence = ({ why, count }: Pick<Leftover, 'why' | 'count'>, target: string): string =>
  sentences[why](deliveriesWords(count), target, count === 1)
