/** Another way in by two keys: `t` says which there are and whose server sees the deliveries there, a number takes one. */
import type { TunnelChoice, TunnelChoiceWay } from '../../core/api/tunnel.ts'
import { printable } from '../../core/text/text.ts'
import { consoleSentence, isInUse, stableWords, startSentence, wayName } from '../../core/tunnels/taking.ts'
import type { Paint } from '../shared/style.ts'
import type { Shortcut } from './shortcuts.ts'

/** A number counts for so long after `t`, milliseconds. */
const choosingMs = 60_000
const numbers = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** The hookscope whose tunnel it is. */
export interface TunnelActing {
  tunnelWays(): Promise<TunnelChoice>
  /** That it is opened, and what becomes of it, is told as it happens. */
  useTunnel(way: TunnelChoiceWay): Promise<void>
}

/** Where keys tell what they did. */
export interface Printing {
  line(text: string): void
  lines(texts: readonly string[]): void
}

export function tunnelKeys(
  acting: TunnelActing,
  { line, lines }: Printing,
  paint: Paint,
  now: () => number = Date.now,
): Shortcut[] {
  let asked: { readonly ways: readonly TunnelChoiceWay[]; readonly until: number } | null = null

  async function ask(): Promise<void> {
    const choice = await acting.tunnelWays()
    const ways = choice.ways.filter(({ ready, current }) => ready && !current).slice(0, numbers.length)
    if (ways.length === 0) {
      line('No other way is ready here. What each needs: hookscope tunnels')
      return
    }
    asked = { ways, until: now() + choosingMs }
    lines(choiceLines(ways, paint))
    const { consoleUrl, nextStart } = choice
    for (const said of consoleLines(ways, consoleUrl)) line(said)
    if (nextStart !== null) line(startSentence(nextStart))
    line(
      `Press its number within a minute to open it${isInUse(choice) ? '; the way that is in use is closed then' : ''}.`,
    )
  }

  async function take(index: number): Promise<void> {
    const way = asked === null || now() > asked.until ? undefined : asked.ways[index]
    asked = null
    if (way === undefined) return
    await acting.useTunnel(way)
  }

  return [
    { key: 't', description: 'take another way in: another tunnel', action: ask },
    ...numbers.map((key, index) => ({ key, description: null, action: () => take(index) })),
  ]
}

/** What the console has to be told, a line for the ways of which it is the same. */
function consoleLines(ways: readonly TunnelChoiceWay[], consoleUrl: string | null): string[] {
  const said = ways.map(way => [consoleSentence(way, consoleUrl), printable(wayName(way))] as const)
  const sentences = [...new Set(said.map(([sentence]) => sentence))]
  if (sentences.length === 1) return sentences
  const names = (of: string) => said.flatMap(([sentence, name]) => (sentence === of ? name : [])).join(', ')
  return sentences.map(sentence => `${names(sentence)}: ${sentence}`)
}

function choiceLines(ways: readonly TunnelChoiceWay[], paint: Paint): string[] {
  const longest = Math.max(...ways.map(way => wayName(way).length))
  const rows = ways.map(
    (way, index) =>
      `  ${paint.bold(`${index + 1}`)}  ${printable(wayName(way)).padEnd(longest)}  ${stableWords[way.stable]}; seen by ${way.seenBy}`,
  )
  return ['', 'Open a tunnel through whose server? Its operator can read the deliveries.', ...rows, '']
}
