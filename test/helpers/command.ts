/** The built command as a real child process: start it, read its lines, stop it by its id. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { JsonLine } from '../../cli/shared/json-lines.ts'
import { folders, running } from './started.ts'

/** The bundle that `npm test` builds first. */
export const commandPath = fileURLToPath(new URL('../../dist/hookscope.cjs', import.meta.url))

export interface CommandOptions {
  /** Added to an environment without any HOOKSCOPE_ variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The working directory; default: a fresh temporary folder, so that no config file is found. */
  readonly cwd?: string
  /** Written to standard input, which is then closed; default: no input. */
  readonly input?: string
  /** Another file to run than the built bundle. */
  readonly command?: string
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

type LineOf<Kind extends JsonLine['kind']> = Extract<JsonLine, { kind: Kind }>

export interface RunningCommand {
  readonly pid: number
  /** What was written to standard output so far. */
  stdout(): string
  stderr(): string
  /** The NDJSON lines so far. */
  lines(): readonly JsonLine[]
  /**
   * The first line of a kind that `matches`, also when it came before. Rejects when the command ends first, with what it
   * wrote to standard error.
   */
  waitForLine<Kind extends JsonLine['kind']>(
    kind: Kind,
    matches?: (line: LineOf<Kind>) => boolean,
  ): Promise<LineOf<Kind>>
  /** Resolves once `pattern` is found in either stream. Rejects when the command ends first. */
  waitForText(pattern: RegExp): Promise<string>
  /** Ends it with a signal and waits until it is gone. Harmless when it has ended already. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** Closes the reading end of its standard output, as `head` does when it has seen enough. */
  closeStdout(): void
  readonly exited: Promise<Exit>
}

function isKind<Kind extends JsonLine['kind']>(line: JsonLine, kind: Kind): line is LineOf<Kind> {
  return line.kind === kind
}

/** A temporary folder that goes when the tests of the file have ended. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-test-'))
  folders.add(folder)
  return folder
}

/** Starts the command. Stop it in the test's clean-up. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:HOOKSCOPE_|FORCE_COLOR|NO_COLOR|VITEST)/.test(name),
  )
  const child = spawn(process.execPath, [options.command ?? commandPath, ...args], {
    cwd: options.cwd ?? emptyFolder(),
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  let stdout = ''
  let stderr = ''
  let ended = false
  const lines: JsonLine[] = []
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      // The human output of a command without --json has no line that begins so.
      if (part.startsWith('{"kind":')) lines.push(JSON.parse(part))
    }
    tell()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    tell()
  })
  child.stdin.on('error', () => {
    // The command may end without having read its input.
  })
  child.stdin.end(options.input ?? '')
  const exited = new Promise<Exit>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      ended = true
      running.delete(child)
      resolve({ code, signal, stdout, stderr })
      tell()
    })
  })

  /** Resolves with the first value of `look` that is not undefined. */
  function until<Found>(what: string, look: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const listener = () => {
        const found = look()
        if (found === undefined && !ended) return
        listeners.delete(listener)
        if (found === undefined) reject(new Error(`The command ended without ${what}. It wrote:\n${stderr}${stdout}`))
        else resolve(found)
      }
      listeners.add(listener)
      listener()
    })
  }

  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    stderr: () => stderr,
    lines: () => lines,
    waitForLine: (kind, matches = () => true) =>
      until(`a ${kind} line`, () => {
        for (const line of lines) if (isKind(line, kind) && matches(line)) return line
        return undefined
      }),
    waitForText: pattern => until(`a text like ${pattern}`, () => pattern.exec(`${stdout}${stderr}`)?.[0]),
    stop(signal = 'SIGTERM') {
      if (!ended) child.kill(signal)
      return exited
    },
    closeStdout: () => {
      child.stdout.destroy()
    },
    exited,
  }
}

/** Runs the command to its end. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Exit> {
  return startCommand(args, options).exited
}

/** Expects an exit code; where it is another, what was on standard error is told with it. */
export async function expectExit(exit: Promise<Pick<Exit, 'code' | 'stderr'>>, expected: number): Promise<void> {
  const { code, stderr } = await exit
  expect(code, stderr).toBe(expected)
}

/** `hookscope --json` on free ports, without a tunnel, on a database of its own unless `args` says otherwise. */
export function startListening(
  args: readonly string[] = [],
  options: CommandOptions & { readonly db?: string } = {},
): RunningCommand {
  const db = options.db ?? join(emptyFolder(), 'deliveries.db')
  const usual = { '--port': '0', '--inspector-port': '0', '--db': db, '--tunnel': 'none' }
  const has = (name: string) => args.includes(name) || (name === '--tunnel' && args.includes('--public-url'))
  const base = Object.entries(usual).flatMap(([name, value]) => (has(name) ? [] : [name, value]))
  return startCommand(['--json', '--no-open', ...base, ...args], options)
}
