/** Colours, where the stream shows them and nobody said no. */
import pc from 'picocolors'

export type Paint = ReturnType<typeof pc.createColors>

export interface OutputStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** @returns functions that colour, or leave text alone: NO_COLOR (https://no-color.org), a dumb terminal, no terminal */
export function paintFor(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): Paint {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  const forced = !['', '0', 'false'].includes(environment['FORCE_COLOR'] ?? '')
  return pc.createColors(!refused && (forced || stream.isTTY === true))
}

/** Columns to fit lines into; null where lines are read by a program, which wants them whole. */
export function widthOf(stream: OutputStream): number | null {
  return stream.isTTY === true ? Math.max(stream.columns || 80, 40) : null
}
