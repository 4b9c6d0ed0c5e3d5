/** The blocks of `sh` in the documentation, and how each is tested: the comment above a block says it. */
import { pages, textOf } from './pages.ts'

/**
 * `run`: each line in a shell, beside a hookscope that listens · `stopped`: while none listens · `listens`: started, asked to take a delivery, stopped · `terminal`: run at a terminal up to
 * its question · `parsed`: only its command line is read.
 */
export type Manner = 'run' | 'stopped' | 'listens' | 'terminal' | 'parsed'

export interface Block {
  readonly page: string
  readonly manner: Manner
  /** What the comment says after the manner. */
  readonly why: string
  /** Lines that are not empty, with their comments. */
  readonly lines: readonly string[]
}

const block = /(?:<!-- (listens|terminal|stopped|parsed)(?:: ([^\n]+))? -->\n)?```sh\n([\s\S]*?)```/g

export const blocksOf = (page: string): readonly Block[] =>
  [...textOf(page).matchAll(block)].map(([, manner = 'run', why = '', text = '']) => ({
    page,
    manner: manner as Manner,
    why,
    lines: text.split('\n').filter(line => line.trim() !== ''),
  }))

/** In the order in which a reader meets them. */
export const blocks: readonly Block[] = pages.flatMap(blocksOf)

/** A line without the comment at its end. */
export const commandOf = (line: string): string => line.replace(/\s+#\s.*$/, '').trim()

/** What follows `hookscope` in a line, as a shell would hand it over; null for a line of something else. */
export function hookscopeWords(line: string): string | null {
  const found = /(?:^|[\s$(])(?:npx (?:--yes )?)?hookscope(?=\s|$|\))([^|>)]*)/.exec(
    // What a shell makes of `<(…)` is the path of a pipe.
    commandOf(line).replace(/<\([^)]*\)/g, '/dev/fd/63'),
  )
  return found === null ? null : (found[1] ?? '').trim()
}
