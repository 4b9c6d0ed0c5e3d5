/** Sentences to the person, on standard error, broken between words; commands and URLs in them stay whole. */
import { printable } from '../../core/text/text.ts'
import type { Io } from './io.ts'
import { paintFor, widthOf } from './style.ts'
import { wrapWords } from './wrap.ts'

export interface Saying {
  /** A sentence, which may be coloured, or one line of several that belong together. */
  say(line: string): void
  /** What does not end the command, and may not be meant; nothing in it steers the terminal. */
  warn(line: string): void
}

export function sayingTo({ stderr, environment }: Pick<Io, 'stderr' | 'environment'>): Saying {
  const say = (line: string) => void stderr.write(`${wrapWords(line, widthOf(stderr)).join('\n')}\n`)
  const warning = paintFor(stderr, environment).yellow('Warning:')
  return { say, warn: line => say(`${warning} ${printable(line)}`) }
}
