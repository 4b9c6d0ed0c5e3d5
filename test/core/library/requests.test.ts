/** `hookscope/verify` in the frameworks that shops use, each as its manual has it, over real sockets. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { createApp, defineEventHandler, toNodeListener } from 'h3'
import { Hono } from 'hono'
import { afterEach, expect, it } from 'vitest'
import { type NodeRequest, verifyNodeRequest, verifyRequest } from '../../../core/library/verify.ts'
import { eventBytes, signatureOf } from '../../helpers/gateway.ts'

const key = 'sk_requests_77ab'
const options = { keys: key, maxBytes: 64 * 1024 }
const body = eventBytes('ach.returned', 8)

/** Two packages bring no types. @param name as the lock file has it */
const untyped = async <Shape>(name: string): Promise<Shape> => (await import(name)).default

interface KoaApp {
  use(handler: (context: { readonly req: NodeRequest; body: string }) => Promise<void>): void
  callback(): http.RequestListener
}

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** What the shop answers: the event's type, the reason, or what the library says to its developer. */
async function say(verified: ReturnType<typeof verifyRequest>): Promise<string> {
  try {
    const result = await verified
    return result.ok ? (result.event?.type ?? 'no event') : result.reasons.join()
  } catch (error) {
    return String(error)
  }
}
const sayNode = (request: NodeRequest) => say(verifyNodeRequest(request, options))

async function listen(server: http.Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () => new Promise(resolve => server.close(resolve)),
    () => server.closeAllConnections(),
  )
  return (server.address() as AddressInfo).port
}

const expressApp = (make: typeof express, parser?: 'raw' | 'json') => {
  const app = make()
  if (parser === 'raw') app.use(make.raw({ type: '*/*' }))
  if (parser === 'json') app.use(make.json())
  app.post('/', async (request, response) => void response.send(await sayNode(request)))
  return listen(http.createServer(app))
}

const fastifyApp = async (keepsBytes: boolean) => {
  const app = fastify()
  if (keepsBytes) {
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, bytes, done) => done(null, bytes))
  }
  app.post('/', async request => sayNode(request))
  await app.listen({ port: 0, host: '127.0.0.1' })
  closers.push(() => app.close())
  return (app.server.address() as AddressInfo).port
}

const shops: Record<string, () => Promise<number>> = {
  'node:http': () => listen(http.createServer(async (request, response) => void response.end(await sayNode(request)))),
  'Express 5 without a parser': () => expressApp(express),
  'Express 5 with express.raw': () => expressApp(express, 'raw'),
  'Express 4 with express.raw': async () => expressApp(await untyped<typeof express>('express4'), 'raw'),
  'Fastify with a parser that keeps the bytes': () => fastifyApp(true),
  'Koa, with ctx.req': async () => {
    const Koa = await untyped<new () => KoaApp>('koa')
    const app = new Koa()
    app.use(async context => {
      context.body = await sayNode(context.req)
    })
    return listen(http.createServer(app.callback()))
  },
  'h3, with event.node.req': () => {
    const app = createApp().use(defineEventHandler(event => sayNode(event.node.req)))
    return listen(http.createServer(toNodeListener(app)))
  },
  'Hono, with c.req.raw': async () => {
    const app = new Hono().post('/', async context => context.text(await say(verifyRequest(context.req.raw, options))))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    await new Promise(resolve => server.once('listening', resolve))
    closers.push(() => server.close())
    return (server.address() as AddressInfo).port
  },
}

async function ask(port: number, sent: Uint8Array, signature = signatureOf(key, sent)): Promise<string> {
  const headers = { 'X-Signature': signature, 'Content-Type': 'application/json', Connection: 'close' }
  return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: Buffer.from(sent) })).text()
}

it.each(Object.entries(shops))('%s: verified, rejected, and too large with an answer', async (_, open) => {
  const port = await open()
  expect(await ask(port, body)).toBe('ach.returned')
  expect(await ask(port, body, signatureOf('another', body))).toBe('signature-wrong')
  expect(await ask(port, Buffer.alloc(65 * 1024, 0x20))).toBe('body-too-large')
})

/** In the others a parser has the body first, and its limit counts. */
const readsItself = ['node:http', 'Express 5 without a parser', 'Koa, with ctx.req', 'h3, with event.node.req']

it.each(readsItself)('%s: behind a body that is too large, the connection takes the next delivery', async name => {
  const port = (await shops[name]?.()) ?? 0
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  closers.push(() => agent.destroy())
  const post = (sent: Uint8Array) =>
    new Promise<{ text: string; from: number | undefined }>((resolve, reject) => {
      const headers = { 'X-Signature': signatureOf(key, sent), 'Content-Type': 'application/json' }
      const request = http.request({ port, host: '127.0.0.1', method: 'POST', path: '/', agent, headers })
      request.on('error', reject).on('response', response => {
        const parts: Buffer[] = []
        const from = request.socket?.localPort
        const end = () => resolve({ text: Buffer.concat(parts).toString(), from })
        response.on('data', part => parts.push(part)).on('end', end)
      })
      request.end(sent)
    })
  // More than the buffers of both sides hold.
  const { text, from } = await post(Buffer.alloc(8 * 1024 * 1024, 0x20))
  expect(text).toBe('body-too-large')
  expect(await post(body)).toEqual({ text: 'ach.returned', from })
})

it.each<[string, () => Promise<number>, RegExp]>([
  [
    'express.json before it',
    () => expressApp(express, 'json'),
    /express\.raw\({ type: '\*\/\*' }\) before express\.json/,
  ],
  ['Fastify’s own parser', () => fastifyApp(false), /addContentTypeParser\('application\/json', { parseAs: 'buffer' }/],
])('%s: says how to keep the raw bytes there', async (_, open, advice) => {
  expect(await ask(await open(), body)).toMatch(advice)
})

it.each<[string, (request: http.IncomingMessage) => NodeRequest, RegExp]>([
  ['a decoded stream', request => request.setEncoding('utf8'), /^TypeError: .*decoded text.*setEncoding\(\)/],
  [
    'a stream of what a parser made',
    request =>
      Object.assign(Readable.from([{ type: 'event' }]), { headers: request.headers, rawHeaders: request.rawHeaders }),
    /^TypeError: .*arrives as objects.*before anything parses/,
  ],
])('%s is a mistake of the caller, never a body that is not complete', async (_, wrong, message) => {
  const server = http.createServer(async (request, response) => void response.end(await sayNode(wrong(request))))
  expect(await ask(await listen(server), body)).toMatch(message)
})

it('text of a Web Request is a mistake as well, and a stream that breaks off is none', async () => {
  const requestOf = (stream: ReadableStream) => {
    // The types of the page know no `duplex`, which Node asks for.
    const init = { method: 'POST', body: stream, duplex: 'half' }
    return new Request('http://shop.example/', init)
  }
  const text = new Blob([Buffer.from(body)]).stream().pipeThrough(new TextDecoderStream())
  await expect(verifyRequest(requestOf(text), options)).rejects.toThrow(/decoded text.*TextDecoderStream/)
  const broken = new ReadableStream({ pull: controller => controller.error(new TypeError('terminated')) })
  expect(await verifyRequest(requestOf(broken), options)).toMatchObject({ ok: false, reasons: ['body-incomplete'] })
})

it('says of a Web Request that it was read before', async () => {
  const request = new Request('http://shop.example/', { method: 'POST', body: Buffer.from(body) })
  await request.json()
  await expect(verifyRequest(request, options)).rejects.toThrow(/was read before/)
})

it.each([
  ['cookies', /bodyParser: false/],
  ['originalUrl', /Koa/],
  ['nothing known', /request\.rawBody/],
])('knows a framework by %s', async (mark, advice) => {
  await expect(verifyNodeRequest({ headers: {}, body: { parsed: true }, [mark]: {} }, options)).rejects.toThrow(advice)
})
