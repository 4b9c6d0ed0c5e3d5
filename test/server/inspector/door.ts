/** A private door for tests: the real store, sender and inspector on port 0, and plain HTTP to knock with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Arrival } from '../../../core/delivery.ts'
import type { Status } from '../../../core/messages.ts'
import { whyNotForwarded } from '../../../core/not-forwarded.ts'
import { openCheckRuns } from '../../../server/check/runs.ts'
import { openDiagnoses } from '../../../server/diagnosis/diagnoses.ts'
import { newHook, noSecrets } from '../../../server/hooks/active.ts'
import { type Hooks, openHooks } from '../../../server/hooks/hooks.ts'
import { type Inspector, startInspector } from '../../../server/inspector/inspector.ts'
import type { Controls } from '../../../server/inspector/types.ts'
import { isOwnUrl } from '../../../server/own-url.ts'
import { openReplayer } from '../../../server/sender/replay.ts'
import { openSamples } from '../../../server/sender/simulate/samples.ts'
import { openSimulator } from '../../../server/sender/simulate/simulator.ts'
import { parseTarget } from '../../../server/sender/target.ts'
import { openStore } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { authority } from '../../helpers/certificates.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { targetStatus } from '../../helpers/summaries.ts'

export const token = 'the-token-of-this-launch'
export const signatureKey = 'a-signature-key-of-a-merchant'

/** What the build would put into dist/ui, in small. */
const uiFiles: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><title>hookscope</title><script type="module" src="/assets/main-1a2b3c.js"></script>',
  'assets/main-1a2b3c.js': `console.log(${JSON.stringify('long enough to compress '.repeat(50))})`,
  'assets/main-1a2b3c.js.map': '{}',
  'notices.md': 'licences',
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  /** The body as JSON; undefined when it is not. */
  readonly json: unknown
}

export interface Call {
  readonly method?: string
  /** In place of Host, Origin and Content-Type as a script of the user would send them; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Sent as JSON, or as it is when it is text. */
  readonly body?: unknown
}

export interface TestDoor {
  readonly inspector: Inspector
  readonly store: Store
  readonly logged: readonly string[]
  /** A session without the public door. */
  readonly session: { status: Status; readonly hooks: Hooks; announce(): void }
  /** As it is now. */
  status(): Status
  /** @returns a function that stops the calls */
  onStatus(listener: () => void): () => void
  /** Appends and waits until it is indexed. */
  add(...arrivals: Arrival[]): Promise<number[]>
  /** With the token as Bearer unless `headers` say otherwise. */
  call(path: string, call?: Call): Promise<Answer>
  close(): Promise<void>
}

export async function openDoor(options: { ui?: boolean } = {}): Promise<TestDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-door-'))
  const uiFolder = join(folder, 'ui')
  if (options.ui !== false) {
    await mkdir(join(uiFolder, 'assets'), { recursive: true })
    for (const [name, text] of Object.entries(uiFiles)) writeFileSync(join(uiFolder, name), text)
  }
  const store = openStore({ path: join(folder, 'log.db') })
  const logged: string[] = []
  const listeners = new Set<() => void>()
  store.saveHook({
    ...newHook('main', 'Main', Date.UTC(2026, 10, 23, 12)),
    path: '/in/secret',
    savedSecrets: { basicAuth: { username: 'merchant', password: 'open sesame' }, signatureKey, sourceKey: null },
  })
  const hooks = openHooks(store, noSecrets, null, {
    addresses: () => ({ publicUrl: null, localUrl: 'http://127.0.0.1:1' }),
    certificates: { authorities: [authority] },
  })
  const session = {
    status: freshStatus(store.path),
    hooks,
    announce: () => {
      for (const listener of listeners) listener()
    },
  }
  hooks.onChange(session.announce)
  const replayer = openReplayer({ store, hooks: hooks.hooks, defaultTarget: () => null })
  const simulator = openSimulator({
    store,
    hooks: hooks.hooks,
    urlOf: ({ customUrl, path }) => customUrl ?? `http://127.0.0.1:1${path}`,
  })
  const checks = openCheckRuns({
    store,
    hooks: hooks.hooks,
    isOwnUrl: url => isOwnUrl(url, [inspectorPort], null),
    log: line => logged.push(line),
  })
  checks.onChange(session.announce)
  const controls: Controls = {
    status: () => ({
      ...session.status,
      hooks: hooks.views(),
      jobs: replayer.jobs(),
      verifications: hooks.verifications(),
      check: checks.status(),
    }),
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hooks,
    diagnoses: openDiagnoses(() => ({
      hooks: hooks.hooks(),
      stored: store.hooks(),
      removed: store.removedHooks(),
    })),
    simulator,
    samples: openSamples({ store }),
    checks,
    replay: (id, request) => replayer.replay(id, request),
    preview: replayer.preview,
    startReplayJob: replayer.startJob,
    cancelReplayJob: replayer.cancelJob,
    setForwardTargets(texts) {
      const targets = texts.map(text => targetStatus(parseTarget(text).href))
      const forward =
        targets[0] === undefined
          ? null
          : { target: targets[0].target, waiting: 0, oldestWaiting: null, paused: false, targets }
      session.status = { ...session.status, forward }
    },
    pauseForwarding(paused) {
      const { forward } = session.status
      session.status = { ...session.status, forward: forward && { ...forward, paused } }
    },
    waitsFor: () => [],
    whyNotForwarded(delivery) {
      const { forward, observe } = session.status
      const paused = forward?.paused ?? false
      return whyNotForwarded(delivery, { hasTarget: forward !== null, paused, rejectedToo: observe, waits: false })
    },
    sendTestEvent: async () => ({
      url: 'http://127.0.0.1:1/in/secret',
      status: 200,
      problem: null,
      arrival: null,
      app: null,
      apps: [],
      notAsked: null,
    }),
  }
  let inspectorPort = 0
  const inspector = await startInspector({ port: 0, token, store, controls, uiFolder, log: line => logged.push(line) })
  inspectorPort = inspector.port
  return {
    inspector,
    store,
    logged,
    session,
    status: controls.status,
    onStatus: controls.onStatus,
    async add(...arrivals) {
      const ids = await Promise.all((arrivals.length > 0 ? arrivals : [arrival()]).map(one => store.append(one)))
      await store.settled()
      return ids
    },
    call: (path, call = {}) =>
      knock(inspector.port, path, { ...call, headers: { Authorization: `Bearer ${token}`, ...call.headers } }),
    async close() {
      await inspector.close()
      await checks.close()
      await simulator.close()
      await replayer.close()
      await hooks.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freshStatus(db: string): Status {
  return {
    version: '0.0.0',
    startedAt: '2026-11-23T12:00:00.000Z',
    db,
    tunnel: { state: 'off' },
    hooks: [],
    forward: null,
    answer: 'hookscope',
    observe: false,
    storeTrouble: null,
    limits: { bodyBytes: 1_048_576 },
    retention: { count: null, days: null, bytes: null },
    jobs: [],
    verifications: [],
    check: null,
    simulator: { waiting: 0, sending: 0 },
  }
}

/** One HTTP request exactly as described: no header but those, Host and Content-Type aside. */
export function knock(port: number, path: string, { method, headers = {}, body }: Call = {}): Promise<Answer> {
  const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const defaults = { Host: `127.0.0.1:${port}`, ...(content !== undefined && { 'Content-Type': 'application/json' }) }
  const lines = Object.entries({ ...defaults, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().flatMap(one => [name, one]),
  )
  if (content !== undefined) lines.push('Content-Length', String(Buffer.byteLength(content)))
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: method ?? (content === undefined ? 'GET' : 'POST'),
        headers: lines,
        setHost: false,
        agent: false,
      },
      response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          const text = bytes.toString()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: jsonOf(text) })
        })
      },
    )
    request.on('error', reject)
    request.end(content)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
