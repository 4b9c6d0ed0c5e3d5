/** What taking another way means, in words: at the terminal and in the inspector. */
import type { TunnelChoice, TunnelChoiceWay } from '../api/tunnel.ts'
import type { WayFacts } from './ways.ts'

/** Whether the Hook URL is the same at the next start: the end of a sentence. */
export const stableWords: Readonly<Record<WayFacts['stable'], string>> = {
  yes: 'the Hook URL stays',
  usually: 'the Hook URL mostly stays',
  no: 'another Hook URL at each start',
}

/** What a person calls a way: its name, or the address of one's own. */
export const wayName = ({ name, note }: Pick<TunnelChoiceWay, 'name' | 'note'>): string =>
  name === 'none' ? note : name

/** Whether a way is in use, which is closed as another one is taken. */
export const isInUse = ({ ways }: Pick<TunnelChoice, 'ways'>): boolean => ways.some(({ current }) => current)

/** What the console has to be told, since nothing follows from it by itself. @param consoleUrl what it may have; null: nothing */
export function consoleSentence({ sameUrl }: Pick<TunnelChoiceWay, 'sameUrl'>, consoleUrl: string | null): string {
  if (consoleUrl === null) return 'Enter its Hook URL in the console.'
  if (sameUrl === 'yes') return `The Hook URL is ${consoleUrl} again, which the console may still have.`
  const is = sameUrl === 'maybe' ? 'may be another one then: if so, replace it' : 'is another one then: replace it'
  return `The Hook URL ${is} in the console, which may still have ${consoleUrl}.`
}

/** That what is taken lasts for this run alone. */
export const startSentence = ({ options }: NonNullable<TunnelChoice['nextStart']>): string =>
  `The next start opens ${options} again, as its options say.`

/** Where it is taken, for who is not at its terminal. */
export const offerSentence = ({ name }: Pick<TunnelChoiceWay, 'name'>): string =>
  `${name} is ready here as another way: take it in Settings > Tunnel, or press t in its terminal.`

/** What follows of taking it, as sentences. */
export function takingSentences(
  { name, seenBy, stable, sameUrl }: Pick<TunnelChoiceWay, 'name' | 'seenBy' | 'stable' | 'sameUrl'>,
  { consoleUrl, nextStart }: Pick<TunnelChoice, 'consoleUrl' | 'nextStart'>,
): readonly string[] {
  return [
    `Deliveries are then seen by ${seenBy}.`,
    consoleSentence({ sameUrl }, consoleUrl),
    ...(stable === 'no' ? ['This way gives another Hook URL at each start.'] : []),
    ...(nextStart === null || nextStart.name === name ? [] : [startSentence(nextStart)]),
  ]
}
