#!/usr/bin/env bash
# What: http.request() with an http.Agent({ keepAlive: true, maxSockets: 1 }), three requests at once, then a fourth.
# Version: Node.js 20.20.2 and 22.14.0
# Expected: request.reusedSocket is true for every request that goes over a connection which served another one before: the
#   documentation's recipe sends a request again when it fails with ECONNRESET and reusedSocket is true.
# Seen: requests that waited in the agent's queue are handed the used connection with reusedSocket false; only one that finds an
#   idle connection says true. The recipe misses exactly the requests that come under load.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > ask.mjs <<'JS'
import http from 'node:http'
const connections = new Set()
const server = http.createServer((request, response) => {
  connections.add(request.socket)
  request.resume()
  response.end('ok')
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const ask = () =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: server.address().port, agent }, response => {
      response.resume()
      response.on('end', () => resolve(request.reusedSocket))
    })
    request.on('error', reject)
    request.end()
  })
const atOnce = await Promise.all([ask(), ask(), ask()])
await new Promise(resolve => setTimeout(resolve, 50))
const later = await ask()
console.log(`connections: ${connections.size}; reusedSocket of three at once: ${atOnce}; of one later: ${later}`)
agent.destroy()
server.close()
JS
seen=$(node ask.mjs)
echo "$seen"
[ "$seen" = 'connections: 1; reusedSocket of three at once: false,false,false; of one later: true' ]
