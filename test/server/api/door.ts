/** A private door for tests: the real store, sender and inspector on port 0, and plain HTTP to knock with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Status } from '../../../core/api/messages.ts'
import type { NewDelivery } from '../../../core/deliveries/delivery.ts'
import { whyNotForwarded } from '../../../core/deliveries/not-forwarded.ts'
import { type Inspector, startInspector } from '../../../server/api/server.ts'
import { defaults } from '../../../server/config/settings.ts'
import { newHook, noSecrets } from '../../../server/hooks/active.ts'
import type { Hooks } from '../../../server/hooks/hooks.ts'
import { isOwnUrl } from '../../../server/lib/own-url.ts'
import type { Listening } from '../../../server/listening/listening.ts'
import { openLocalPeople } from '../../../server/people/local.ts'
import { parseTarget } from '../../../server/sender/target.ts'
import { openSqlite, type StoreOptions } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { workspaceOn } from '../../../server/workspace.ts'
import { authority } from '../../helpers/certificates.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { forwardStatus } from '../../helpers/summaries.ts'

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
  /** A workspace without a receiver. */
  readonly session: { status: Status; readonly hooks: Hooks; announce(): void }
  /** As it is now. */
  status(): Status
  /** @returns a function that stops the calls */
  onStatus(listener: () => void): () => void
  /** Appends and waits until it is indexed. */
  add(...arrivals: NewDelivery[]): Promise<number[]>
  /** With the token as Bearer unless `headers` say otherwise. */
  call(path: string, call?: Call): Promise<Answer>
  close(): Promise<void>
}

export interface DoorOptions {
  readonly ui?: boolean
  readonly guessHoldMs?: number
  readonly allowedHosts?: readonly string[]
  readonly twoFactor?: boolean
  /** Saved for the hook by an earlier start; this one gives it the signature key. */
  readonly savedSourceKey?: string
  readonly store?: Partial<StoreOptions>
  /** What the inspector is given in place of the store. */
  readonly instead?: (store: Store) => Store
}

export async function openDoor(options: DoorOptions = {}): Promise<TestDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-door-'))
  const uiFolder = join(folder, 'ui')
  if (options.ui !== false) {
    await mkdir(join(uiFolder, 'assets'), { recursive: true })
    for (const [name, text] of Object.entries(uiFiles)) writeFileSync(join(uiFolder, name), text)
  }
  const store = openSqlite({ path: join(folder, 'log.db'), ...options.store })
  const logged: string[] = []
  await store.hooks.save({
    ...newHook('main', 'Main', Date.UTC(2026, 10, 23, 12)),
    path: '/in/secret',
    savedSecrets: {
      basicAuth: { username: 'merchant', password: 'open sesame' },
      signatureKey: options.savedSourceKey === undefined ? signatureKey : null,
      sourceKey: options.savedSourceKey ?? null,
    },
  })
  let forward: Status['forward'] = null
  const listening: Listening = {
    addresses: () => ({ publicUrl: null, localUrl: 'http://127.0.0.1:1' }),
    baseUrl: () => 'http://127.0.0.1:1',
    isOwnUrl: url => isOwnUrl(url, [inspectorPort], null),
    targets: () => [],
    routes: () => [],
    checkForwarding() {},
    status: () => ({ tunnel: { state: 'off' }, exposed: null, forward, leftovers: [], droppedWaiting: 0 }),
    async setForwardTargets(texts) {
      const targets = texts.map(text => parseTarget(text).href)
      forward = targets.length === 0 ? null : forwardStatus(...targets)
    },
    async pauseForwarding(paused) {
      forward = forward && { ...forward, paused }
    },
    isPaused: () => forward?.paused ?? false,
    sendLeftover: async () => undefined,
    dismissLeftover: async () => false,
    whyNotForwarded: delivery =>
      whyNotForwarded(delivery, {
        hasTarget: forward !== null,
        paused: forward?.paused ?? false,
        rejectedToo: false,
        waits: false,
      }),
    tunnelWays: async () => ({ ways: [], consoleUrl: null, nextStart: null }),
    useTunnel: async () => {},
    waitsFor: () => [],
  }
  const workspace = await workspaceOn(store, {
    settings: {
      ...{ ...defaults, db: store.path, label: null, retention: { count: null, days: null, bytes: null } },
      ...{ tunnelHost: null, publicUrl: null },
    },
    secrets: options.savedSourceKey === undefined ? noSecrets : { ...noSecrets, signatureKey },
    log: line => logged.push(line),
    listening,
    certificates: { authorities: [authority] },
  })
  const before = workspace.status()
  const session = { hooks: workspace.hooks, status: { ...before, version: '0.0.0' }, announce: workspace.changed }
  /** What a test has put in place of it comes first. */
  const status = (): Status => {
    const put = Object.entries(session.status).filter(([name, value]) => value !== Reflect.get(before, name))
    return { ...workspace.status(), ...Object.fromEntries(put) }
  }
  const people = options.twoFactor === true ? await openLocalPeople(store.path) : null
  let inspectorPort = 0
  const inspector = await startInspector({
    ...{ port: 0, token, uiFolder, allowedHosts: options.allowedHosts ?? [] },
    ...(people !== null && { people }),
    workspace: {
      ...workspace,
      status,
      store: options.instead?.(store) ?? store,
      sendTestEvent: async () => ({
        url: 'http://127.0.0.1:1/in/secret',
        status: 200,
        problem: null,
        arrival: null,
        app: null,
        apps: [],
        notAsked: null,
      }),
    },
    log: line => logged.push(line),
    guessHoldMs: options.guessHoldMs ?? 0,
  })
  inspectorPort = inspector.port
  return {
    inspector,
    store,
    logged,
    session,
    status,
    onStatus: workspace.onStatus,
    async add(...arrivals) {
      const ids = await Promise.all(
        (arrivals.length > 0 ? arrivals : [arrival()]).map(one => store.deliveries.append(one)),
      )
      await store.deliveries.settled()
      return ids
    },
    call: (path, call = {}) =>
      knock(inspector.port, path, { ...call, headers: { Authorization: `Bearer ${token}`, ...call.headers } }),
    async close() {
      await inspector.close()
      await people?.close()
      await workspace.close()
      rmSync(folder, { recursive: true, force: true })
    },
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

/** What comes back for raw bytes, one character a byte, until the server ends the connection. @param sender whether it then ends its side */
export function rawAnswer(port: number, bytes: string, sender: 'stays' | 'leaves'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      if (sender === 'stays') socket.write(bytes, 'latin1')
      else socket.end(bytes, 'latin1')
    })
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}
