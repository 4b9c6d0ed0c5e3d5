#!/usr/bin/env bash
# What: In NestJS, app.use('/one', express.json()) for one path takes rawBody (and the parsed body) from every other path.
# Version: @nestjs/core 11.2.10 with platform-express 11.2.10
# Expected: a parser for one path concerns that path; with rawBody: true, another route still has request.rawBody.
# Seen: Nest registers its own parsers only when no jsonParser is registered yet, whatever its path: elsewhere rawBody and body are undefined.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nestjs/common@11.2.10 @nestjs/core@11.2.10 @nestjs/platform-express@11.2.10 express@5.2.1 reflect-metadata@0.2.2 rxjs@7.8.2
cat > try.mjs <<'JS'
import 'reflect-metadata'
import { Controller, Module, Post, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
class Hooks {
  post(request) {
    return { rawBody: request.rawBody?.toString() ?? null, body: request.body ?? null }
  }
}
Controller('hooks')(Hooks)
Post()(Hooks.prototype, 'post', Object.getOwnPropertyDescriptor(Hooks.prototype, 'post'))
Req()(Hooks.prototype, 'post', 0)
class App {}
Module({ controllers: [Hooks] })(App)
async function ask(prepare) {
  const app = await NestFactory.create(App, { rawBody: true, logger: false })
  prepare(app)
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address()
  const answer = await fetch(`http://127.0.0.1:${port}/hooks`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"a":1}',
  })
  const told = await answer.text()
  app.getHttpServer().closeAllConnections()
  await app.close()
  return told
}
const alone = await ask(() => {})
const beside = await ask(app => app.use('/elsewhere', express.json()))
console.log(`rawBody: true alone, POST /hooks: ${alone}`)
console.log(`with app.use('/elsewhere', express.json()), POST /hooks: ${beside}`)
process.exitCode = alone.includes('"rawBody":"{') && beside.includes('"rawBody":null') ? 0 : 1
JS
node try.mjs
