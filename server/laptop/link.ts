/** The link to the server that this machine receives from: its deliveries come into the log here, and are forwarded as all others. */
import { randomBytes } from 'node:crypto'
import type { FromStatus } from '../../core/api/from.ts'
import type { ToLaptop } from '../../core/laptops/frames.ts'
import { errorLine } from '../lib/errors.ts'
import { createListeners } from '../lib/listeners.ts'
import type { Store } from '../store/store.ts'
import { type Loss, openConnection, type ServerConnection } from './connection.ts'
import { openServerIntake, sharedHookId } from './intake.ts'
import { openReports } from './reports.ts'

export interface LinkOptions {
  readonly server: URL
  readonly token: string
  /** Labels or ids of the hooks that are wanted; none: all. */
  readonly hooks: readonly string[]
  /** Whether somebody is there who can enter a code. */
  readonly isAttended: boolean
  /** Signs in anew once a token opens nothing any more. @returns the new one; null: nobody is there who could */
  signIn(former: string): Promise<string | null>
}

/**
 * Where deliveries of a new connection begin: where the last ended; with what comes now, since nothing came here before; or, since
 * the server does not know where this machine stood: with what comes now, and what came between is not here; or again with what
 * may be here already.
 */
export type Begins = 'where-it-ended' | 'new' | 'lost' | 'again'

/** What a terminal says, and a script is told. */
export type LinkNews =
  | { readonly kind: 'state'; readonly status: FromStatus; readonly begins: Begins | null }
  /** What came while this machine was not connected is here: so many deliveries. */
  | { readonly kind: 'caught-up'; readonly count: number }

export interface ServerLink {
  status(): FromStatus
  /** Begins. */
  connect(): void
  /** @returns a function that stops the calls */
  onNews(listener: (news: LinkNews) => void): () => void
  /** Takes nothing more; resolves when what has come is kept. */
  rest(): Promise<void>
  /** Tells the server what is still to be told, for so long, milliseconds. */
  close(ms: number): Promise<void>
}

/** Of what closing has, a part: a server that does not answer is told at the next start. */
const mostClosingMs = 1500

/** A network that is coming back has a few; one that has a new one each time is not listened to. */
const mostReasons = 6

interface LinkParts extends LinkOptions {
  readonly store: Store
  /** `status` may be another. */
  changed(): void
  /** Takes lines for people. */
  log(line: string): void
}

/** The name of this machine's log at servers. */
async function logName({ settings }: Pick<Store, 'settings'>): Promise<string> {
  const known = await settings.get('log-name')
  if (known !== null) return known
  const made = randomBytes(16).toString('hex')
  await settings.set('log-name', made)
  return made
}

export async function openLink({
  server,
  store,
  hooks: wanted,
  changed,
  log,
  ...options
}: LinkParts): Promise<ServerLink> {
  const news = createListeners<LinkNews>()
  let token = options.token
  let connection: ServerConnection | null = null
  let status: FromStatus = { server: server.origin, person: null, laptop: null, hooks: [], state: 'connecting' }
  let lostAt: number | null = null
  /** Why it is not connected: the first reason is seldom the last. Each is told once. */
  const toldReasons = new Set<string>()
  let isNew = false
  let isResting = false
  const logId = await logName(store)
  const failed = (error: unknown) => {
    log(`A delivery of ${server.host} could not be kept: ${errorLine(error)} It comes again.`)
    // The server sends on from the last that was kept.
    connection?.reconnect()
  }
  const intake = openServerIntake({ store, server, failed })
  const reports = await openReports({
    ...{ store, server },
    send: report => connection?.send(report) === true,
    failed: error => log(`An attempt could not be reported to ${server.host}: ${errorLine(error)}`),
  })

  const facts = () => {
    const { person, laptop, hooks } = status
    return { server: server.origin, person, laptop, hooks }
  }
  const isNewReason = (next: FromStatus) =>
    next.state === 'retrying' && toldReasons.size < mostReasons && !toldReasons.has(next.reason)
  function become(next: FromStatus, begins: Begins | null = null): void {
    const isNews = next.state !== status.state || isNewReason(next)
    if (next.state !== 'retrying') toldReasons.clear()
    else if (toldReasons.size < mostReasons) toldReasons.add(next.reason)
    status = next
    changed()
    if (isNews) news.call({ kind: 'state', status, begins })
  }
  const shown = (hooks: Extract<ToLaptop, { kind: 'hooks' }>['hooks']) =>
    hooks.map(({ id, label }) => ({ id: sharedHookId(id, server), label }))

  function heard(frame: ToLaptop): void {
    if (isResting) return
    switch (frame.kind) {
      case 'hello':
        hello(frame)
        break
      case 'hooks':
        status = { ...status, hooks: shown(frame.hooks) }
        changed()
        break
      case 'delivery':
        intake.take(frame.delivery)
        break
      case 'cursor':
        intake.reach({ cursor: frame.cursor, mark: frame.mark ?? null }, () => reached(frame))
        break
      case 'reported':
        reports.reported(frame.id)
    }
  }

  function hello({ person, laptop, hooks, lost: isLost, again }: Extract<ToLaptop, { kind: 'hello' }>): void {
    intake.restart()
    lostAt = null
    const since = new Date().toISOString()
    become(
      { server: server.origin, person, laptop, hooks: shown(hooks), state: 'up', since, behind: true },
      isLost ? (again === true ? 'again' : 'lost') : isNew ? 'new' : 'where-it-ended',
    )
    reports.begin()
  }

  function reached({ cursor, behind }: Extract<ToLaptop, { kind: 'cursor' }>): void {
    connection?.send({ kind: 'ack', cursor })
    if (behind || status.state !== 'up' || !status.behind) return
    const count = intake.since()
    status = { ...status, behind: false }
    changed()
    if (count > 0) news.call({ kind: 'caught-up', count })
  }

  function lost(loss: Loss, retryAt: number | null): void {
    reports.pause()
    if (loss.kind === 'signed-out') return void signedOut()
    lostAt ??= Date.now()
    const since = new Date(lostAt).toISOString()
    const at = new Date(retryAt ?? Date.now()).toISOString()
    become({ ...facts(), state: 'retrying', reason: loss.reason, since, retryAt: at })
  }

  async function signedOut(): Promise<void> {
    const reason = `This machine is signed out at ${server.host}.`
    const startAgain = 'Start hookscope listen --from again to sign in.'
    const hint = options.isAttended ? 'Sign in again by the code in its terminal.' : startAgain
    become({ ...facts(), state: 'down', reason, hint })
    try {
      const next = await options.signIn(token)
      if (next === null || isResting) return
      token = next
      become({ ...facts(), state: 'connecting' })
      connection?.retry()
    } catch (error) {
      become({ ...facts(), state: 'down', reason, hint: startAgain })
      if (!isResting) log(`${errorLine(error)} ${startAgain}`)
    }
  }

  return {
    status: () => status,
    connect() {
      connection = openConnection({
        server,
        token: () => token,
        async query() {
          const last = await intake.cursor()
          isNew = last === null
          const asked = new URLSearchParams({ log: logId, ...(last !== null && { cursor: last.cursor }) })
          if (last !== null && last.mark !== null) asked.set('mark', last.mark)
          for (const hook of wanted) asked.append('hook', hook)
          return asked
        },
        onFrame: heard,
        onLoss: lost,
      })
    },
    onNews: news.add,
    async rest() {
      isResting = true
      await intake.close()
    },
    async close(ms) {
      await reports.close(Math.min(ms, mostClosingMs))
      connection?.close()
    },
  }
}
