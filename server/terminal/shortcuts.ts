/** Keys while listening: one list, from which the help prints itself. */
import { printable } from '../../core/text.ts'
import { UserError } from '../errors.ts'
import type { Paint } from './style.ts'

export interface Shortcut {
  readonly key: string
  readonly description: string
  readonly action: () => void | Promise<void>
}

export function shortcutHelp(shortcuts: readonly Shortcut[], paint: Paint): string[] {
  return ['', ...shortcuts.map(({ key, description }) => `  ${paint.bold(key)}  ${description}`), '']
}

function sentenceOf(error: unknown): string {
  if (error instanceof UserError) return `${error.message} ${error.hint}`
  return error instanceof Error ? error.message : String(error)
}

/** The part of `process.stdin` that is used. */
export interface KeySource {
  setRawMode(raw: boolean): unknown
  resume(): unknown
  pause(): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
}

/**
 * Reads single keys.
 * @param interrupt called for Ctrl-C, which a terminal in raw mode no longer turns into a signal
 * @param failed called when an action threw
 */
export function openKeys(
  source: KeySource,
  shortcuts: readonly Shortcut[],
  interrupt: () => void,
  failed: (line: string) => void,
): { close(): void } {
  const byKey = new Map(shortcuts.map(shortcut => [shortcut.key, shortcut]))
  const listener = (chunk: Buffer) => {
    // Longer ones are pasted text, and those with an escape are arrows and the like.
    if (chunk.length > 4 || chunk.includes(0x1b)) return
    for (const key of chunk.toString('utf8')) {
      if (key === '\x03' || key === '\x04') interrupt()
      const shortcut = byKey.get(key.toLowerCase())
      if (shortcut === undefined) continue
      Promise.resolve()
        .then(shortcut.action)
        .catch((error: unknown) => failed(printable(sentenceOf(error))))
    }
  }
  source.setRawMode(true)
  source.resume()
  source.on('data', listener)
  return {
    close() {
      source.off('data', listener)
      source.setRawMode(false)
      source.pause()
    },
  }
}
