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

export const linesOf = (manner: Manner, page: string): readonly string[] =>
  blocks.filter(block => block.manner === manner && block.page === page).flatMap(({ lines }) => lines)
export const pagesWith = (manner: Manner): readonly string[] => pages.filter(page => linesOf(manner, page).length > 0)

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

/** What a shell makes something else of. A pattern that no file fits stays as it is, and quotes are read here as there. */
const forShell = /[$|<>&;?~(){}[\]\\!#`]/
/** They are in the folder where a shell is, and this process is elsewhere. */
const namesFile = /\b[\w-]+\.(?:csv|db|hookscope|html|js|json|txt|xml)\b/

/**
 * Whether a line has to be typed at a shell. Not where it is hookscope's alone, and another of its command is: that one shows that
 * the shell and the build agree on it, and the rest may run within the process of the test.
 */
export function needsShell(line: string): boolean {
  const command = commandOf(line)
  const kind = kindOf(command)
  return kind === null || forShell.test(command) || namesFile.test(command) || firsts.get(kind) === command
}

/** What is run as what, with one word of a command that has others below it: `npx hookscope trigger`, `hookscope hooks add`. */
function kindOf(command: string): string | null {
  return /^(?:npx )?hookscope (?:(?:hooks|pending|samples) \w+|\w+)/.exec(command)?.[0] ?? null
}

const firsts = new Map<string, string>()
for (const { manner, lines } of blocks) {
  if (manner !== 'run' && manner !== 'stopped') continue
  for (const command of lines.map(commandOf)) {
    const kind = kindOf(command)
    if (kind !== null && !firsts.has(kind)) firsts.set(kind, command)
  }
}
