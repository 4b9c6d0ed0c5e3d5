/** The inspector of `hookscope serve`: the same pages, API and stream, for people who sign in, behind a proxy that speaks TLS. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Person } from '../../../core/people/person.ts'
import { denialOf, ruleFor } from '../../../core/people/roles.ts'
import { errorLine } from '../../lib/errors.ts'
import { cannotListen, doors } from '../../lib/ports.ts'
import { atInspector, probePrefix } from '../../lib/probe-path.ts'
import type { Workspace } from '../../workspace.ts'
import { createApi } from '../api.ts'
import type { Judgement } from '../guard.ts'
import { createPages } from '../pages.ts'
import { ApiProblem, answerError } from '../problem.ts'
import { refuseUpgrade } from '../refuse-upgrade.ts'
import { securityHeaders } from '../security-headers.ts'
import { openStream } from '../stream.ts'
import { turnAway } from '../turn-away.ts'
import { openViewers } from '../viewers.ts'
import { createAuth } from './auth.ts'
import { callerOfUpgrade, type PeopleDoor, type PeopleEnv } from './door.ts'
import { forViewers, framesForViewers } from './for-viewers.ts'
import { judgeShared } from './guard.ts'
import { openLiving } from './living.ts'
import { createPeople } from './people.ts'
import { denied, permit } from './permit.ts'

/** Takes over a connection of somebody who may have it; it is ended with their session. */
export type TakeUpgrade = (person: Person, request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** A further WebSocket: `/api/agent`. */
export interface FurtherStream {
  readonly take: TakeUpgrade
  close(): void
}

export interface SharedInspectorOptions extends PeopleDoor {
  /** 0 takes a free one. */
  readonly port: number
  /** The address it listens on. Default: 127.0.0.1 */
  readonly host?: string
  readonly workspace: Workspace
  /** Folder of the built UI. */
  readonly uiFolder: string
  /** Answers supervisors and monitors before anyone else is asked. @returns whether it did */
  readonly operations?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Opens further WebSockets, by their path; each needs a row in `core/people/roles.ts`. */
  openStreams?(door: PeopleDoor): Readonly<Record<string, FurtherStream>>
  log(line: string): void
}

export interface SharedInspector {
  readonly port: number
  /** Ends streams, lets answers under way end (bounded), closes. */
  close(): Promise<void>
}

const closeMs = 2000
/** A browser that has been here by https comes by nothing else for a year. */
const onlyTls = 'max-age=31536000'

/** A stream was asked for as a page is. */
const noUpgrade: Extract<Judgement, { kind: 'refused' }> = {
  ...{ kind: 'refused', status: 426, code: 'upgrade-needed', guess: false },
  message: 'The proxy before the server does not pass WebSockets on.',
  hint: 'It has to pass the headers Connection and Upgrade on, as Caddy does by itself.',
}

/** @throws UserError when the port is taken or not allowed */
export async function startSharedInspector(options: SharedInspectorOptions): Promise<SharedInspector> {
  const { people, workspace, log } = options
  const answer = getRequestListener(routes(options).fetch, { overrideGlobalObjects: false })
  const viewers = openViewers({ store: workspace.store, status: workspace.status, log })
  const stopStatus = workspace.onStatus(() => viewers.announceStatus())
  const stream = openStream(viewers)
  const maskFrame = framesForViewers()
  const living = openLiving(people.sessions, log)
  const further = options.openStreams?.(options) ?? {}
  const upgrades: Readonly<Record<string, TakeUpgrade>> = {
    '/api/stream': ({ role }, request, socket, head) =>
      stream.upgrade(request, socket, head, role === 'viewer' ? maskFrame : undefined),
    ...Object.fromEntries(Object.entries(further).map(([path, { take }]) => [path, take])),
  }
  const isStream = (target = '') => Object.hasOwn(upgrades, target.split('?', 1)[0] ?? '')
  const isTls = people.origin.startsWith('https://')

  const server = createServer((request, response) => {
    if (options.operations?.(request, response)) return
    if (request.url?.startsWith(probePrefix)) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end(atInspector)
      return
    }
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    if (isTls) response.setHeader('Strict-Transport-Security', onlyTls)
    const refusal = judgeShared(request, people.origin) ?? (isStream(request.url) ? noUpgrade : null)
    if (refusal === null) void answer(request, response)
    else turnAway(request, response, refusal)
  })
  server.on('connection', socket => socket.on('error', () => socket.destroy()))
  server.on('upgrade', (request, socket, head) => {
    upgrade(request, socket, head).catch((error: unknown) => {
      log(`inspector: ${errorLine(error)}`)
      refuseUpgrade(socket, 503, 'Something went wrong in hookscope.')
    })
  })

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refusal = judgeShared(request, people.origin)
    if (refusal !== null) return refuseUpgrade(socket, refusal.status, refusal.message)
    const [path = ''] = (request.url ?? '').split('?', 1)
    const take = Object.hasOwn(upgrades, path) ? upgrades[path] : undefined
    const rule = ruleFor('GET', path)
    if (take === undefined || rule === undefined) return refuseUpgrade(socket, 404, 'There is no such stream.')
    const { value: person } = await people.identify(callerOfUpgrade(request, options))
    if (person === null) return refuseUpgrade(socket, 401, 'Nobody is signed in.')
    const denial = denialOf(rule, person, { reveals: false }, Date.now())
    if (denial !== null) return refuseUpgrade(socket, 403, denied(denial, rule, false).message)
    // A laptop is told in words that its person may not any more.
    living.watch(person.session, path === '/api/stream' ? person.role : null, socket)
    take(person, request, socket, head)
  }

  const endStreams = () => {
    stopStatus()
    living.close()
    viewers.close()
    stream.close()
    for (const one of Object.values(further)) one.close()
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', error => {
      endStreams()
      reject(cannotListen(doors.inspector, options.port, error))
    })
    server.listen(options.port, options.host ?? '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  server.on('error', error => log(`inspector: ${errorLine(error)}`))

  return {
    port,
    close() {
      endStreams()
      return new Promise(resolve => {
        const hurry = setTimeout(() => server.closeAllConnections(), closeMs)
        server.close(() => {
          clearTimeout(hurry)
          resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}

/** All that answers: who is signed out gets pages and /auth. */
function routes(options: SharedInspectorOptions): Hono<PeopleEnv> {
  const { workspace, uiFolder, log } = options
  const app = new Hono<PeopleEnv>()
    .route('/', createAuth(options))
    .all('/auth/*', unknownRoute)
    .use('/api/*', permit(options), forViewers(workspace.store.bodies))
    .route('/', createPeople(options))
    .route('/', createApi({ workspace, log }))
    .all('/api/*', unknownRoute)
    .route('/', createPages(uiFolder))
  app.notFound(c => c.text('There is nothing here.', 404))
  app.onError((error, c) => answerError(error, c, log))
  return app
}

function unknownRoute(): never {
  throw new ApiProblem(404, 'route-unknown', 'The API has no such route.', 'docs/reference/api.md lists the routes.')
}
