#!/usr/bin/env bash
# What: https-proxy-agent resolves an https request with the answer of a proxy that refused to connect (CONNECT).
# Version: https-proxy-agent 9.1.0
# Expected: nothing reached the host, and its certificate was never seen, so the request fails with an error, as it does in curl.
# Seen: the request gets a response with the proxy's status, headers and body, as if the host itself had answered 403 over TLS.
#   Tell the two apart by `response.socket.encrypted`, or ask the proxy by a CONNECT of your own and read its answer first.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund https-proxy-agent@9.1.0
cat > try.mjs <<'JS'
import http from 'node:http'
import https from 'node:https'
import { HttpsProxyAgent } from 'https-proxy-agent'
const proxy = http.createServer()
proxy.on('connect', (request, socket) => {
  socket.on('error', () => {})
  socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 16\r\nConnection: close\r\n\r\nnot by this door')
})
await new Promise(done => proxy.listen(0, '127.0.0.1', done))
const agent = new HttpsProxyAgent(`http://127.0.0.1:${proxy.address().port}`)
const seen = await new Promise(done => {
  https
    .get('https://shop.example/webhooks', { agent }, response => {
      let body = ''
      response.on('data', part => (body += part))
      response.on('end', () => done(`response ${response.statusCode}: ${body}; encrypted: ${response.socket.encrypted ?? false}`))
    })
    .on('error', error => done(`error ${error.message}`))
})
console.log(seen)
proxy.close()
process.exitCode = seen === 'response 403: not by this door; encrypted: false' ? 0 : 1
JS
node try.mjs
