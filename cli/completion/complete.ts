/** `hookscope complete`: what a shell asks at each Tab. Never an error: a shell has no place for one. */
import type { Command } from 'commander'
import { clip, printable } from '../../core/text/text.ts'
import { loadSettings } from '../../server/config/config.ts'
import { variableName } from '../../server/config/settings.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { type Glance, glance } from '../../server/store/sqlite/file/glance.ts'
import type { Io } from '../shared/io.ts'
import { type CompletionCandidates, candidatesAt } from './candidates.ts'
import { readLine } from './line.ts'
import { filesWanted, type Shell } from './scripts.ts'

export interface CompleteOptions {
  readonly shell: Shell
  readonly words: readonly string[]
}

/** The value of an option among words, for the database that is meant. */
function typedValue(words: readonly string[], name: string): string | null {
  const at = words.lastIndexOf(name)
  const joined = words.find(word => word.startsWith(`${name}=`))
  return joined?.slice(name.length + 1) ?? (at < 0 ? null : (words[at + 1] ?? null))
}

/** bash replaces only what follows the last of these in a word. */
const bashBreaks = /^.*[=:]/s

/** As bash inserts it: without what it keeps, and with a space unless the word goes on. Names in samples are a stranger's. */
function forBash(text: string, open: boolean, current: string, quote: string | null): string {
  if (quote === '"') return text.replace(/["`$\\]/g, '\\$&')
  if (quote === "'") return text.replaceAll("'", "'\\''")
  const kept = bashBreaks.exec(current)?.[0] ?? ''
  return `${text.slice(kept.length).replace(/[\s"'`$\\()<>|&;*?!#~[\]{}]/g, '\\$&')}${open ? '' : ' '}`
}

function linesOf(found: CompletionCandidates, shell: Shell, current: string, quote: string | null): string[] {
  if (found.kind === 'files') return [filesWanted]
  return found.words.map(({ text, what, open }) => {
    const safe = printable(text)
    const described = clip(printable(what), 80)
    if (shell === 'bash') return forBash(safe, open, current, quote)
    if (shell === 'zsh') return `${safe}${open ? '' : ' '}\t${described}`
    return described === '' ? safe : `${safe}\t${described}`
  })
}

/**
 * @param program with all of its commands; only read
 * @returns the exit code, always 0
 */
export async function complete({ shell, words }: CompleteOptions, program: Command, io: Io): Promise<number> {
  const line =
    shell === 'bash'
      ? readLine(words.join(' '))
      : { before: words.slice(0, -1), current: words.at(-1) ?? '', quote: null }
  const before = shell === 'bash' ? line.before.slice(1) : line.before
  const db = typedValue(before, '--db')
  const settings = await loadSettings({
    options: db === null ? {} : { db },
    config: { path: before.includes('--no-config') ? false : typedValue(before, '--config'), trusted: false },
    environment: io.environment,
    folder: io.folder,
    // At a Tab nothing is run, trusted or not.
    reads: [],
    ask: null,
  }).catch(() => null)
  /** A config file that is code may name another database: that of the defaults would offer the wrong names. */
  const isKnown =
    settings !== null && (settings.leftOut === null || db !== null || (io.environment[variableName('db')] ?? '') !== '')
  let seen: Glance | null = null
  const known = () => {
    seen ??= isKnown ? glance(settings.settings.db) : { hooks: [], samples: [] }
    return seen
  }
  const found = candidatesAt(program, before, line.current, known)
  const lines = linesOf(found, shell, line.current, line.quote)
  if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.ok
}
