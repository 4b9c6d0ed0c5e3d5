/** A quick tunnel by Cloudflare's own program, started from the PATH. */
import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { readCloudflaredLine } from './cloudflared-lines.ts'
import type { LineEvents, Opening, Provider } from './provider.ts'

/** What cloudflared is started with. */
export interface CloudflaredOptions {
  /** The receiver's port on 127.0.0.1. */
  readonly port: number
  /** How long the program may take to come up with a URL, in milliseconds. */
  readonly askMs: number
  /** How long its fresh URL is left alone, in milliseconds. */
  readonly settleMs: number
  /** Its environment; the program is looked for on this PATH. */
  readonly environment: NodeJS.ProcessEnv
}

/** How long it may take to end before it is killed, in milliseconds. */
const graceMs = 3000

/** Starts the program, and again when it ended. Each start gives another URL: there is no name to keep. */
export function cloudflared(options: CloudflaredOptions): Provider {
  return {
    trusted: false,
    // A name that is asked for before it is there stays unknown to resolvers for long.
    settleMs: options.settleMs,
    // It mends its own connections, and a new start means a new URL in the merchant console.
    patience: 8,
    open: (signal, events) => start(options, signal, events),
  }
}

type Child = ChildProcessByStdio<null, null, Readable>

function start(
  { port, askMs, environment }: CloudflaredOptions,
  signal: AbortSignal,
  events: LineEvents,
): Promise<Opening> {
  const child: Child = spawn('cloudflared', ['tunnel', '--url', `http://127.0.0.1:${port}`, '--no-autoupdate'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment,
    // Windows looks for programs in the working directory first, which may be a stranger's checkout.
    cwd: dirname(process.execPath),
    windowsHide: true,
  })
  const stop = stopperOf(child)
  let url: string | null = null
  let lastError: string | null = null
  let isOpen = false
  let isGivenUp = false

  return new Promise<Opening>(resolve => {
    const timer = setTimeout(() => {
      // A URL without a word that it is connected: the probe will tell.
      if (url !== null) open(url)
      else giveUp(`cloudflared gave no URL within ${askMs / 1000} s`)
    }, askMs)
    const onAbort = () => giveUp('cloudflared was stopped')
    signal.addEventListener('abort', onAbort)

    function settled(opening: Opening): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(opening)
    }

    /** Gives up on this start; the first reason counts. */
    function giveUp(what: string): void {
      if (isOpen || isGivenUp) return
      isGivenUp = true
      void stop().then(() => settled({ kind: 'failed', reason: withError(what, lastError) }))
    }

    function open(publicUrl: string): void {
      if (isOpen || isGivenUp) return
      isOpen = true
      settled({ kind: 'open', line: { url: publicUrl, insteadOf: null, busy: () => false, close: stop } })
    }

    child.on('error', error => {
      if (child.pid === undefined) settled(notThere(error))
    })
    // Not `exit`: what it said last may still be on its way then.
    child.once('close', (code, killedBy) => {
      const what = `cloudflared ended (${killedBy ?? `exit code ${code}`})`
      if (isOpen) events.lost(withError(what, lastError))
      else giveUp(what)
    })
    createInterface({ input: child.stderr }).on('line', text => {
      const line = readCloudflaredLine(text)
      if (line?.kind === 'error') lastError = line.message
      if (line?.kind === 'url') url = line.url
      if (line?.kind === 'registered' && url !== null) open(url)
    })
  })
}

function withError(what: string, lastError: string | null): string {
  return lastError === null ? `${what}.` : `${what}: “${lastError}”`
}

function notThere(error: Error): Opening {
  const code = 'code' in error ? String(error.code) : error.message
  const hint =
    'Get it from https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/ and put it on the PATH, or use --tunnel localtunnel.'
  if (code === 'ENOENT') return { kind: 'hopeless', reason: 'The program “cloudflared” is not on the PATH.', hint }
  return { kind: 'hopeless', reason: `The program “cloudflared” cannot be started (${code}).`, hint }
}

/** Ends the child, by force when it does not listen, and waits until it is gone. Also when hookscope itself is going. */
function stopperOf(child: Child): () => Promise<void> {
  const onOurExit = () => child.kill()
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  process.once('exit', onOurExit)
  void ended.then(() => process.removeListener('exit', onOurExit))
  return async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(force)
  }
}
