/** `hookscope tunnels`: what each way to a public URL gives, and whether it is ready on this machine. */
import { jsonText, printable } from '../../core/text/text.ts'
import { stableWords } from '../../core/tunnels/taking.ts'
import { dataFolder } from '../../server/config/config.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { type Readiness, readinessOf } from '../../server/tunnel/readiness.ts'
import { readPublicKey } from '../../server/tunnel/ssh-key.ts'
import { row } from '../listen/banner.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import type { Io } from '../shared/io.ts'
import { wayLine } from '../shared/json-lines.ts'
import type { CommonOptions } from '../shared/options.ts'
import { settingsFor } from '../shared/settings.ts'
import { paintFor, widthOf } from '../shared/style.ts'

/** @returns the exit code */
export async function showTunnels(options: CommonOptions, io: Io): Promise<number> {
  const { settings } = await settingsFor(options, io, { reads: 'everything', optional: true })
  const ready = await readinessOf({ settings, environment: { ...io.environment } })
  if (options.json) {
    for (const one of ready) io.stdout.write(`${jsonText(wayLine(one))}\n`)
    return exitCodes.ok
  }
  const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
  const key = await readPublicKey(dataFolder())
  const lines = [
    ...ready.flatMap(one => wayLines(one, style)),
    ...(key === null ? [] : ['', ...row(style, 'SSH key', `${key} hookscope`)]),
  ]
  io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.ok
}

function wayLines({ way, ready, note }: Readiness, style: LineStyle): string[] {
  const { paint } = style
  const mark = ready ? paint.green('ready') : paint.dim('not set up')
  return [
    '',
    `  ${paint.bold(way.command)}`,
    ...row(style, 'Hook URL', stableWords[way.stable]),
    ...row(style, 'Needs', `${way.account ?? 'no account'}`),
    ...row(style, 'Seen by', way.seenBy),
    ...row(style, 'Limits', way.limits),
    ...row(style, 'Here', `${mark} · ${printable(note)}`),
  ]
}
