/** What stands around the code of the readiness check in each stack that is installed here: an app, a port, and the orders. */
import ts from 'typescript'
import type { Assembly, Pieces } from './mended.ts'
import { mergeImports } from './mended.ts'

const program = (...parts: readonly string[]) => ({ 'endpoint.mjs': ["import './own.mjs'", ...parts].join('\n\n') })

const expressOf = (installed: string): Assembly => ({
  framework: 'express',
  packages: { express: installed },
  files: ({ code, route }) =>
    program(
      `import express from 'express'
const app = express()
app.get('/orders', (_, res) => res.json(orders()))`,
      code('credentials'),
      route,
      // What reads every other body, and what today's code has to come before.
      'app.use(express.json())',
      code('postOnly'),
      code('quietErrors'),
      `const server = app.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`,
    ),
})

const fastify: Assembly = {
  framework: 'fastify',
  files: ({ code, route }) =>
    program(
      `import Fastify from 'fastify'
const app = Fastify()
app.get('/orders', async () => orders())`,
      code('credentials'),
      code('quietErrors'),
      route,
      code('postOnly'),
      `await app.listen({ port: 0, host: '127.0.0.1' })
console.log('port', app.server.address().port)`,
    ),
}

const koa: Assembly = {
  framework: 'koa',
  files: ({ code, route }) =>
    program(
      `import Koa from 'koa'
const app = new Koa()`,
      code('quietErrors'),
      `app.use((ctx, next) => (ctx.path === '/orders' ? void (ctx.body = String(orders())) : next()))`,
      code('credentials'),
      route,
      code('postOnly'),
      `const server = app.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`,
    ),
}

const hapi: Assembly = {
  framework: 'hapi',
  files: ({ code, route }) =>
    program(
      `import Hapi from '@hapi/hapi'
const server = Hapi.server({ port: 0, host: '127.0.0.1' })
server.route({ method: 'GET', path: '/orders', handler: () => orders() })`,
      code('credentials'),
      route.replace('options: { payload', "options: { auth: 'gateway', payload"),
      code('postOnly'),
      code('quietErrors'),
      `await server.start()
console.log('port', server.info.port)`,
    ),
}

const hono: Assembly = {
  framework: 'hono',
  files: ({ code, route }) =>
    program(
      `import { Hono } from 'hono'
import { serve } from '@hono/node-server'
import { bodyLimit } from 'hono/body-limit'
const app = new Hono()
app.get('/orders', c => c.json(orders()))`,
      code('credentials'),
      code('limit'),
      route,
      code('postOnly'),
      code('quietErrors'),
      `serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log('port', port))`,
    ),
}

/** The route handler itself, as Next.js calls it: with a Request, and 405 to what it does not export. */
const nextjs: Assembly = {
  framework: 'nextjs',
  files: ({ guardedRoute }) => ({
    'route.mjs': guardedRoute,
    ...program(
      `import { Hono } from 'hono'
import { serve } from '@hono/node-server'
import * as route from './route.mjs'
const app = new Hono()
app.get('/orders', c => c.json(orders()))
app.all('/webhooks', c => route[c.req.method]?.(c.req.raw) ?? c.body(null, 405))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log('port', port))`,
    ),
  }),
}

const h3Files = ({ code, guardedRoute }: Pieces, server: string) => ({
  'webhooks.post.mjs': guardedRoute,
  'webhooks.mjs': code('postOnly'),
  ...program(
    `import post from './webhooks.post.mjs'
import other from './webhooks.mjs'`,
    server,
  ),
})

const h3: Assembly = {
  framework: 'h3',
  files: pieces =>
    h3Files(
      pieces,
      `import { createServer } from 'node:http'
import { createApp, createRouter, eventHandler, toNodeListener } from 'h3'
const router = createRouter()
  .get('/orders', eventHandler(() => orders()))
  .post('/webhooks', post)
  .use('/webhooks', other)
const server = createServer(toNodeListener(createApp().use(router)))
server.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`,
    ),
}

const h3Next: Assembly = {
  framework: 'h3',
  packages: { h3: 'h3-2' },
  files: pieces =>
    h3Files(
      pieces,
      `import { H3, serve } from 'h3'
const app = new H3().get('/orders', () => orders()).post('/webhooks', post).all('/webhooks', other)
const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true })
await server.ready()
console.log('port', new URL(server.url).port)`,
    ),
}

/** One file in place of two, and what a compiler would make of it. */
const nestjs: Assembly = {
  framework: 'nestjs',
  files({ code, route }) {
    const [main = '', controller = ''] = route.split('// webhooks.controller.ts\n')
    const inside = code('postOnly').replace(/^(?=.)/gm, '  ')
    const text = [
      `import './own.mjs'
import 'reflect-metadata'
import { All, Get, MethodNotAllowedException, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'`,
      controller.trimEnd().replace(/\}$/, `\n${inside}\n}`),
      `@Controller('orders')
class OrdersController {
  @Get()
  count() {
    return orders()
  }
}
@Module({ controllers: [OrdersController, WebhooksController] })
class AppModule {}`,
      main,
      code('credentials'),
      code('quietErrors'),
      `await app.listen(0, '127.0.0.1')
console.log('port', app.getHttpServer().address().port)
`,
    ].join('\n\n')
    const { outputText } = ts.transpileModule(mergeImports(text), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, experimentalDecorators: true },
    })
    return { 'endpoint.mjs': outputText }
  },
}

/** By the name and version under which docs/reference/check.md says that they are run. */
export const assemblies: Readonly<Record<string, Assembly>> = {
  'Express 5': expressOf('express'),
  'Express 4': expressOf('express4'),
  'Fastify 5': fastify,
  'Koa 3': koa,
  'hapi 21': hapi,
  'Hono 4': hono,
  'Next.js 16': nextjs,
  'h3 1': h3,
  'h3 2': h3Next,
  'NestJS 11': nestjs,
}
