/** A tunnel by another program: started, read line by line, and ended with all that it holds. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { clip } from '../../core/text/text.ts'
import type { ChildNotes } from '../lib/children.ts'
import type { LineEvents, Opening } from './provider.ts'

/** What one line of a program tells; null when nothing that matters. */
export type ProgramLine =
  /** The public URL: the tunnel is open, unless the program says by itself when it is `ready`. */
  | { readonly kind: 'url'; readonly url: string }
  /** It is connected: the URL can answer. */
  | { readonly kind: 'ready' }
  /** Why it may end soon; the last one counts. */
  | { readonly kind: 'error'; readonly message: string }
  /** It will not get further, whether or not it ends. */
  | { readonly kind: 'over'; readonly opening: Exclude<Opening, { readonly kind: 'open' }> }
  | null

/** What a program is started with, and how it is understood. */
export interface Program {
  /** Its name, looked for on the PATH. */
  readonly name: string
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** How long it may take until the tunnel is open, milliseconds. */
  readonly askMs: number
  /** The public URL where it is known before; null: the program tells it. */
  readonly url: string | null
  /** Whether a URL alone is not enough: a line has to say `ready`. */
  readonly saysReady: boolean
  /** What to do where there is no such program. */
  readonly whereFrom: string
  /** Reads one line of either stream, without its line end. */
  read(line: string): ProgramLine
  /**
   * What an end before the tunnel was open means.
   * @param message the last error that it told; null: none
   * @param how such as `exit code 1`
   */
  explain?(message: string | null, how: string): Exclude<Opening, { readonly kind: 'open' }> | null
  /** Notes a running child, and that it is gone: one that outlives hookscope is ended at the next start. */
  readonly children: ChildNotes
}

/** How long it may take to end before it is killed, in milliseconds. */
const graceMs = 3000
/** A line of a stranger's program is looked at no further. */
const longestLine = 4096

/** Starts the program, and resolves once its tunnel is open or cannot be. Rejects never. */
export function openProgram(program: Program, signal: AbortSignal, events: LineEvents): Promise<Opening> {
  const { name, askMs } = program
  const child = spawn(name, [...program.args], {
    // Open and silent: some services end a session whose input ends.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: program.environment,
    // Windows looks for programs in the working directory first, which may be a stranger's checkout.
    cwd: dirname(process.execPath),
    windowsHide: true,
  })
  const { pid } = child
  if (pid !== undefined) program.children.started(pid, name)
  const stop = stopperOf(child, () => pid !== undefined && program.children.ended(pid))
  let url = program.url
  let lastError: string | null = null
  let isOpen = false
  let isOver = false

  return new Promise<Opening>(resolve => {
    const timer = setTimeout(() => {
      // A URL without a word that it is connected: the probe will tell.
      if (url !== null) open(url)
      else giveUp({ kind: 'failed', reason: withError(`${name} gave no URL within ${askMs / 1000} s`, lastError) })
    }, askMs)
    const onAbort = () => giveUp({ kind: 'failed', reason: `${name} was stopped.` })
    signal.addEventListener('abort', onAbort)

    function settled(opening: Opening): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(opening)
    }

    /** Gives up on this start; the first reason counts. */
    function giveUp(opening: Opening): void {
      if (isOpen || isOver) return
      isOver = true
      void stop().then(() => settled(opening))
    }

    function open(publicUrl: string): void {
      if (isOpen || isOver) return
      isOpen = true
      settled({ kind: 'open', line: { url: publicUrl, insteadOf: null, busy: () => false, close: stop } })
    }

    function take(text: string): void {
      const line = program.read(clip(text.replace(/\r$/, ''), longestLine))
      switch (line?.kind) {
        case 'error':
          lastError = line.message
          break
        case 'over':
          if (isOpen) events.lost(line.opening.reason)
          else giveUp(line.opening)
          break
        case 'url':
          if (isOpen && url !== line.url) events.moved(line.url)
          url = line.url
          if (!program.saysReady) open(url)
          break
        case 'ready':
          if (url !== null) open(url)
          break
        case undefined:
      }
    }

    child.stdin?.on('error', () => {
      // It may end without having read.
    })
    child.on('error', error => {
      if (pid === undefined) settled(notThere(program, error))
    })
    // Not `exit`: what it said last may still be on its way then.
    child.once('close', (code, killedBy) => {
      const how = killedBy ?? `exit code ${code}`
      if (isOpen)
        events.lost(program.explain?.(lastError, how)?.reason ?? withError(`${name} ended (${how})`, lastError))
      else
        giveUp(
          program.explain?.(lastError, how) ?? {
            kind: 'failed',
            reason: withError(`${name} ended (${how})`, lastError),
          },
        )
    })
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', take)
  })
}

/** A sentence, and what the program said. */
export function withError(what: string, lastError: string | null): string {
  return lastError === null ? `${what}.` : `${what}: “${lastError}”`
}

function notThere({ name, whereFrom }: Program, error: Error): Opening {
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'ENOENT')
    return { kind: 'hopeless', reason: `The program “${name}” is not on the PATH.`, hint: whereFrom }
  return { kind: 'hopeless', reason: `The program “${name}” cannot be started (${code}).`, hint: whereFrom }
}

/** Ends the child, by force when it does not listen, and waits until it is gone. Also when hookscope itself is going. */
function stopperOf(child: ChildProcess, onGone: () => void): () => Promise<void> {
  const onOurExit = () => child.kill()
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  process.once('exit', onOurExit)
  void ended.then(() => {
    process.removeListener('exit', onOurExit)
    onGone()
  })
  return async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(force)
  }
}
