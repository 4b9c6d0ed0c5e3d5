/**
 * What supervisors, load balancers and monitors ask, on the inspector's port and before its guard: they sign in nowhere. Whoever
 * reaches the port may know whether this process lives and is ready, and no more; figures take a token of their own, since
 * that a request comes from this machine says nothing behind a proxy.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import { metricsType } from './metrics-text.ts'

export interface OperationsOptions {
  trouble(): StoreTrouble | null
  isDraining(): boolean
  /** Lets in who asks for figures; null: nobody is. */
  readonly metricsToken: string | null
  metrics(): string
}

/** @returns whether it was a question of theirs; it is answered then */
export type Operations = (request: IncomingMessage, response: ServerResponse) => boolean

export function openOperations(options: OperationsOptions): Operations {
  const json = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { ...headers, 'Content-Type': 'application/json' }).end(JSON.stringify(body))

  function readiness(response: ServerResponse): void {
    const trouble = options.trouble()
    const isDraining = options.isDraining()
    const body = {
      ready: trouble === null && !isDraining,
      ...(isDraining && { draining: true }),
      ...(trouble !== null && { trouble: trouble.code, keeps: trouble.keeps }),
    }
    json(response, body.ready ? 200 : 503, body)
  }

  function metrics(request: IncomingMessage, response: ServerResponse): void {
    const { metricsToken } = options
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    // Without a token nobody can be let in, and there is nothing to be found.
    if (metricsToken === null) json(response, 404, { error: 'not found' })
    else if (given === undefined || !isSame(given, metricsToken))
      response.writeHead(401, { ...headers, 'WWW-Authenticate': 'Bearer' }).end()
    else response.writeHead(200, { ...headers, 'Content-Type': metricsType }).end(options.metrics())
  }

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    switch (request.url) {
      // That it answers is all there is to it: a process whose database is away must not be killed for that.
      case '/healthz':
        json(response, 200, { alive: true })
        return true
      case '/readyz':
        readiness(response)
        return true
      case '/metrics':
        metrics(request, response)
        return true
      default:
        return false
    }
  }
}

const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const

const digest = (text: string) => createHash('sha256').update(text).digest()
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other))
