/** Keys while listening: one list, from which the help prints itself. */
import { printable } from '../../core/text/text.ts'
import { errorLine, UserError } from '../../server/lib/errors.ts'
import type { Paint } from '../shared/style.ts'

export interface Shortcut {
  readonly key: string
  /** null: the help leaves it out. */
  readonly description: string | null
  readonly action: () => void | Promise<void>
}

export function shortcutHelp(shortcuts: readonly Shortcut[], paint: Paint): string[] {
  const lines = shortcuts.flatMap(({ key, description }) =>
    description === null ? [] : [`  ${paint.bold(key)}  ${description}`],
  )
  return ['', ...lines, '']
}

function sentenceOf(error: unknown): string {
  if (error instanceof UserError) return `${error.message} ${error.hint}`
  return errorLine(error)
}

/** The part of `process.stdin` that is used. */
export interface KeySource {
  setRawMode(raw: boolean): unknown
  resume(): unknown
  pause(): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'error', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'error', listener: () => void): unknown
}

/** What a terminal in raw mode no longer turns into a signal. */
export interface ControlKeys {
  /** Ctrl-C, and Ctrl-D. */
  interrupt(): void
  /** Ctrl-Z. */
  suspend(): void
}

export interface OpenKeys {
  /** Reads no longer, and gives the terminal back as it was. */
  close(): void
  /** Reads no longer; the terminal is somebody else's by now, and its mode too. */
  leave(): void
}

/**
 * Reads single keys.
 * @param failed called when an action threw
 */
export function openKeys(
  source: KeySource,
  shortcuts: readonly Shortcut[],
  { interrupt, suspend }: ControlKeys,
  failed: (line: string) => void,
): OpenKeys {
  const byKey = new Map(shortcuts.map(shortcut => [shortcut.key, shortcut]))
  const listener = (chunk: Buffer) => {
    // Longer ones are pasted text, and those with an escape are arrows and the like.
    if (chunk.length > 4 || chunk.includes(0x1b)) return
    for (const key of chunk.toString('utf8')) {
      if (key === '\x03' || key === '\x04') interrupt()
      if (key === '\x1a') suspend()
      const shortcut = byKey.get(key.toLowerCase())
      if (shortcut === undefined) continue
      Promise.resolve()
        .then(shortcut.action)
        .catch((error: unknown) => failed(printable(sentenceOf(error))))
    }
  }
  // A terminal that was closed takes no mode any more, and SIGHUP ends hookscope in good order.
  const closed = () => {}
  source.on('error', closed)
  // Node sets only what it thinks is otherwise; a shell may have set the terminal since.
  source.setRawMode(false)
  source.setRawMode(true)
  source.resume()
  source.on('data', listener)
  const leave = () => {
    source.off('data', listener)
    source.pause()
    source.off('error', closed)
  }
  return {
    close() {
      source.setRawMode(false)
      leave()
    },
    leave,
  }
}
