#!/usr/bin/env bash
# What: express.raw({ type: '*/*' }) does not read a request that has no Content-Type.
# Version: express 4.22.3 and 5.3.0
# Expected: '*/*' means any type, so the handler gets a Buffer of every body.
# Seen: without a Content-Type nothing is read: req.body is {} in 4 and undefined in 5, and an HMAC over it throws a TypeError. A function (type: () => true) reads it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund express4@npm:express@4.22.3 express5@npm:express@5.3.0
cat > try.mjs <<'JS'
import http from 'node:http'
import { createHmac } from 'node:crypto'
let same = true
for (const name of ['express4', 'express5']) {
  const { default: express } = await import(name)
  for (const [what, type, expected] of [["'*/*'", '*/*', 'TypeError'], ['() => true', () => true, 'Buffer']]) {
    const app = express()
    app.post('/', express.raw({ type }), (req, res) => {
      let told = Buffer.isBuffer(req.body) ? 'Buffer' : `no Buffer, ${JSON.stringify(req.body)}`
      try {
        createHmac('sha256', 'key').update(req.body)
      } catch (error) {
        told = `${error.name} for ${JSON.stringify(req.body)}`
      }
      res.end(told)
    })
    const server = app.listen(0, '127.0.0.1')
    await new Promise(done => server.once('listening', done))
    const answer = await new Promise((done, failed) => {
      const request = http.request({ port: server.address().port, host: '127.0.0.1', method: 'POST', headers: { 'Content-Length': 2 } })
      request.on('response', response => response.setEncoding('utf8').on('data', done)).on('error', failed)
      request.end('{}')
    })
    console.log(`${name}, type ${what}, a body without Content-Type: ${answer}`)
    same &&= answer.startsWith(expected)
    server.closeAllConnections()
    server.close()
  }
}
process.exitCode = same ? 0 : 1
JS
node try.mjs
