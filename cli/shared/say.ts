/** Sentences to the person, on standard error, broken between words; commands and URLs in them stay whole. */
import { printable } from '../../core/text/text.ts'
import type { Io } from './io.ts'
import { paintFor, widthOf } from './style.ts'
import { wrapWords } from './wrap.ts'

export interface Saying {
  /** A sentence, which may be coloured. */
  say(line: string): void
  /** Lines as they are: what is laid out already, and code, which is copied. */
  put(lines: readonly string[]): void
  /** What does not end the command, and may not be meant; nothing in it steers the terminal. */
  warn(line: string): void
}

export function sayingTo({ stderr, environment }: Pick<Io, 'stderr' | 'environment'>): Saying {
  const put = (lines: readonly string[]) => void stderr.write(lines.map(line => `${line}\n`).join(''))
  const say = (line: string) => put(wrapWords(line, widthOf(stderr)))
  const warning = paintFor(stderr, environment).yellow('Warning:')
  return { say, put, warn: line => say(`${warning} ${printable(line)}`) }
}
