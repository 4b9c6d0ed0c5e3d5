/** The built command at a terminal, a real one by script(1). */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { commandPath, emptyFolder } from './command.ts'

/** Whether there is util-linux's script(1): the options are others elsewhere. */
export const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

export interface Terminal {
  readonly code: Promise<number | null>
  /** Everything that was written, escapes included. */
  raw(): string
  type(text: string): void
  /** Resolves once a pattern is found in what was written after what the last call found, escapes left out. */
  showsNext(pattern: RegExp): Promise<string>
  /** Resolves once a pattern is found in all that was written, escapes left out. */
  shows(pattern: RegExp): Promise<string>
  stop(): void
}

/** The command as a shell takes it. */
export const quoted = (args: readonly string[]): string =>
  [process.execPath, commandPath, ...args].map(word => `'${word}'`).join(' ')

/** Starts the command. Stop it in the test's clean-up. */
export const atTerminal = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = emptyFolder(),
  columns = 120,
): Terminal => startAtTerminal(quoted(args), env, cwd, columns)

/** An interactive bash, to type commands and send jobs to the background in. Stop it in the test's clean-up. */
export const atShell = (): Terminal => startAtTerminal('bash --norc --noprofile --noediting -i', { PS1: '$ ' })

function startAtTerminal(
  program: string,
  env: Readonly<Record<string, string>>,
  cwd = emptyFolder(),
  columns = 120,
): Terminal {
  const command = `stty cols ${columns} rows 40; exec ${program}`
  const child: ChildProcessWithoutNullStreams = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: emptyFolder(), TERM: 'xterm-256color', CI: '1', ...env },
  })
  let raw = ''
  let seen = 0
  const waiting = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => {
    raw += chunk.toString()
    for (const look of waiting) look()
  })
  const code = new Promise<number | null>(resolve => child.on('close', resolve))
  const until = (pattern: RegExp, from: () => number) =>
    new Promise<string>(resolve => {
      const look = () => {
        const text = stripVTControlCharacters(raw)
        const found = pattern.exec(text.slice(from()))
        if (found === null) return
        waiting.delete(look)
        seen = Math.max(seen, from() + found.index + found[0].length)
        resolve(found[0])
      }
      waiting.add(look)
      look()
    })
  return {
    code,
    raw: () => raw,
    type: text => void child.stdin.write(text),
    showsNext: pattern => until(pattern, () => seen),
    shows: pattern => until(pattern, () => 0),
    stop: () => void child.kill('SIGKILL'),
  }
}
