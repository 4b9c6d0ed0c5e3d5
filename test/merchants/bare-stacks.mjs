/** Stacks as they come out of the box, each with one route that does nothing: their own answers to everything else. Says their ports as JSON. */
import { createServer } from 'node:http'
import Hapi from '@hapi/hapi'
import { serve as serveHono } from '@hono/node-server'
import { Controller, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import 'reflect-metadata'
import express5 from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import { createApp, createRouter, eventHandler, toNodeListener } from 'h3'
import { H3, serve as serveH3 } from 'h3-2'
import { Hono } from 'hono'
import Koa from 'koa'

const listening = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)))

async function fastify() {
  const app = Fastify()
  app.post('/webhooks', async () => '')
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server.address().port
}

async function hapi() {
  const server = Hapi.server({ port: 0, host: '127.0.0.1' })
  server.route({ method: 'POST', path: '/webhooks', handler: () => '' })
  await server.start()
  return server.info.port
}

function hono() {
  const fetch = new Hono().post('/webhooks', c => c.body(null, 200)).fetch
  // Its own Request and Response would otherwise be those of h3 2, too, which then answers “[object Response]”.
  const options = { fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }
  return new Promise(done => serveHono(options, ({ port }) => done(port)))
}

async function h3() {
  const router = createRouter().post(
    '/webhooks',
    eventHandler(() => ''),
  )
  return listening(createServer(toNodeListener(createApp().use(router))))
}

async function h3Next() {
  const server = serveH3(
    new H3().post('/webhooks', () => ''),
    { port: 0, hostname: '127.0.0.1', silent: true },
  )
  await server.ready()
  return Number(new URL(server.url).port)
}

/** Decorators as a compiler applies them. */
async function nestjs() {
  class Webhooks {
    post() {}
  }
  Controller('webhooks')(Webhooks)
  Post()(Webhooks.prototype, 'post', Object.getOwnPropertyDescriptor(Webhooks.prototype, 'post'))
  class App {}
  Module({ controllers: [Webhooks] })(App)
  const app = await NestFactory.create(App, { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}

const withRoute = app => {
  app.use(express5.json())
  app.post('/webhooks', (_, res) => res.end())
  return app
}
const ports = {
  'Express 5': await listening(createServer(withRoute(express5()))),
  'Express 4': await listening(createServer(withRoute(express4()))),
  Koa: await listening(createServer(new Koa().callback())),
  Fastify: await fastify(),
  hapi: await hapi(),
  Hono: await hono(),
  'h3 1': await h3(),
  'h3 2': await h3Next(),
  NestJS: await nestjs(),
}
console.log(`ports ${JSON.stringify(ports)}`)
