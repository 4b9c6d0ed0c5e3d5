/** The API as commands call it: that of the hookscope that is listening, else over a workspace that is opened in this process. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClientResponse, hc } from 'hono/client'
import { printable } from '../core/text/text.ts'
import type { Api } from '../server/api/api.ts'
import type { ApiError } from '../server/api/types.ts'
import { defaultDatabase } from '../server/config/config.ts'
import type { StartedSecrets } from '../server/config/secrets.ts'
import { defaultPorts, type Settings } from '../server/config/settings.ts'
import { isDatabaseUrl } from '../server/lib/database-url.ts'
import { exitCodes, UserError } from '../server/lib/errors.ts'
import { isOwnUrl } from '../server/lib/own-url.ts'
import { shellWord } from '../server/lib/shell-word.ts'
import { planOfSettings } from '../server/sender/routes.ts'
import { StoreUnavailable, storeProblem } from '../server/store/problem.ts'
import {
  alreadyOpenCode,
  heldError,
  holderPid,
  isRunning,
  listenedIn,
  type Owner,
  readHolder,
} from '../server/store/sqlite/file/owner.ts'
import type { Store } from '../server/store/store.ts'
import { sealerOf } from './shared/sealer.ts'
import { type OnChanges, type Watching, watchListener, watchWorkspace } from './shared/watch-changes.ts'

/** The routes, as the server types them: `answerOf(api.status.$get())`. */
export type ApiClient = ReturnType<typeof hc<Api>>['api']

export interface Client {
  readonly api: ApiClient
  /** Says which way it is, for people. */
  readonly way: string
  /** The hookscope that is listening; null where the workspace is this process's own. */
  readonly listener: Owner | null
  /** Hands on what changes from now on. */
  watch(onChanges: OnChanges): Promise<Watching>
  close(): Promise<void>
}

export interface ClientOptions {
  readonly settings: Settings
  /** The working directory. */
  readonly folder: string
  /** Ends calls early, for instance at Ctrl-C. */
  readonly signal: AbortSignal
  /** For the first hook, where nobody listens. */
  readonly secrets: StartedSecrets
  /** Makes a database that is not there. Default false. */
  readonly make?: boolean
  /** What to do about a database that is not there. */
  readonly missingHint?: string
  /** Waits for what a crash left unindexed, which is found only after it is. Default false. */
  readonly whole?: boolean
  /** Waits for a list that is being rebuilt, as after a repair: nobody else rebuilds it meanwhile. Default false. */
  readonly rebuilt?: boolean
}

/** How long a command waits for another one that has the database open, and how often it looks, milliseconds. */
const [heldMs, lookMs] = [15_000, 50]
/** After so long a wait is worth a word, milliseconds. */
const tellMs = 1000
/** A listener that ends is gone so long after its connections, milliseconds. */
const endingMs = 500

/** The note of a listener lies beside the file itself, not beside a link to it. */
const ownPath = (db: string): Promise<string> => realpath(db).catch(() => db)

/** The running listener of a database; null when there is none, also while a command has it open. */
export async function listenerNow(db: string): Promise<Owner | null> {
  // Of a log on a server nobody is the owner.
  if (isDatabaseUrl(db)) return null
  const holder = readHolder(await ownPath(db))
  return holder === 'other' ? null : holder
}

/**
 * The same; but another command, which has the database for moments, and a listener that begins are waited for.
 * @param say is told once, in a sentence, where that takes a while
 * @throws UserError when that takes too long, and when the signal ends it
 */
export async function findListener(
  db: string,
  signal: AbortSignal,
  say?: (sentence: string) => void,
): Promise<Owner | null> {
  if (isDatabaseUrl(db)) return null
  const path = await ownPath(db)
  const began = Date.now()
  for (let isTold = say === undefined; ; ) {
    const holder = readHolder(path)
    if (holder !== 'other') return holder
    const waited = Date.now() - began
    if (waited >= heldMs) throw heldError(path)
    const pid = holderPid(path)
    const who = `another command${pid === null ? '' : ` (process ${pid})`}`
    if (signal.aborted)
      throw new UserError(`Stopped while ${who} had the database open.`, 'Start hookscope once that has ended.', {
        exitCode: exitCodes.failed,
      })
    if (!isTold && waited >= tellMs) {
      isTold = true
      say?.(`Waiting for ${who} that has the database open …`)
    }
    await sleep(lookMs)
  }
}

/** Whether a process is still there after the time that its end takes. */
async function outlasts(pid: number): Promise<boolean> {
  for (const ends = Date.now() + endingMs; isRunning(pid); await sleep(lookMs)) if (Date.now() >= ends) return true
  return false
}

/** Where a hookscope listens on another database than the one that was named, for the hint; null when none is found. */
export function listeningElsewhere(db: string, folder: string): string | null {
  const folders = new Set([folder, dirname(db), dirname(defaultDatabase())])
  const found = [...folders].flatMap(listenedIn).filter(path => path !== db)
  if (found.length === 0) return null
  const [first, ...others] = found.slice(0, 3).map(path => `--db ${shellWord(printable(path))}`)
  return `A hookscope is listening on another database: add ${[first, ...others].join(', or ')}`
}

/**
 * @param listener as `findListener` gives it
 * @throws UserError when the database is not there, or cannot be opened
 */
export async function openClient(listener: Owner | null, options: ClientOptions): Promise<Client> {
  if (listener !== null) return listenerClient(listener, options.signal)
  for (const ends = Date.now() + heldMs; ; ) {
    try {
      return await workspaceClient(options)
    } catch (error) {
      // Two commands that begin at once: one of them has it first, for moments.
      const isHeld = error instanceof UserError && error.code === alreadyOpenCode
      if (!isHeld || Date.now() >= ends || options.signal.aborted) throw error
    }
    await sleep(lookMs)
    // Or a listener that began at the same time has it, and keeps it.
    const begun = await listenerNow(options.settings.db)
    if (begun !== null) return listenerClient(begun, options.signal)
  }
}

const mostWaits = 10
const waitMs = 500

/** @param signal ends calls early, for instance at Ctrl-C */
export function listenerClient(listener: Owner, signal: AbortSignal): Client {
  const { pid, inspectorUrl, token } = listener
  const who = `The hookscope that has the database open (process ${pid})`

  async function patient(ask: () => Promise<Response>): Promise<Response> {
    let response = await ask()
    // While somebody else tries wrong tokens, no token is looked at.
    for (let waits = 0; response.status === 429 && waits < mostWaits; waits += 1) {
      await response.body?.cancel()
      await sleep(waitMs, undefined, { signal })
      response = await ask()
    }
    return response
  }
  const call: typeof fetch = async (input, init) => {
    const response = await patient(() => fetch(input, { ...init, signal })).catch(async (cause: unknown) => {
      signal.throwIfAborted()
      // Asked again, what was sent already would be sent twice.
      const begun =
        (init?.method ?? 'GET') === 'GET' ? '' : 'What was asked for may have been done: hookscope list shows it. '
      if (!(await outlasts(pid)))
        throw new UserError(
          `The hookscope that was listening (process ${pid}) has ended.`,
          `${begun}Start it again, or try again: a command that needs no listener then uses the database directly.`,
          { cause },
        )
      throw new UserError(
        `${who} does not answer.`,
        `${begun}End it and try again: the command then uses the database directly.`,
        { cause },
      )
    })
    if (
      response.ok ||
      isApiError(
        await response
          .clone()
          .json()
          .catch(() => null),
      )
    )
      return response
    throw new UserError(`${who} answered ${response.status}.`, 'It may be a different version: end it and try again.')
  }
  return {
    api: hc<Api>(inspectorUrl, { headers: { Authorization: `Bearer ${token}` }, fetch: call }).api,
    way: `through the running hookscope (process ${pid})`,
    listener,
    watch: onChanges => watchListener(listener, signal, onChanges),
    async close() {},
  }
}

/**
 * The app has no guard, since nothing but this process can reach it: it is on no port. What it needs is loaded here, since
 * a command that goes through the listener needs none of it.
 */
async function workspaceClient({ settings, folder, signal, secrets, ...how }: ClientOptions): Promise<Client> {
  const { db, publicUrl, observe, host } = settings
  const ports = [settings.port ?? defaultPorts.receiver, settings.inspectorPort ?? defaultPorts.inspector]
  if (how.make !== true && !isDatabaseUrl(db) && !existsSync(db))
    throw new UserError(
      `There is no database at ${printable(db)}.`,
      listeningElsewhere(db, folder) ??
        how.missingHint ??
        'Start hookscope once to create it, or choose another with --db.',
    )
  const [{ openWorkspace }, { createApi }, { problemOf }] = await Promise.all([
    import('../server/workspace.ts'),
    import('../server/api/api.ts'),
    import('../server/api/problem.ts'),
  ])
  const log = () => {}
  const workspace = await openWorkspace({
    settings,
    secrets,
    sealer: await sealerOf(process.env),
    ...{ log, signal },
    listening: {
      ...{ plan: hooks => planOfSettings(settings, hooks), publicUrl, observe },
      isOwnUrl: url => isOwnUrl(url, ports, publicUrl, host),
    },
  })
  const isRebuilding = (workspace.store.health.trouble()?.rebuilding ?? null) !== null
  if (how.whole === true || (how.rebuilt === true && isRebuilding)) {
    try {
      await indexed(workspace.store)
    } catch (error) {
      await workspace.close()
      throw error
    }
  }
  const app = createApi({ workspace, log })
  const call: typeof fetch = async (input, init) => app.request(input, { ...init, signal })
  app.onError((error, c) => {
    const problem = problemOf(error)
    // A surprise goes to whoever started this command, with where it came from.
    if (problem === null) throw error
    return c.json(problem.body, problem.status)
  })
  return {
    api: hc<Api>('http://localhost', { fetch: call }).api,
    way: 'on the database',
    listener: null,
    watch: onChanges => watchWorkspace(workspace, onChanges),
    close: () => workspace.close(),
  }
}

/** @throws UserError when it cannot be indexed now: the store tries again by itself, and nobody waits for that here */
async function indexed(store: Store): Promise<void> {
  let stop = () => {}
  const refused = new Promise<never>((_, reject) => {
    stop = store.health.onTrouble(trouble => {
      // What is damaged is passed over or made anew, which ends.
      if (trouble !== null && trouble.code !== 'damaged')
        reject(new UserError(trouble.message, 'Check the database and its disk, and try again.'))
    })
  })
  try {
    await Promise.race([store.deliveries.settled(), refused])
  } finally {
    stop()
  }
}

type Json<R> = R extends ClientResponse<infer Body> ? Body : never

/**
 * Waits for a call and reads its JSON.
 * @param missing thrown where the API does not have what the path names
 * @throws UserError with the API's own words, and with the exit code that they stand for, whichever way it was called
 */
export async function answerOf<R extends ClientResponse<unknown>>(
  sent: Promise<R>,
  missing?: UserError,
): Promise<Json<R>> {
  const response = await checked(sent, missing)
  try {
    return (await response.json()) as Json<R>
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    // Another program may have taken the port of a hookscope that is gone.
    throw new UserError(
      `${new URL(response.url).host} answered what no hookscope does.`,
      'Another program may listen there. Start hookscope again, and retry.',
      { cause },
    )
  }
}

/** As `answerOf`, for the bytes of an answer. */
export async function bytesOf(sent: Promise<ClientResponse<unknown>>, missing?: UserError): Promise<Uint8Array> {
  return new Uint8Array(await (await checked(sent, missing)).arrayBuffer())
}

/**
 * As `answerOf`, for the bytes of a long answer as they come.
 * @throws UserError also later, where the answer is cut off
 */
export async function* bodyOf(sent: Promise<ClientResponse<unknown>>): AsyncGenerator<Uint8Array, void> {
  const { body } = await checked(sent)
  if (body === null) return
  try {
    for await (const bytes of body as AsyncIterable<Uint8Array>) yield bytes
  } catch (cause) {
    throw new UserError('Not all of it could be read.', 'hookscope’s own output, or its inspector, says why.', {
      cause,
    })
  }
}

async function checked<R extends ClientResponse<unknown>>(sent: Promise<R>, missing?: UserError): Promise<R> {
  const response = await sent
  if (response.ok) return response
  const answer: unknown = await response.json().catch(() => null)
  if (!isApiError(answer)) throw new Error(`the API answered ${response.status} without an explanation`)
  const { status } = response
  if (missing !== undefined && isUnknown(answer.error.code)) throw missing
  throw userErrorOf(status, answer.error)
}

function isApiError(value: unknown): value is ApiError {
  const error: unknown = value instanceof Object ? Reflect.get(value, 'error') : undefined
  return error instanceof Object && 'code' in error && 'message' in error && 'hint' in error
}

/** Whether the path is right, and what it names is not there. */
const isUnknown = (code: string) => code.endsWith('-unknown') && code !== 'route-unknown'

const storeCode = /^store-(.+)$/

function userErrorOf(status: number, { code, message, hint, exitCode, count }: ApiError['error']): UserError {
  const trouble = storeCode.exec(code)?.[1]
  if (trouble !== undefined)
    return storeProblem(new StoreUnavailable(trouble as StoreUnavailable['code'], message.replace(/\.$/, '')))
  const usual = isUnknown(code) ? exitCodes.failed : status === 400 ? exitCodes.usage : exitCodes.cannotRun
  return new UserError(message, hint, { code, exitCode: exitCode ?? usual, ...(count !== undefined && { count }) })
}
