/** A stand-in for a tunnel's program, on a PATH of its own. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { emptyFolder } from './command.ts'

export interface MuteProgram {
  /** Where it is. */
  readonly folder: string
  /** A PATH on which it is found before all others. */
  readonly path: string
  isStarted(): boolean
}

/** A `cloudflared` that starts and never has a URL: nothing outside of this machine is asked for. */
export function muteCloudflared(): MuteProgram {
  const folder = emptyFolder()
  const started = join(folder, 'started')
  const program = join(folder, 'cloudflared')
  writeFileSync(
    program,
    `#!${process.execPath}\nrequire('node:fs').writeFileSync(${JSON.stringify(started)}, '')\nsetInterval(() => {}, 1000)\n`,
  )
  chmodSync(program, 0o755)
  return { folder, path: [folder, process.env['PATH']].join(delimiter), isStarted: () => existsSync(started) }
}
