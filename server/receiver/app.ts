/** The receiver's only question: is this path a hook? Everything that is not gets the same empty 404. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import type { Hook } from '../../core/hooks/hook.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { Limiter } from '../lib/limiter.ts'
import { type Answer, asResponse, emptyAnswer, textAnswer } from './answers.ts'
import { type BodyLimits, hasBody, readBody } from './body.ts'
import type { Intake } from './intake.ts'
import type { Probes } from './probes.ts'
import { pathOf } from './request-target.ts'
import { isKept, type Unrouted, type UnroutedRequest, unroutedBytes } from './unrouted.ts'

export interface ReceiverAppOptions {
  hooks(): readonly Hook[]
  /** The path of the public URL, without a slash at its end: a proxy may take it off or leave it on. Empty: none. */
  readonly prefix: string
  readonly intake: Intake
  readonly probes: Probes
  /** How often a wrong path may be asked for before even the 404 is saved. */
  readonly wrongPaths: Limiter
  /** Keeps some of what is sent to wrong paths; null: nothing of it. */
  readonly unrouted: Unrouted | null
  /** The hook that a wrong path may mean, as the end of a line for the person; empty when there is none. */
  didYouMean(path: string): string
  /** Milliseconds since 1970. */
  now(): number
  /** How much of a body at a wrong path is read away before it is answered. */
  readonly drain: Pick<BodyLimits, 'drainBytes' | 'ms'>
  /** One line about what strangers sent; may drop some. */
  log(line: string): void
  /** What to answer where something went wrong here. */
  failed(error: unknown): Answer
}

const withoutPrefix = (path: string, prefix: string) =>
  prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path

/** Answers a request; may reject before anything is said. */
export type Responder = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** Loaded when it is asked for: what is posted to the very path of a hook is answered past it. */
export function openReceiverApp(options: ReceiverAppOptions): Responder {
  const app = buildReceiverApp(options)
  return getRequestListener(
    (request, env) => {
      const answer = app.fetch(request, env)
      if (!(answer instanceof Promise)) return answer
      // Hono makes a new answer for HEAD, also when the app's answer is out already.
      return answer.then(late => ('outgoing' in env && env.outgoing.headersSent ? RESPONSE_ALREADY_SENT : late))
    },
    {
      // HTTP/1.0 needs no Host; HTTP/1.1 without one has been refused before.
      hostname: 'localhost',
      autoCleanupIncoming: false,
      errorHandler: error => {
        options.log(`Refused with 400: ${printable(String(error))}`)
        return asResponse(emptyAnswer(400))
      },
    },
  )
}

function buildReceiverApp(options: ReceiverAppOptions): Hono<{ Bindings: HttpBindings }> {
  /** @param came what is kept of it, when it is */
  async function notHere(incoming: IncomingMessage, path: string, came: UnroutedRequest | null): Promise<Answer> {
    if (!options.wrongPaths()) return emptyAnswer(429)
    // Browsers and scanners ask for much; something that was sent here may be a Hook URL with a slip.
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD')
      options.log(
        `${incoming.method} to ${clip(printable(path), 100)}: no hook has this path, answered 404${options.didYouMean(path)}`,
      )
    if (came !== null) await options.unrouted?.keep(incoming, came)
    return emptyAnswer(404)
  }

  async function readThenNotHere(incoming: IncomingMessage, path: string): Promise<Answer> {
    const wanted = options.unrouted !== null && isKept(incoming)
    const receivedAt = options.now()
    const began = performance.now()
    const nothing = { kind: 'whole', body: new Uint8Array() } as const
    const read = hasBody(incoming)
      ? await readBody(incoming, { bytes: wanted ? unroutedBytes : 0, ...options.drain })
      : nothing
    const isWhole = wanted && read.kind === 'whole'
    const readMs = Math.round(performance.now() - began)
    return notHere(incoming, path, isWhole ? { receivedAt, readMs, body: read.body } : null)
  }

  const app = new Hono<{ Bindings: HttpBindings }>({
    getPath: (_, context) => withoutPrefix(pathOf(context?.env?.incoming.url ?? '/') ?? '/', options.prefix),
  })
  app.all('*', async context => {
    const { incoming, outgoing } = context.env
    const { path } = context.req
    const hook = options.hooks().find(candidate => candidate.path === path)
    if (hook) {
      const answer = await options.intake(hook, incoming, outgoing)
      return answer === null ? RESPONSE_ALREADY_SENT : asResponse(answer)
    }
    const expected = incoming.method === 'GET' ? options.probes.use(path) : undefined
    return asResponse(expected === undefined ? await readThenNotHere(incoming, path) : textAnswer(expected))
  })
  app.onError(error => {
    return asResponse(options.failed(error))
  })
  return app
}
