#!/usr/bin/env bash
# What: fixRequestBody of http-proxy-middleware, behind a raw body parser, sends the JSON of a Buffer in place of the body.
# Version: http-proxy-middleware 3.0.5 with express 5.3.0; 4.2.2, which wants Node 22, does the same
# Expected: fixRequestBody sends on what the parser read, so a raw Buffer goes on byte for byte.
# Seen: JSON is what it writes: {"a":1} arrives as {"type":"Buffer","data":[123,34,…]}, with its Content-Type unchanged, and no signature fits it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund http-proxy-middleware@3.0.5 express@5.3.0
cat > try.mjs <<'JS'
import http from 'node:http'
import express from 'express'
import { createProxyMiddleware, fixRequestBody } from 'http-proxy-middleware'
const listen = async server => {
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${server.address().port}`
}
const target = http.createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  response.end(`${request.headers['content-type']}: ${body}`)
})
const app = express()
app.use(express.raw({ type: () => true }))
app.use(createProxyMiddleware({ target: await listen(target), on: { proxyReq: fixRequestBody } }))
const proxy = http.createServer(app)
const answer = await fetch(await listen(proxy), {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: '{"a":1}',
})
const seen = await answer.text()
console.log(`sent     application/json: {"a":1}\narrived  ${seen}`)
process.exit(seen.startsWith('application/json: {"type":"Buffer","data":[123,34,97') ? 0 : 1)
JS
node try.mjs
