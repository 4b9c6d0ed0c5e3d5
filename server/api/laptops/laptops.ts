/** GET /api/agent: laptops that receive from here, each by one WebSocket that it opens, with the token of its own session. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { unroutedHook } from '../../../core/hooks/hook.ts'
import {
  type FromLaptop,
  laptopBeatMs,
  laptopEnds,
  laptopStreamPath,
  type SharedHook,
  type ToLaptop,
} from '../../../core/laptops/frames.ts'
import type { Person } from '../../../core/people/person.ts'
import { denialOf, ruleFor } from '../../../core/people/roles.ts'
import { errorLine } from '../../lib/errors.ts'
import { StoreUnavailable } from '../../store/problem.ts'
import type { Store } from '../../store/store.ts'
import { callerOfUpgrade, type PeopleDoor } from '../people/door.ts'
import { denied } from '../people/permit.ts'
import type { FurtherStream } from '../people/server.ts'
import { refuseUpgrade } from '../refuse-upgrade.ts'
import { type Feed, openFeed } from './feed.ts'
import { keepReport } from './reports.ts'
import { readAsked, readFrame } from './schemas.ts'
import { laptopStart, type Start } from './start.ts'

export interface LaptopStreamsOptions {
  readonly door: PeopleDoor
  readonly store: Store
  /** Those there are now. */
  hooks(): readonly SharedHook[]
  /** Called when they changed. @returns a function that stops the calls */
  onHooks(listener: () => void): () => void
  log(line: string): void
}

const mostLaptops = 200
/** A report has what was sent and answered. */
const largestFrame = 16 * 1024 * 1024
/** More than so many bytes that have not left are waited for. */
const bufferBytes = 1024 * 1024
/** How often it is asked whether the person still may, milliseconds. */
const lookMs = 3000
/** Who does not take leave this long after the end was told is cut off, milliseconds. */
const leaveMs = 1000

interface Asking {
  readonly person: Person
  readonly log: string
  readonly start: Start
  /** Ids; null: all. */
  readonly hooks: ReadonlySet<string> | null
}

export function openLaptopStreams(options: LaptopStreamsOptions): FurtherStream {
  const { door, store, hooks, log } = options
  const server = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false })
  const answering = new WeakSet<WebSocket>()
  const rule = ruleFor('GET', laptopStreamPath)
  const shown = (): SharedHook[] => hooks().map(({ id, label }) => ({ id, label }))

  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (!answering.has(socket)) socket.terminate()
      answering.delete(socket)
      socket.ping()
    }
  }, laptopBeatMs)
  timer.unref()

  /** By label or id. @returns null for all; the first that there is not, as text */
  function wanted(named: readonly string[]): ReadonlySet<string> | null | string {
    if (named.length === 0) return null
    const ids = new Set<string>()
    for (const name of named) {
      const found = hooks().filter(({ id, label }) => id === name || label.toLowerCase() === name.toLowerCase())
      if (found.length === 0) return name
      for (const { id } of found) ids.add(id)
    }
    return ids
  }

  async function take(person: Person, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (person.laptop === null)
      return refuseUpgrade(socket, 403, 'This is for laptops: hookscope listen --from connects one.')
    const asked = readAsked(request.url ?? '')
    if (asked === null) return refuseUpgrade(socket, 400, 'The laptop asks for what there is not.')
    const chosen = wanted(asked.hooks)
    if (typeof chosen === 'string') {
      const labels = shown().map(({ label }) => `“${label}”`)
      return refuseUpgrade(socket, 404, `There is no hook “${chosen}”. There are ${labels.slice(0, 20).join(', ')}.`)
    }
    if (server.clients.size >= mostLaptops) return refuseUpgrade(socket, 503, 'Too many laptops are connected.')
    const start = await laptopStart(store, asked)
    server.handleUpgrade(request, socket, head, client =>
      welcome(client, request, { person, log: asked.log, start, hooks: chosen }),
    )
  }

  function welcome(socket: WebSocket, request: IncomingMessage, asking: Asking): void {
    const { person } = asking
    answering.add(socket)
    const send = async (frame: ToLaptop) => {
      if (socket.readyState !== socket.OPEN) return
      await new Promise<void>(resolve => {
        // Called when it has left, or never will.
        const isFull = socket.bufferedAmount > bufferBytes
        socket.send(JSON.stringify(frame), () => isFull && resolve())
        if (!isFull) resolve()
      })
    }
    const sayHooks = () => void send({ kind: 'hooks', hooks: shown() })
    void send({
      ...{ kind: 'hello', person: person.name, laptop: person.laptop ?? '' },
      ...{ hooks: shown(), lost: asking.start.lost, again: asking.start.again },
    })
    const feed = openFeed({
      ...{ store, cursor: asking.start.cursor, send },
      failed(error) {
        log(`laptops: ${errorLine(error)}`)
        socket.close(1011, 'The server could not continue.')
      },
      // Those of a hook that was removed since are deliveries as well.
      wants: hook => (asking.hooks === null ? hook !== unroutedHook : asking.hooks.has(hook)),
    })
    const stops = [options.onHooks(sayHooks), watchPerson(socket, request)]
    socket.on('pong', () => answering.add(socket))
    let turn = Promise.resolve()
    socket.on('message', (data, isBinary) => {
      answering.add(socket)
      const frame = isBinary ? null : readFrame(String(data))
      if (frame === null) return socket.close(laptopEnds.wrong, 'This is no frame.')
      turn = turn.then(() => heard(frame, { asking, feed, socket, send }))
    })
    socket.on('close', () => {
      for (const stop of stops) stop()
      void feed.close()
    })
    // `close` follows.
    socket.on('error', () => {})
  }

  /** Ends the stream of whoever may no longer have it. A session that has ended cuts it off before. @returns a function that stops it */
  function watchPerson(socket: WebSocket, request: IncomingMessage): () => void {
    const look = async () => {
      const { value: person } = await door.people.identify(callerOfUpgrade(request, door))
      if (person === null) return socket.close(laptopEnds.signedOut, 'The laptop was signed out.')
      const denial = rule === undefined ? null : denialOf(rule, person, { reveals: false }, Date.now())
      if (rule !== undefined && denial !== null) socket.close(laptopEnds.refused, denied(denial, rule, false).message)
    }
    const looking = setInterval(
      () => void look().catch((error: unknown) => log(`laptops: ${errorLine(error)}`)),
      lookMs,
    )
    looking.unref()
    return () => clearInterval(looking)
  }

  interface Hearing {
    readonly asking: Asking
    readonly feed: Feed
    readonly socket: WebSocket
    send(frame: ToLaptop): Promise<void>
  }

  async function heard(frame: FromLaptop, { asking, feed, socket, send }: Hearing): Promise<void> {
    if (frame.kind === 'ack') return feed.acknowledge(frame.cursor)
    try {
      await keepReport(store, frame, asking)
      await send({ kind: 'reported', id: frame.id })
    } catch (error) {
      // It reports again once it is back.
      if (!(error instanceof StoreUnavailable)) log(`laptops: ${errorLine(error)}`)
      socket.close(1013, 'The report could not be kept.')
    }
  }

  return {
    take: (person, request, socket, head) => {
      take(person, request, socket, head).catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) log(`laptops: ${errorLine(error)}`)
        refuseUpgrade(socket, 503, 'The server cannot read its log now.')
      })
    },
    close() {
      clearInterval(timer)
      for (const socket of server.clients) socket.close(1001, 'The server ends.')
      setTimeout(() => {
        for (const socket of server.clients) socket.terminate()
      }, leaveMs).unref()
      server.close()
    },
  }
}
